"""The operation log (E7): seals, verification, removal, search, and what it covers."""

import gzip
import json

import frappe
import pytest
from frappe.core.doctype.activity_log.activity_log import add_authentication_log
from frappe.utils import add_days, add_to_date, now_datetime

from meeting_crm.administration import log_coverage, log_removal, log_seals, log_search, people, rights, self_check
from meeting_crm.core.log import log, log_many
from meeting_crm.tests import factories
from meeting_crm.tests.factories import make_user, unique

pytestmark = pytest.mark.usefixtures("site")
LOG, SEAL = "Meeting Operation Log", "Meeting Log Seal"


@pytest.fixture
def sealed():
	"""Three rows of their own in two seals. Sealing commits; what was broken is mended afterwards, so that other tests find a
	whole log."""
	kept = {}
	mark = unique("Sealed ")
	log_seals.seal_pending(seconds=30)
	log_many((mark, "Meeting Customer", f"{mark}-{number}", {"a": 1}, {"a": 2}) for number in range(2))
	log_seals.seal_pending(seconds=30)
	log(mark, "Meeting Customer", f"{mark}-2")
	log_seals.seal_pending(seconds=30)
	names = frappe.get_all(LOG, {"operation": mark}, pluck="name", order_by="reference_name asc")
	for doctype in (LOG, SEAL):
		kept[doctype] = frappe.db.sql(f"select * from `tab{doctype}`", as_dict=True)
	yield names
	frappe.db.rollback()
	for doctype, rows in kept.items():
		frappe.db.delete(doctype)
		frappe.db.bulk_insert(doctype, list(rows[0]), [list(row.values()) for row in rows])
	frappe.db.commit()


def findings() -> list[tuple]:
	return [(found["kind"], found["row"]) for found in log_seals.verify()["findings"]]


def test_an_untouched_log_verifies(sealed):
	answer = log_seals.verify()
	assert answer["is_whole"], answer["findings"]
	assert answer["rows"] >= 3 and answer["head"]["hash"]
	assert len({frappe.db.get_value(LOG, name, "seal") for name in sealed}) == 2


@pytest.mark.parametrize("field", ["after", "user", "happened_on", "reference_name", "operation", "ip_address"])
def test_a_changed_row_is_named(sealed, field):
	"""Case 58."""
	value = add_days(now_datetime(), -1) if field == "happened_on" else "forged"
	frappe.db.sql(f"update `tab{LOG}` set `{field}` = %s where name = %s", (value, sealed[0]))
	assert findings() == [("changed", sealed[0])]


def test_a_deleted_row_one_put_back_changed_and_a_deleted_seal_are_named(sealed):
	"""Case 58."""
	row = frappe.db.sql(f"select * from `tab{LOG}` where name = %s", sealed[1], as_dict=True)[0]
	frappe.db.sql(f"delete from `tab{LOG}` where name = %s", sealed[1])
	assert findings() == [("deleted", sealed[1])]
	row["after"] = "{}"
	frappe.db.bulk_insert(LOG, list(row), [list(row.values())])
	assert findings() == [("changed", sealed[1])]
	number = frappe.db.get_value(LOG, sealed[2], "seal")
	frappe.db.delete(SEAL, {"number": number})
	assert any(found["kind"] == "missing seal" and found["seal"] == number for found in log_seals.verify()["findings"])


def test_swapped_seals_are_named(sealed):
	"""Case 58."""
	first, second = (frappe.db.get_value(LOG, name, "seal") for name in (sealed[0], sealed[2]))
	frappe.db.sql(f"update `tab{SEAL}` set number = 0 where number = %s", first)
	frappe.db.sql(f"update `tab{SEAL}` set number = %s where number = %s", (first, second))
	frappe.db.sql(f"update `tab{SEAL}` set number = %s where number = 0", second)
	assert {found["seal"] for found in log_seals.verify()["findings"]} >= {first, second}


def test_a_row_taken_out_of_its_seal_does_not_hide(sealed):
	frappe.db.sql(f"update `tab{LOG}` set seal = 0 where name = %s", sealed[0])
	assert ("deleted", sealed[0]) in findings()


def test_a_rolled_back_row_leaves_no_leaf():
	"""Case 60."""
	log_seals.seal_pending(seconds=30)
	log(unique("Undone "), "Meeting Customer", "x")
	frappe.db.rollback()
	assert log_seals.seal_pending(seconds=30) == 0


def test_a_clock_set_back_does_not_hurt(sealed):
	"""Case 63: seals go by their number, whatever the clock says."""
	frappe.db.sql(f"update `tab{SEAL}` set sealed_on = %s order by number desc limit 1", add_days(now_datetime(), -9))
	assert log_seals.verify()["is_whole"]


def test_nobody_deletes_a_line_not_even_with_every_right(sealed):
	"""Case 62: whatever the permission manager says."""
	for flags in ({}, {"ignore_permissions": True}, {"force": True}):
		with pytest.raises(frappe.ValidationError):
			frappe.delete_doc(LOG, sealed[0], **flags)
	seal = frappe.get_doc(SEAL, {"number": 1})
	with pytest.raises(frappe.ValidationError):
		seal.delete()


# removal


@pytest.fixture
def old_rows():
	mark = unique("Old ")
	log_many((mark, "Meeting Customer", f"{mark}-{number}", None, {"n": number}) for number in range(4))
	frappe.db.sql(
		f"update `tab{LOG}` set happened_on = %s where operation = %s and reference_name like '%%-0' or operation = %s and reference_name like '%%-1'",
		(add_days(now_datetime(), -400), mark, mark),
	)
	log_seals.seal_pending(seconds=30)
	return mark


def test_removal_by_order_leaves_a_record_and_everything_else_verifies(old_rows):
	"""Case 61."""
	administrator = make_user(None, "System Manager")
	frappe.db.commit()
	frappe.set_user(administrator)
	answer = log_removal.remove_log(add_days(now_datetime(), -399), "年度归档", factories.PASSWORD)
	frappe.set_user("Administrator")
	assert answer["rows"] >= 2
	assert frappe.db.count(LOG, {"operation": old_rows}) == 2
	checked = log_seals.verify()
	assert checked["is_whole"], checked["findings"]
	assert checked["removed"] >= 2
	removal = frappe.get_doc("Meeting Log Removal", answer["removal"])
	assert (removal.removed_by, removal.reason, removal.row_count) == (administrator, "年度归档", answer["rows"])
	with gzip.open(frappe.get_site_path("private", "files", removal.archive.rsplit("/", 1)[1]), "rt") as file:
		archived = [json.loads(line) for line in file]
	assert len(archived) == answer["rows"]
	assert sum(row["operation"] == old_rows for row in archived) == 2
	assert frappe.db.exists(LOG, {"operation": "Log Removed", "reference_name": removal.name})
	with pytest.raises(frappe.ValidationError):
		removal.delete()
	frappe.db.sql("update `tabMeeting Log Removal` set reason = 'x' where name = %s", removal.name)
	assert "removal" in [kind for kind, _row in findings()]
	frappe.db.rollback()
	frappe.db.commit()


def test_removal_is_refused_to_level_2_with_a_wrong_password_and_for_the_last_months():
	"""Case 62."""
	frappe.set_user(make_user(None, "Meeting Administrator"))
	with pytest.raises(frappe.PermissionError):
		log_removal.remove_log(add_days(now_datetime(), -400), "Grund", factories.PASSWORD)
	frappe.set_user(make_user(None, "System Manager"))
	with pytest.raises(frappe.PermissionError):
		log_removal.remove_log(add_days(now_datetime(), -400), "Grund", "wrong")
	with pytest.raises(frappe.ValidationError, match="180"):
		log_removal.remove_log(add_days(now_datetime(), -20), "Grund", factories.PASSWORD)


# coverage


def last(operation: str, doctype: str, name: str) -> dict:
	rows = frappe.get_all(
		LOG,
		{"operation": operation, "reference_doctype": doctype, "reference_name": name},
		["before", "after", "user"],
		order_by="happened_on desc",
		limit=1,
	)
	assert rows, f"no {operation} of {doctype} {name}"
	return rows[0]


def test_accounts_roles_rights_workflow_and_settings_are_logged():
	user = make_user()
	people.change_person(user, roles=["Meeting Salesperson", "Meeting Finance"])
	assert "Meeting Finance" in last("Changed", "User", user).after
	right = rights.set_right(user, "Meeting Contact", "delete", "Remove", "试用期")
	assert right["has"] == 0
	assert (
		"试用期"
		in frappe.get_all(
			LOG, {"reference_doctype": "Meeting Personal Right"}, pluck="after", order_by="happened_on desc"
		)[0]
	)
	workflow = frappe.get_doc("Workflow", "Meeting Claim")
	workflow.override_status = 1 - workflow.override_status
	workflow.save()
	assert "override_status" in last("Changed", "Workflow", "Meeting Claim").after
	settings = frappe.get_doc("System Settings")
	settings.minimum_password_score = "3" if settings.minimum_password_score != "3" else "4"
	settings.flags.ignore_mandatory = True
	settings.save()
	assert "minimum_password_score" in last("Changed", "System Settings", "System Settings").after


def test_secrets_are_not_logged():
	user = make_user()
	doc = frappe.get_doc("User", user)
	doc.new_password, doc.api_key, doc.api_secret = "Kx7m-Pq2w-Rt9z", "key", "secret-of-the-key"
	doc.save()
	everything = str(frappe.get_all(LOG, {"reference_doctype": "User", "reference_name": user}, ["before", "after"]))
	assert "Kx7m-Pq2w-Rt9z" not in everything and "secret-of-the-key" not in everything


def test_signing_in_and_out_and_refusals_are_logged():
	user = make_user()
	for operation, status, expected in (
		("Login", "Success", log_coverage.SIGNED_IN),
		("Login", "Failed", log_coverage.REFUSED),
		("Logout", "Success", log_coverage.SIGNED_OUT),
	):
		add_authentication_log("because", user, operation, status)
		last(expected, "User", user)


# search


def test_the_log_is_found_by_company_person_day_and_kind():
	holder = make_user()
	project = factories.make_project(holder)
	name = unique("检索企业")
	claim = factories.make_claim(project, holder, factories.make_enterprise(name))
	frappe.get_doc({"doctype": "Meeting Contact", "customer": claim.customer, "person_name": "检索人"}).insert()
	other = factories.make_enterprise()
	for company in (name, claim.enterprise):
		found = log_search.search(company=company)["rows"]
		kinds = {row["reference_doctype"] for row in found}
		assert {"Meeting Contact", "Meeting Claim", "Meeting Enterprise"} <= kinds
		assert other not in {row["reference_name"] for row in found}
	frappe.set_user(holder)
	contact = frappe.get_doc({"doctype": "Meeting Contact", "customer": claim.customer, "person_name": "本人"}).insert()
	frappe.set_user("Administrator")
	own = log_search.search(person=holder, kind="Records")["rows"]
	assert contact.name in {row["reference_name"] for row in own}
	tomorrow = add_days(now_datetime(), 1).date()
	assert not log_search.search(first_day=tomorrow)["rows"]
	assert log_search.search(last_day=now_datetime().date(), company=name)["rows"]


def test_a_line_is_a_sentence_with_before_and_after_side_by_side():
	department = frappe.get_doc("Meeting Department", factories.make_department())
	manager = make_user(None, "Meeting Manager")
	department.manager = manager
	department.save()
	row = next(
		row
		for row in log_search.search(kind="People and Rights")["rows"]
		if row["reference_name"] == department.name and row["changes"][0]["after"] == frappe.utils.get_fullname(manager)
	)
	assert row["sentence"] == f"Administrator changed Department {department.name}"
	assert row["changes"] == [{"label": "Manager", "before": "", "after": frappe.utils.get_fullname(manager)}]


def test_an_export_ends_with_the_newest_seal_and_holds_no_formula():
	log("=1+1", "Meeting Customer", "x", after={"note": "=HYPERLINK(1)"})
	log_seals.seal_pending(seconds=30)
	text = log_search.export(kind="Records")
	assert log_seals.get_head()["hash"] in text.splitlines()[-1]
	assert '"=1+1"' not in text and '"\'=1+1"' in text


def test_looking_is_in_the_log_once():
	user = make_user(None, "Meeting Administrator")
	frappe.set_user(user)
	for _time in range(2):
		log_search.note_search({"company": "某企业", "person": ""})
	frappe.set_user("Administrator")
	assert frappe.db.count(LOG, {"operation": "Log Searched", "user": user}) == 1


def test_an_auditor_reads_the_log_and_changes_nothing():
	auditor = make_user(None, "Meeting Auditor")
	frappe.set_user(auditor)
	for doctype in (LOG, SEAL, "Meeting Log Removal", "Meeting Personal Right", "Meeting User Group", "Activity Log"):
		assert frappe.has_permission(doctype, "read"), doctype
		for verb in ("write", "create", "delete"):
			assert not frappe.has_permission(doctype, verb), (doctype, verb)


def test_the_self_check_tells_what_is_met_and_what_to_do():
	rows = self_check.check_all()
	assert len(rows) == len(self_check.CHECKS)
	assert all(row["duty"] and row["state"] and row["how"] for row in rows)
	before = {row["duty"]: row["is_met"] for row in rows}
	frappe.db.set_single_value("System Settings", "allow_consecutive_login_attempts", 0)
	duty = self_check.check_attempts()
	assert not duty.is_met
	frappe.db.set_single_value("System Settings", "allow_consecutive_login_attempts", 5)
	assert self_check.check_attempts().is_met
	assert duty.duty in before
	frappe.db.sql(f"update `tab{LOG}` set seal = 0, happened_on = %s limit 1", add_to_date(now_datetime(), hours=-1))
	assert not self_check.check_seals().is_met

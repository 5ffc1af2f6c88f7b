"""Sharing a file (C8): to the second, with all that hangs on it, ended at once, and told."""

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from meeting_crm.claims import service as claims
from meeting_crm.claims.service import make_claim
from meeting_crm.claims.upkeep import checker
from meeting_crm.customers import permissions, sharing
from meeting_crm.customers import service as customers
from meeting_crm.tests.factories import make_department, make_enterprise, make_project, make_user, unique
from support.rest import error_of

API = "meeting_crm.customers.api."


@pytest.fixture(scope="module")
def people(site):
	manager = make_user(None, "Meeting Manager")
	names = {
		"manager": manager,
		"holder": make_user(department=make_department(manager=manager)),
		"colleague": make_user(),
		"other": make_user(),
		"logistics": make_user(None, "Meeting Logistics"),
	}
	frappe.db.commit()
	return names


@pytest.fixture
def file(people):
	claim = make_claim(make_project(people["holder"]), make_enterprise(), people["holder"], "Pool")
	frappe.db.commit()
	return claim.customer


def reads(client, file: str) -> bool:
	return client.resource("GET", "Meeting Customer", file).status_code == 200


def lists(client, doctype: str, **filters) -> list:
	answer = client.call("frappe.client.get_list", doctype=doctype, filters=filters, fields=["name"])
	return answer.json().get("message", [])


def test_a_share_reaches_all_that_hangs_on_the_file_and_ends_at_once(rest, people, file):
	holder, colleague = rest(people["holder"]), rest(people["colleague"])
	assert not reads(colleague, file)
	rows = holder.result(API + "share", customer=file, users=[people["colleague"], people["other"]])
	assert {row["user"] for row in rows if row["shared"]} == {people["colleague"], people["other"]}
	assert reads(colleague, file)
	assert lists(colleague, "Meeting Customer", name=file) and lists(colleague, "Meeting Contact", customer=file)
	assert colleague.call(API + "add_remark", customer=file, note="x").status_code == 403
	holder.result(API + "share", customer=file, users=[people["colleague"]], write=1)
	colleague.result(API + "add_remark", customer=file, note="从同事处了解到新情况")
	holder.result(API + "unshare", customer=file, user=people["colleague"])
	assert not reads(colleague, file)
	assert not lists(colleague, "Meeting Customer", name=file)
	assert not lists(colleague, "Meeting Contact", customer=file)


def test_a_share_is_void_from_the_second_it_runs_out(rest, people, file, wait_until):
	holder, colleague = rest(people["holder"]), rest(people["colleague"])
	until = add_to_date(now_datetime().replace(microsecond=0), seconds=4)
	holder.result(API + "share", customer=file, users=[people["colleague"]], until=str(until))
	assert reads(colleague, file)
	wait_until(lambda: now_datetime() >= until, timeout=10)
	assert not lists(colleague, "Meeting Customer", name=file)
	assert not reads(colleague, file)
	assert colleague.call("frappe.desk.form.load.getdoc", doctype="Meeting Customer", name=file).status_code == 403
	assert not frappe.db.exists("DocShare", {"share_name": file, "user": people["colleague"]})
	log = frappe.get_all("Meeting Operation Log", {"reference_name": file}, pluck="operation")
	assert "Shared" in log and "Share Ended" in log


def test_the_clock_decides_even_before_anything_tidies_up(people, file):
	frappe.set_user(people["holder"])
	sharing.share("Meeting Customer", file, [people["colleague"]], until=add_to_date(now_datetime(), days=1))
	assert permissions.can_read(file, people["colleague"])
	frappe.db.set_value(
		"DocShare", {"share_name": file}, "meeting_shared_until", add_to_date(now_datetime(), seconds=-1)
	)
	assert not permissions.can_read(file, people["colleague"])
	assert file not in permissions.get_shared_names("Meeting Customer", people["colleague"])


def test_the_desks_own_share_dialog_works(rest, people, file):
	holder, colleague = rest(people["holder"]), rest(people["colleague"])
	holder.result("frappe.share.add", doctype="Meeting Customer", name=file, user=people["colleague"], read=1)
	assert reads(colleague, file)
	holder.result(
		"frappe.share.set_permission",
		doctype="Meeting Customer",
		name=file,
		user=people["colleague"],
		permission_to="read",
		value=0,
	)
	assert not reads(colleague, file)


def test_other_roles_read_a_shared_file_too(rest, people, file):
	rest(people["holder"]).result(API + "share", customer=file, users=[people["logistics"]])
	client = rest(people["logistics"])
	assert reads(client, file)
	assert lists(client, "Meeting Contact", customer=file)
	assert client.result("meeting_crm.customer_file.api.get_cockpit", verb="GET", customer=file)["people"]
	assert client.result("meeting_crm.customer_file.api.get_timeline", verb="GET", customer=file)["entries"]


def test_who_sees_it_and_why(rest, people, file):
	rest(people["holder"]).result(API + "share", customer=file, users=[people["colleague"]])
	rows = rest(people["manager"]).result(API + "get_access", verb="GET", customer=file)
	why = {row["user"]: (row["why"], row["right"]) for row in rows}
	assert why[people["holder"]] == ("Holds the customer", "write")
	assert why[people["manager"]][0].startswith("Leads ")
	assert why[people["colleague"]][0].startswith("Shared by ")
	assert why[None][1] == "write"
	for user in (people["holder"], people["manager"], people["colleague"]):
		assert permissions.can_read(file, user)


def test_people_are_told(rest, people, file):
	rest(people["holder"]).result(API + "share", customer=file, users=[people["colleague"]])
	frappe.db.rollback()
	assert frappe.get_all("Notification Log", {"for_user": people["colleague"], "document_name": file})


@pytest.mark.parametrize(
	("values", "words"),
	[
		({"users": []}, "Nobody is chosen"),
		({"users": ["nobody@test.meeting"]}, "is no active user"),
		({"users": ["Guest"]}, "is no active user"),
		({"users": ["colleague"], "until": "2020-01-01 00:00:00"}, "past already"),
	],
)
def test_bad_shares_are_refused_in_plain_words(rest, people, file, values, words):
	users = [people.get(user, user) for user in values["users"]]
	answer = rest(people["holder"]).call(API + "share", **{**values, "customer": file, "users": users})
	assert answer.status_code == 417, answer.text
	assert words in error_of(answer)


def test_social_relations_stay_private_until_they_are_submitted(rest, people):
	client, stranger = rest(people["holder"]), rest(people["other"])
	project = make_project(people["holder"])
	frappe.db.commit()
	name = unique("私交企业")
	file = client.resource(
		"POST", "Meeting Customer", json={"customer_name": name, "category": "Social Relation"}
	).json()["data"]["name"]
	check = "meeting_crm.entry.api.check_duplicates"
	assert not [row for row in stranger.result(check, text=name) if row["enterprise_name"] == name]
	answer = client.call("meeting_crm.entry.api.submit_to_database", customer=file, project=project)
	assert answer.status_code == 417 and "Landline is missing" in error_of(answer)
	client.resource(
		"PUT", "Meeting Customer", file,
		json={"profile": "老朋友", "landline": "010-62345678", "mobile": "13800138000", "email": "a@example.com"},
	)  # fmt: skip
	client.resource("POST", "Meeting Contact", json={"customer": file, "person_name": "老友", "position": "总经理"})
	entered = client.result("meeting_crm.entry.api.submit_to_database", customer=file, project=project)
	assert entered["customer"] == file and entered["claim"]
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Customer", file, ["category", "enterprise", "project"]) == (
		"Intended", entered["enterprise"], project,
	)  # fmt: skip
	assert [row["status"] for row in stranger.result(check, text=name) if row["enterprise_name"] == name] == [
		"In Negotiation"
	]
	assert client.call("meeting_crm.entry.api.submit_to_database", customer=file).status_code == 417


def test_intended_customers_are_not_typed_in(rest, people):
	answer = rest(people["holder"]).resource("POST", "Meeting Customer", json={"customer_name": "某某有限公司"})
	assert answer.status_code == 417
	assert "entry form" in error_of(answer)


def test_files_are_reviewed_where_administrators_ask_for_it(rest, people):
	frappe.db.set_single_value("Meeting Customer Settings", "review_new_files", 1)
	try:
		claim = make_claim(make_project(people["holder"]), make_enterprise(), people["holder"], "Pool")
		frappe.db.commit()
		assert frappe.db.get_value("Meeting Customer", claim.customer, "review_status") == "Pending"
		assert (
			rest(people["holder"]).call(API + "review", customer=claim.customer, decision="Approved").status_code == 403
		)
		administrator = rest(make_user(None, "Meeting Administrator"))
		administrator.result(API + "review", customer=claim.customer, decision="Rejected")
		frappe.db.rollback()
		assert frappe.db.get_value("Meeting Customer", claim.customer, "review_status") == "Rejected"
		assert frappe.get_all("Notification Log", {"for_user": people["holder"], "document_name": claim.customer})
	finally:
		frappe.db.set_single_value("Meeting Customer Settings", "review_new_files", 0)
		frappe.db.commit()


def test_deletion_is_asked_for_and_decided(rest, people, file):
	client = rest(people["holder"])
	administrator = rest(make_user(None, "Meeting Administrator"))
	asked = client.result(API + "request_deletion", customer=file, reason="重复")
	administrator.result(API + "decide_deletion", request=asked, approve=0, answer="还在谈")
	private = client.resource(
		"POST", "Meeting Customer", json={"customer_name": "旧友甲", "category": "Social Relation"}
	).json()["data"]["name"]
	contact = client.resource("POST", "Meeting Contact", json={"customer": private, "person_name": "旧友"})
	assert client.resource("DELETE", "Meeting Customer", private).status_code == 403
	request = client.result(API + "request_deletion", customer=private, reason="不再联系")
	assert client.result(API + "request_deletion", customer=private, reason="不再联系") == request
	assert client.call(API + "decide_deletion", request=request, approve=1).status_code == 403
	administrator.result(API + "decide_deletion", request=request, approve=1)
	frappe.db.rollback()
	assert not frappe.db.exists("Meeting Customer", private)
	assert not frappe.db.exists("Meeting Contact", contact.json()["data"]["name"])
	assert administrator.call(API + "decide_deletion", request=request, approve=0).status_code == 417
	assert administrator.resource("DELETE", "Meeting Customer", file).status_code in (409, 417)


def test_the_deletion_of_a_claimed_file_ends_its_protection_and_keeps_history(rest, people, file):
	client, administrator = rest(people["holder"]), rest(make_user(None, "Meeting Administrator"))
	request = client.result(API + "request_deletion", customer=file, reason="公司注销")
	administrator.result(API + "decide_deletion", request=request, approve=1)
	frappe.db.rollback()
	assert frappe.get_all("Meeting Claim", {"customer": file}, pluck="phase") == ["Ended"]
	assert client.resource("GET", "Meeting Customer", file).status_code == 403
	assert administrator.resource("GET", "Meeting Customer", file).status_code == 200
	assert [row for row in checker.check()["findings"] if row["name"] == file] == []


def test_the_category_follows_the_claim_while_somebody_holds_it(rest, people, file):
	holder = rest(people["holder"])
	answer = holder.resource("PUT", "Meeting Customer", file, json={"category": "Supplier"})
	assert answer.status_code in (403, 417) and "follows its claim" in error_of(answer), answer.text[:300]
	frappe.db.rollback()
	claims.release(frappe.db.get_value("Meeting Claim", {"customer": file}), "不做了")
	frappe.db.commit()
	administrator = rest(make_user(None, "Meeting Administrator"))
	assert administrator.resource("PUT", "Meeting Customer", file, json={"category": "Supplier"}).status_code == 200


def test_the_file_of_a_signed_company_stays(rest, people, file):
	client, administrator = rest(people["holder"]), rest(make_user(None, "Meeting Administrator"))
	claim = frappe.db.get_value("Meeting Claim", {"customer": file})
	claims.sign(claim, payment="PAY-1")
	frappe.db.commit()
	request = client.result(API + "request_deletion", customer=file, reason="重复")
	answer = administrator.call(API + "decide_deletion", request=request, approve=1)
	assert answer.status_code == 409 and "was signed in" in error_of(answer)
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Deletion Request", request, "status") == "Pending"
	assert frappe.db.get_value("Meeting Customer", file, "holder") == people["holder"]


def test_entry_and_claim_times_stand_on_the_file_for_its_lists(people, file):
	row = frappe.db.get_value("Meeting Customer", file, ["project", "protected_until", "claimed_on"], as_dict=True)
	claim = frappe.get_doc("Meeting Claim", {"customer": file})
	assert (row.project, row.protected_until, row.claimed_on) == (
		claim.project,
		claim.protected_until,
		claim.claimed_on,
	)


def test_the_story_of_a_file_says_what_changed_and_what_protection_did(rest, people, file):
	holder = rest(people["holder"])
	for address in ("解放路1号", "人民路" * 60):
		holder.result(
			"frappe.client.set_value", doctype="Meeting Customer", name=file, fieldname="address", value=address
		)
	customers.set_holder(file, people["colleague"])
	frappe.db.commit()
	entries = holder.result("meeting_crm.customer_file.api.get_timeline", verb="GET", customer=file)["entries"]
	held, moved, written = (entry["changes"][0] for entry in entries if entry.get("changes"))
	assert (held["before"], held["after"]) == tuple(
		frappe.utils.get_fullname(people[name]) for name in ("holder", "colleague")
	)
	assert (written["before"], written["after"]) == ("", "解放路1号")
	assert moved["before"] == "解放路1号" and moved["after"].endswith("人民路人…")
	[claimed] = (entry for entry in entries if entry["kind"] == "protection")
	assert claimed["text"].startswith("Pool; protected until ")


def test_a_link_that_is_left_half_typed_is_answered_like_a_foreign_one(rest, site):
	"""While somebody types a name, the link asks for what stands there so far; nothing of it opens a message."""
	holder, stranger = make_user(), make_user()
	file = make_claim(make_project(holder), make_enterprise(), holder, "Pool").customer
	frappe.db.commit()

	def ask(user, name, **more):
		answer = rest(user).call("frappe.client.validate_link", doctype="Meeting Customer", docname=name, **more)
		return answer.status_code, answer.json()

	assert ask(holder, file) == (200, {"message": {"name": file}})
	assert ask(holder, file, fields='["customer_name"]')[1]["message"]["customer_name"]
	for fields in ({}, {"fields": '["mobile"]'}):
		assert ask(stranger, file, **fields) == ask(stranger, "测试企业", **fields) == (200, {"message": {}})


def test_a_shared_reader_is_not_told_that_a_held_company_is_free(rest, people, file):
	rest(people["holder"]).result(API + "share", customer=file, users=[people["colleague"]])
	state = rest(people["colleague"]).result("meeting_crm.customer_file.api.get_cockpit", verb="GET", customer=file)
	assert state["claims"] == []
	assert [set(row) for row in state["held_in"]] == [{"project_name", "status"}]
	assert state["held_in"][0]["status"] == "In Negotiation"
	assert not any(row["may_create"] for row in state["related"])
	assert state["may"] == {"write": False, "share": False, "enter": False}

"""The main job over REST, as real roles: set up a project, check, enter, claim, extend, lose, sign."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from meeting_crm.tests.factories import entry_form, make_user, unique
from support.rest import error_of
from support.story import let_protection_end, make_contract, pool, rows_of


@pytest.fixture
def people(rest):
	roles = {
		"admin": "Meeting Administrator",
		"manager": "Meeting Manager",
		"zhang": "Meeting Salesperson",
		"li": "Meeting Salesperson",
		"outsider": "Meeting Salesperson",
	}
	return {who: make_user(unique(who), role) for who, role in roles.items()}


@pytest.fixture
def project(rest, people):
	answer = rest(people["admin"]).resource(
		"POST",
		"Meeting Project",
		json={
			"project_name": unique("冷链大会"),
			"start_date": nowdate(),
			"end_date": add_days(nowdate(), 60),
			"max_extensions": 1,
			"members": [{"user": people[who], "manager": people["manager"]} for who in ("zhang", "li")],
		},
	)
	assert answer.status_code == 200, error_of(answer)
	return answer.json()["data"]["name"]


def test_a_company_from_entry_to_signature(rest, people, project):
	zhang, li = rest(people["zhang"]), rest(people["li"])
	name = f"青岛{unique()}冷链物流有限公司"

	assert not [
		row
		for row in zhang.result("meeting_crm.entry.api.check_duplicates", text=name)
		if row["enterprise_name"] == name
	]
	entered = zhang.result("meeting_crm.entry.api.enter", project=project, customer=entry_form(name))
	assert set(entered) >= {"customer", "enterprise", "claim", "protected_until"}

	(row,) = rows_of(li, name, project)
	assert (row["status"], row["claimable"]) == ("In Negotiation", False)
	assert "holder" not in row and people["zhang"] not in str(row)

	again = li.call("meeting_crm.entry.api.enter", project=project, customer=entry_form(name))
	assert again.status_code == 409 and name in error_of(again)
	taken = li.call("meeting_crm.claims.api.claim", project=project, enterprise=entered["enterprise"])
	assert taken.status_code == 409

	extended = zhang.result("meeting_crm.claims.api.extend", claim=entered["claim"], reason="客户下周开会决定")
	assert extended["protected_until"] > entered["protected_until"]
	used_up = zhang.call("meeting_crm.claims.api.extend", claim=entered["claim"], reason="再等一天")
	assert used_up.status_code == 417 and "1" in error_of(used_up)

	let_protection_end(entered["claim"])
	(row,) = rows_of(li, name, project)
	assert (row["status"], row["claimable"]) == ("Uncontacted", True)
	assert name in [row["enterprise_name"] for row in pool(li, project, name)]
	assert set(pool(li, project, name)[0]) <= {"enterprise", "enterprise_name", "region", "segment"}

	claimed = li.result("meeting_crm.claims.api.claim", project=project, enterprise=entered["enterprise"])
	assert li.resource("GET", "Meeting Customer", claimed["customer"]).json()["data"]["customer_name"] == name
	assert zhang.resource("GET", "Meeting Customer", claimed["customer"]).status_code == 403
	assert zhang.resource("GET", "Meeting Customer", entered["customer"]).status_code == 200
	assert zhang.resource("PUT", "Meeting Customer", entered["customer"], json={"profile": "x"}).status_code == 403

	contract = make_contract(li, claimed["customer"], project)
	state = li.resource("GET", "Meeting Claim", claimed["claim"]).json()["data"]
	assert (state["workflow_state"], state["contract"]) == ("Signed", contract)
	(row,) = rows_of(zhang, name, project)
	assert row["status"] == "Signed"
	let_protection_end(claimed["claim"])
	assert rows_of(zhang, name, project)[0]["status"] == "Signed", "a signed claim does not run out"


def test_a_dead_deal_goes_to_the_pool_and_outsiders_only_look(rest, people, project):
	zhang, outsider = rest(people["zhang"]), rest(people["outsider"])
	name = f"大连{unique()}化工有限公司"
	entered = zhang.result("meeting_crm.entry.api.enter", project=project, customer=entry_form(name))
	zhang.result("meeting_crm.claims.api.mark_dead", claim=entered["claim"], reason="公司停业")
	assert rows_of(zhang, name, project)[0]["status"] == "Uncontacted"
	refused = outsider.call("meeting_crm.claims.api.claim", project=project, enterprise=entered["enterprise"])
	assert refused.status_code == 403
	assert not any(row["claimable"] for row in outsider.result("meeting_crm.entry.api.check_duplicates", name=name))


def test_administrators_edit_every_file_and_the_log_tells(rest, people, project):
	zhang, admin, li = rest(people["zhang"]), rest(people["admin"]), rest(people["li"])
	entered = zhang.result(
		"meeting_crm.entry.api.enter", project=project, customer=entry_form(f"{unique('公司')}有限公司")
	)
	assert li.resource("GET", "Meeting Customer", entered["customer"]).status_code == 403
	changed = admin.resource("PUT", "Meeting Customer", entered["customer"], json={"profile": "管理员补充"})
	assert changed.status_code == 200, error_of(changed)
	frappe.db.rollback()
	log = frappe.get_all(
		"Meeting Operation Log",
		filters={"reference_name": entered["customer"], "user": people["admin"]},
		fields=["operation", "before", "after", "ip_address"],
		order_by="happened_on desc",
	)
	assert log[0].operation == "Changed" and "管理员补充" in log[0].after and log[0].ip_address == "127.0.0.1"
	assert li.resource("GET", "Meeting Operation Log").status_code == 403

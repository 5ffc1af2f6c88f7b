"""Figures of the director and the work of finance, each compared with a plain reckoning of its own."""

from urllib.parse import parse_qs, urlsplit

import frappe
import pytest
from frappe.desk.query_report import run as run_report
from frappe.utils import add_days, add_to_date, now_datetime, nowdate

from meeting_crm.claims import service
from meeting_crm.contracts import api, receivables
from meeting_crm.contracts.permissions import contract_condition
from meeting_crm.tests import factories
from support.sales import make_contract, upload


@pytest.fixture
def team(site):
	manager = factories.make_user(None, "Meeting Manager")
	user = factories.make_user(department=factories.make_department(manager=manager))
	last = factories.make_project(user, start_date=add_days(nowdate(), -300), end_date=add_days(nowdate(), -290))
	project = factories.make_project(user, end_date=add_days(nowdate(), 20), previous_project=last)
	return manager, user, project


def sign(user, project, amount, days_ago=0, paid=0, due=None):
	claim = factories.make_claim(project, user)
	frappe.set_user(user)
	plan = [
		{"label": f"第{number}期", "due_on": add_days(nowdate(), -days), "amount": part}
		for number, (days, part) in enumerate(due or (), start=1)
	]
	contract = make_contract(claim, amount=amount, signed_on=add_days(nowdate(), -days_ago), plan=plan).insert()
	contract.submit()
	if paid:
		name = api.register_payment(claim.name, paid, nowdate(), contract=contract.name)["payment"]
		frappe.set_user("Administrator")
		api.confirm_payment(name)
	frappe.set_user("Administrator")
	return contract


def get_figures(user, project=None):
	frappe.set_user(user)
	return api.get_director_figures(add_days(nowdate(), -30), nowdate(), project)


def test_signed_received_outstanding_and_overdue(team):
	manager, user, project = team
	sign(user, project, 10000, paid=4000, due=((40, 3000), (1, 3000), (0, 4000)))
	sign(user, project, 5000, days_ago=3)
	sign(user, project, 700, days_ago=31)
	figures = get_figures(manager, project)
	assert (figures["signed"], figures["number"], figures["received"]) == (15000, 2, 4000)
	assert (figures["outstanding"], figures["overdue"]) == (11700, 2000 + 700 * (31 > 30))
	assert [row["amount"] for row in figures["ages"]] == [2700, 0, 0, 0]


def test_each_month_says_what_was_signed_and_received(team):
	manager, user, project = team
	sign(user, project, 10000, paid=4000)
	sign(user, project, 700, days_ago=32)
	months = {row["month"]: (row["signed"], row["received"]) for row in get_figures(manager, project)["months"]}
	assert len(months) == 12 and list(months)[-1] == nowdate()[:7]
	assert months[nowdate()[:7]] == (10000, 4000)
	assert months[str(add_days(nowdate(), -32))[:7]] == (700, 0)


def test_what_was_terminated_counts_what_is_kept(team):
	manager, user, project = team
	contract = sign(user, project, 10000, due=((40, 3000), (10, 7000)))
	api.terminate(contract.name, "退展", settled_amount=4000)
	figures = get_figures(manager, project)
	assert (figures["signed"], figures["outstanding"], figures["overdue"]) == (4000, 4000, 4000)
	rows = receivables.get_overdue_rows(contract_condition("Administrator"), nowdate(), project=project)
	assert [(row.label, row.unpaid, row.days) for row in rows] == [("第1期", 3000, 40), ("第2期", 1000, 10)]


def get_commission_base(user, **filters) -> list:
	frappe.set_user(user)
	return run_report("Meeting Commission Base", filters=filters)["result"]


def test_commissions_are_reckoned_from_what_came_in_less_what_went_back(team):
	manager, user, project = team
	contract = sign(user, project, 10000, paid=4000)
	sign(user, project, 500, paid=500)
	receipt = frappe.db.get_value("Meeting Payment Allocation", {"contract": contract.name}, "parent")
	api.refund(receipt, 1500, "展位缩小")
	for reader in (manager, user):
		for group_by in ("Salesperson", "Project", "Month"):
			(row,) = get_commission_base(
				reader, group_by=group_by, project=project, from_date=nowdate(), to_date=nowdate()
			)
			assert (row["number"], row["received"], row["refunded"], row["base"]) == (3, 4500, 1500, 3000)
	assert get_commission_base(manager, project=project, from_date=add_days(nowdate(), 1)) == []
	assert get_commission_base(factories.make_user(), project=project) == []


def test_each_row_of_a_comparison_leads_to_the_records_it_counts(team):
	manager, user, project = team
	sign(user, project, 1000)
	sign(user, project, 2000, days_ago=40)
	frappe.set_user(manager)
	for filters, number in (
		({"group_by": "Salesperson", "project": project}, 2),
		({"group_by": "Month", "from_date": add_days(nowdate(), -5), "project": project}, 1),
		({"group_by": "Contract Kind", "to_date": add_days(nowdate(), -40), "project": project}, 1),
	):
		(row,) = run_report("Meeting Contract Overview", filters=filters)["result"]
		address = urlsplit(row["records"])
		assert address.path == "/app/meeting-contract"
		asked = {key: values[0] for key, values in parse_qs(address.query).items()}
		found = frappe.get_list(
			"Meeting Contract",
			{key: frappe.parse_json(text) if text.startswith("[") else text for key, text in asked.items()},
		)
		assert len(found) == row["number"] == number


def test_a_manager_sees_the_own_people_alone(team):
	manager, user, project = team
	sign(user, project, 1000)
	stranger = factories.make_user(None, "Meeting Manager")
	assert get_figures(manager, project)["signed"] == 1000
	assert get_figures(stranger, project)["signed"] == 0
	frappe.set_user(user)
	with pytest.raises(frappe.PermissionError):
		api.get_director_figures(nowdate(), nowdate())


def test_equal_amounts_share_a_rank_and_targets_stand_beside(team):
	manager, user, project = team
	second = factories.make_user(department=frappe.db.get_value("User", user, "meeting_department"))
	frappe.set_user("Administrator")
	doc = frappe.get_doc("Meeting Project", project)
	doc.append("members", {"user": second})
	doc.save()
	for person in (user, second):
		sign(person, project, 3000)
	frappe.get_doc({"doctype": "Meeting Sales Target", "user": user, "month": nowdate(), "amount": 6000}).insert()
	figures = get_figures(manager, project)
	assert [(row["signed"], row["rank"]) for row in figures["people"]] == [(3000, 1), (3000, 1)]
	assert {row["user"]: row["target"] for row in figures["people"]}[user] == 6000
	assert figures["months"][-1]["signed"] == 6000 and len(figures["months"]) == 12


def test_the_funnel_counts_a_company_once(team):
	manager, user, project = team
	sign(user, project, 1000, paid=10)
	factories.make_claim(project, user)
	funnel = {row["step"]: row["number"] for row in get_figures(manager, project)["funnel"]}
	assert (funnel["Claimed"], funnel["Signed"], funnel["Paid"], funnel["Quoted"]) == (2, 1, 1, 0)


def test_this_edition_stands_beside_the_last_one(team):
	manager, user, project = team
	sign(user, project, 1000)
	editions = get_figures(manager, project)["editions"]
	assert (editions["days_left"], editions["days"][-1]) == (20, 20)
	assert (editions["this"]["values"][-1], editions["last"]["values"][-1]) == (1000, 0)


def test_the_work_of_finance(team):
	_manager, user, project = team
	contract = sign(user, project, 10000, due=((5, 10000),))
	frappe.set_user(user)
	name = api.register_payment(contract.claim, 500, nowdate(), voucher=upload())["payment"]
	frappe.get_doc(
		{"doctype": "Meeting Invoice Title", "customer": contract.customer, "title": contract.enterprise_name}
	).insert()
	invoice = api.request_invoice(contract.name)["invoice"]
	frappe.set_user(factories.make_user(None, "Meeting Finance"))
	board = api.get_money_board()
	assert name in [row["name"] for row in board["to_confirm"]["rows"]]
	assert invoice in [row["name"] for row in board["to_issue"]["rows"]]
	assert contract.name in [row["contract"] for row in board["overdue"]["rows"]]
	assert board["conflicts"] is None
	frappe.set_user(user)
	with pytest.raises(frappe.PermissionError):
		api.get_money_board()


def test_what_was_lost_what_is_idle_and_how_long_a_signature_takes(team):
	manager, user, project = team
	claims = [factories.make_claim(project, user) for _number in range(6)]
	service.mark_dead(claims[0].name, "预算取消")
	service.mark_dead(claims[1].name, "预算取消")
	service.release(claims[2].name, "不合适")
	long_ago = add_to_date(now_datetime(), days=-10)
	for claim in claims[3:5]:
		frappe.db.set_value("Meeting Claim", claim.name, "claimed_on", long_ago)
	frappe.db.set_value(
		"Meeting Customer", claims[3].customer, "last_activity_on", add_to_date(now_datetime(), days=-1)
	)
	work = get_figures(manager, project)["work"]
	assert work["losses"] == {
		"started": 6,
		"ended": {"Dead": 2, "Released": 1},
		"reasons": [{"reason": "预算取消", "number": 2}],
	}
	assert work["idle"] == {"running": 2, "idle": 1, "days": 7}
	assert work["cycle"] == {"number": 0, "quartiles": None}
	for days, claim in zip((1, 2, 3, 6), [factories.make_claim(project, user) for _number in range(4)], strict=True):
		service.sign(claim.name, payment="paid")
		frappe.db.set_value("Meeting Claim", claim.name, "claimed_on", add_to_date(claim.claimed_on, days=-days))
	assert get_figures(manager, project)["work"]["cycle"] == {"number": 4, "quartiles": [1.2, 2.5, 5.2]}
	assert get_figures(factories.make_user(None, "Meeting Manager"), project)["work"]["losses"]["started"] == 0


def test_who_signed_last_time_and_again(team):
	manager, user, project = team
	last = frappe.db.get_value("Meeting Project", project, "previous_project")
	frappe.db.set_value("Meeting Project", last, "end_date", add_days(nowdate(), 1))
	companies = [factories.make_enterprise() for _number in range(3)]
	for company in companies:
		service.sign(factories.make_claim(last, user, company).name, payment="paid")
	service.sign(factories.make_claim(project, user, companies[0]).name, payment="paid")
	factories.make_claim(project, user, companies[1])
	assert get_figures(manager, project)["work"]["renewals"] == {"project": last, "before": 3, "again": 1}

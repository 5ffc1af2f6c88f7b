"""A signed contract is changed by a record, terminated or made void, and the claim behind it follows."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from meeting_crm.contracts import api
from meeting_crm.contracts.errors import ChangeError, NeedsManagerError, PlanMismatchError
from meeting_crm.customers.errors import AttachmentError
from meeting_crm.tests import factories
from support.sales import EXECUTABLE, make_contract, upload

ITEMS = [{"item_name": "展位", "quantity": 2, "rate": 5000, "fee_kind": "Publicity"}]


@pytest.fixture
def manager(site):
	return factories.make_user(None, "Meeting Manager")


@pytest.fixture
def held(manager):
	user = factories.make_user(department=factories.make_department(manager=manager))
	project = factories.make_project(user)
	return user, project, factories.make_claim(project, user)


@pytest.fixture
def contract(held):
	return sign(*held[::2], amount=10000)


def sign(user, claim, **values):
	frappe.set_user(user)
	contract = make_contract(claim, **values).insert()
	contract.submit()
	return contract


def change(contract, change_type="Amendment", **values):
	doc = api.make_change(contract.name, change_type)
	doc.update({"reason": "客户增减展位", **values})
	return doc.insert()


def receive(claim, amount, contract=None):
	finance = factories.make_user(None, "Meeting Finance")
	name = api.register_payment(claim.name, amount, nowdate(), contract and contract.name)["payment"]
	user = frappe.session.user
	frappe.set_user(finance)
	api.confirm_payment(name)
	frappe.set_user(user)
	return name


def phase(claim):
	return frappe.db.get_value("Meeting Claim", claim.name, "phase")


def test_a_change_begins_with_what_stands(contract):
	doc = api.make_change(contract.name)
	assert (doc.amount, doc.plan[0].amount, doc.customer) == (10000, 10000, contract.customer)


def test_a_larger_amount_with_its_supplement(contract):
	doc = change(
		contract, amount=12000, supplement=upload(), plan=[{"label": "全款", "due_on": nowdate(), "percentage": 100}]
	)
	doc.submit()
	contract.reload()
	assert doc.name == f"{contract.name}-B1"
	assert (contract.amount, contract.outstanding, contract.plan[0].amount) == (12000, 12000, 12000)
	assert [(row.purpose, row.note) for row in contract.files] == [("Signed", None), ("Supplement", doc.name)]
	assert (frappe.parse_json(doc.before)["amount"], frappe.parse_json(doc.after)["amount"]) == (10000, 12000)
	assert frappe.db.exists(
		"Meeting Operation Log", {"reference_name": contract.name, "after": ("like", f"%{doc.name}%")}
	)


def test_an_amount_does_not_change_without_paper(contract):
	with pytest.raises(ChangeError, match="signed supplement"):
		change(contract, amount=12000, plan=[]).submit()
	with pytest.raises(AttachmentError):
		change(contract, amount=12000, plan=[], supplement=upload("a.exe", EXECUTABLE)).submit()


def test_a_paper_that_somebody_also_hung_on_a_record_never_saved_is_read(held, contract, manager):
	"""Equal contents lie under one address. Of its rows one may belong to a form that was closed, or to a record that is gone."""
	paper = upload()
	doc = change(contract, amount=8000, plan=[], supplement=paper)
	stray = frappe.get_doc(
		{
			"doctype": "File",
			"file_url": paper,
			"file_name": paper.rsplit("/", 1)[1],
			"is_private": 1,
			"owner": factories.make_user(),
			"attached_to_doctype": "Meeting Contract Change",
			"attached_to_name": "new-meeting-contract-change-1",
			"creation": "2020-01-01",
		}
	)
	stray.name = factories.unique("f")
	stray.db_insert()
	frappe.set_user(manager)
	frappe.get_doc("Meeting Contract Change", doc.name).submit()
	assert not stray.has_permission("read")


def test_a_plan_that_does_not_add_up_is_refused(contract):
	with pytest.raises(PlanMismatchError, match=r"12,000|9,999"):
		change(contract, amount=12000, plan=[{"label": "全款", "due_on": nowdate(), "amount": 11999.99}])


def test_a_falling_amount_needs_the_manager(held, contract, manager):
	_user, _project, claim = held
	receive(claim, 9000, contract)
	doc = change(contract, amount=8000, plan=[], supplement=upload())
	with pytest.raises(NeedsManagerError, match="manager"):
		doc.submit()
	frappe.set_user(manager)
	frappe.get_doc("Meeting Contract Change", doc.name).submit()
	contract.reload()
	assert (contract.amount, contract.outstanding, phase(claim)) == (8000, -1000, "Signed")


def test_a_large_discount_needs_the_manager(held):
	user, _project, claim = held
	contract = sign(user, claim, items=ITEMS)
	items = [{**ITEMS[0], "quantity": 4, "discount_percentage": 25}]
	doc = change(contract, items=items, plan=[], supplement=upload())
	assert doc.amount == 15000
	with pytest.raises(NeedsManagerError):
		doc.submit()


def test_a_manager_of_others_does_not_stand_in(contract):
	doc = change(contract, amount=8000, plan=[], supplement=upload())
	frappe.set_user(factories.make_user(None, "Meeting Manager"))
	with pytest.raises(frappe.PermissionError):
		frappe.get_doc("Meeting Contract Change", doc.name).submit()


def test_a_forged_content_is_calculated_again(contract):
	doc = change(contract, terms="新条款")
	doc.after = frappe.as_json({"amount": 1})
	doc.amount_after = 1
	doc.submit()
	contract.reload()
	assert (contract.amount, contract.terms) == (10000, "新条款")


def test_two_changes_of_one_state_do_not_overwrite_each_other(contract):
	first, second = change(contract, terms="一"), change(contract, terms="二")
	first.submit()
	second.reload()
	with pytest.raises(ChangeError, match="changed meanwhile"):
		second.submit()
	second.reload()
	second.save()
	second.submit()
	assert frappe.db.get_value("Meeting Contract", contract.name, "terms") == "二"


def test_only_the_last_change_is_cancelled(contract):
	first, second = change(contract, terms="一"), None
	first.submit()
	second = change(contract, terms="二")
	second.submit()
	frappe.set_user("Administrator")
	with pytest.raises(ChangeError, match=second.name):
		frappe.get_doc("Meeting Contract Change", first.name).cancel()
	frappe.get_doc("Meeting Contract Change", second.name).cancel()
	assert frappe.db.get_value("Meeting Contract", contract.name, "terms") == "一"
	frappe.get_doc("Meeting Contract Change", first.name).cancel()
	assert not frappe.db.get_value("Meeting Contract", contract.name, "terms")


def test_a_draft_is_edited_and_not_changed(held):
	user, _project, claim = held
	frappe.set_user(user)
	draft = make_contract(claim).insert()
	with pytest.raises(ChangeError, match="not in force"):
		change(draft, terms="一")


def test_terminated_with_a_kept_deposit(held, contract, manager):
	_user, _project, claim = held
	name = receive(claim, 3000, contract)
	frappe.set_user(manager)
	answer = api.terminate(contract.name, "客户退展", settled_amount=1000)
	assert (answer["status"], answer["proposed_refund"]) == ("Terminated", 2000)
	frappe.set_user("Administrator")
	api.refund(name, 2000, "解除合同")
	contract.reload()
	assert (contract.status, contract.outstanding, contract.docstatus, phase(claim)) == ("Terminated", 0, 1, "Signed")


def test_terminated_and_all_given_back(held, contract, manager):
	_user, _project, claim = held
	name = receive(claim, 3000, contract)
	effect = api.get_ending_effect(contract.name)
	assert effect["kept"]["signed"] and not effect["returned"]["signed"]
	assert "3,000" in effect["kept"]["text"] and effect["returned"]["protected_until"]
	frappe.set_user(manager)
	api.terminate(contract.name, "客户退展")
	assert phase(claim) == "Signed"
	frappe.set_user("Administrator")
	api.refund(name, 3000, "解除合同")
	assert phase(claim) == "Negotiating"


def test_a_salesperson_does_not_terminate_alone(contract):
	with pytest.raises(NeedsManagerError):
		api.terminate(contract.name, "客户退展")


def test_more_than_the_contract_is_not_kept(contract, manager):
	frappe.set_user(manager)
	with pytest.raises(ChangeError, match="cannot be kept"):
		api.terminate(contract.name, "客户退展", settled_amount=10000.01)


def test_the_end_is_told_before_it_comes(held, contract):
	_user, _project, claim = held
	effect = api.get_ending_effect(contract.name)
	assert effect["void_obstacle"] is None
	assert effect["returned"]["signed"] is False
	assert claim.enterprise_name in effect["returned"]["text"]


def test_the_plan_follows_the_kind(held):
	user, _project, claim = held
	frappe.set_user("Administrator")
	kind = frappe.get_doc(
		{
			"doctype": "Meeting Contract Kind",
			"kind_name": factories.unique("年度合同"),
			"payment_days": 10,
			"plan": [
				{"label": "定金", "days": 0, "percentage": 30},
				{"label": "尾款", "days": 45, "percentage": 70},
			],
		}
	).insert()
	contract = sign(user, claim, amount=100.01, contract_kind=kind.name)
	assert [(row.label, row.amount, str(row.due_on)) for row in contract.plan] == [
		("定金", 30.0, nowdate()),
		("尾款", 70.01, add_days(nowdate(), 45)),
	]


def test_without_a_plan_all_is_due_after_the_days_of_the_kind(contract):
	assert [(row.amount, str(row.due_on)) for row in contract.plan] == [(10000, add_days(nowdate(), 30))]
	assert str(frappe.db.get_value("Meeting Contract", contract.name, "next_due_on")) == add_days(nowdate(), 30)


def test_the_newest_signed_file_is_the_contract(contract):
	newer = upload("补签.pdf")
	contract.append("files", {"file": newer, "purpose": "Signed"})
	contract.save()
	contract.reload()
	assert contract.attachment == newer
	assert [row.version for row in contract.files] == [1, 2]


def test_a_late_file_is_looked_at_too(contract):
	contract.append("files", {"file": upload("a.exe", EXECUTABLE), "purpose": "Signed"})
	with pytest.raises(AttachmentError):
		contract.save()

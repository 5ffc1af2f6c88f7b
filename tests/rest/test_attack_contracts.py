"""A salesperson who knows a colleague's contract number (they count up) tries to reach it through records of an own file."""

import frappe
import pytest

from meeting_crm.tests import factories
from support.execution import make_logistics, make_signed

CHANGE, INVOICE, EXECUTION = "Meeting Contract Change", "Meeting Invoice", "Meeting Execution"
AMOUNT = 7654321.25


@pytest.fixture(scope="module")
def scene(site):
	secret = factories.unique("秘密条款")
	holder, foreign = make_signed(amount=AMOUNT, terms=secret)
	attacker, own = make_signed(amount=100)
	frappe.set_user("Administrator")
	frappe.db.commit()
	return frappe._dict(secret=secret, holder=holder, foreign=foreign, attacker=attacker, own=own)


def tells_nothing(answer, scene) -> bool:
	return answer.status_code == 403 and not any(
		word in answer.text
		for word in (scene.secret, "7654321", "7,654,321", scene.foreign.enterprise_name, scene.holder)
	)


def make_values(scene, doctype: str) -> dict:
	return {
		CHANGE: {"change_type": "Amendment", "amount": 1, "reason": "x"},
		INVOICE: {"lines": [{"item": "会议服务费", "gross": 99999999, "rate": 6}]},
		EXECUTION: {"unit_name": "x", "address": "x", "handler": "x", "handler_mobile": "13800138000"},
	}[doctype]


@pytest.mark.parametrize("doctype", [CHANGE, INVOICE, EXECUTION])
@pytest.mark.parametrize("lie", ["customer", "holder", "both"])
def test_an_own_file_opens_no_foreign_contract(scene, rest, doctype, lie):
	"""The fields that follow from the contract are decided on before they are read from it again."""
	claimed = {"customer": scene.own.customer, "holder": scene.attacker}
	sent = claimed if lie == "both" else {lie: claimed[lie]}
	client = rest(scene.attacker)
	answer = client.resource(
		"POST", doctype, json={"contract": scene.foreign.name, **sent, **make_values(scene, doctype)}
	)
	assert tells_nothing(answer, scene), f"{answer.status_code}: {answer.text[:600]}"
	assert not frappe.db.exists(doctype, {"contract": scene.foreign.name})


@pytest.mark.parametrize("doctype", [CHANGE, INVOICE, EXECUTION])
def test_an_own_record_moves_to_no_foreign_contract(scene, rest, doctype):
	client = rest(scene.attacker)
	lines = {"lines": [{"item": "会议服务费", "gross": 1, "rate": 6}]} if doctype == INVOICE else {}
	made = client.resource("POST", doctype, json={"contract": scene.own.name, **make_values(scene, doctype), **lines})
	assert made.status_code == 200, made.text[:500]
	name = made.json()["data"]["name"]
	answer = client.resource("PUT", doctype, name, json={"contract": scene.foreign.name})
	assert answer.status_code in (403, 417) and scene.secret not in answer.text, answer.text[:500]
	frappe.db.rollback()
	assert frappe.db.get_value(doctype, name, "contract") == scene.own.name
	assert scene.secret not in client.resource("GET", doctype, name).text


def test_logistics_packs_no_invoice_that_it_may_not_read(scene, rest):
	"""Numbers of invoices count up. A parcel says whose it is and where it goes, and marks it as sent."""
	invoice = frappe.get_doc(
		{
			"doctype": INVOICE,
			"name": factories.unique("FP-"),
			"contract": scene.foreign.name,
			"customer": scene.foreign.customer,
			"recipient": scene.secret,
			"courier_address": scene.secret,
			"status": "Issued",
			"docstatus": 1,
		}
	)
	invoice.db_insert()
	frappe.db.commit()
	client = rest(make_logistics())
	answer = client.resource(
		"POST", "Meeting Shipment", json={"contents": [{"content_type": "Invoice", "invoice": invoice.name}]}
	)
	assert tells_nothing(answer, scene), f"{answer.status_code}: {answer.text[:600]}"
	frappe.db.rollback()
	assert frappe.db.get_value(INVOICE, invoice.name, "status") == "Issued"


def test_a_manager_of_others_takes_no_foreign_change(scene, rest):
	"""Whose it is stands in the record, not in what is sent with it."""
	manager = factories.make_user(None, "Meeting Manager")
	theirs = factories.make_user(None, department=factories.make_department(manager=manager))
	frappe.set_user(scene.holder)
	change = frappe.get_doc(
		{"doctype": CHANGE, "contract": scene.foreign.name, "change_type": "Termination", "reason": scene.secret}
	).insert()
	frappe.set_user("Administrator")
	client = rest(manager)
	for sent in ({"holder": theirs}, {"holder": theirs, "docstatus": 1}, {"holder": theirs, "reason": "x"}):
		answer = client.resource("PUT", CHANGE, change.name, json=sent)
		assert tells_nothing(answer, scene), f"{answer.status_code}: {answer.text[:600]}"


def test_a_manager_learns_no_sum_of_foreign_targets(scene, rest):
	manager = factories.make_user(None, "Meeting Manager")
	theirs = factories.make_user(None, department=factories.make_department(manager=manager))
	for user, amount in ((scene.holder, AMOUNT), (theirs, 500)):
		frappe.get_doc(
			{
				"doctype": "Meeting Sales Target",
				"user": user,
				"month": "2026-03-01",
				"measure": "Signed",
				"amount": amount,
			}
		).insert()
	figures = rest(manager).result(
		"meeting_crm.contracts.api.get_director_figures", from_date="2026-03-01", to_date="2026-03-31"
	)
	assert figures["target"] == 500
	assert figures["months"][-1]["target"] == 500


def test_a_payment_holds_no_foreign_claim(scene, rest):
	"""Who holds the same company in another project names the claim of whoever holds it in this one."""
	enterprise = frappe.db.get_value("Meeting Claim", scene.foreign.claim, "enterprise")
	mine = factories.make_claim(factories.make_project(scene.attacker), scene.attacker, enterprise)
	client = rest(scene.attacker)
	file = client.post(
		f"{client.url}/api/method/upload_file",
		files={"file": ("v.pdf", b"%PDF-1.4 x")},
		data={"is_private": 1},
		timeout=60,
	).json()["message"]["file_url"]
	answer = client.resource(
		"POST",
		"Meeting Payment",
		json={
			"customer": mine.customer,
			"project": scene.foreign.project,
			"claim": scene.foreign.claim,
			"direction": "Receipt",
			"amount": 10,
			"paid_on": "2026-11-01",
			"voucher": file,
		},
	)
	assert scene.holder not in answer.text, answer.text[:600]
	frappe.db.rollback()
	assert not frappe.db.exists("Meeting Payment", {"claim": scene.foreign.claim})

"""Invoices are asked for, issued, sent and red-lettered; together they never exceed the contract."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from meeting_crm.contracts import api
from meeting_crm.contracts.errors import (
	ContractInUseError,
	InvoiceError,
	InvoiceStateError,
	InvoiceTooLargeError,
	TaxNumberError,
)
from meeting_crm.tests import factories
from support.sales import make_contract, make_held

TAX_NUMBER = "91110000600037341L"


@pytest.fixture
def finance(site):
	return factories.make_user(None, "Meeting Finance")


@pytest.fixture
def contract(site):
	user, _project, claim = make_held()
	frappe.set_user(user)
	contract = make_contract(claim, amount=10000).insert()
	contract.submit()
	return contract


@pytest.fixture
def title(contract):
	return make_title(contract)


def make_title(contract, **values):
	return (
		frappe.get_doc(
			{
				"doctype": "Meeting Invoice Title",
				"customer": contract.customer,
				"title": contract.enterprise_name,
				"tax_number": TAX_NUMBER,
				"recipient": "李出纳",
				"courier_address": "北京市朝阳区",
				**values,
			}
		)
		.insert()
		.name
	)


def request(contract, gross=None, **values):
	frappe.set_user(contract.holder)
	lines = [{"item": "会议服务费", "gross": gross, "rate": 6}] if gross else None
	return api.request_invoice(contract.name, lines=lines, **values)["invoice"]


def issue(finance, invoice):
	frappe.set_user(finance)
	return api.issue_invoice(invoice, factories.unique("2611"))


def test_a_request_without_more_is_for_the_rest(contract, title, finance):
	answer = api.request_invoice(contract.name)
	assert (answer["status"], answer["gross"], answer["net"], answer["tax"]) == ("Requested", 10000, 9433.96, 566.04)
	invoice = frappe.get_doc("Meeting Invoice", answer["invoice"])
	assert (invoice.title_name, invoice.tax_number) == (contract.enterprise_name, TAX_NUMBER)


def test_all_invoices_together_do_not_exceed_the_contract(contract, title, finance):
	first = request(contract, 8000)
	with pytest.raises(InvoiceTooLargeError, match=r"2,000"):
		request(contract, 2000.01)
	issue(finance, first)
	assert frappe.db.get_value("Meeting Contract", contract.name, "invoiced") == 8000
	api.red_letter_invoice(first, "抬头有误", invoice_number=factories.unique("R"))
	assert frappe.db.get_value("Meeting Contract", contract.name, "invoiced") == 0
	assert frappe.db.get_value("Meeting Invoice", first, "status") == "Red-lettered"
	assert request(contract, 10000)


def test_a_part_is_red_lettered_and_no_more_than_the_whole(contract, title, finance):
	first = request(contract, 10000)
	issue(finance, first)
	red = api.red_letter_invoice(first, "退一个展位", amount=4000, invoice_number=factories.unique("R"))
	assert (red["gross"], red["net"], red["tax"]) == (-4000, -3773.58, -226.42)
	assert frappe.db.get_value("Meeting Invoice", first, "status") == "Issued"
	with pytest.raises(InvoiceTooLargeError, match="6,000"):
		api.red_letter_invoice(first, "退", amount=6000.01)
	api.red_letter_invoice(first, "退", amount=6000)
	with pytest.raises(InvoiceTooLargeError):
		api.red_letter_invoice(first, "退", amount=0.01)


def test_a_red_letter_may_wait_for_the_buyer(contract, title, finance):
	first = request(contract, 1000)
	issue(finance, first)
	red = api.red_letter_invoice(first, "销售退回", buyer_confirms=True)
	assert red["status"] == "Requested" and red["buyer_until"]


def test_an_issued_invoice_keeps_its_title(contract, title, finance):
	first = request(contract, 1000)
	issue(finance, first)
	frappe.set_user(contract.holder)
	doc = frappe.get_doc("Meeting Invoice Title", title)
	doc.title = "新抬头有限公司"
	doc.save()
	assert frappe.db.get_value("Meeting Invoice", first, "title_name") == contract.enterprise_name
	assert frappe.get_doc("Meeting Invoice", request(contract, 1)).title_name == "新抬头有限公司"


def test_a_number_is_issued_once_and_only_by_finance(contract, title, finance):
	first, second = request(contract, 1000), request(contract, 1000)
	with pytest.raises(frappe.PermissionError):
		api.issue_invoice(first, "1")
	frappe.set_user(finance)
	number = factories.unique("N")
	api.issue_invoice(first, number)
	with pytest.raises(InvoiceStateError, match=first):
		api.issue_invoice(second, f" {number} ")
	with pytest.raises(InvoiceStateError, match="already"):
		api.issue_invoice(first, "2")


def test_without_a_tax_number_a_company_gets_no_invoice(contract, finance):
	make_title(contract, tax_number=None)
	invoice = request(contract, 1000)
	frappe.set_user(finance)
	with pytest.raises(InvoiceError, match="tax number"):
		api.issue_invoice(invoice, "1")
	api.reject_invoice(invoice, "请补税号")
	frappe.set_user(contract.holder)
	frappe.db.set_value("Meeting Invoice Title", {"customer": contract.customer}, "tax_number", TAX_NUMBER)
	api.request_invoice_again(invoice)
	assert issue(finance, invoice)["status"] == "Issued"


@pytest.mark.parametrize(
	("number", "is_valid"),
	[(TAX_NUMBER, True), ("9111 0000 6000 3734 1l", True), ("91310115591693856B", False), ("12345", False)],
)
def test_tax_numbers_are_checked(contract, number, is_valid):
	if is_valid:
		assert make_title(contract, tax_number=number)
	else:
		with pytest.raises(TaxNumberError):
			make_title(contract, tax_number=number)


def test_one_parcel_carries_several_invoices(contract, title, finance):
	invoices = [request(contract, 1000), request(contract, 2000)]
	for invoice in invoices:
		issue(finance, invoice)
	frappe.set_user(finance)
	parcel = frappe.get_doc(
		{
			"doctype": "Meeting Shipment",
			"courier": "顺丰",
			"tracking_number": "SF123",
			"sent_on": nowdate(),
			"contents": [{"content_type": "Invoice", "invoice": invoice} for invoice in invoices],
		}
	).insert()
	assert (parcel.recipient, parcel.customer) == ("李出纳", contract.customer)
	assert [frappe.db.get_value("Meeting Invoice", invoice, "status") for invoice in invoices] == ["Sent", "Sent"]
	parcel.received_on = nowdate()
	parcel.save()
	assert frappe.db.get_value("Meeting Invoice", invoices[0], "status") == "Received"
	frappe.set_user(contract.holder)
	assert frappe.get_list("Meeting Shipment", pluck="name") == [parcel.name]
	frappe.set_user(factories.make_user())
	assert frappe.get_list("Meeting Shipment", pluck="name") == []


def test_an_invoiced_contract_is_not_made_void(contract, title, finance):
	issue(finance, request(contract, 1000))
	frappe.set_user("Administrator")
	with pytest.raises(ContractInUseError, match="red invoice"):
		frappe.get_doc("Meeting Contract", contract.name).cancel()


def test_a_foreign_title_is_refused(contract, finance):
	user, _project, claim = make_held()
	frappe.set_user(user)
	other = make_contract(claim).insert()
	other.submit()
	foreign = make_title(other)
	frappe.set_user(contract.holder)
	with pytest.raises((InvoiceError, frappe.PermissionError)):
		api.request_invoice(contract.name, title=foreign)


def test_a_draft_gets_no_invoice_and_an_invoice_no_future(contract, title, finance):
	invoice = request(contract, 1000)
	frappe.set_user(finance)
	with pytest.raises(frappe.ValidationError, match="future"):
		api.issue_invoice(invoice, "7", issued_on=add_days(nowdate(), 1))


def test_finance_reads_the_titles_of_its_invoices_alone(contract, title, finance):
	request(contract, 1000)
	frappe.set_user(contract.holder)
	other = make_title(contract, title="未用抬头")
	frappe.set_user(finance)
	assert title in frappe.get_list("Meeting Invoice Title", pluck="name", limit=0)
	assert other not in frappe.get_list("Meeting Invoice Title", pluck="name", limit=0)

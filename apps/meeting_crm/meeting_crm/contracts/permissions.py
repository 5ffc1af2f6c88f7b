"""Who sees and who changes contracts: those of the customer file, and finance."""

import frappe
from frappe import _

from meeting_crm.core.people import get_subordinates, is_administrator
from meeting_crm.core.visibility import EVERYTHING, NOTHING, READ_RIGHTS, child_condition
from meeting_crm.customers.permissions import linked_condition
from meeting_crm.sales.permissions import has_permission as has_sales_permission

CONTRACT, PAYMENT, CHANGE = "Meeting Contract", "Meeting Payment", "Meeting Contract Change"
TITLE, INVOICE, SHIPMENT = "Meeting Invoice Title", "Meeting Invoice", "Meeting Shipment"
FINANCE = "Meeting Finance"


def contract_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""The customer file's rule; finance sees every contract from its submission on (D4), also when it was cancelled
	later, so that what it worked on does not vanish. Logistics reads none: amounts and terms are not its business."""
	condition = linked_condition(CONTRACT, user)
	if is_finance(user):
		return f"({condition} or `tab{CONTRACT}`.docstatus > 0)"
	return condition


def contract_item_condition(user: str | None = None, doctype: str | None = None) -> str:
	return child_condition("Meeting Contract Item", CONTRACT, contract_condition(user))


def plan_row_condition(user: str | None = None, doctype: str | None = None) -> str:
	return child_condition("Meeting Contract Plan Row", CONTRACT, contract_condition(user))


def contract_file_condition(user: str | None = None, doctype: str | None = None) -> str:
	return child_condition("Meeting Contract File", CONTRACT, contract_condition(user))


def invoice_title_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""Finance reads those that an invoice names."""
	condition = linked_condition(TITLE, user)
	if is_finance(user):
		named = f"exists (select 1 from `tab{INVOICE}` invoice where invoice.title = `tab{TITLE}`.name)"
		return f"({condition} or {named})"
	return condition


def has_title_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	user = user or frappe.session.user
	if ptype in READ_RIGHTS and not doc.is_new() and is_finance(user):
		return _is_selected(TITLE, doc.name, invoice_title_condition(user))
	return has_sales_permission(doc, ptype, user)


def invoice_condition(user: str | None = None, doctype: str | None = None) -> str:
	return EVERYTHING if is_finance(user) else linked_condition(INVOICE, user)


def invoice_line_condition(user: str | None = None, doctype: str | None = None) -> str:
	return child_condition("Meeting Invoice Line", INVOICE, invoice_condition(user))


def shipment_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""Who sends parcels sees all of them, others those of their customers."""
	return EVERYTHING if is_sender(user) else linked_condition(SHIPMENT, user)


def shipment_content_condition(user: str | None = None, doctype: str | None = None) -> str:
	return child_condition("Meeting Shipment Content", SHIPMENT, shipment_condition(user))


def has_invoice_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""A request is for a contract of the own customer file."""
	user = user or frappe.session.user
	if is_finance(user):
		return True
	if doc.is_new() or ptype not in READ_RIGHTS:
		_take_from_contract(doc, "customer")
	return has_sales_permission(doc, ptype, user)


def has_shipment_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	user = user or frappe.session.user
	return is_sender(user) or has_sales_permission(doc, ptype, user)


def is_sender(user: str | None = None) -> bool:
	return not {FINANCE, "Meeting Logistics"}.isdisjoint(frappe.get_roles(user or frappe.session.user))


def has_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	user = user or frappe.session.user
	if ptype in READ_RIGHTS and not doc.is_new() and is_finance(user):
		return _is_selected(CONTRACT, doc.name, contract_condition(user))
	return has_sales_permission(doc, ptype, user)


def is_finance(user: str | None = None) -> bool:
	return FINANCE in frappe.get_roles(user or frappe.session.user)


def payment_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""The customer file's rule; finance sees what is to be confirmed and what was."""
	return EVERYTHING if is_finance(user) else linked_condition(PAYMENT, user)


def allocation_condition(user: str | None = None, doctype: str | None = None) -> str:
	return child_condition("Meeting Payment Allocation", PAYMENT, payment_condition(user))


def change_condition(user: str | None = None, doctype: str | None = None) -> str:
	condition = linked_condition(CHANGE, user)
	return f"({condition} or `tab{CHANGE}`.docstatus > 0)" if is_finance(user) else condition


def target_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""The own targets, those of one's people, and all for administrators."""
	user = user or frappe.session.user
	if is_administrator(user):
		return EVERYTHING
	people = ", ".join(frappe.db.escape(name, percent=False) for name in (user, *get_subordinates(user)))
	return f"(`tabMeeting Sales Target`.user in ({people}))"


def has_target_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	user = user or frappe.session.user
	if is_administrator(user) or doc.user in get_subordinates(user):
		return True
	return doc.user == user and ptype in READ_RIGHTS and not doc.is_new()


def bank_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""Statements are finance's alone; administrators look."""
	return EVERYTHING if is_finance(user) or is_administrator(user) else NOTHING


def has_payment_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	user = user or frappe.session.user
	return is_finance(user) or has_sales_permission(doc, ptype, user)


def has_change_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""Who stands above the holder submits what needs a manager."""
	user = user or frappe.session.user
	if doc.is_new() or ptype not in READ_RIGHTS:
		_take_from_contract(doc, "customer", "holder")
	if ptype in READ_RIGHTS and not doc.is_new() and is_finance(user):
		return _is_selected(CHANGE, doc.name, change_condition(user))
	if ptype in ("create", "write", "submit", "cancel") and doc.holder in get_subordinates(user):
		return True
	return has_sales_permission(doc, ptype, user)


def _take_from_contract(doc, *fields: str) -> None:
	"""What decides who may write is the contract's own, whatever the client sent."""
	found = frappe.db.get_value(CONTRACT, str(doc.contract), fields, as_dict=True) if doc.contract else None
	doc.update(found or dict.fromkeys(fields))


def has_bank_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	return is_finance(user) or is_administrator(user)


def _is_selected(doctype: str, name: str, condition: str) -> bool:
	return bool(
		frappe.db.sql(
			f"select 1 from `tab{doctype}` where name = {frappe.db.escape(name, percent=False)} and {condition}"
		)
	)


def require_finance() -> None:
	if not (is_finance() or is_administrator()):
		frappe.throw(_("Only finance and administrators decide about money. Ask them."), frappe.PermissionError)

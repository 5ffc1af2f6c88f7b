"""Everything in sales hangs on a customer file and follows it (design: visibility): you wrote it, it is
shared with you, or you may read the file; who may change the file may change what hangs on it."""

import frappe

from meeting_crm.core.people import is_administrator
from meeting_crm.core.visibility import EVERYTHING, NOTHING, child_condition
from meeting_crm.customers.permissions import has_linked_permission, linked_condition


def has_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""A new record without a customer passes here and is refused for the missing customer, which says what
	to do; "no permission" would not."""
	if doc.is_new() and not doc.customer:
		return (user or frappe.session.user) != "Guest"
	return has_linked_permission(doc, ptype, user)


def has_no_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""Records that only the product itself and administrators touch."""
	return is_administrator(user)


def administrators_condition(user: str | None = None, doctype: str | None = None) -> str:
	return EVERYTHING if is_administrator(user) else NOTHING


def activity_condition(user: str | None = None, doctype: str | None = None) -> str:
	return linked_condition("Meeting Activity", user)


def opportunity_condition(user: str | None = None, doctype: str | None = None) -> str:
	return linked_condition("Meeting Opportunity", user)


def customer_project_condition(user: str | None = None, doctype: str | None = None) -> str:
	return linked_condition("Meeting Customer Project", user)


def maintenance_condition(user: str | None = None, doctype: str | None = None) -> str:
	return linked_condition("Meeting Maintenance", user)


def quotation_condition(user: str | None = None, doctype: str | None = None) -> str:
	return linked_condition("Meeting Quotation", user)


def quotation_item_condition(user: str | None = None, doctype: str | None = None) -> str:
	return child_condition("Meeting Quotation Item", "Meeting Quotation", quotation_condition(user))


def expense_condition(user: str | None = None, doctype: str | None = None) -> str:
	return linked_condition("Meeting Expense", user)

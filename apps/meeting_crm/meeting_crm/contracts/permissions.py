"""Who sees and who changes contracts: those of the customer file, and finance."""

import frappe

from meeting_crm.core.visibility import READ_RIGHTS, child_condition
from meeting_crm.customers.permissions import linked_condition
from meeting_crm.sales.permissions import has_permission as has_sales_permission

CONTRACT = "Meeting Contract"
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
	return linked_condition("Meeting Invoice Title", user)


def has_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	user = user or frappe.session.user
	if ptype in READ_RIGHTS and not doc.is_new() and is_finance(user):
		return bool(
			frappe.db.sql(f"select 1 from `tab{CONTRACT}` where name = %s and {contract_condition(user)}", (doc.name,))
		)
	return has_sales_permission(doc, ptype, user)


def is_finance(user: str | None = None) -> bool:
	return FINANCE in frappe.get_roles(user or frappe.session.user)

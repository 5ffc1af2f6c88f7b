"""Who sees and who changes contracts: those of the customer file, and the departments that carry out what
was signed."""

import frappe

from meeting_crm.customers.permissions import READ_RIGHTS, linked_condition
from meeting_crm.sales.permissions import child_condition
from meeting_crm.sales.permissions import has_permission as has_sales_permission

CONTRACT = "Meeting Contract"
DEPARTMENT_ROLES = frozenset({"Meeting Finance", "Meeting Logistics"})


def contract_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""The customer file's rule; finance and logistics see every contract from its submission on (D4), also
	when it was cancelled later, so that what they worked on does not vanish."""
	condition = linked_condition(CONTRACT, user)
	if is_department(user):
		return f"({condition} or `tab{CONTRACT}`.docstatus > 0)"
	return condition


def contract_item_condition(user: str | None = None, doctype: str | None = None) -> str:
	return child_condition("Meeting Contract Item", CONTRACT, contract_condition(user))


def has_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	user = user or frappe.session.user
	if ptype in READ_RIGHTS and not doc.is_new() and is_department(user):
		return bool(
			frappe.db.sql(f"select 1 from `tab{CONTRACT}` where name = %s and {contract_condition(user)}", (doc.name,))
		)
	return has_sales_permission(doc, ptype, user)


def is_department(user: str | None = None) -> bool:
	return not DEPARTMENT_ROLES.isdisjoint(frappe.get_roles(user or frappe.session.user))

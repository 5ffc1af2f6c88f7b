"""Refusals of whitelisted functions, in words."""

import frappe
from frappe import _

from meeting_crm.core.people import is_administrator


def require_administrator() -> None:
	if not is_administrator():
		frappe.throw(_("Only administrators may do this."), title=_("Not Permitted"), exc=frappe.PermissionError)


def require(doctype: str, right: str) -> None:
	"""As frappe.has_permission with throw, which answers 417 in Frappe of 2023 where it is 403 that is meant."""
	if not frappe.has_permission(doctype, right):
		frappe.throw(
			_("Your role does not allow this. Ask an administrator for the right to {0} {1}.").format(
				_(right), _(doctype)
			),
			title=_("Not Permitted"),
			exc=frappe.PermissionError,
		)

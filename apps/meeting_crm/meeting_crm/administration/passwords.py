"""The own password once more, before something that shows or exchanges all data of the company."""

import frappe
from frappe import _
from frappe.auth import get_login_attempt_tracker
from frappe.utils.password import check_password

SYSTEM_ADMINISTRATOR = "System Manager"


def require_system_administrator() -> None:
	"""Level 1: those who may hand out, exchange or remove everything."""
	if frappe.session.user != "Administrator" and SYSTEM_ADMINISTRATOR not in frappe.get_roles():
		frappe.throw(_("Only a system administrator may do this. Ask one of them."), frappe.PermissionError)


def require_own_password(password: str) -> None:
	"""Wrong ones count like refused sign-ins."""
	tracker = get_login_attempt_tracker(frappe.session.user)
	try:
		check_password(frappe.session.user, password, delete_tracker_cache=False)
	except frappe.AuthenticationError:
		tracker.add_failure_attempt()
		frappe.clear_messages()
		frappe.throw(
			_("This is not your password. Type the password with which you sign in."),
			title=_("Wrong password"),
			exc=frappe.PermissionError,
		)
	tracker.add_success_attempt()

"""The one door: every request is looked at here before anything of it is served."""

import frappe
from frappe import _

from meeting_crm.gate import arguments, columns, guards
from meeting_crm.gate.request import UnknownCommandError, get_functions


def check_request() -> None:
	"""Called by Frappe for everybody, Guest included, when it knows who asks."""
	if frappe.request.method == "OPTIONS":
		return
	find_functions()
	columns.check_request()
	if frappe.session.user != "Guest":
		guards.check_request()
		arguments.check_request()


def find_functions() -> list[str]:
	try:
		return get_functions()
	except UnknownCommandError as error:
		frappe.throw(
			_("There is no command {0}. Look its name up in the REST reference.").format(
				frappe.bold(frappe.utils.escape_html(str(error)[:140]))
			),
			title=_("Unknown command"),
			exc=UnknownCommandError,
		)

"""The one door: every request is looked at here before anything of it is served."""

import frappe
from frappe import _

from meeting_crm.core.people import is_administrator
from meeting_crm.entry.checks import keep_pace
from meeting_crm.gate import arguments, columns, commands, doors, guards, readable, visitors
from meeting_crm.gate.request import UnknownCommandError, get_functions

# The duplicate check counts itself; these tell of the same companies, and count with it.
TELLS_OF_OTHERS = frozenset(
	{
		"meeting_crm.entry.api.check_numbers",
		"meeting_crm.entry.api.get_affiliates",
		"meeting_crm.entry.api.search_enterprises",
		"meeting_crm.claims.api.pool",
	}
)


def check_request() -> None:
	"""Called by Frappe for everybody, Guest included, when it knows who asks."""
	if frappe.request.method == "OPTIONS":
		return
	visitors.check_request()
	functions = find_functions()
	commands.check_commands(functions)
	columns.check_request()
	arguments.check_types(frappe.form_dict)
	if frappe.session.user == "Guest":
		return
	guards.check_request()
	arguments.check_request()
	if not is_administrator():
		readable.check_request(frappe.form_dict)
		for function in functions:
			doors.check_request(function, frappe.form_dict)
		if not TELLS_OF_OTHERS.isdisjoint(functions):
			keep_pace()


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

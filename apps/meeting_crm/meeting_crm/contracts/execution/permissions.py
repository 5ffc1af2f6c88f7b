"""Who sees what of an execution. The execution and its attendees follow the customer file; the departments have no right on
them and read what the server picks for them. What a department keeps itself is its own to write."""

import frappe

from meeting_crm.contracts.execution.rules import DEPARTMENTS, FINANCE, LOGISTICS
from meeting_crm.core.people import is_administrator
from meeting_crm.core.visibility import EVERYTHING, NOTHING, READ_RIGHTS, child_condition, is_selected, quote
from meeting_crm.customers.permissions import has_linked_permission, linked_condition, linked_condition_of_few

EXECUTION, TASK, CHANGE = "Meeting Execution", "Meeting Department Task", "Meeting Execution Change"
ROLES = {FINANCE: "Meeting Finance", LOGISTICS: "Meeting Logistics"}
IDENTITY_ROLE = "Meeting Identity Numbers"


def get_departments(user: str | None = None) -> list[str]:
	"""The departments whose work `user` does; administrators look after both."""
	user = user or frappe.session.user
	if is_administrator(user):
		return list(DEPARTMENTS)
	roles = frappe.get_roles(user)
	return [department for department, role in ROLES.items() if role in roles]


def may_export_id_numbers(user: str | None = None) -> bool:
	user = user or frappe.session.user
	return is_administrator(user) or IDENTITY_ROLE in frappe.get_roles(user)


def execution_condition(user: str | None = None, doctype: str | None = None) -> str:
	return linked_condition(EXECUTION, user)


def attendee_condition(user: str | None = None, doctype: str | None = None) -> str:
	return _rows_condition("Meeting Attendee", user)


def deliverable_condition(user: str | None = None, doctype: str | None = None) -> str:
	return _rows_condition("Meeting Deliverable", user)


def _rows_condition(child: str, user: str | None) -> str:
	return child_condition(child, EXECUTION, linked_condition_of_few(EXECUTION, user))


def has_execution_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""A new one without a contract passes here and is refused for the missing contract, which says what to do."""
	user = user or frappe.session.user
	if doc.is_new():
		contract = str(doc.contract or "")
		doc.customer = frappe.db.get_value("Meeting Contract", contract, "customer") if contract else None
		if not doc.customer:
			return user != "Guest"
	if ptype == "delete" and not is_administrator(user) and doc.status != "Draft":
		return False
	return has_linked_permission(doc, ptype, user)


def _in_visible_execution(doctype: str, user: str) -> str:
	return (
		f"(select 1 from `tab{EXECUTION}` where `tab{EXECUTION}`.name = `tab{doctype}`.execution"
		f" and {linked_condition_of_few(EXECUTION, user)}) = 1"
	)


def _condition(doctype: str, user: str | None, own_department: dict[str, str]) -> str:
	"""`own_department`: which rows a department sees of a DocType. Whoever may read the execution sees its rows too."""
	user = user or frappe.session.user
	if user == "Guest":
		return NOTHING
	if is_administrator(user):
		return EVERYTHING
	parts = [own_department[department] for department in get_departments(user) if department in own_department]
	return f"({' or '.join([*parts, _in_visible_execution(doctype, user)])})"


def task_condition(user: str | None = None, doctype: str | None = None) -> str:
	return _condition(TASK, user, {name: f"`tab{TASK}`.department = {quote([name])}" for name in DEPARTMENTS})


def task_step_condition(user: str | None = None, doctype: str | None = None) -> str:
	return child_condition("Meeting Task Step", TASK, task_condition(user))


def change_condition(user: str | None = None, doctype: str | None = None) -> str:
	return _condition(
		CHANGE,
		user,
		{FINANCE: f"`tab{CHANGE}`.for_finance = 1", LOGISTICS: f"`tab{CHANGE}`.for_logistics = 1"},
	)


def work_condition(user: str | None = None, doctype: str | None = None) -> str:
	return _condition("Meeting Deliverable Work", user, dict.fromkeys(DEPARTMENTS, EVERYTHING))


def booth_condition(user: str | None = None, doctype: str | None = None) -> str:
	return _condition("Meeting Booth", user, {LOGISTICS: EVERYTHING})


def guest_condition(user: str | None = None, doctype: str | None = None) -> str:
	return _condition("Meeting Room Guest", user, {LOGISTICS: EVERYTHING})


def room_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""A salesperson sees the rooms in which own guests sleep."""
	user = user or frappe.session.user
	if user == "Guest":
		return NOTHING
	if LOGISTICS in get_departments(user):
		return EVERYTHING
	return (
		"(exists (select 1 from `tabMeeting Room Guest` where `tabMeeting Room Guest`.room = `tabMeeting Room`.name"
		f" and {guest_condition(user)}))"
	)


def logistics_condition(user: str | None = None, doctype: str | None = None) -> str:
	return EVERYTHING if LOGISTICS in get_departments(user) else NOTHING


def administrators_condition(user: str | None = None, doctype: str | None = None) -> str:
	return EVERYTHING if is_administrator(user) else NOTHING


CONDITIONS = {
	TASK: task_condition,
	CHANGE: change_condition,
	"Meeting Deliverable Work": work_condition,
	"Meeting Booth": booth_condition,
	"Meeting Room Guest": guest_condition,
	"Meeting Room": room_condition,
	"Meeting Hotel": logistics_condition,
	"Meeting Room Block": logistics_condition,
	"Meeting Output Run": administrators_condition,
	"Meeting Late Change": administrators_condition,
}
WRITTEN_BY_LOGISTICS = frozenset(
	{
		"Meeting Deliverable Work",
		"Meeting Booth",
		"Meeting Room Guest",
		"Meeting Room",
		"Meeting Hotel",
		"Meeting Room Block",
	}
)


def has_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""Frappe's hook for what belongs to an execution: reading repeats the list condition; whoever has no business writing
	has no right in the DocType either."""
	user = user or frappe.session.user
	if is_administrator(user):
		return True
	if ptype not in READ_RIGHTS or doc.is_new():
		return doc.doctype in WRITTEN_BY_LOGISTICS and LOGISTICS in get_departments(user)
	return is_selected(doc.doctype, doc.name, CONDITIONS[doc.doctype](user))


def require_department(department: str) -> None:
	if department not in get_departments():
		frappe.throw(
			frappe._("This is the work of {0}. Ask an administrator if it is yours as well.").format(
				frappe._(department)
			),
			frappe.PermissionError,
		)


def require_logistics() -> None:
	require_department(LOGISTICS)

"""Who sees a project: its members, their managers, finance and logistics, administrators."""

import frappe

from meeting_crm.core.people import is_administrator

ROLES_ABOVE_PROJECTS = frozenset({"Meeting Finance", "Meeting Logistics"})


def project_condition(user: str | None = None, doctype: str | None = None) -> str:
	return _condition(user, "`tabMeeting Project`.name")


def rules_condition(user: str | None = None, doctype: str | None = None) -> str:
	return _condition(user, "`tabMeeting Project Rules`.project")


def member_condition(user: str | None = None, doctype: str | None = None) -> str:
	return _condition(user, "`tabMeeting Project Member`.parent")


def production_closing_condition(user: str | None = None, doctype: str | None = None) -> str:
	return _condition(user, "`tabMeeting Production Closing`.parent")


def _condition(user: str | None, column: str) -> str:
	user = user or frappe.session.user
	if is_administrator(user) or not ROLES_ABOVE_PROJECTS.isdisjoint(frappe.get_roles(user)):
		return "(1=1)"
	person = frappe.db.escape(user)
	return f"""({column} in (
		select member.parent from `tabMeeting Project Member` member
		where member.parenttype = 'Meeting Project' and (member.user = {person} or member.manager = {person})))"""


def has_project_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	user = user or frappe.session.user
	if is_administrator(user):
		return True
	if not ROLES_ABOVE_PROJECTS.isdisjoint(frappe.get_roles(user)):
		return ptype in ("read", "select", "print", "report")
	project = doc.name if doc.doctype == "Meeting Project" else doc.project
	return bool(
		frappe.db.sql(
			"""select 1 from `tabMeeting Project Member` where parenttype = 'Meeting Project'
			and parent = %(project)s and (user = %(user)s or manager = %(user)s) limit 1""",
			{"project": project, "user": user},
		)
	)

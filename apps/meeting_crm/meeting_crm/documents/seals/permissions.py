"""Who sees seals and requests for them. A seal is seen by its keeper, by whoever may ask for it, and by administrators; a
request by whoever made it, by the seal's keeper, and by administrators."""

import frappe
from frappe import _

from meeting_crm.core.people import is_administrator
from meeting_crm.core.visibility import EVERYTHING, NOTHING, READ_RIGHTS, quote

SEAL, USE = "Meeting Seal", "Meeting Seal Use"


def seal_condition(user: str | None = None, doctype: str | None = None) -> str:
	user = user or frappe.session.user
	if user == "Guest":
		return NOTHING
	if is_administrator(user):
		return EVERYTHING
	me, table = quote([user]), f"`tab{SEAL}`"
	return (
		f"({table}.keeper = {me} or {table}.name in (select parent from `tabMeeting Seal User` where parenttype = '{SEAL}' and user = {me}) "
		f"or {table}.name in ({_seals_of_department(user)}))"
	)


def _seals_of_department(user: str) -> str:
	"""Seals of the person's department and of those above it."""
	return (
		f"select allowed.parent from `tabMeeting Seal Department` allowed join `tabMeeting Department` above on above.name = allowed.department "
		f"join `tabMeeting Department` own on own.lft between above.lft and above.rgt "
		f"join tabUser person on person.meeting_department = own.name where allowed.parenttype = '{SEAL}' and person.name = {quote([user])}"
	)


def use_condition(user: str | None = None, doctype: str | None = None) -> str:
	user = user or frappe.session.user
	if user == "Guest":
		return NOTHING
	if is_administrator(user):
		return EVERYTHING
	me, table = quote([user]), f"`tab{USE}`"
	return f"({table}.requested_by = {me} or {table}.seal in (select name from `tab{SEAL}` where keeper = {me}))"


def person_condition(user: str | None = None, doctype: str | None = None) -> str:
	return _with_seal("Meeting Seal User", user)


def department_condition(user: str | None = None, doctype: str | None = None) -> str:
	return _with_seal("Meeting Seal Department", user)


def _with_seal(child: str, user: str | None) -> str:
	"""Who else may ask for a seal is known to its keeper and to administrators."""
	user = user or frappe.session.user
	if is_administrator(user):
		return EVERYTHING
	return f"(`tab{child}`.parent in (select name from `tab{SEAL}` where keeper = {quote([user])}))"


def has_seal_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	user = user or frappe.session.user
	if is_administrator(user):
		return True
	return ptype in READ_RIGHTS and not doc.is_new() and is_selected(SEAL, doc.name, seal_condition(user))


def has_use_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	user = user or frappe.session.user
	return ptype in READ_RIGHTS and (is_administrator(user) or is_selected(USE, doc.name, use_condition(user)))


def is_selected(doctype: str, name: str, condition: str) -> bool:
	# no parameters: a % in an escaped value must not be taken for a placeholder
	return bool(frappe.db.sql(f"select 1 from `tab{doctype}` where name = {quote([name])} and {condition}"))


def may_decide(use) -> bool:
	"""The seal's keeper and administrators, and never whoever asked."""
	me = frappe.session.user
	if use.requested_by == me:
		return False
	return is_administrator(me) or frappe.db.get_value(SEAL, use.seal, "keeper") == me


def require_seal(seal: str) -> None:
	if not is_selected(SEAL, seal, seal_condition()):
		frappe.throw(
			_("You may not ask for this seal. Its keeper or an administrator can add you."), frappe.PermissionError
		)


def require_deciding(use) -> None:
	if use.requested_by == frappe.session.user:
		frappe.throw(
			_("Nobody approves their own request. The seal's keeper or an administrator decides."),
			frappe.PermissionError,
		)
	if not may_decide(use):
		frappe.throw(_("Only the seal's keeper and administrators decide about its use."), frappe.PermissionError)

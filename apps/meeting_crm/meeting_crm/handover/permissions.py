"""Who sees a handover, and who may change its draft (C9)."""

import frappe

from meeting_crm.core.people import get_subordinates, is_administrator
from meeting_crm.core.visibility import EVERYTHING, NOTHING, READ_RIGHTS, is_selected, quote


def handover_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""C9: each side of a handover sees its record, those above the giver and administrators too."""
	user = user or frappe.session.user
	if user == "Guest":
		return NOTHING
	if is_administrator(user):
		return EVERYTHING
	givers = quote([user, *get_subordinates(user)])
	return (
		f"(`tabMeeting Handover`.owner = {quote([user])} or `tabMeeting Handover`.from_user in ({givers}) or exists "
		f"(select 1 from `tabMeeting Handover Receiver` r where r.parent = `tabMeeting Handover`.name and r.user = {quote([user])}))"
	)


def receiver_condition(user: str | None = None, doctype: str | None = None) -> str:
	user = user or frappe.session.user
	if is_administrator(user):
		return EVERYTHING
	return (
		"(exists (select 1 from `tabMeeting Handover` where `tabMeeting Handover`.name = "
		f"`tabMeeting Handover Receiver`.parent and {handover_condition(user)}))"
	)


def has_handover_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	user = user or frappe.session.user
	if is_administrator(user):
		return True
	if doc.is_new():
		return user != "Guest"
	if ptype in READ_RIGHTS:
		return is_selected("Meeting Handover", doc.name, handover_condition(user))
	return doc.status == "Draft" and doc.owner == user

"""Who sees a claim: its holder (also when it is over), those above the holder, administrators. Lists, documents and
reports all ask the same condition."""

import frappe
from frappe import _

from meeting_crm.core.people import get_subordinates, is_administrator, is_manager
from meeting_crm.meeting_projects.service import is_member, require_member

VISIBLE_BY_HOLDER = {
	"Meeting Claim": "holder",
	"Meeting Claim Event": "holder",
	"Meeting Protection Extension": "holder",
	"Meeting Claim Account": "user",
	"Meeting Daily Shortfall": "user",
	"Meeting Leave": "user",
}


def get_visible_users(user: str | None = None) -> list[str]:
	user = user or frappe.session.user
	return [user, *get_subordinates(user)]


def holder_condition(doctype: str, user: str | None = None) -> str:
	user = user or frappe.session.user
	if is_administrator(user):
		return "(1=1)"
	users = ", ".join(frappe.db.escape(name) for name in get_visible_users(user))
	return f"(`tab{doctype}`.`{VISIBLE_BY_HOLDER[doctype]}` in ({users}))"


def claim_condition(user: str | None = None, doctype: str | None = None) -> str:
	return holder_condition("Meeting Claim", user)


def event_condition(user: str | None = None, doctype: str | None = None) -> str:
	return holder_condition("Meeting Claim Event", user)


def extension_condition(user: str | None = None, doctype: str | None = None) -> str:
	return holder_condition("Meeting Protection Extension", user)


def account_condition(user: str | None = None, doctype: str | None = None) -> str:
	return holder_condition("Meeting Claim Account", user)


def shortfall_condition(user: str | None = None, doctype: str | None = None) -> str:
	return holder_condition("Meeting Daily Shortfall", user)


def leave_condition(user: str | None = None, doctype: str | None = None) -> str:
	return holder_condition("Meeting Leave", user)


def has_holder_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""Frappe's hook for one document. A new leave has no holder yet: its own check decides on saving."""
	user = user or frappe.session.user
	if is_administrator(user):
		return True
	holder = doc.get(VISIBLE_BY_HOLDER[doc.doctype])
	return (not holder and doc.is_new()) or holder in get_visible_users(user)


def require_claim(claim: str, ptype: str = "write", user: str | None = None) -> None:
	"""What the roles of the person allow, also where administrators took it away. The same refusal for a foreign claim and
	for one that does not exist."""
	user = user or frappe.session.user
	if not frappe.has_permission("Meeting Claim", ptype, user=user):
		frappe.throw(
			_("Your roles do not allow this. An administrator can give you the role of a salesperson."),
			title=_("Not Permitted"),
			exc=frappe.PermissionError,
		)
	holder = frappe.db.get_value("Meeting Claim", claim, "holder")
	if holder and (is_administrator(user) or holder in get_visible_users(user)):
		return
	frappe.throw(
		_("This claim does not exist or belongs to somebody else. Open your list of protected companies again."),
		title=_("Not your claim"),
		exc=frappe.PermissionError,
	)


def require_pool(project: str, user: str | None = None) -> None:
	"""B8: the pool of a project is open to its members, to those above one of them, and to administrators."""
	user = user or frappe.session.user
	if is_administrator(user) or any(is_member(project, person) for person in get_visible_users(user)):
		return
	require_member(project, user)


def require_assigner() -> None:
	"""B11: managers and administrators assign."""
	if not is_administrator() and not is_manager() and not get_subordinates():
		frappe.throw(
			_("Only managers and administrators assign companies. Claim it yourself in the pool."),
			title=_("Not Permitted"),
			exc=frappe.PermissionError,
		)

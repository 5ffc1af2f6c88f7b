"""Who sees and who changes documents. One SQL condition decides; the check of one document, its versions, search, previews
and downloads derive from it.

You see a document that you wrote, that is shared with you (until the second the share runs out), whose customer file you may
read, or that lies in a folder of the company, of your project or of your own. What hangs on a customer follows the customer
alone: lying in an open folder opens it to nobody. Finance sees what hangs on a submitted contract (D4); logistics does not: amounts and terms are not its business."""

import frappe
from frappe import _

from meeting_crm.core.people import is_administrator
from meeting_crm.core.visibility import EVERYTHING, NOTHING, READ_RIGHTS, quote
from meeting_crm.customers.permissions import can_share as can_share_customer
from meeting_crm.customers.permissions import can_write as can_write_customer
from meeting_crm.customers.permissions import get_shared_names, linked_condition, linked_condition_of_few
from meeting_crm.meeting_projects.permissions import project_condition

DOCUMENT, FOLDER, VERSION = "Meeting Document", "Meeting Document Folder", "Meeting Document Version"
FINANCE = "Meeting Finance"


def visible_documents_condition(user: str | None = None, doctype: str | None = None) -> str:
	return _condition(user, linked_condition)


def condition_of_few(user: str | None = None) -> str:
	"""The same rule for a query that names its rows."""
	return _condition(user, linked_condition_of_few)


def _condition(user: str | None, follows_customer) -> str:
	user = user or frappe.session.user
	if user == "Guest":
		return NOTHING
	if is_administrator(user):
		return EVERYTHING
	table = f"`tab{DOCUMENT}`"
	me = quote([user])
	parts = [follows_customer(DOCUMENT, user)]
	parts.append(
		f"({table}.customer is null and {table}.folder in (select readable.name from `tab{FOLDER}` readable where {_readable_folder('readable', user)}))"
	)
	if FINANCE in frappe.get_roles(user):
		parts.append(f"{table}.for_finance = 1")
	in_sight = f"({table}.deleted_on is null or {table}.owner = {me} or {table}.deleted_by = {me})"
	return f"(({' or '.join(parts)}) and {in_sight})"


def _readable_folder(table: str, user: str) -> str:
	return (
		f"({table}.root_kind = 'Company' or ({table}.root_kind = 'Personal' and {table}.person = {quote([user])}) or "
		f"({table}.root_kind = 'Project' and {table}.project in "
		f"(select `tabMeeting Project`.name from `tabMeeting Project` where {project_condition(user)})))"
	)


def folder_condition(user: str | None = None, doctype: str | None = None) -> str:
	user = user or frappe.session.user
	if user == "Guest":
		return NOTHING
	return EVERYTHING if is_administrator(user) else _readable_folder(f"`tab{FOLDER}`", user)


def version_condition(user: str | None = None, doctype: str | None = None) -> str:
	return _follows_document(VERSION, user)


def link_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""A public link is seen by whoever made it."""
	user = user or frappe.session.user
	return EVERYTHING if is_administrator(user) else f"(`tabMeeting Document Link`.owner = {quote([user])})"


def draft_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""What somebody has not saved yet is nobody else's, not even an administrator's."""
	return f"(`tabMeeting Document Draft`.user = {quote([user or frappe.session.user])})"


def _follows_document(doctype: str, user: str | None) -> str:
	user = user or frappe.session.user
	if user == "Guest":
		return NOTHING
	if is_administrator(user):
		return EVERYTHING
	return (
		f"(exists (select 1 from `tab{DOCUMENT}` where `tab{DOCUMENT}`.name = `tab{doctype}`.document and "
		f"{condition_of_few(user)}))"
	)


def has_document_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	user = user or frappe.session.user
	if is_administrator(user):
		return True
	if doc.is_new() or ptype == "create":
		return user != "Guest"
	if ptype in READ_RIGHTS:
		return can_read(doc.name, user)
	if ptype == "share":
		return can_share(doc.name, user)
	return ptype != "delete" and can_write(doc.name, user)


def has_folder_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	user = user or frappe.session.user
	if is_administrator(user):
		return True
	if doc.is_new() or ptype == "create":
		return not doc.parent_folder or can_read_folder(doc.parent_folder, user)
	if ptype in READ_RIGHTS:
		return can_read_folder(doc.name, user)
	return bool(doc.parent_folder) and doc.owner == user and can_read_folder(doc.name, user)


def has_version_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	user = user or frappe.session.user
	return ptype in READ_RIGHTS and (is_administrator(user) or can_read(doc.document, user))


def has_draft_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	return ptype in READ_RIGHTS and doc.user == (user or frappe.session.user)


def has_link_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	user = user or frappe.session.user
	return ptype in READ_RIGHTS and (is_administrator(user) or doc.owner == user)


def can_read(document: str, user: str | None = None) -> bool:
	return _is_selected(DOCUMENT, document, condition_of_few(user))


def can_read_folder(folder: str, user: str | None = None) -> bool:
	return _is_selected(FOLDER, folder, folder_condition(user))


def can_write(document: str, user: str | None = None) -> bool:
	"""What hangs on a customer is changed by whoever may change the customer file; what lies in a project's folder by the
	project's people; anything else by its owner. Those it is shared with for writing and administrators may too."""
	user = user or frappe.session.user
	if is_administrator(user) or document in get_shared_names(DOCUMENT, user, "write"):
		return True
	row = frappe.db.get_value(DOCUMENT, document, ["owner", "customer", "folder"], as_dict=True)
	if not row:
		return False
	if row.customer:
		return can_write_customer(row.customer, user)
	return row.owner == user or (
		bool(row.folder)
		and frappe.db.get_value(FOLDER, row.folder, "root_kind") == "Project"
		and can_read_folder(row.folder, user)
	)


def can_share(document: str, user: str | None = None) -> bool:
	user = user or frappe.session.user
	if is_administrator(user):
		return True
	owner, customer = frappe.db.get_value(DOCUMENT, document, ["owner", "customer"]) or (None, None)
	return can_share_customer(customer, user) if customer else owner == user


def can_decide(document: str, user: str | None = None) -> bool:
	"""Whether somebody accepts and rejects the tracked changes of others: the document's owner, the owner of the contract it
	hangs on, and administrators."""
	user = user or frappe.session.user
	if not can_write(document, user):
		return False
	owner, contract = frappe.db.get_value(DOCUMENT, document, ["owner", "contract"]) or (None, None)
	if is_administrator(user) or owner == user:
		return True
	return bool(contract) and frappe.db.get_value("Meeting Contract", contract, "owner") == user


def _is_selected(doctype: str, name: str, condition: str) -> bool:
	# no parameters: a % in an escaped value must not be taken for a placeholder
	return bool(frappe.db.sql(f"select 1 from `tab{doctype}` where name = {quote([name])} and {condition}"))


def require_read(document: str) -> None:
	"""The same refusal for a foreign document and for one that does not exist."""
	if not can_read(document):
		frappe.throw(
			_("You may not see this document. Ask its owner or an administrator to share it with you."),
			frappe.PermissionError,
		)


def require_write(document: str) -> None:
	require_read(document)
	if not can_write(document):
		frappe.throw(
			_(
				"You may read this document but not change it. Ask its owner to share it with you for writing, or save a copy of your own."
			),
			frappe.PermissionError,
		)


def require_decision(document: str) -> None:
	require_write(document)
	if not can_decide(document):
		frappe.throw(
			_("Only the owner of this document, the owner of its contract, and administrators decide on changes."),
			frappe.PermissionError,
		)


def require_share(document: str) -> None:
	require_read(document)
	if not can_share(document):
		frappe.throw(
			_("Only the owner of this document, whoever may share its customer, and administrators share it."),
			frappe.PermissionError,
		)


def require_folder(folder: str) -> None:
	if not can_read_folder(folder):
		frappe.throw(
			_("You may not see this folder. Choose one of the company, of your projects or of your own."),
			frappe.PermissionError,
		)

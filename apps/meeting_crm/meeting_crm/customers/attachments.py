"""Files, tags and followers of restricted records follow the record (design: visibility)."""

import frappe
from frappe import _

from meeting_crm.administration.service import is_administrator
from meeting_crm.customers.guards import get_condition, is_restricted
from meeting_crm.customers.permissions import EVERYTHING, NOTHING


def validate_file(doc, method: str | None = None) -> None:
	"""Frappe asks neither whether one may attach to a record nor whether one may read a file whose address
	one attaches again."""
	if doc.is_folder:
		return
	if doc.is_new():
		require_own_source(doc)
	if doc.attached_to_doctype and is_restricted(doc.attached_to_doctype):
		if doc.is_new():
			require_attachable(doc)
		keep_private(doc)


def require_attachable(doc) -> None:
	is_there = doc.attached_to_name and frappe.db.exists(doc.attached_to_doctype, doc.attached_to_name)
	if is_there and not doc.flags.ignore_permissions:
		frappe.get_doc(doc.attached_to_doctype, doc.attached_to_name).check_permission("write")


def require_own_source(doc) -> None:
	if doc.flags.new_file or not (doc.file_url or "").startswith("/private/") or is_administrator():
		return
	others = frappe.get_all("File", filters={"file_url": doc.file_url}, pluck="name", order_by="creation")
	if not any(frappe.get_doc("File", name).has_permission("read") for name in others):
		frappe.throw(_("You may not attach this file. Upload your own copy."), frappe.PermissionError)


def keep_private(doc) -> None:
	"""Whatever is attached to a restricted record is private: a public file is open to the whole world."""
	if doc.is_private or (doc.file_url or "").startswith(("http://", "https://")):
		return
	doc.is_private = 1
	if doc.is_new() and doc.file_url:
		doc.handle_is_private_changed()


def file_condition(user: str | None = None, doctype: str | None = None) -> str:
	return _reference_condition("File", "attached_to_doctype", "attached_to_name", user)


def tag_condition(user: str | None = None, doctype: str | None = None) -> str:
	return _reference_condition("Tag Link", "document_type", "document_name", user)


def follow_condition(user: str | None = None, doctype: str | None = None) -> str:
	user = user or frappe.session.user
	if is_administrator(user):
		return EVERYTHING
	return f"(`tabDocument Follow`.user = {frappe.db.escape(user, percent=False)})"


def _reference_condition(doctype: str, type_field: str, name_field: str, user: str | None) -> str:
	user = user or frappe.session.user
	if user == "Guest":
		return NOTHING
	if is_administrator(user):
		return EVERYTHING
	table = f"`tab{doctype}`"
	restricted = get_restricted_doctypes()
	listed = ", ".join(frappe.db.escape(name, percent=False) for name in restricted)
	parts = [f"{table}.{type_field} is null", f"{table}.{type_field} not in ({listed})"]
	parts.extend(
		f"({table}.{type_field} = {frappe.db.escape(name, percent=False)} and exists (select 1 from `tab{name}` "
		f"where `tab{name}`.name = {table}.{name_field} and ({get_condition(name, user)})))"
		for name in restricted
	)
	if doctype == "File":
		parts.append(f"{table}.owner = {frappe.db.escape(user, percent=False)}")
	return f"({' or '.join(parts)})"


def get_restricted_doctypes() -> list[str]:
	"""DocTypes of this app whose rows are restricted, child tables left out: nothing hangs on those."""
	return [
		doctype
		for doctype in frappe.get_hooks("permission_query_conditions", {})
		if doctype.startswith("Meeting ") and is_restricted(doctype) and not frappe.is_table(doctype)
	]

"""Files, tags and followers of restricted records follow the record (design: visibility)."""

import frappe
from frappe.core.doctype.file.file import has_permission as framework_permission

from meeting_crm.core.people import is_administrator
from meeting_crm.core.visibility import EVERYTHING, NOTHING
from meeting_crm.gate.guards import get_condition, has_own_condition, is_restricted
from meeting_crm.gate.uploads import brings_content


def has_file_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""Frappe's own answer, after what it does not ask of a new file: may its author change the record it is
	attached to, and read the stored file whose address or name it gives instead of content."""
	user = user or frappe.session.user
	if ptype == "create" and not _may_create(doc, user):
		return False
	count = len(frappe.local.message_log)
	try:
		return bool(framework_permission(doc, ptype, user))
	except frappe.DoesNotExistError:  # it hangs on a record that is gone, or was never saved: its author alone has it
		del frappe.local.message_log[count:]
		return False


def _may_create(doc, user: str) -> bool:
	return doc.is_folder or is_administrator(user) or (_may_attach(doc, user) and _may_use_source(doc, user))


def _may_attach(doc, user: str) -> bool:
	doctype, name = doc.attached_to_doctype, doc.attached_to_name
	if not doctype or not name or not is_restricted(doctype) or not frappe.db.exists(doctype, name):
		return True
	return bool(frappe.has_permission(doctype, "write", doc=frappe.get_doc(doctype, name), user=user))


def _may_use_source(doc, user: str) -> bool:
	address = doc.file_url or (f"/private/files/{doc.file_name}" if doc.file_name and doc.is_private else "")
	if brings_content(doc) or not address.startswith("/private/"):
		return True
	stored = frappe.get_all("File", filters={"file_url": address}, pluck="name", order_by="creation")
	return any(has_file_permission(frappe.get_doc("File", name), "read", user) for name in stored)


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
		if doctype.startswith("Meeting ") and has_own_condition(doctype) and not frappe.is_table(doctype)
	]

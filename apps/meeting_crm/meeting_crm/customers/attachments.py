"""Files, tags and followers of restricted records follow the record (design: visibility)."""

import frappe

from meeting_crm.administration.service import is_administrator
from meeting_crm.customers.guards import get_condition, is_restricted
from meeting_crm.customers.permissions import EVERYTHING, NOTHING


def keep_private(doc, method: str | None = None) -> None:
	"""Whatever is attached to a restricted record is private: a public file is open to the whole world."""
	if doc.attached_to_doctype and not doc.is_folder and is_restricted(doc.attached_to_doctype):
		doc.is_private = 1


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

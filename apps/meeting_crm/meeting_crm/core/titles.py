"""What a record is called where people read of it."""

import frappe


def get_title(doctype: str, name: str) -> str:
	"""The title of a record, or its name where it has none."""
	return frappe.db.get_value(doctype, name, frappe.get_meta(doctype).get_title_field()) or name


def head_with_title(doc, method: str | None = None, settings=None) -> None:
	"""Frappe heads a sheet with the name a record is kept under. Where that is a hash, its title tells more."""
	if doc.meta.autoname != "hash":
		return
	field = doc.meta.get_field(doc.meta.get_title_field())
	title = doc.get_title()
	if title and field and field.fieldtype == "Link":
		title = get_title(field.options, title)
	doc.sub_heading = title

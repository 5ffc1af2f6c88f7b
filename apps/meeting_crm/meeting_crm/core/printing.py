"""What stands at the head of a printed record."""

import frappe


def head_with_title(doc, method: str | None = None, settings=None) -> None:
	"""Frappe heads a sheet with the name a record is kept under. Where that is a hash, its title tells more."""
	if doc.meta.autoname != "hash":
		return
	field = doc.meta.get_field(doc.meta.get_title_field())
	title = doc.get_title()
	if title and field and field.fieldtype == "Link":
		title = frappe.db.get_value(field.options, title, frappe.get_meta(field.options).get_title_field()) or title
	doc.sub_heading = title

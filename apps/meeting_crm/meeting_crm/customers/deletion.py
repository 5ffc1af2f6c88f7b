"""C7: what stands in the way of deleting a customer file."""

import frappe
from frappe import _
from frappe.utils import escape_html

from meeting_crm.core.wording import join_words
from meeting_crm.customers.errors import StillReferredToError


def require_unused(customer: str, customer_name: str) -> None:
	"""A file that a claim or another record refers to is not deleted."""
	if references := get_references(customer):
		described = join_words(f"{_(doctype)} ({count})" for doctype, count in references.items())
		frappe.throw(
			_("{0} cannot be deleted: {1} refer to it. Delete or move those first.").format(
				escape_html(customer_name), described
			),
			title=_("Still referred to"),
			exc=StillReferredToError,
		)


def get_references(customer: str) -> dict[str, int]:
	"""{DocType: number of records} that link to the file, its own contacts left out: they go with it."""
	links = frappe.get_all(
		"DocField",
		filters={"fieldtype": "Link", "options": "Meeting Customer", "parent": ("!=", "Meeting Contact")},
		fields=["parent", "fieldname"],
		order_by="parent",
	)
	counts = {}
	for link in links:
		meta = frappe.get_meta(link.parent)
		if meta.issingle or meta.get("is_virtual"):
			continue
		if count := frappe.db.count(link.parent, {link.fieldname: customer}):
			counts[link.parent] = count
	return counts

"""C7: what stands in the way of deleting a customer file."""

import frappe


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

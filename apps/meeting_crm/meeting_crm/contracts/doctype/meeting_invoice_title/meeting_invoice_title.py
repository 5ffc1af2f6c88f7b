import frappe
from frappe.model.document import Document


class MeetingInvoiceTitle(Document):
	pass


def on_doctype_update():
	"""Whoever wrote a record sees it (design: visibility)."""
	frappe.db.add_index("Meeting Invoice Title", ["owner", "modified"])
	frappe.db.add_index("Meeting Invoice Title", ["customer", "owner"])

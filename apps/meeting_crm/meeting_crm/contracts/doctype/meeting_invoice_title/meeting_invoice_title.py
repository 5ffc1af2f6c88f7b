import frappe
from frappe.model.document import Document

from meeting_crm.contracts import invoices


class MeetingInvoiceTitle(Document):
	def validate(self):
		invoices.check_title(self)

	def on_update(self):
		invoices.keep_one_default(self)


def on_doctype_update():
	"""Whoever wrote a record sees it (design: visibility)."""
	frappe.db.add_index("Meeting Invoice Title", ["owner", "modified"])
	frappe.db.add_index("Meeting Invoice Title", ["customer", "owner"])

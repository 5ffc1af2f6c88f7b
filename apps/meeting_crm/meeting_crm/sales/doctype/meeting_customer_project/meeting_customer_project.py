import frappe
from frappe.model.document import Document

from meeting_crm.customers import hanging


class MeetingCustomerProject(Document):
	def validate(self):
		hanging.check_contact(self)
		hanging.check_order(self, "starts_on", "ends_on")


def on_doctype_update():
	"""Whoever wrote a record sees it (design: visibility)."""
	frappe.db.add_index("Meeting Customer Project", ["owner", "modified"])
	frappe.db.add_index("Meeting Customer Project", ["customer", "owner"])

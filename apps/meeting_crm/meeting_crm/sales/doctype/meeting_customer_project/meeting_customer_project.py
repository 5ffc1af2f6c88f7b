import frappe
from frappe.model.document import Document

from meeting_crm.sales import checks


class MeetingCustomerProject(Document):
	def validate(self):
		checks.check_contact(self)
		checks.check_order(self, "starts_on", "ends_on")


def on_doctype_update():
	"""Whoever wrote a record sees it (design: visibility)."""
	frappe.db.add_index("Meeting Customer Project", ["owner", "modified"])
	frappe.db.add_index("Meeting Customer Project", ["customer", "owner"])

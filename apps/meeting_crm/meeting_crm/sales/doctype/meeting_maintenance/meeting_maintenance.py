import frappe
from frappe.model.document import Document

from meeting_crm.customers import hanging
from meeting_crm.sales import service


class MeetingMaintenance(Document):
	def validate(self):
		hanging.check_person(self, "assigned_to")
		hanging.check_contact(self)
		hanging.check_contract(self)
		hanging.check_not_in_future(self, "reported_on")
		hanging.check_order(self, "reported_on", "due_on")
		service.check_resolution(self)
		service.set_closed_on(self)


def on_doctype_update():
	"""Whoever wrote a record sees it (design: visibility)."""
	frappe.db.add_index("Meeting Maintenance", ["owner", "modified"])
	frappe.db.add_index("Meeting Maintenance", ["customer", "owner"])

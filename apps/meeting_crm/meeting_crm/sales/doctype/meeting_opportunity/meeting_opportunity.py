import frappe
from frappe.model.document import Document

from meeting_crm.customers import hanging
from meeting_crm.sales import service


class MeetingOpportunity(Document):
	def validate(self):
		hanging.check_person(self, "assigned_to")
		hanging.check_contact(self)
		service.set_stage(self)
		service.check_lost_reason(self)


def on_doctype_update():
	"""Whoever wrote a record sees it (design: visibility)."""
	frappe.db.add_index("Meeting Opportunity", ["owner", "modified"])
	frappe.db.add_index("Meeting Opportunity", ["customer", "owner"])

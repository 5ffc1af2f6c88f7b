import frappe
from frappe.model.document import Document

from meeting_crm.customers import hanging
from meeting_crm.sales import series, service


class MeetingActivity(Document):
	def validate(self):
		service.check_times(self)
		service.set_done_on(self)
		hanging.check_person(self, "assigned_to")
		hanging.check_contact(self)
		hanging.check_opportunity(self)
		service.set_reminders(self)

	def on_update(self):
		series.keep(self)

	def on_trash(self):
		service.forget_follower(self)


def on_doctype_update():
	"""For one's own days, what is due and the calendar feed; and for the list's rule, which asks for what one
	wrote oneself."""
	frappe.db.add_index("Meeting Activity", ["assigned_to", "starts_on"])
	frappe.db.add_index("Meeting Activity", ["owner", "modified"])
	frappe.db.add_index("Meeting Activity", ["owner", "starts_on"])
	frappe.db.add_index("Meeting Activity", ["customer", "owner"])

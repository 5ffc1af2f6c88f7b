from frappe.model.document import Document

from meeting_crm.sales import checks


class MeetingCustomerProject(Document):
	def validate(self):
		checks.check_contact(self)
		checks.check_order(self, "starts_on", "ends_on")

from frappe.model.document import Document

from meeting_crm.sales import checks, service


class MeetingOpportunity(Document):
	def validate(self):
		checks.check_person(self, "assigned_to")
		checks.check_contact(self)
		service.set_stage(self)
		service.check_lost_reason(self)

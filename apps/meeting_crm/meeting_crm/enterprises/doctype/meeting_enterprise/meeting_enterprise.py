from frappe.model.document import Document

from meeting_crm.enterprises import service


class MeetingEnterprise(Document):
	def validate(self):
		service.prepare(self)

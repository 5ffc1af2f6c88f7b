from frappe.model.document import Document

from meeting_crm.entry.importing import service


class MeetingEnterpriseImport(Document):
	def validate(self):
		service.prepare(self)

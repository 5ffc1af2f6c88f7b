from frappe.model.document import Document

from meeting_crm.entry.importing import service


class MeetingEnterpriseImport(Document):
	def validate(self):
		service.prepare(self)

	def on_trash(self):
		service.delete_rows(self)

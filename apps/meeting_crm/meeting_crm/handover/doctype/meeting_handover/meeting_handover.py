from frappe.model.document import Document

from meeting_crm.handover import service as handover


class MeetingHandover(Document):
	def validate(self):
		handover.validate(self)

	def on_trash(self):
		handover.validate_deletion(self)

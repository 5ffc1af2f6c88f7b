from frappe.model.document import Document

from meeting_crm.contracts.execution import booths


class MeetingBooth(Document):
	def validate(self):
		booths.complete(self)

	def on_trash(self):
		booths.check_deletion(self)

from frappe.model.document import Document

from meeting_crm.contracts.execution import rooming


class MeetingRoom(Document):
	def validate(self):
		rooming.number_room(self)

	def on_trash(self):
		rooming.check_empty(self)

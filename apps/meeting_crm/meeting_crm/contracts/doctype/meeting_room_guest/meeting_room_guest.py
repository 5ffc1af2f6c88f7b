from frappe.model.document import Document

from meeting_crm.contracts.execution import rooming


class MeetingRoomGuest(Document):
	def validate(self):
		rooming.complete_guest(self)

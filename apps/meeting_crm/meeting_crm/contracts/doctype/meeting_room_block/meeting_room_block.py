from frappe.model.document import Document


class MeetingRoomBlock(Document):
	def validate(self):
		self.block_key = f"{self.project}:{self.hotel}:{self.room_type}:{self.date}"

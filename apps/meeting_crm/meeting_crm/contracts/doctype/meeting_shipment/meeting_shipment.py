from frappe.model.document import Document

from meeting_crm.contracts import shipments


class MeetingShipment(Document):
	def validate(self):
		shipments.fill(self)

	def on_update(self):
		shipments.follow(self)

from frappe.model.document import Document

from meeting_crm.contracts import invoices


class MeetingShipment(Document):
	def validate(self):
		invoices.fill_shipment(self)

	def on_update(self):
		invoices.follow_shipment(self)

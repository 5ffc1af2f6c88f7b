from frappe.model.document import Document


class MeetingHotel(Document):
	pass

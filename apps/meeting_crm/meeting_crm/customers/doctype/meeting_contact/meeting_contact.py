from frappe.model.document import Document


class MeetingContact(Document):
	pass

from frappe.model.document import Document


class MeetingCreditSettings(Document):
	pass

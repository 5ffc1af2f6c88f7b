from frappe.model.document import Document


class MeetingActivity(Document):
	pass

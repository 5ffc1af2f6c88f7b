from frappe.model.document import Document


class MeetingDuplicateCheck(Document):
	pass

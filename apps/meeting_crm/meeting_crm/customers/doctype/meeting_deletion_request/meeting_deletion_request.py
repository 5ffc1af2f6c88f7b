from frappe.model.document import Document


class MeetingDeletionRequest(Document):
	pass

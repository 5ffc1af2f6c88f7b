from frappe.model.document import Document


class MeetingOperationLog(Document):
	pass

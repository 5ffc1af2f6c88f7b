from frappe.model.document import Document


class MeetingExecutionSettings(Document):
	pass

from frappe.model.document import Document


class MeetingOutputRun(Document):
	pass

from frappe.model.document import Document


class MeetingGateCommand(Document):
	pass

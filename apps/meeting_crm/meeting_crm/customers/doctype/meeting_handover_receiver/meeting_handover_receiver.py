from frappe.model.document import Document


class MeetingHandoverReceiver(Document):
	pass

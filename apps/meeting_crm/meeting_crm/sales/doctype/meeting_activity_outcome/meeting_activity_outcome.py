from frappe.model.document import Document


class MeetingActivityOutcome(Document):
	pass

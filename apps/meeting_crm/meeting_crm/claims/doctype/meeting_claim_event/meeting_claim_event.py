from frappe.model.document import Document


class MeetingClaimEvent(Document):
	pass

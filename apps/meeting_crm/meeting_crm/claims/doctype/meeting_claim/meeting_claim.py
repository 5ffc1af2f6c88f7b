from frappe.model.document import Document


class MeetingClaim(Document):
	pass

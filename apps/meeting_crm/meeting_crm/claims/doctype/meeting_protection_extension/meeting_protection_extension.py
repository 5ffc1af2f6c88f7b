from frappe.model.document import Document


class MeetingProtectionExtension(Document):
	pass

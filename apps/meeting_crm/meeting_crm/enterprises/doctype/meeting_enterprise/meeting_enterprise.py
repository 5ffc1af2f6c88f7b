from frappe.model.document import Document


class MeetingEnterprise(Document):
	pass

from frappe.model.document import Document


class MeetingPreferentialPolicy(Document):
	pass

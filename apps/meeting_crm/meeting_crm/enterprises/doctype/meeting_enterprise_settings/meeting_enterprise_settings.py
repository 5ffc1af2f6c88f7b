from frappe.model.document import Document


class MeetingEnterpriseSettings(Document):
	pass

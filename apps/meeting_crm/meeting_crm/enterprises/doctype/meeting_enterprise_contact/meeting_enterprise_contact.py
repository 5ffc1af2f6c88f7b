from frappe.model.document import Document


class MeetingEnterpriseContact(Document):
	pass

from frappe.model.document import Document


class MeetingEnterpriseImport(Document):
	pass

from frappe.model.document import Document


class MeetingEnterpriseImportRow(Document):
	pass

from frappe.model.document import Document


class MeetingEnterpriseAlias(Document):
	pass

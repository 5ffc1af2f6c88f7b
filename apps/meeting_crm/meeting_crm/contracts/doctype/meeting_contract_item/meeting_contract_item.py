from frappe.model.document import Document


class MeetingContractItem(Document):
	pass

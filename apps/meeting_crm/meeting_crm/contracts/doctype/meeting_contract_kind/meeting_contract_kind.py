from frappe.model.document import Document


class MeetingContractKind(Document):
	pass

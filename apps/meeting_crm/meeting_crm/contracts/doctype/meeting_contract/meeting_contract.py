from frappe.model.document import Document


class MeetingContract(Document):
	pass

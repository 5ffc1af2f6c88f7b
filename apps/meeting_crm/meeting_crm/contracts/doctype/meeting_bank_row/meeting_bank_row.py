from frappe.model.document import Document


class MeetingBankRow(Document):
	pass

from frappe.model.document import Document


class MeetingBankImport(Document):
	pass

from frappe.model.document import Document


class MeetingQuotationItem(Document):
	pass

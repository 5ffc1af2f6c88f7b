from frappe.model.document import Document


class MeetingCustomer(Document):
	pass

from frappe.model.document import Document


class MeetingCustomerSettings(Document):
	pass

from frappe.model.document import Document


class MeetingCustomerRemark(Document):
	pass

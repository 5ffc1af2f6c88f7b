from frappe.model.document import Document


class MeetingDeliverableType(Document):
	pass

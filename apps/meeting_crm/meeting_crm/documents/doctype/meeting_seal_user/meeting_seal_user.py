from frappe.model.document import Document


class MeetingSealUser(Document):
	pass

from frappe.model.document import Document


class MeetingProject(Document):
	pass

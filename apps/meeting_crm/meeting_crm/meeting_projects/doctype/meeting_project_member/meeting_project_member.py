from frappe.model.document import Document


class MeetingProjectMember(Document):
	pass

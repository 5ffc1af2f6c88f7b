from frappe.model.document import Document


class MeetingUserGroupRole(Document):
	pass

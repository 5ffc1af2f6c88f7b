from frappe.model.document import Document


class MeetingEnterpriseMerge(Document):
	pass

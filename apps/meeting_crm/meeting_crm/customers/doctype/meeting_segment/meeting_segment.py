from frappe.model.document import Document


class MeetingSegment(Document):
	pass

from frappe.model.document import Document


class MeetingActivitySeries(Document):
	pass

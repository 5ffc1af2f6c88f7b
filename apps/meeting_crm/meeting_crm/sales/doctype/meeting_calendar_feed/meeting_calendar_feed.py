from frappe.model.document import Document


class MeetingCalendarFeed(Document):
	pass

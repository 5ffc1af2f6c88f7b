from frappe.model.document import Document


class MeetingCalendarDay(Document):
	pass

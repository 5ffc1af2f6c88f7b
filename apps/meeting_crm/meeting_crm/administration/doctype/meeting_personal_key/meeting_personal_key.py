from frappe.model.document import Document


class MeetingPersonalKey(Document):
	"""With what the operation log hides the personal values of one record (core/personal.py). Read by nobody."""

from frappe.model.document import Document


class MeetingProductionClosing(Document):
	"""The last day on which what goes into one product may be changed without asking logistics."""

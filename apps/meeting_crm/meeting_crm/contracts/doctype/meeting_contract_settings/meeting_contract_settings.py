from frappe.model.document import Document


class MeetingContractSettings(Document):
	pass

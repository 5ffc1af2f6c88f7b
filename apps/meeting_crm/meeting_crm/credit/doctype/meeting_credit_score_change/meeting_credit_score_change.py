from frappe.model.document import Document


class MeetingCreditScoreChange(Document):
	pass

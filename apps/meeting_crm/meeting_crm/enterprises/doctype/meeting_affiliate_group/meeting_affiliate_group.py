from frappe.model.document import Document


class MeetingAffiliateGroup(Document):
	pass

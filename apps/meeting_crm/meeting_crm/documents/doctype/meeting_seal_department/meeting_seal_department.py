from frappe.model.document import Document


class MeetingSealDepartment(Document):
	pass

from frappe.model.document import Document

from meeting_crm.contracts import word


class MeetingContractKind(Document):
	def validate(self):
		word.check_template(self)

from frappe.model.document import Document

from meeting_crm.contracts.execution import deliverables


class MeetingDeliverableWork(Document):
	def validate(self):
		deliverables.set_state(self)

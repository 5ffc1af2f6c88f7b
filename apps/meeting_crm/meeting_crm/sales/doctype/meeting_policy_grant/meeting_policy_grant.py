from frappe.model.document import Document

from meeting_crm.customers import hanging
from meeting_crm.sales import policies


class MeetingPolicyGrant(Document):
	def validate(self):
		policies.fill_grant(self)
		hanging.check_order(self, "from_date", "until")

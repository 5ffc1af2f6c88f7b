import frappe
from frappe import _
from frappe.model.document import Document

from meeting_crm.claims.errors import GuardedFieldError
from meeting_crm.database import drop_index


class MeetingClaimEvent(Document):
	"""One line of a claim's journal. The journal is written by the services alone (claims/journal.py)."""

	def validate(self):
		self.refuse()

	def on_trash(self):
		self.refuse()

	def refuse(self):
		frappe.throw(_("The journal of a claim is written by the system and cannot be changed."), exc=GuardedFieldError)


def on_doctype_update():
	for fields in (["claim", "happened_on"], ["enterprise", "happened_on"], ["holder", "happened_on"]):
		frappe.db.add_index("Meeting Claim Event", fields)
	drop_index("Meeting Claim Event", "modified")  # nobody modifies a line: lists go by happened_on

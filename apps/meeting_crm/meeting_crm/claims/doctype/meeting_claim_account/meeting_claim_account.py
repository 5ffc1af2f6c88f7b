import frappe
from frappe import _
from frappe.model.document import Document

from meeting_crm.claims.errors import GuardedFieldError


class MeetingClaimAccount(Document):
	"""What a member used up in a project: today's new companies, extensions. The row that claims of one person lock
	(claims/locks.py)."""

	def validate(self):
		self.refuse()

	def on_trash(self):
		self.refuse()

	def refuse(self):
		frappe.throw(
			_("What a person used up is counted by the system. Change the limits in the project's settings instead."),
			title=_("Not by Hand"),
			exc=GuardedFieldError,
		)


def on_doctype_update():
	frappe.db.add_unique("Meeting Claim Account", ["project", "user"])

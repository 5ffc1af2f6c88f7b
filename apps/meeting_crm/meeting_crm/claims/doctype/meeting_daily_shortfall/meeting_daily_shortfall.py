import frappe
from frappe import _
from frappe.model.document import Document

from meeting_crm.claims.errors import GuardedFieldError


class MeetingDailyShortfall(Document):
	"""A working day on which a member stayed below the minimum and was told (B7)."""

	def validate(self):
		self.refuse()

	def on_trash(self):
		self.refuse()

	def refuse(self):
		frappe.throw(
			_("Short days are recorded by the system. Record leave for the person instead."),
			title=_("Not by Hand"),
			exc=GuardedFieldError,
		)


def on_doctype_update():
	frappe.db.add_unique("Meeting Daily Shortfall", ["project", "user", "day"])
	frappe.db.add_index("Meeting Daily Shortfall", ["user", "day"])

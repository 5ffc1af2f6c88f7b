import frappe
from frappe.model.document import Document

from meeting_crm.contracts import changes


class MeetingContractChange(Document):
	def autoname(self):
		changes.set_name(self)

	def validate(self):
		changes.fill(self)
		changes.set_contents(self)

	def before_submit(self):
		changes.check_submission(self)

	def on_submit(self):
		changes.apply(self)

	def before_cancel(self):
		changes.check_last(self)

	def on_cancel(self):
		changes.undo(self)


def on_doctype_update():
	"""Whoever wrote a record sees it (design: visibility)."""
	frappe.db.add_index("Meeting Contract Change", ["owner", "modified"])
	frappe.db.add_index("Meeting Contract Change", ["customer", "owner"])

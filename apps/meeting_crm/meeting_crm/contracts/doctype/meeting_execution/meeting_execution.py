import frappe
from frappe.model.document import Document

from meeting_crm.contracts.execution import service


class MeetingExecution(Document):
	def validate(self):
		service.validate(self)

	def on_update(self):
		service.follow_changes(self)

	def on_trash(self):
		service.check_deletion(self)


def on_doctype_update():
	"""Whoever wrote a record sees it (design: visibility)."""
	frappe.db.add_index("Meeting Execution", ["owner", "modified"])
	frappe.db.add_index("Meeting Execution", ["customer", "owner"])
	frappe.db.add_index("Meeting Execution", ["project", "status"])

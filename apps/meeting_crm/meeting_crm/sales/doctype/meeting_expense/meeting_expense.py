import frappe
from frappe.model.document import Document

from meeting_crm.sales import checks


class MeetingExpense(Document):
	def validate(self):
		checks.check_person(self, "spent_by")
		checks.check_positive(self, "amount")
		checks.check_not_in_future(self, "spent_on")
		checks.check_attachment(self, "receipt")
		checks.keep_attachment_private(self, "receipt")


def on_doctype_update():
	"""Whoever wrote a record sees it (design: visibility)."""
	frappe.db.add_index("Meeting Expense", ["owner", "modified"])
	frappe.db.add_index("Meeting Expense", ["customer", "owner"])

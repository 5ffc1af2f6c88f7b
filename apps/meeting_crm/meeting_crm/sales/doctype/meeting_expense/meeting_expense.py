import frappe
from frappe.model.document import Document

from meeting_crm.customers import hanging


class MeetingExpense(Document):
	def validate(self):
		hanging.check_person(self, "spent_by")
		hanging.check_positive(self, "amount")
		hanging.check_not_in_future(self, "spent_on")
		hanging.check_attachment(self, "receipt")
		hanging.keep_attachment_private(self, "receipt")


def on_doctype_update():
	"""Whoever wrote a record sees it (design: visibility)."""
	frappe.db.add_index("Meeting Expense", ["owner", "modified"])
	frappe.db.add_index("Meeting Expense", ["customer", "owner"])

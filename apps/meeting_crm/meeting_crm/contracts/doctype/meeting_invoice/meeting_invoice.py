import frappe
from frappe.model.document import Document

from meeting_crm.contracts import invoices
from meeting_crm.core.money_words import get_amount_in_words
from meeting_crm.core.problems import take_back_message
from meeting_crm.customers import hanging


class MeetingInvoice(Document):
	def validate(self):
		invoices.fill(self)
		invoices.set_amounts(self)
		invoices.check_limit(self)
		hanging.check_attachment(self, "file")
		hanging.keep_attachment_private(self, "file")

	def before_submit(self):
		invoices.check_issue(self)

	def on_submit(self):
		invoices.settle(self)
		invoices.tell_issued(self)

	def before_cancel(self):
		self.number_key = None

	def on_cancel(self):
		invoices.settle(self)

	def db_update(self):
		try:
			super().db_update()
		except frappe.UniqueValidationError:
			take_back_message()
			invoices.throw_number_taken(self)

	def get_amount_in_words(self) -> str:
		return get_amount_in_words(self.gross)


def on_doctype_update():
	"""Whoever wrote a record sees it (design: visibility)."""
	frappe.db.add_index("Meeting Invoice", ["owner", "modified"])
	frappe.db.add_index("Meeting Invoice", ["customer", "owner"])

import frappe
from frappe.model.document import Document

from meeting_crm.core import amounts, money_words
from meeting_crm.customers import hanging
from meeting_crm.sales import service


class MeetingQuotation(Document):
	def validate(self):
		hanging.check_person(self, "assigned_to")
		hanging.check_contact(self)
		service.set_validity(self)
		hanging.check_order(self, "quoted_on", "valid_until")
		service.set_policy(self)
		amounts.set_totals(self)
		service.set_draft_status(self)

	def before_submit(self):
		service.check_still_valid(self)
		self.status = "Sent"

	def before_update_after_submit(self):
		service.keep_status(self)

	def before_cancel(self):
		service.check_no_contract(self)
		self.status = "Cancelled"

	def get_amount_in_words(self) -> str:
		return money_words.get_amount_in_words(self.amount)


def on_doctype_update():
	"""Whoever wrote a record sees it (design: visibility)."""
	frappe.db.add_index("Meeting Quotation", ["owner", "modified"])
	frappe.db.add_index("Meeting Quotation", ["customer", "owner"])

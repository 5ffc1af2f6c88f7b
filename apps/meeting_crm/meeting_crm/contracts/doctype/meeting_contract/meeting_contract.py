import frappe
from frappe.model.document import Document

from meeting_crm.contracts import papers, plans, service
from meeting_crm.core import money_words


class MeetingContract(Document):
	def before_insert(self):
		plans.add_default_plan(self)

	def validate(self):
		service.fill(self)
		service.check_quotation(self)
		service.set_amounts(self)
		service.check_date(self)
		plans.set_plan(self)
		papers.set_files(self)

	def before_submit(self):
		service.check_submission(self)
		plans.complete_plan(self)

	def before_update_after_submit(self):
		papers.set_files(self)

	def on_submit(self):
		service.sign_claim(self)

	def on_cancel(self):
		service.cancel_signature(self)

	def get_amount_in_words(self) -> str:
		return money_words.get_amount_in_words(self.amount)


def on_doctype_update():
	"""Whoever wrote a record sees it (design: visibility)."""
	frappe.db.add_index("Meeting Contract", ["owner", "modified"])
	frappe.db.add_index("Meeting Contract", ["customer", "owner"])

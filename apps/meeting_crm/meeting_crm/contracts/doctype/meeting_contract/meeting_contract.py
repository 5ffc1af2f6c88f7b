import frappe
from frappe.model.document import Document

from meeting_crm.contracts import endings, papers, plans, service, standing
from meeting_crm.core import money_words

LINKED_RECORDS = (
	"Meeting Payment",
	"Meeting Contract Change",
	"Meeting Invoice",
	"Meeting Execution",
	"Meeting Booth",
	"Meeting Shipment",
)
"""What stands on a contract is looked at by the rules of making it void; what is left stays as history."""


class MeetingContract(Document):
	def before_insert(self):
		plans.add_default_plan(self)

	def validate(self):
		service.fill(self)
		service.check_quotation(self)
		service.set_policy(self)
		service.set_amounts(self)
		service.check_date(self)
		plans.set_plan(self)
		papers.set_files(self)

	def before_submit(self):
		service.check_submission(self)
		plans.complete_plan(self)
		self.status = service.IN_FORCE

	def on_submit(self):
		service.sign_claim(self)

	def before_update_after_submit(self):
		standing.keep(self)
		papers.set_files(self)

	def before_cancel(self):
		endings.check_void(self)
		self.status = service.VOID

	def on_cancel(self):
		self.ignore_linked_doctypes = LINKED_RECORDS
		service.cancel_signature(self)

	def get_amount_in_words(self) -> str:
		return money_words.get_amount_in_words(self.amount)


def on_doctype_update():
	"""Whoever wrote a record sees it (design: visibility)."""
	frappe.db.add_index("Meeting Contract", ["owner", "modified"])
	frappe.db.add_index("Meeting Contract", ["customer", "owner"])

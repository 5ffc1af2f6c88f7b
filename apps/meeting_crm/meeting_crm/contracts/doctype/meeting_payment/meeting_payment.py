import frappe
from frappe.model.document import Document

from meeting_crm.contracts import bank, payments
from meeting_crm.core.problems import take_back_message


class MeetingPayment(Document):
	def validate(self):
		payments.fill(self)
		payments.check_values(self)
		payments.check_allocations(self)

	def on_update(self):
		payments.hold_claim(self)

	def before_submit(self):
		self.status = payments.CONFIRMED

	def on_submit(self):
		payments.book(self)
		payments.tell_confirmed(self)

	def before_cancel(self):
		payments.check_cancellation(self)
		self.status = payments.CANCELLED
		self.bank_key = None

	def on_cancel(self):
		payments.unbook(self)
		bank.release(self.name)

	def db_insert(self, *args, **kwargs):
		try:
			super().db_insert(*args, **kwargs)
		except frappe.UniqueValidationError:
			take_back_message()
			payments.throw_bank_number_taken(self)

	def db_update(self):
		try:
			super().db_update()
		except frappe.UniqueValidationError:
			take_back_message()
			payments.throw_bank_number_taken(self)


def on_doctype_update():
	"""Whoever wrote a record sees it (design: visibility); figures by day; what stands on a claim."""
	frappe.db.add_index("Meeting Payment", ["owner", "modified"])
	frappe.db.add_index("Meeting Payment", ["customer", "owner"])
	frappe.db.add_index("Meeting Payment", ["docstatus", "paid_on", "project", "holder"])

import frappe
from frappe import _
from frappe.model.document import Document

from meeting_crm.core.errors import GuardedFieldError


class SystemRecord(Document):
	"""A record that the services write, set-based; nobody writes or deletes one by hand, not even the Administrator."""

	def get_refusal(self) -> str:
		"""Why, and what to do instead."""
		raise NotImplementedError

	def validate(self):
		self.refuse()

	def on_trash(self):
		self.refuse()

	def refuse(self):
		frappe.throw(self.get_refusal(), title=_("Not by hand"), exc=GuardedFieldError)

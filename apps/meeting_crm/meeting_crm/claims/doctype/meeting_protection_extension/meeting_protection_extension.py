import frappe
from frappe import _
from frappe.model.document import Document

from meeting_crm.core.errors import GuardedFieldError


class MeetingProtectionExtension(Document):
	"""One extension of a claim's protection, as it was granted."""

	def before_save(self):
		if not self.is_new():
			self.refuse()

	def on_trash(self):
		self.refuse()

	def refuse(self):
		frappe.throw(
			_("A granted extension is history and cannot be changed. It counts even when the claim is released."),
			exc=GuardedFieldError,
		)


def on_doctype_update():
	frappe.db.add_unique("Meeting Protection Extension", ["project", "holder", "number"])

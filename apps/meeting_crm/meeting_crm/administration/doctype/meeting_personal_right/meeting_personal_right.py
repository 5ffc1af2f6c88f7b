import frappe
from frappe.model.document import Document

from meeting_crm.administration import rights


class MeetingPersonalRight(Document):
	"""One right added to or taken from one person (E4)."""

	def validate(self):
		rights.validate_right(self)

	def on_update(self):
		rights.follow_right(self)

	def on_trash(self):
		rights.validate_right_deletion(self)

	def after_delete(self):
		rights.follow_right(self)


def on_doctype_update() -> None:
	frappe.db.add_unique("Meeting Personal Right", ["user", "document_type", "ptype"])

import frappe
from frappe import _
from frappe.model.document import Document


class MeetingLogSeal(Document):
	"""Some rows of the operation log, bound to the seal before it (E7)."""

	def validate(self):
		frappe.throw(_("Seals are written by the system and cannot be changed."))

	def on_trash(self):
		frappe.throw(_("Seals are written by the system and cannot be deleted."))


def on_doctype_update() -> None:
	frappe.db.add_unique("Meeting Log Seal", ["number"])

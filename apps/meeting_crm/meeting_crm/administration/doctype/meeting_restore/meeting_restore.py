import frappe
from frappe import _
from frappe.model.document import Document


class MeetingRestore(Document):
	"""One restore and whether it can still be undone (E6)."""

	def validate(self):
		if not self.flags.by_service:
			frappe.throw(_("A restore is a record of what happened and cannot be edited. Start one from a backup."))

	def on_trash(self):
		frappe.throw(_("A restore is a record of what happened and stays."))

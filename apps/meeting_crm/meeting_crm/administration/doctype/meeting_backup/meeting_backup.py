import frappe
from frappe import _
from frappe.model.document import Document

from meeting_crm.administration import backups


class MeetingBackup(Document):
	"""One backup: its run, its file and what is known of it (E5)."""

	def validate(self):
		if not self.flags.by_service:
			frappe.throw(_("A backup is made by the system and cannot be edited. Start one from the list."))

	def on_trash(self):
		backups.remove_with_record(self)


def on_doctype_update() -> None:
	frappe.db.add_index("Meeting Backup", ["status", "taken_on"])

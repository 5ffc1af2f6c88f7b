import frappe
from frappe import _
from frappe.model.document import Document

from meeting_crm.core.database import drop_index


class MeetingOperationLog(Document):
	"""What somebody did (E7). Nobody changes or deletes a line; old ones are archived by order (log_removal)."""

	def validate(self):
		frappe.throw(_("The operation log is written by the system and cannot be changed."))

	def on_trash(self):
		frappe.throw(
			_("Lines of the operation log are not deleted one by one. A system administrator archives what is old.")
		)


def on_doctype_update() -> None:
	frappe.db.add_index("Meeting Operation Log", ["reference_doctype", "reference_name"])
	frappe.db.add_index("Meeting Operation Log", ["user", "happened_on"])
	frappe.db.add_index("Meeting Operation Log", ["operation", "happened_on"])
	drop_index("Meeting Operation Log", "modified")  # nobody modifies a line: lists go by happened_on

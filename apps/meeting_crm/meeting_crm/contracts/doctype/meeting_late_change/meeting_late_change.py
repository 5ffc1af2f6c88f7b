import frappe
from frappe.model.document import Document


class MeetingLateChange(Document):
	"""What somebody wants changed in an execution after its product closed; written by `contracts.execution.late_changes`."""


def on_doctype_update():
	frappe.db.add_index("Meeting Late Change", ["execution", "state"])

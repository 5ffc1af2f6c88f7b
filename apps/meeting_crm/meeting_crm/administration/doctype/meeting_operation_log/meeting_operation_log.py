import frappe
from frappe.model.document import Document

from meeting_crm.database import drop_index


class MeetingOperationLog(Document):
	pass


def on_doctype_update() -> None:
	frappe.db.add_index("Meeting Operation Log", ["reference_doctype", "reference_name"])
	frappe.db.add_index("Meeting Operation Log", ["user", "happened_on"])
	drop_index("Meeting Operation Log", "modified")  # nobody modifies a line: lists go by happened_on

import frappe
from frappe.model.document import Document


class MeetingExecutionChange(Document):
	pass


def on_doctype_update():
	frappe.db.add_index("Meeting Execution Change", ["execution", "revision"])

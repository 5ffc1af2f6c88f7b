import frappe
from frappe.model.document import Document


class MeetingDepartmentTask(Document):
	pass


def on_doctype_update():
	"""A task for each department and execution; the board reads each column in the order of due days."""
	frappe.db.add_unique("Meeting Department Task", ["execution", "department"])
	frappe.db.add_index("Meeting Department Task", ["department", "current_step", "due_on", "name"], "board")
	frappe.db.add_index(
		"Meeting Department Task", ["project", "department", "current_step", "due_on", "name"], "project_board"
	)
	frappe.db.add_index("Meeting Department Task", ["department", "status"])

import frappe
from frappe.model.document import Document


class MeetingOperationLog(Document):
	pass


def on_doctype_update() -> None:
	frappe.db.add_index("Meeting Operation Log", ["reference_doctype", "reference_name"])
	frappe.db.add_index("Meeting Operation Log", ["happened_on"])
	frappe.db.add_index("Meeting Operation Log", ["user", "happened_on"])
	if frappe.db.has_index("tabMeeting Operation Log", "modified"):  # nobody modifies a line: lists go by happened_on
		frappe.db.sql_ddl("alter table `tabMeeting Operation Log` drop index modified")

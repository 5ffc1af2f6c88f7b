import frappe
from frappe.model.document import Document


class MeetingProjectMember(Document):
	pass


def on_doctype_update():
	frappe.db.add_unique("Meeting Project Member", ["parent", "user"])

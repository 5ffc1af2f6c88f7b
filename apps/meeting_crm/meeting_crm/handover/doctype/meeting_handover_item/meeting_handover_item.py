import frappe
from frappe.model.document import Document


class MeetingHandoverItem(Document):
	pass


def on_doctype_update():
	frappe.db.add_index("Meeting Handover Item", ["handover", "reference_doctype", "reference_name"])

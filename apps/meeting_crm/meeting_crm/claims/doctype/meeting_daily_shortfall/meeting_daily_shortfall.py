import frappe
from frappe.model.document import Document


class MeetingDailyShortfall(Document):
	"""A working day on which a member stayed below the minimum and was told (B7)."""


def on_doctype_update():
	frappe.db.add_unique("Meeting Daily Shortfall", ["project", "user", "day"])
	frappe.db.add_index("Meeting Daily Shortfall", ["user", "day"])

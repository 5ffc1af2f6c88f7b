import frappe
from frappe.model.document import Document
from frappe.query_builder import DocType
from frappe.query_builder.functions import Now
from pypika.terms import Interval


class MeetingDuplicateCheck(Document):
	@staticmethod
	def clear_old_logs(days: int = 180):
		"""Called by Log Settings, where administrators add this log."""
		check = DocType("Meeting Duplicate Check")
		frappe.db.delete(check, filters=(check.creation < (Now() - Interval(days=days))))


def on_doctype_update():
	frappe.db.add_index("Meeting Duplicate Check", ["user", "checked_on"])
	frappe.db.add_index("Meeting Duplicate Check", ["enterprise", "kind"])

import frappe
from frappe.model.document import Document
from frappe.query_builder import Interval
from frappe.query_builder.functions import Now


class MeetingRefusedCommand(Document):
	@staticmethod
	def clear_old_logs(days: int = 180) -> None:
		"""Called by the framework's Log Settings."""
		table = frappe.qb.DocType("Meeting Refused Command")
		frappe.db.delete(table, filters=(table.day < (Now() - Interval(days=days))))

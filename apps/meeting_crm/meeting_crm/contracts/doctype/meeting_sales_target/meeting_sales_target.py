import frappe
from frappe.model.document import Document
from frappe.utils import get_first_day


class MeetingSalesTarget(Document):
	def validate(self):
		self.month = get_first_day(self.month)


def on_doctype_update():
	frappe.db.add_unique("Meeting Sales Target", ["user", "month", "measure", "project"], "target_of_month")

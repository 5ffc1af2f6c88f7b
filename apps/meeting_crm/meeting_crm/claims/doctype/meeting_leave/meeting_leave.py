import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from meeting_crm.core.people import get_subordinates, is_administrator


class MeetingLeave(Document):
	"""Days on which a person need not reach the daily minimum (B7)."""

	def validate(self):
		self.validate_dates()
		self.validate_user()

	def validate_dates(self):
		first, last = getdate(self.from_date), getdate(self.to_date)
		if not first or not last:
			frappe.throw(_("Write the first and the last day of the leave."))
		if last < first:
			frappe.throw(_("The leave ends before it begins. Correct one of the dates."))

	def validate_user(self):
		user = frappe.session.user
		if self.user != user and not is_administrator(user) and self.user not in get_subordinates(user):
			frappe.throw(
				_("You can record leave for yourself and for people below you. Ask their manager for others."),
				exc=frappe.PermissionError,
			)


def on_doctype_update():
	frappe.db.add_index("Meeting Leave", ["user", "from_date"])

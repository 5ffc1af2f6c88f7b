import frappe
from frappe import _
from frappe.model.document import Document


class MeetingPreferentialPolicy(Document):
	def validate(self):
		if not 0 <= self.percentage <= 100:
			frappe.throw(_("A discount is between 0 and 100 per cent."), title=_("Discount not possible"))

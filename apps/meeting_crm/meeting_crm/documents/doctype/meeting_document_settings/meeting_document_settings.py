import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

LIMITS = {"bin_days": (1, 3650), "max_megabytes": (1, 500)}


class MeetingDocumentSettings(Document):
	def validate(self):
		self.check_limits()

	def check_limits(self):
		for field, (lowest, highest) in LIMITS.items():
			if not lowest <= cint(self.get(field)) <= highest:
				frappe.throw(
					_("{0} must be between {1} and {2}.").format(_(self.meta.get_label(field)), lowest, highest)
				)

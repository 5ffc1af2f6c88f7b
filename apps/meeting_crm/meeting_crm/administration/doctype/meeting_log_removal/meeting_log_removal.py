import frappe
from frappe import _
from frappe.model.document import Document

from meeting_crm.administration import log_removal


class MeetingLogRemoval(Document):
	"""Who took which rows out of the operation log, when and why (E7)."""

	def validate(self):
		log_removal.refuse_by_hand(self)

	def on_trash(self):
		frappe.throw(_("Records of removals are written by the system and stay as they are."))

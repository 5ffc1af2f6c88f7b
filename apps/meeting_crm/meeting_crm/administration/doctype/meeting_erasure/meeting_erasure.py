import frappe
from frappe import _
from frappe.model.document import Document


class MeetingErasure(Document):
	"""That a person's data was erased (G3): which records, when, by whom and why, and nothing of the person."""

	def validate(self):
		if not self.flags.by_service:
			frappe.throw(_("Records of erasures are written by the system and stay as they are."))

	def on_trash(self):
		frappe.throw(_("Records of erasures are written by the system and stay as they are."))

import frappe
from frappe import _
from frappe.model.document import Document


class MeetingRun(Document):
	"""The heartbeat of one attempt at something that runs in the background; see core/runs.py."""

	def validate(self):
		frappe.throw(_("The system writes down by itself what runs in the background."))

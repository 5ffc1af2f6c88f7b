import frappe
from frappe import _

from meeting_crm.core.system_record import SystemRecord


class MeetingSealUse(SystemRecord):
	"""One request for a seal and what became of it. Only `documents.seals.service` writes these rows."""

	def get_refusal(self) -> str:
		return _("A seal is asked for and decided on with the buttons of its document.")


def on_doctype_update():
	frappe.db.add_index("Meeting Seal Use", ["document", "status"])

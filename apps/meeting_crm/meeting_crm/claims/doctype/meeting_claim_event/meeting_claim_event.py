import frappe
from frappe import _

from meeting_crm.core.database import drop_index
from meeting_crm.core.system_record import SystemRecord


class MeetingClaimEvent(SystemRecord):
	"""One line of a claim's journal. The journal is written by the services alone (claims/journal.py)."""

	def get_refusal(self) -> str:
		return _("The journal of a claim is written by the system and cannot be changed.")


def on_doctype_update():
	for fields in (["claim", "happened_on"], ["enterprise", "happened_on"], ["holder", "happened_on"]):
		frappe.db.add_index("Meeting Claim Event", fields)
	drop_index("Meeting Claim Event", "modified")  # nobody modifies a line: lists go by happened_on

import frappe
from frappe import _

from meeting_crm.core.system_record import SystemRecord


class MeetingClaimAccount(SystemRecord):
	"""What a member used up in a project: today's new companies, extensions. The row that claims of one person lock
	(claims/locks.py)."""

	def get_refusal(self) -> str:
		return _("What a person used up is counted by the system. Change the limits in the project's settings instead.")


def on_doctype_update():
	frappe.db.add_unique("Meeting Claim Account", ["project", "user"])

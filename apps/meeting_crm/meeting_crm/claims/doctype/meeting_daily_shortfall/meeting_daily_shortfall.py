import frappe
from frappe import _

from meeting_crm.core.system_record import SystemRecord


class MeetingDailyShortfall(SystemRecord):
	"""A working day on which a member stayed below the minimum and was told (B7)."""

	def get_refusal(self) -> str:
		return _("Short days are recorded by the system. Record leave for the person instead.")


def on_doctype_update():
	frappe.db.add_unique("Meeting Daily Shortfall", ["project", "user", "day"])
	frappe.db.add_index("Meeting Daily Shortfall", ["user", "day"])

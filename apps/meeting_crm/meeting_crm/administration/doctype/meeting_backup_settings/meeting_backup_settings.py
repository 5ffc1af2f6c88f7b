import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

LIMITS = {
	"hour": (0, 23),
	"keep_daily": (1, 366),
	"keep_weekly": (0, 520),
	"keep_monthly": (0, 120),
	"keep_safety_days": (7, 366),
	"alarm_hours": (2, 24 * 31),
}


class MeetingBackupSettings(Document):
	"""When backups are made, how many stay, and where a copy goes (E5)."""

	def validate(self):
		for field, (lowest, highest) in LIMITS.items():
			if not lowest <= cint(self.get(field)) <= highest:
				frappe.throw(
					_("{0} must be between {1} and {2}.").format(_(self.meta.get_label(field)), lowest, highest),
					title=_("Number out of range"),
				)
		if self.copies and self.endpoint and not self.endpoint.startswith("https://") and not is_local(self.endpoint):
			frappe.throw(_("The endpoint must begin with https://, because a backup holds all data of the company."))


def is_local(endpoint: str) -> bool:
	return endpoint.startswith(("http://127.0.0.1", "http://localhost"))

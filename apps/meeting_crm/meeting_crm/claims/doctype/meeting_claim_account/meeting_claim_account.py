import frappe
from frappe.model.document import Document


class MeetingClaimAccount(Document):
	"""What a member used up in a project: today's new companies, extensions. The row that claims of one person lock
	(claims/locks.py)."""


def on_doctype_update():
	frappe.db.add_unique("Meeting Claim Account", ["project", "user"])

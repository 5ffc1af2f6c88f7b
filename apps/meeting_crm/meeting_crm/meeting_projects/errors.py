"""What a project or its members stand against."""

import frappe

from meeting_crm.core.errors import ClaimError


class ProjectClosedError(ClaimError):
	"""The project is closed, over, or has not begun."""


class NotAMemberError(frappe.PermissionError):
	pass

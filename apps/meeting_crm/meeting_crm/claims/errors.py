"""What can stand against a step with a claim. Each error is the caller's to correct: no 500."""

import frappe


class ClaimError(frappe.ValidationError):
	http_status_code = 417


class AlreadyHeldError(ClaimError):
	"""Somebody holds the enterprise in this project."""

	http_status_code = 409


class DailyMaximumError(ClaimError):
	pass


class ClaimedTooOftenError(ClaimError):
	pass


class CoolDownError(ClaimError):
	pass


class ExtensionsUsedUpError(ClaimError):
	pass


class ClaimOverError(ClaimError):
	"""The claim no longer holds: expired, dead, released; or it is signed and needs no protection."""


class ProjectClosedError(ClaimError):
	"""The project is closed, over, or has not begun."""


class NotAMemberError(frappe.PermissionError):
	pass


class ReasonMissingError(ClaimError):
	pass


class SignatureMissingError(ClaimError):
	"""Signing without a contract or a payment."""


class GuardedFieldError(ClaimError):
	"""A direct write to what only the services of claims may change."""


class ClaimsBusyError(ClaimError):
	"""Others changed the same claims at the same instant; nothing was done."""

	http_status_code = 409

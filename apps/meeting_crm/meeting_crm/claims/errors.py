"""What can stand against a step with a claim. Each error is the caller's to correct: no 500."""

from meeting_crm.core.errors import ClaimError


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


class UndoTooLateError(ClaimError):
	"""Only a fresh mistake is taken back without a trace in the day's number."""


class ReasonMissingError(ClaimError):
	pass


class SignatureMissingError(ClaimError):
	"""Signing without a contract or a payment."""

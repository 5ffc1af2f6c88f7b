"""What can stand against a step with an execution. Each error is the caller's to correct."""

import frappe


class ExecutionError(frappe.ValidationError):
	http_status_code = 417


class NotSubmittableError(ExecutionError):
	"""Something is missing for finance and logistics to begin."""


class FeesDifferError(ExecutionError):
	"""The fees are not the contract's amount, and nobody wrote why."""


class AttendeeError(ExecutionError):
	pass


class StayError(AttendeeError):
	"""Dates that are no night, or a wish for a room without dates."""


class ReadingError(ExecutionError):
	"""A file or paste in which no attendees were found."""


class ChangedMeanwhileError(ExecutionError):
	"""What the department saw is no longer what stands there."""

	http_status_code = 409


class LateChangeAnsweredError(ExecutionError):
	http_status_code = 409


class BoothTakenError(ExecutionError):
	http_status_code = 409


class RoomError(ExecutionError):
	"""The room is full, locked, or the guest sleeps elsewhere in these nights."""

	http_status_code = 409


class OutputError(ExecutionError):
	pass

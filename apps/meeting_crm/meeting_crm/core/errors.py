"""Errors that several rooms raise. Each is the caller's to correct: no 500."""

import frappe


class ClaimError(frappe.ValidationError):
	http_status_code = 417


class GuardedFieldError(ClaimError):
	"""A direct write to what only the services of claims may change."""


class ClaimsBusyError(ClaimError):
	"""Others changed the same claims at the same instant; nothing was done."""

	http_status_code = 409

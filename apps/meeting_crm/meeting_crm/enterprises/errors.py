"""What can stand against a step with an enterprise. Each error is the caller's to correct: no 500."""

import frappe


class EnterpriseError(frappe.ValidationError):
	http_status_code = 417


class DuplicateEnterpriseError(EnterpriseError):
	"""The name stands in the general database already; the message names its status."""

	http_status_code = 409


class InvalidNameError(EnterpriseError):
	"""A name of which nothing is left to compare, or too long to be one."""

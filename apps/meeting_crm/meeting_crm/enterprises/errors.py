"""What can stand against a step with an enterprise. Each error is the caller's to correct: no 500."""

import frappe


class EnterpriseError(frappe.ValidationError):
	http_status_code = 417


class DuplicateEnterpriseError(EnterpriseError):
	"""The name stands in the general database already: `args[0]` is the enterprise, or, told to people, the sentence with
	its status."""

	http_status_code = 409


class InvalidNameError(EnterpriseError):
	"""A name of which nothing is left to compare, or too long to be one."""


class EmptyCheckError(EnterpriseError):
	"""A check without anything to look for."""


class TooManyChecksError(EnterpriseError):
	"""Checks faster than a person can type."""

	http_status_code = 429


class AliasError(EnterpriseError):
	"""An alias that says nothing, or that belongs to another enterprise as its name."""


class AffiliateError(EnterpriseError):
	"""Enterprises that cannot be linked as asked."""


class MergeError(EnterpriseError):
	"""Two enterprises that cannot be merged, or a merge that cannot be undone."""


class ImportFileError(EnterpriseError):
	"""A file that cannot be imported as it is."""

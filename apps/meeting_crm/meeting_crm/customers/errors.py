"""What can go wrong with a customer file, in words that say what, why and what to do now."""

import frappe


class ProtectedFieldError(frappe.ValidationError):
	http_status_code = 417


class StillReferredToError(frappe.ValidationError):
	http_status_code = 409


class SalesError(frappe.ValidationError):
	http_status_code = 417


class InvalidTimeError(SalesError):
	pass


class ForeignPersonError(SalesError):
	"""Somebody who may not read the customer file, or a contact of another customer."""


class AttachmentError(SalesError):
	"""The attachment is missing, unreadable, or not of a kind that is wanted here."""

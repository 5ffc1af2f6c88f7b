"""What can stand against a step in sales. Each error is the caller's to correct."""

import frappe


class SalesError(frappe.ValidationError):
	http_status_code = 417


class InvalidTimeError(SalesError):
	pass


class ForeignPersonError(SalesError):
	"""Somebody who may not read the customer file, or a contact of another customer."""


class AttachmentError(SalesError):
	"""The attachment is missing, unreadable, or not of a kind that is wanted here."""


class QuotationError(SalesError):
	pass


class FeedNotFoundError(frappe.DoesNotExistError):
	http_status_code = 404

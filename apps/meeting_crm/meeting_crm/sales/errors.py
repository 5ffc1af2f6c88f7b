"""What can stand against a step in sales. Each error is the caller's to correct."""

import frappe

from meeting_crm.customers.errors import SalesError


class QuotationError(SalesError):
	pass


class FeedNotFoundError(frappe.DoesNotExistError):
	http_status_code = 404

"""What can stand against a grant. The caller's to correct."""

import frappe


class ScoreTooLowError(frappe.ValidationError):
	http_status_code = 417

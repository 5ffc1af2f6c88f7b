"""What can stand against a handover."""

import frappe


class HandoverError(frappe.ValidationError):
	http_status_code = 417

"""Whitelisted functions of the core."""

import frappe

from meeting_crm.core import runs


@frappe.whitelist()
def get_run(doctype: str, name: str) -> dict:
	"""How far the work is that a record stands for: status, percent, step, failure, and whether it lives."""
	runs.get_kind(doctype)
	doc = frappe.get_doc(doctype, name)
	doc.check_permission("read")
	return runs.describe(doc)

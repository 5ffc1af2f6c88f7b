"""Whitelisted functions of the core."""

import frappe

from meeting_crm.core import runs


@frappe.whitelist()
def get_run(doctype: str, name: str) -> dict:
	"""How far the work is that a record stands for: status, percent, step, failure, and whether it lives."""
	doc = frappe.get_doc(doctype, name)
	doc.check_permission("read")
	if doctype not in runs.get_kinds():
		frappe.throw(frappe._("Records of this kind do not run in the background."), exc=runs.RunError)
	return runs.describe(doc)

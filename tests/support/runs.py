"""Records that run in the background, run in the test's own process."""

import frappe

from meeting_crm.core import runs


def run_now(doctype: str, name: str) -> None:
	"""What a worker does with a record that was started."""
	frappe.db.commit()
	try:
		frappe.get_attr(runs.get_kind(doctype).job)(name=name, run=frappe.db.get_value(doctype, name, "run"))
	finally:
		frappe.set_user("Administrator")
		frappe.local.lang = "en"


def run_again(doctype: str, name: str) -> None:
	"""For one whose runner was killed."""
	frappe.db.set_value(doctype, name, "status", runs.FAILED)
	runs.start(frappe.get_doc(doctype, name))
	run_now(doctype, name)

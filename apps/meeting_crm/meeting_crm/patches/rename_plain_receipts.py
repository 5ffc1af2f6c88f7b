"""Money that came in is a receipt, too: the paper of that name is called a plain one."""

import frappe


def execute() -> None:
	for doctype in ("Meeting Invoice Title", "Meeting Invoice", "Meeting Execution"):
		frappe.db.set_value(
			doctype, {"invoice_type": "Receipt"}, "invoice_type", "Plain Receipt", update_modified=False
		)

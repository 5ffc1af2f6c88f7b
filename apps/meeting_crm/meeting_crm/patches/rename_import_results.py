"""A company that an import finds in the database is called that."""

import frappe


def execute() -> None:
	frappe.db.set_value(
		"Meeting Enterprise Import Row", {"result": "Duplicate"}, "result", "Already There", update_modified=False
	)

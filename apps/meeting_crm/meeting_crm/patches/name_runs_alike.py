"""Carry-overs say in the same field as all that runs in the background why they failed."""

import frappe


def execute() -> None:
	if frappe.db.has_column("Meeting Carry Over", "message"):
		frappe.db.sql("update `tabMeeting Carry Over` set failure = message where failure is null")

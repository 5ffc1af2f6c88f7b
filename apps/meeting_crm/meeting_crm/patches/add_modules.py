"""Rooms that got a module of their own: their DocTypes are synced into it."""

from frappe.installer import add_module_defs


def execute() -> None:
	add_module_defs("meeting_crm", ignore_if_duplicate=True)

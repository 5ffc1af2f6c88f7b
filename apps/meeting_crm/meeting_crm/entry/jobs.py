"""Background entry points of imports."""

import frappe

from meeting_crm.enterprises import upkeep
from meeting_crm.entry.importing import service as imports


def run_import(name: str, user: str) -> None:
	"""An import, with the rights and in the language of whoever started it; then the index takes up what waits of it."""
	frappe.set_user(user)
	frappe.set_user_lang(user)
	imports.run(name)
	upkeep.fold_delta()
	upkeep.extend_letters()


def resume_imports() -> None:
	"""Imports whose run was killed go on where they stopped."""
	for row in imports.find_silent():
		imports.enqueue(row.name, row.owner)

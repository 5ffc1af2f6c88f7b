"""Whitelisted functions of merging two enterprises."""

import frappe

from meeting_crm.core.rights import require
from meeting_crm.core.transactions import retried_on_conflict
from meeting_crm.merging import service as merging


@frappe.whitelist()
def preview_merge(kept: str, merged: str) -> dict:
	"""What merging would move, end and fill; `refused` says why it cannot be done. For administrators."""
	require_keeper_of_database()
	return merging.preview(kept, merged)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def merge(kept: str, merged: str) -> dict:
	"""Makes one enterprise of two; answers the record that can undo it. For administrators."""
	require_keeper_of_database()
	return {"merge": merging.merge(kept, merged)}


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def undo_merge(merge: str) -> dict:
	"""Makes two of the one again; `problems` are sentences on what could not be put back. For administrators."""
	require_keeper_of_database()
	return {"problems": merging.undo(merge)}


def require_keeper_of_database() -> None:
	"""Merging deletes one of two enterprises."""
	require("Meeting Enterprise", "delete")

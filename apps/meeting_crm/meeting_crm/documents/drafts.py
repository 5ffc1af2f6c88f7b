"""What an editor keeps by itself while somebody types, one for each person and document. A draft is never a version: it
waits until its author saves it or drops it."""

import frappe
from frappe.utils import cint, now_datetime

from meeting_crm.documents import blobs, service
from meeting_crm.documents.permissions import DOCUMENT

DRAFT = "Meeting Document Draft"


def keep(document: str, base_version: int, content: bytes, why: str | None = None) -> dict:
	"""Writes over the person's former draft. Also kept when the right to change the document is gone by now: the words are
	the person's own."""
	service.check_content(content)
	sha256 = blobs.store(content)
	user, now = frappe.session.user, now_datetime()
	values = {"base_version": cint(base_version), "saved_on": now, "sha256": sha256, "size": len(content), "why": why}
	name = frappe.db.get_value(DRAFT, {"document": document, "user": user}, for_update=True)
	if name:
		frappe.db.set_value(DRAFT, name, values)
	else:
		row = frappe.get_doc({"doctype": DRAFT, "document": document, "user": user, **values})
		row.set_new_name()
		row.db_insert()
	return {"saved_on": now, "base_version": cint(base_version)}


def get(document: str) -> dict | None:
	"""The session user's own draft."""
	draft = frappe.db.get_value(
		DRAFT,
		{"document": document, "user": frappe.session.user},
		["name", "base_version", "saved_on", "sha256", "size", "why"],
		as_dict=True,
	)
	if draft:
		current = frappe.db.get_value(DOCUMENT, document, "current_version")
		draft.is_behind = draft.base_version != current
	return draft


def read(document: str) -> bytes | None:
	draft = get(document)
	return blobs.read(draft.sha256) if draft else None


def drop(document: str) -> None:
	frappe.db.delete(DRAFT, {"document": document, "user": frappe.session.user})

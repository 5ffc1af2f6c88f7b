"""Background entry points of the library."""

import frappe
from frappe import _

from meeting_crm.core.notifications import get_language, notify
from meeting_crm.core.people import get_administrators
from meeting_crm.documents import blobs, previews, service, texts
from meeting_crm.documents.permissions import DOCUMENT, VERSION

CHECKED_PER_NIGHT = 20_000


def read_text(document: str) -> None:
	texts.refresh(document)


def make_preview(document: str, number: int) -> None:
	previews.make(service.get_version(document, number))


def tidy_up() -> None:
	"""Every night: the bin, contents that nobody names, and whether every version still has its bytes."""
	service.purge_bin()
	frappe.db.commit()  # nosemgrep  why: what is gone from the bin must be seen before its blobs go
	blobs.remove_orphans(get_known_hashes())
	tell_damage(find_damage())


def get_known_hashes() -> set[str]:
	return {
		sha256
		for doctype in (VERSION, "Meeting Document Draft")
		for sha256 in frappe.get_all(doctype, pluck="sha256", distinct=True, order_by="sha256")  # why: the nightly job
	} | set(frappe.get_all("Meeting Seal", pluck="picture_sha256", order_by="name"))  # why: the nightly job


def find_damage() -> list[dict]:
	"""Versions whose content is missing or holds other bytes."""
	rows = frappe.get_all(  # why: the nightly job
		VERSION, fields=["document", "number", "sha256", "title"], order_by="modified desc", limit=CHECKED_PER_NIGHT
	)
	damaged = set(blobs.find_damage(sorted({row.sha256 for row in rows})))
	return [row for row in rows if row.sha256 in damaged]


def tell_damage(rows: list) -> None:
	if not rows:
		return
	for user in get_administrators():
		subject = _(
			"{0} versions of documents have lost their content. First: {1}, version {2}", get_language(user)
		).format(len(rows), rows[0].title, rows[0].number)
		notify(user, subject, DOCUMENT, rows[0].document)

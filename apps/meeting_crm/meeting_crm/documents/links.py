"""A link that opens one document to whoever has it: until an instant, as often as allowed, with a password if its author
wants one, and revocable at once. It shows the version that is current when it is opened. Seals are asked from inside."""

from datetime import datetime

import frappe
from frappe import _
from frappe.utils import add_to_date, cint, get_datetime, get_url, now_datetime
from frappe.utils.password import passlibctx

from meeting_crm.core.log import log
from meeting_crm.documents import service
from meeting_crm.documents.errors import LinkError
from meeting_crm.documents.permissions import DOCUMENT, can_read
from meeting_crm.documents.rules import hash_token

LINK = "Meeting Document Link"
MAX_DAYS = 90
MAX_WRONG_PASSWORDS = 10


def make(document: str, until: datetime | str, password: str | None = None, max_downloads: int = 0) -> dict:
	"""The address is shown once: the record keeps only its hash."""
	until = get_datetime(until)
	now = now_datetime()
	if not now < until <= add_to_date(now, days=MAX_DAYS):
		frappe.throw(
			_("The link's end must lie between now and {0} days from now.").format(MAX_DAYS),
			title=_("Link"),
			exc=LinkError,
		)
	token = frappe.generate_hash(length=40)
	row = frappe.get_doc(
		{
			"doctype": LINK,
			"document": document,
			"token_hash": hash_token(token),
			"valid_until": until,
			"password_hash": passlibctx.hash(password) if password else None,
			"max_downloads": max(0, cint(max_downloads)),
		}
	)
	row.owner = row.modified_by = frappe.session.user
	row.creation = row.modified = now
	row.set_new_name()
	row.db_insert()
	log("Link Made", DOCUMENT, document, after={"link": row.name, "valid_until": str(until)})
	return {"link": row.name, "url": get_url(f"/document-link?token={token}"), "valid_until": until}


def revoke(link) -> None:
	if not link.revoked_on:
		frappe.db.set_value(LINK, link.name, "revoked_on", now_datetime())
		log("Link Revoked", DOCUMENT, link.document, before={"link": link.name})


def open_link(token: str, password: str | None = None):
	"""The current version behind a link. One refusal for whatever is wrong, except for the password: it says nothing about
	what exists. Its author must still be allowed to read the document."""
	row = frappe.db.get_value(
		LINK,
		{"token_hash": hash_token(token or "")},
		["name", "document", "owner", "valid_until", "password_hash", "max_downloads", "downloads", "revoked_on"],
		as_dict=True,
		for_update=True,
	)
	if not row or not _is_open(row):
		frappe.throw(
			_("This link no longer opens anything. Ask the person who sent it for a new one."),
			title=_("Link"),
			exc=LinkError,
		)
	_check_password(row, password)
	frappe.db.set_value(LINK, row.name, "downloads", row.downloads + 1, update_modified=False)
	log("Downloaded by Link", DOCUMENT, row.document, after={"link": row.name})
	return service.get_version(row.document)


def _is_open(row) -> bool:
	document = frappe.db.get_value(DOCUMENT, row.document, ["deleted_on"], as_dict=True)
	return bool(
		document
		and not document.deleted_on
		and not row.revoked_on
		and row.valid_until > now_datetime()
		and (not row.max_downloads or row.downloads < row.max_downloads)
		and frappe.db.get_value("User", row.owner, "enabled")
		and can_read(row.document, row.owner)
	)


def _check_password(row, password: str | None) -> None:
	if not row.password_hash:
		return
	key = f"meeting_document_link_wrong:{row.name}"
	wrong = cint(frappe.cache().get_value(key))
	if wrong < MAX_WRONG_PASSWORDS and password and passlibctx.verify(password, row.password_hash):
		return
	if password:
		frappe.cache().set_value(key, wrong + 1, expires_in_sec=3600)
	frappe.local.response["needs_password"] = True
	message = (
		_("Too many wrong passwords. Try again in an hour.")
		if wrong >= MAX_WRONG_PASSWORDS
		else _("The password is wrong. Ask the person who sent the link.")
		if password
		else _("This document is protected by a password. Enter it.")
	)
	frappe.throw(message, title=_("Link"), exc=LinkError)

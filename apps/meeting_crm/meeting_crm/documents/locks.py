"""Who edits a document at this moment. A lock is a lease: without a sign of life it ends by itself, so a crash or a closed
lid blocks nobody for longer than that. Whoever holds it has a token; the record keeps only the token's hash."""

from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.utils import escape_html, get_datetime, get_fullname, now_datetime

from meeting_crm.core.log import log
from meeting_crm.core.notifications import get_language, notify
from meeting_crm.documents.errors import LockedError
from meeting_crm.documents.permissions import DOCUMENT
from meeting_crm.documents.rules import LEASE, Lock, hash_token


def get_lock(doc) -> Lock:
	return Lock(doc.lock_key, doc.locked_by, get_datetime(doc.locked_until) if doc.locked_until else None)


def acquire(document: str, lease: timedelta = LEASE) -> dict:
	"""Takes the lock for the session's user. Compare and set under the row's lock: of two at the same instant one is told
	who the other is."""
	doc = frappe.get_doc(DOCUMENT, document, for_update=True)
	now = now_datetime()
	lock = get_lock(doc)
	if lock.is_held(now):
		_refuse(lock)
	token = frappe.generate_hash(length=32)
	_write(document, hash_token(token), frappe.session.user, now + lease)
	log("Locked", DOCUMENT, document, after={"locked_by": frappe.session.user})
	_tell_pages(document)
	return {"token": token, "until": now + lease, "version": doc.current_version}


def renew(document: str, token: str, lease: timedelta = LEASE) -> dict:
	"""A sign of life. A lock that ran out and that nobody else took meanwhile goes on."""
	doc = frappe.get_doc(DOCUMENT, document, for_update=True)
	now = now_datetime()
	lock = get_lock(doc)
	if lock.key != hash_token(token):
		_refuse(lock)
	_write(document, lock.key, lock.user, now + lease)
	return {"until": now + lease, "version": doc.current_version}


def release(document: str, token: str) -> bool:
	"""Gives the lock back; nothing happens when it is somebody else's by now."""
	doc = frappe.get_doc(DOCUMENT, document, for_update=True)
	if doc.lock_key != hash_token(token or ""):
		return False
	_write(document, None, None, None)
	log("Unlocked", DOCUMENT, document, before={"locked_by": doc.locked_by})
	_tell_pages(document)
	return True


def break_lock(document: str) -> dict:
	"""Takes the lock away from whoever holds it; they are told, and what they save later is kept beside the current version.
	The caller has checked who may."""
	doc = frappe.get_doc(DOCUMENT, document, for_update=True)
	lock = get_lock(doc)
	if not lock.is_held(now_datetime()):
		return {"broken": False}
	_write(document, None, None, None)
	log("Lock Broken", DOCUMENT, document, before={"locked_by": lock.user})
	if lock.user != frappe.session.user:
		subject = _(
			"{0} took over editing of {1}. What you had not saved is kept as your draft", get_language(lock.user)
		).format(get_fullname(frappe.session.user), doc.title)
		notify(lock.user, subject, DOCUMENT, document)
	_tell_pages(document)
	return {"broken": True, "user": lock.user}


def _write(document: str, key: str | None, user: str | None, until: datetime | None) -> None:
	values = {"lock_key": key, "locked_by": user, "locked_until": until}
	frappe.db.set_value(DOCUMENT, document, values, update_modified=False)


def _refuse(lock: Lock) -> None:
	if not lock.user:
		frappe.throw(
			_("Your editing of this document has ended. Open it again; what you typed is kept as your draft."),
			title=_("No longer yours"),
			exc=LockedError,
		)
	frappe.throw(
		_("{0} is editing this document. Read it now, or wait until they have finished.").format(
			frappe.bold(escape_html(get_fullname(lock.user)))
		),
		title=_("Being edited"),
		exc=LockedError,
	)


def _tell_pages(document: str) -> None:
	frappe.publish_realtime(
		"list_update",
		{"doctype": DOCUMENT, "name": document, "user": frappe.session.user},
		doctype=DOCUMENT,
		after_commit=True,
	)

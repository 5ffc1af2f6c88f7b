"""Use cases of the document library. Every way of writing a content, by a person or a program, ends in `write`."""

import base64
import binascii

import frappe
from frappe import _
from frappe.utils import add_days, cint, escape_html, get_fullname, now_datetime

from meeting_crm.core.log import log
from meeting_crm.core.notifications import get_language, notify
from meeting_crm.documents import blobs, comparison, files, folders, locks, rules, texts
from meeting_crm.documents.errors import (
	DocumentError,
	EmptyFileError,
	FileTooLargeError,
	InBinError,
	KindChangedError,
	NoSuchVersionError,
	TitleTakenError,
)
from meeting_crm.documents.permissions import DOCUMENT, FOLDER, VERSION, can_read

SETTINGS = "Meeting Document Settings"
MEGABYTE = 1024 * 1024


def get_settings():
	"""The library's settings; before anybody saves them, their defaults."""
	return frappe.get_cached_doc(SETTINGS)


def decode_content(content: str) -> bytes:
	"""Base64, also as a data address, from what REST sends."""
	limit = get_max_size()
	if len(content or "") > limit * 4 // 3 + 200:
		_refuse_size(limit)
	text = (content or "").strip()
	if text.startswith("data:"):
		text = text.partition(",")[2]
	try:
		return base64.b64decode(text, validate=True)
	except (binascii.Error, ValueError):
		frappe.throw(
			_("The content is not readable. Send the file's bytes as base64."),
			title=_("Content not readable"),
			exc=DocumentError,
		)


def get_max_size() -> int:
	return max(1, cint(get_settings().max_megabytes)) * MEGABYTE


def check_content(content: bytes) -> files.Nature:
	if not content:
		frappe.throw(
			_("The file is empty, so there is nothing to keep. Look at it on your computer and send it again."),
			title=_("Empty file"),
			exc=EmptyFileError,
		)
	if len(content) > (limit := get_max_size()):
		_refuse_size(limit)
	return files.recognise(content)


def _refuse_size(limit: int) -> None:
	frappe.throw(
		_(
			"The file is larger than {0} MB. Make it smaller or split it, or ask an administrator to raise the limit."
		).format(limit // MEGABYTE),
		title=_("File too large"),
		exc=FileTooLargeError,
	)


def upload(
	title: str,
	folder: str | None,
	content: bytes,
	customer: str | None = None,
	contract: str | None = None,
	reason: str | None = None,
	**values,
) -> dict:
	"""A new document with its first version. The caller has checked folder, customer and contract. Sending the same file
	again under the same title changes nothing; another file under a title that is taken here is refused, and the answer
	names the document that has it."""
	nature = check_content(content)
	title = _make_title(title, nature)
	if not (folder or customer):
		folder = folders.get_personal_folder()
	place = get_place(folder, customer)
	sha256 = blobs.store(content)
	if existing := _get_living(place, title):
		if existing.sha256 == sha256 and can_read(existing.name):
			return describe(existing, rules.UNCHANGED)
		if can_read(existing.name):
			_refuse_title(existing)
		title = _get_free_title(place, title)
	doc = frappe.get_doc(
		{
			"doctype": DOCUMENT,
			"title": title,
			"folder": folder,
			"customer": customer,
			"contract": contract,
			"status": "Draft",
			**values,
		}
	)
	_set_content(doc, 1, sha256, len(content), nature)
	doc.flags.by_service = True
	frappe.db.savepoint("document_upload")
	try:
		doc.insert(ignore_permissions=True)  # why: the caller has checked the place it goes to
	except frappe.UniqueValidationError:
		frappe.db.rollback(save_point="document_upload")
		frappe.clear_messages()
		_refuse_title(_get_living(place, title, for_update=True))
	_insert_version(doc, 1, sha256, len(content), nature, base_version=0, reason=reason)
	_follow_content(doc)
	return describe(doc, rules.STORED)


def get_place(folder: str | None, customer: str | None) -> str:
	return folder or customer or ""


def _make_title(title: str, nature: files.Nature) -> str:
	title = rules.clean_title(title)
	if not title:
		frappe.throw(_("The document has no title. Give it one."), title=_("Title missing"), exc=DocumentError)
	return rules.with_extension(title, nature.extension)


def _get_living(place: str, title: str, for_update: bool = False):
	return frappe.db.get_value(
		DOCUMENT,
		{"title_key": rules.make_title_key(place, title)},
		["name", "title", "sha256", "current_version", "kind", "folder", "customer", "status"],
		as_dict=True,
		for_update=for_update,
	)


def _get_free_title(place: str, title: str) -> str:
	"""For a title that a document has which the person may not see: saying so would tell them of it."""
	number = 2
	while _get_living(place, numbered := rules.number_title(title, number)):
		number += 1
	return numbered


def _refuse_title(existing) -> None:
	if existing and can_read(existing.name):
		frappe.local.response["existing"] = {"document": existing.name, "version": existing.current_version}
	frappe.throw(
		_("There is a document {0} here already. Save this file as its new version, or choose another title.").format(
			frappe.bold(escape_html(existing.title if existing else ""))
		),
		title=_("Title taken"),
		exc=TitleTakenError,
	)


def _set_content(doc, number: int, sha256: str, size: int, nature: files.Nature) -> None:
	doc.update(
		{
			"current_version": number,
			"sha256": sha256,
			"file_size": size,
			"kind": nature.kind,
			"mime": nature.mime,
			"saved_by": frappe.session.user,
			"saved_on": now_datetime(),
		}
	)


def _insert_version(doc, number: int, sha256: str, size: int, nature: files.Nature, **values) -> None:
	row = frappe.get_doc(
		{
			"doctype": VERSION,
			"document": doc.name,
			"number": number,
			"title": doc.title,
			"sha256": sha256,
			"size": size,
			"mime": nature.mime,
			"author": frappe.session.user,
			"saved_on": now_datetime(),
			**values,
		}
	)
	row.set_new_name()
	row.db_insert()


def write(
	document: str,
	base_version: int,
	content: bytes,
	reason: str | None = None,
	token: str | None = None,
	restored_from: int | None = None,
	sealed: bool = False,
) -> dict:
	"""The one way in for every further content. It becomes the current version when it rests on it and nobody else edits;
	otherwise it is kept as a version beside it, and both sides are told. The caller has checked the right to write."""
	nature = check_content(content)
	sha256 = blobs.store(content)
	doc = frappe.get_doc(DOCUMENT, document, for_update=True)
	_require_living(doc)
	if not sealed:
		_check_kind(doc, nature)
	outcome = rules.decide_writing(
		rules.Writing(
			base_version=cint(base_version),
			current_version=doc.current_version,
			same_content=sha256 == doc.sha256,
			locked_by_other=locks.get_lock(doc).is_held_by_other(token, now_datetime()),
		)
	)
	if outcome == rules.UNCHANGED:
		return describe(doc, outcome)
	if outcome == rules.CONFLICT and (kept := _get_kept(doc.name, sha256, cint(base_version))):
		return describe(doc, outcome, kept)
	number = _get_last_number(doc.name) + 1
	_insert_version(
		doc,
		number,
		sha256,
		len(content),
		nature,
		base_version=cint(base_version),
		reason=(reason or "").strip()[:500] or None,
		restored_from=restored_from,
		conflict=int(outcome == rules.CONFLICT),
		sealed=int(sealed),
	)
	if outcome == rules.CONFLICT:
		_tell_conflict(doc, number)
		return describe(doc, outcome, number)
	_set_content(doc, number, sha256, len(content), nature)
	if sealed:
		_take_sealed_title(doc, nature)
	if sealed or doc.status == "Sealed":
		doc.status = "Sealed" if sealed else "Draft"
	_save(doc)
	_follow_content(doc)
	return describe(doc, outcome)


def _take_sealed_title(doc, nature: files.Nature) -> None:
	"""What was a Word file is a PDF from now on, and is called so."""
	title = _make_title(doc.title, nature)
	place = get_place(doc.folder, doc.customer)
	taken = title != doc.title and _get_living(place, title)
	doc.title = _get_free_title(place, title) if taken else title


def _require_living(doc) -> None:
	if doc.deleted_on:
		frappe.throw(
			_("{0} is in the bin. Take it out first.").format(frappe.bold(escape_html(doc.title))),
			title=_("In the bin"),
			exc=InBinError,
		)


def _check_kind(doc, nature: files.Nature) -> None:
	if nature.kind != doc.kind:
		frappe.throw(
			_(
				"{0} is a document of the kind {1}, and this file is of the kind {2}. Upload it as a document of its own."
			).format(frappe.bold(escape_html(doc.title)), _(doc.kind), _(nature.kind)),
			title=_("Another kind of file"),
			exc=KindChangedError,
		)


def _get_kept(document: str, sha256: str, base_version: int) -> int | None:
	"""A repeated request keeps nothing twice."""
	return frappe.db.get_value(
		VERSION,
		{
			"document": document,
			"sha256": sha256,
			"base_version": base_version,
			"conflict": 1,
			"author": frappe.session.user,
		},
		"number",
	)


def _get_last_number(document: str) -> int:
	version = frappe.qb.DocType(VERSION)
	# Locking read: the snapshot may be older than the row lock just taken.
	rows = (
		frappe.qb.from_(version)
		.where(version.document == document)
		.select(version.number)
		.orderby(version.number, order=frappe.qb.desc)
		.limit(1)
		.for_update()
		.run()
	)
	return rows[0][0] if rows else 0


def _tell_conflict(doc, number: int) -> None:
	log("Conflict Kept", DOCUMENT, doc.name, {"version": doc.current_version}, {"version": number})
	lock = locks.get_lock(doc)
	others = {doc.saved_by, lock.user if lock.is_held(now_datetime()) else None}
	me = frappe.session.user
	for user in sorted(others - {None, me}):
		language = get_language(user)
		notify(
			user,
			_(
				"{0} saved another text of {1} while you worked on it. Both are kept: compare version {2}", language
			).format(get_fullname(me), doc.title, number),
			DOCUMENT,
			doc.name,
		)
	notify(
		me,
		_(
			"Your text of {0} is kept as version {1} beside the current one. Compare them and restore the right one",
			get_language(me),
		).format(doc.title, number),
		DOCUMENT,
		doc.name,
	)


def _save(doc) -> None:
	doc.flags.by_service = True
	doc.save(ignore_permissions=True)  # why: the caller has checked the right to write


def _follow_content(doc) -> None:
	"""Reads the text for the search after the commit, once for each content."""
	frappe.enqueue(
		"meeting_crm.documents.jobs.read_text",
		job_id=f"meeting-document-text-{doc.name}-{doc.sha256}",
		deduplicate=True,
		enqueue_after_commit=True,
		document=doc.name,
	)


def describe(doc, outcome: str, number: int | None = None) -> dict:
	return {
		"document": doc.name,
		"title": doc.title,
		"kind": doc.kind,
		"folder": doc.folder,
		"version": number or doc.current_version,
		"current_version": doc.current_version,
		"outcome": outcome,
		"conflict": outcome == rules.CONFLICT,
	}


def get_version(document: str, number: int | None = None):
	"""The row of one version, of the current one when none is named."""
	number = cint(number) or frappe.db.get_value(DOCUMENT, document, "current_version")
	row = frappe.db.get_value(
		VERSION,
		{"document": document, "number": number},
		[
			"name",
			"document",
			"number",
			"title",
			"sha256",
			"size",
			"mime",
			"author",
			"saved_on",
			"conflict",
			"sealed",
		],
		as_dict=True,
	)
	if not row:
		frappe.throw(
			_("This document has no version {0}. Choose one from its list.").format(cint(number)),
			title=_("No such version"),
			exc=NoSuchVersionError,
		)
	return row


def restore(document: str, number: int, token: str | None = None) -> dict:
	"""The old content again, as a new version: nothing in between is lost."""
	version = get_version(document, number)
	current = frappe.db.get_value(DOCUMENT, document, "current_version")
	content = blobs.read(version.sha256)
	reason = _("Restored version {0}", get_language(frappe.session.user)).format(version.number)
	return write(document, current, content, reason, token, restored_from=version.number)


def compare(document: str, old: int, new: int) -> dict:
	"""What changed from one version to another, as {where, pieces: [[same|gone|new, text]]}."""
	contents = [blobs.read(get_version(document, number).sha256) for number in (old, new)]
	try:
		found = comparison.compare(*contents, read_pdf=texts.read_pdf)
	except Exception:  # why: a damaged file fails in any place of its reader
		frappe.log_error(title="Comparing versions", reference_doctype=DOCUMENT, reference_name=document)
		found = None
	if found is None:
		frappe.throw(
			_("These two versions have no text that can be compared. Look at them one after the other."),
			title=_("Nothing to compare"),
			exc=DocumentError,
		)
	changes = [{"where": change.where, "pieces": change.pieces} for change in found.changes]
	return {"changes": changes, "is_cut": found.is_cut, "old": old, "new": new}


def get_file_name(version) -> str:
	nature_extension = EXTENSIONS.get(version.mime, "")
	return rules.with_extension(version.title, nature_extension)


EXTENSIONS = {
	nature.mime: nature.extension
	for nature in (files.DOCX, files.XLSX, files.DOCM, files.XLSM, files.DOC, files.XLS, files.PDF_FILE)
}


def put_into_bin(document: str) -> None:
	"""Out of everybody's sight for some days, then gone. Its title is free again at once."""
	doc = frappe.get_doc(DOCUMENT, document, for_update=True)
	if doc.deleted_on:
		return
	if doc.status == "Waiting for Seal":
		frappe.throw(
			_("A seal is being asked for this document. Withdraw the request first."),
			title=_("Waiting for a seal"),
			exc=DocumentError,
		)
	doc.deleted_on, doc.deleted_by = now_datetime(), frappe.session.user
	_save(doc)


def take_out_of_bin(document: str) -> dict:
	doc = frappe.get_doc(DOCUMENT, document, for_update=True)
	if doc.deleted_on:
		doc.deleted_on = doc.deleted_by = None
		place = get_place(doc.folder, doc.customer)
		if _get_living(place, doc.title):
			doc.title = _get_free_title(place, doc.title)
		_save(doc)
	return describe(doc, rules.STORED)


def purge_bin(now=None) -> int:
	"""What has lain in the bin long enough and has no reason to be kept longer. Blobs go with the nightly clean-up."""
	now = now or now_datetime()
	oldest = add_days(now, -max(1, cint(get_settings().bin_days)))
	due = frappe.get_all(  # why: the nightly job
		DOCUMENT,
		filters={"deleted_on": ("<", oldest)},
		or_filters=[["retention_until", "is", "not set"], ["retention_until", "<", now.date()]],
		fields=["name", "title", "sha256"],
		order_by="deleted_on",
	)
	for row in due:
		for doctype in (VERSION, "Meeting Document Draft", "Meeting Document Text", "Meeting Document Link"):
			frappe.db.delete(doctype, {"document": row.name})
		doc = frappe.get_doc(DOCUMENT, row.name)
		doc.flags.by_service = True
		doc.delete(ignore_permissions=True, force=True)  # why: the nightly job
	return len(due)


def guard(doc) -> None:
	"""What follows from the content is written by `write` alone; a title and a place may be edited."""
	if doc.flags.by_service:
		return
	previous = doc.get_doc_before_save()
	for field in GUARDED_FIELDS:
		doc.set(field, previous.get(field))


GUARDED_FIELDS = (
	"kind",
	"status",
	"current_version",
	"file_size",
	"mime",
	"sha256",
	"saved_by",
	"saved_on",
	"locked_by",
	"locked_until",
	"lock_key",
	"deleted_on",
	"deleted_by",
	"title_key",
	"for_finance",
	"attachment_url",
	"contract",
)


def fill(doc) -> None:
	"""Title and place, whoever changed them."""
	doc.title = _make_title(doc.title, files.Nature(doc.kind, doc.mime, EXTENSIONS.get(doc.mime, "")))
	if doc.folder:
		doc.project = frappe.db.get_value(FOLDER, doc.folder, "project")
	place = get_place(doc.folder, doc.customer)
	doc.title_key = None if doc.deleted_on else rules.make_title_key(place, doc.title)
	if doc.title_key and doc.has_value_changed("title_key") and not doc.flags.by_service:
		existing = _get_living(place, doc.title)
		if existing and existing.name != doc.name:
			_refuse_title(existing)

"""What a document looks like, page by page. Made once for each content by a job and kept beside the site's private files;
whatever is lost there is made again."""

import os
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import cint

from meeting_crm.documents import blobs, conversion, files
from meeting_crm.documents.errors import ConversionError, NoSuchVersionError

FOLDER = ("private", "meeting_document_previews")
MAX_PAGES = 50
DOTS_PER_INCH = 96
FAILURE_KEPT = 3600
READY, QUEUED, FAILED, NONE = "ready", "queued", "failed", "none"


def request(version) -> dict:
	"""How far the preview of this version is, and has it made where it is missing."""
	nature = files.recognise(_read_head(version))
	if nature.kind == files.PICTURE:
		return {"state": READY, "kind": "picture"}
	if nature is files.TEXT:
		return {"state": READY, "kind": "text", "text": _read_text(version.sha256)}
	if nature.kind == files.OTHER:
		return {"state": NONE}
	pdf = get_pdf_path(version.sha256)
	if nature.kind == files.PDF or pdf.exists():
		return _describe_pages(version.sha256, nature)
	if reason := frappe.cache().get_value(_failure_key(version.sha256)):
		return {"state": FAILED, "reason": reason}
	frappe.enqueue(
		"meeting_crm.documents.jobs.make_preview",
		queue="long",
		job_id=f"meeting-document-preview-{version.sha256}",
		deduplicate=True,
		document=version.document,
		number=version.number,
	)
	return {"state": QUEUED}


def _read_head(version) -> bytes:
	"""Recognising a package needs its directory, which lies at the end."""
	return blobs.read(version.sha256)


def _read_text(sha256: str) -> str:
	return (files.decode(blobs.read(sha256)[:400_000]) or "")[:100_000]


def _describe_pages(sha256: str, nature: files.Nature) -> dict:
	try:
		pages = conversion.count_pages(get_pdf(sha256, nature))
	except Exception as error:
		return {"state": FAILED, "reason": _explain_pdf(error)}
	return {"state": READY, "kind": "pages", "pages": min(pages, MAX_PAGES), "all_pages": pages}


def _explain_pdf(error: Exception) -> str:
	if type(error).__name__ == "PasswordError":
		return _("This PDF is protected by a password. Download it and open it with the password.")
	return _("This PDF is damaged. Download it to look at it.")


def get_pdf(sha256: str, nature: files.Nature) -> bytes:
	return blobs.read(sha256) if nature.kind == files.PDF else get_pdf_path(sha256).read_bytes()


def get_pdf_path(sha256: str) -> Path:
	return Path(frappe.get_site_path(*FOLDER, sha256[:2], f"{sha256}-{conversion.VERSION}.pdf"))


def _failure_key(sha256: str) -> str:
	return f"meeting_document_preview_failed:{sha256}"


def make(version) -> None:
	"""The job's work. A failure is remembered for an hour, so that nobody waits for it again and again."""
	path = get_pdf_path(version.sha256)
	if path.exists():
		return
	try:
		pdf = conversion.make_pdf(blobs.read(version.sha256))
		pages = conversion.count_pages(pdf)
	except ConversionError as error:
		frappe.clear_messages()
		frappe.cache().set_value(_failure_key(version.sha256), str(error), expires_in_sec=FAILURE_KEPT)
		return
	assert pages
	_write(path, pdf)


def _write(path: Path, content: bytes) -> None:
	path.parent.mkdir(parents=True, exist_ok=True)
	part = path.with_name(f".{path.name}.{os.getpid()}.{frappe.generate_hash(length=8)}")
	part.write_bytes(content)
	part.replace(path)


def get_page(version, page: int) -> bytes:
	"""One page as PNG."""
	page = cint(page)
	if not 1 <= page <= MAX_PAGES:
		frappe.throw(_("The preview has no page {0}.").format(page), exc=NoSuchVersionError)
	nature = files.recognise(blobs.read(version.sha256))
	source = blobs.get_path(version.sha256) if nature.kind == files.PDF else get_pdf_path(version.sha256)
	target = get_pdf_path(version.sha256).with_name(f"{version.sha256}-{conversion.VERSION}-{page}-{DOTS_PER_INCH}.png")
	if not target.exists():
		target.parent.mkdir(parents=True, exist_ok=True)
		part = target.with_name(f".{frappe.generate_hash(length=8)}-{target.name}")
		conversion.draw_page(source, page, part, DOTS_PER_INCH)
		part.replace(target)
	return target.read_bytes()

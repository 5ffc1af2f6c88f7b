"""How a content leaves the server: with the type that its bytes have, never interpreted by the browser as something else."""

from urllib.parse import quote

import frappe
from frappe.utils import cint, get_fullname, now_datetime
from werkzeug.wrappers import Response

from meeting_crm.core.log import log
from meeting_crm.documents import blobs, files, previews, rules, service, watermark
from meeting_crm.documents.permissions import DOCUMENT, can_write

SANDBOX = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"


def respond(content: bytes, mime: str, file_name: str, inline: bool = False) -> Response:
	response = Response(content, mimetype=mime)
	kind = "inline" if inline else "attachment"
	response.headers["Content-Disposition"] = f"{kind}; filename*=utf-8''{quote(file_name)}"
	response.headers["X-Content-Type-Options"] = "nosniff"
	response.headers["Content-Security-Policy"] = SANDBOX
	response.headers["Cache-Control"] = "private, no-store"
	return response


def download(version) -> Response:
	"""The file as it was saved. A PDF in the hands of somebody who only reads it carries a watermark; one with a signature
	never does, because that would break it."""
	content = blobs.read(version.sha256)
	name = service.get_file_name(version)
	log("Downloaded", DOCUMENT, version.document, after={"version": version.number})
	if (
		version.mime == files.PDF_FILE.mime
		and is_watermark_wanted()
		and not can_write(version.document)
		and not watermark.is_signed(content)
	):
		content = mark(content)
	return respond(content, version.mime or files.UNKNOWN.mime, name)


def download_pdf(version) -> Response:
	"""The preview as PDF."""
	content = blobs.read(version.sha256)
	nature = files.recognise(content)
	if nature.kind == files.PDF:
		return download(version)
	pdf = previews.get_pdf(version.sha256, nature)
	log("Downloaded", DOCUMENT, version.document, after={"version": version.number, "as": "pdf"})
	if is_watermark_wanted():
		pdf = mark(pdf)
	return respond(pdf, files.PDF_FILE.mime, rules.with_extension(version.title, "pdf"))


def is_watermark_wanted() -> bool:
	return bool(cint(service.get_settings().watermark))


def mark(pdf: bytes) -> bytes:
	word = service.get_settings().watermark_text or ""
	return watermark.add(pdf, rules.get_watermark_lines(get_fullname(frappe.session.user), now_datetime(), word))


def show_picture(version) -> Response:
	"""For the preview: pictures only, by their bytes."""
	content = blobs.read(version.sha256)
	nature = files.recognise(content)
	if nature.kind != files.PICTURE:
		frappe.throw(frappe._("This version is no picture."), exc=frappe.DoesNotExistError)
	return respond(content, nature.mime, service.get_file_name(version), inline=True)


def show_page(version, page: int) -> Response:
	return respond(previews.get_page(version, page), "image/png", f"{page}.png", inline=True)

"""Whitelisted functions of the document library."""

from datetime import date

import frappe
from frappe import _
from frappe.rate_limiter import rate_limit
from frappe.utils import cint

from meeting_crm.core.transactions import retried_on_conflict
from meeting_crm.customers import permissions as customers
from meeting_crm.customers import sharing
from meeting_crm.documents import delivery, drafts, folders, library, links, locks, permissions, previews, service
from meeting_crm.documents import search as searching
from meeting_crm.documents.errors import DocumentError
from meeting_crm.documents.excel import service as workbooks
from meeting_crm.documents.permissions import DOCUMENT, FOLDER
from meeting_crm.documents.seals import opinion, requests
from meeting_crm.documents.seals import permissions as seal_permissions
from meeting_crm.documents.seals import service as seals
from meeting_crm.documents.word import service as word


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def upload(
	title: str, folder: str | None, content: str, customer: str | None = None, contract: str | None = None
) -> dict:
	"""F1: a new document from a file. `content` is base64. Without a folder it goes to the customer's documents, or to
	one's own. Sending the same again changes nothing; a title that is taken is refused with the document that has it."""
	return _upload(title, folder, service.decode_content(content), customer, contract)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def send_file(
	title: str,
	folder: str | None = None,
	customer: str | None = None,
	contract: str | None = None,
	document: str | None = None,
	base_version: int | None = None,
	reason: str | None = None,
	token: str | None = None,
	content: str | None = None,
) -> dict:
	"""`upload` and `save_version` for a form with the part `file`, as a browser sends it with progress; `content` as base64
	in its place."""
	sent = service.decode_content(content) if content else _get_sent_file()
	if not document:
		return _upload(title, folder, sent, customer, contract, reason)
	permissions.require_write(document)
	return service.write(document, cint(base_version), sent, reason, token)


def _get_sent_file() -> bytes:
	part = frappe.request.files.get("file")
	if not part:
		frappe.throw(_("No file was sent. Send it as the part `file` of a form."), exc=DocumentError)
	part.stream.seek(0)
	return part.stream.read()


def _upload(
	title: str,
	folder: str | None,
	content: bytes,
	customer: str | None,
	contract: str | None,
	reason: str | None = None,
) -> dict:
	frappe.has_permission(DOCUMENT, "create", throw=True)
	values = {}
	if contract:
		record = frappe.get_doc("Meeting Contract", contract)
		record.check_permission("read")
		customer, values["for_finance"] = record.customer, int(record.docstatus > 0)
	if customer:
		customers.require_write(customer)
	if folder:
		permissions.require_folder(folder)
	return service.upload(title, folder or None, content, customer or None, contract or None, reason, **values)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def save_version(document: str, base_version: int, content: str, reason: str | None = None) -> dict:
	"""F2: a further content of a document, resting on `base_version`. When that is no longer the current one, or somebody
	else is editing, it is kept as a version beside the current one, and the answer says `conflict`."""
	permissions.require_write(document)
	token = frappe.form_dict.get("token")
	return service.write(document, base_version, service.decode_content(content), reason, token)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def restore_version(document: str, number: int) -> dict:
	"""F2: the content of an earlier version as a new one."""
	permissions.require_write(document)
	return service.restore(document, number, frappe.form_dict.get("token"))


@frappe.whitelist()
def compare_versions(document: str, old: int, new: int) -> dict:
	"""F2: what changed between two versions: paragraphs of Word, cells of Excel, lines of PDF and text."""
	permissions.require_read(document)
	return service.compare(document, old, new)


@frappe.whitelist()
def search(text: str) -> list[dict]:
	"""F1: documents with all words of `text` in title, description, tags or content, within what one may see."""
	frappe.has_permission(DOCUMENT, "read", throw=True)
	return library.describe_rows(searching.search(text))


@frappe.whitelist()
def get_page(
	folder: str | None = None,
	view: str | None = None,
	customer: str | None = None,
	contract: str | None = None,
	start: int = 0,
	order: str = "saved_on",
) -> dict:
	"""F1: documents page by page; `view` is `recent`, `shared` or `bin`."""
	frappe.has_permission(DOCUMENT, "read", throw=True)
	return library.get_page(folder, view, customer, contract, start, order)


@frappe.whitelist()
def get_folders() -> list[dict]:
	"""F1: the folders that one may see."""
	frappe.has_permission(FOLDER, "read", throw=True)
	return library.get_folder_tree()


@frappe.whitelist(methods=["POST"])
def make_folder(folder_name: str, parent: str | None = None) -> dict:
	"""F1: a folder in another one, or among one's own."""
	frappe.has_permission(FOLDER, "create", throw=True)
	doc = frappe.get_doc({"doctype": FOLDER, "folder_name": folder_name, "parent_folder": parent}).insert()
	return {"name": doc.name, "folder_name": doc.folder_name, "parent_folder": doc.parent_folder}


@frappe.whitelist(methods=["POST"])
def prepare_own_folders() -> list[dict]:
	"""Makes the folders that belong to everybody and to the session's user where they are missing, and lists all."""
	frappe.has_permission(FOLDER, "read", throw=True)
	folders.get_company_folder()
	folders.get_personal_folder()
	return library.get_folder_tree()


@frappe.whitelist()
def get_document(document: str) -> dict:
	"""F1: one document with its versions, lock and one's own draft."""
	permissions.require_read(document)
	return library.get_document(document)


@frappe.whitelist(methods=["POST"])
def change(document: str, title: str | None = None, folder: str | None = None, description: str | None = None) -> dict:
	"""F1: another title, folder or description."""
	permissions.require_write(document)
	doc = frappe.get_doc(DOCUMENT, document)
	given = {"title": title, "folder": folder, "description": description}
	doc.update({field: value for field, value in given.items() if value is not None})
	doc.save()
	return service.describe(doc, "stored")


@frappe.whitelist(methods=["POST"])
def put_into_bin(document: str) -> None:
	permissions.require_write(document)
	service.put_into_bin(document)


@frappe.whitelist(methods=["POST"])
def take_out_of_bin(document: str) -> dict:
	permissions.require_write(document)
	return service.take_out_of_bin(document)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def lock(document: str) -> dict:
	"""F2: begins editing. The answer's token goes with each sign of life and each saving."""
	permissions.require_write(document)
	return locks.acquire(document)


@frappe.whitelist(methods=["POST"])
def renew_lock(document: str, token: str) -> dict:
	permissions.require_write(document)
	return locks.renew(document, token)


@frappe.whitelist(methods=["POST"])
def unlock(document: str, token: str) -> dict:
	"""Also from a page that is being closed; whoever has the token may."""
	permissions.require_read(document)
	return {"released": locks.release(document, token)}


@frappe.whitelist(methods=["POST"])
def break_lock(document: str) -> dict:
	"""The document's owner and administrators take editing over from somebody who forgot it."""
	permissions.require_write(document)
	if not permissions.is_administrator() and frappe.db.get_value(DOCUMENT, document, "owner") != frappe.session.user:
		frappe.throw(
			_("Only the document's owner and administrators take over editing. Ask one of them."),
			frappe.PermissionError,
		)
	return locks.break_lock(document)


@frappe.whitelist(methods=["POST"])
def save_draft(document: str, base_version: int, content: str, why: str | None = None) -> dict:
	"""F2: what an editor keeps by itself. It is the person's own and becomes a version only when they save."""
	permissions.require_read(document)
	return drafts.keep(document, base_version, service.decode_content(content), why)


@frappe.whitelist(methods=["POST"])
def drop_draft(document: str) -> None:
	permissions.require_read(document)
	drafts.drop(document)


@frappe.whitelist(methods=["POST"])
def open_workbook(document: str, from_draft: bool = False) -> dict:
	"""F3: the cells of an Excel file for the editor, of its current version or of one's own draft."""
	permissions.require_write(document)
	return workbooks.open_workbook(document, bool(from_draft))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def save_workbook(
	document: str,
	base_version: int,
	changes: list[dict] | str,
	on_draft: bool = False,
	as_draft: bool = False,
	token: str | None = None,
	reason: str | None = None,
) -> dict:
	"""F3: writes the changed cells and nothing else; answers what `save_version` or `save_draft` do."""
	permissions.require_write(document)
	return workbooks.save_workbook(
		document, base_version, frappe.parse_json(changes), bool(on_draft), bool(as_draft), token, reason
	)


@frappe.whitelist(methods=["POST"])
def open_text(document: str, from_draft: bool = False) -> dict:
	"""F2: a Word file for the editor, of its current version or of one's own draft."""
	permissions.require_write(document)
	return word.open_text(document, bool(from_draft))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def save_text(
	document: str,
	base_version: int,
	edits: list[dict] | str,
	comments: dict | str | None = None,
	on_draft: bool = False,
	as_draft: bool = False,
	token: str | None = None,
	reason: str | None = None,
) -> dict:
	"""F2: writes changed paragraphs as tracked changes of the session user, and comments; answers what `save_version` or
	`save_draft` do."""
	permissions.require_write(document)
	edits, comments = frappe.parse_json(edits), frappe.parse_json(comments or {})
	return word.save_text(document, base_version, edits, comments, bool(on_draft), bool(as_draft), token, reason)


@frappe.whitelist()
def get_changes(document: str, number: int | None = None) -> list[dict]:
	"""F2: who inserted and struck out what in a Word file, in the order of the text."""
	permissions.require_read(document)
	return word.get_changes(document, number)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def decide_changes(
	document: str, base_version: int, changes: list[str] | str, accept: bool, token: str | None = None
) -> dict:
	"""F2: accepts or rejects tracked changes, by their ids, as a new version. The document's owner does, the owner of its
	contract, and administrators."""
	permissions.require_decision(document)
	return word.decide_changes(document, base_version, frappe.parse_json(changes), bool(cint(accept)), token)


@frappe.whitelist(methods=["GET"])
def download(document: str, number: int | None = None):
	"""F1: the file of a version, of the current one when none is named."""
	permissions.require_read(document)
	return delivery.download(service.get_version(document, number))


@frappe.whitelist(methods=["GET"])
def download_draft(document: str):
	"""F2: the session user's own draft."""
	permissions.require_read(document)
	content = drafts.read(document)
	if content is None:
		frappe.throw(_("You have no draft of this document."), exc=frappe.DoesNotExistError)
	version = service.get_version(document)
	return delivery.respond(content, version.mime, service.get_file_name(version))


@frappe.whitelist(methods=["GET"])
def download_pdf(document: str, number: int | None = None):
	"""F1: the preview as PDF."""
	permissions.require_read(document)
	return delivery.download_pdf(service.get_version(document, number))


@frappe.whitelist()
def get_preview(document: str, number: int | None = None) -> dict:
	"""F1: how far the preview is: `ready` with its pages, `queued`, `failed` with the reason, or `none`."""
	permissions.require_read(document)
	return previews.request(service.get_version(document, number))


@frappe.whitelist(methods=["GET"])
def preview_page(document: str, page: int, number: int | None = None):
	"""F1: one page of the preview as PNG."""
	permissions.require_read(document)
	return delivery.show_page(service.get_version(document, number), page)


@frappe.whitelist(methods=["GET"])
def preview_picture(document: str, number: int | None = None):
	permissions.require_read(document)
	return delivery.show_picture(service.get_version(document, number))


@frappe.whitelist(methods=["POST"])
def share(document: str, users: list[str] | str, write: bool = False, until: str | date | None = None) -> None:
	"""C8: shares one document with several people, to read or also to write, until an instant or for good."""
	permissions.require_share(document)
	people = frappe.parse_json(users) if isinstance(users, str) and users.startswith("[") else users
	sharing.share(DOCUMENT, document, [people] if isinstance(people, str) else people, write, until)


@frappe.whitelist(methods=["POST"])
def unshare(document: str, user: str) -> None:
	"""C8: ends a share at once."""
	permissions.require_share(document)
	sharing.revoke(DOCUMENT, document, user)


@frappe.whitelist(methods=["POST"])
def make_link(document: str, until: str | date, password: str | None = None, max_downloads: int = 0) -> dict:
	"""F1: a link for somebody outside, until an instant."""
	permissions.require_share(document)
	return links.make(document, until, password, max_downloads)


@frappe.whitelist(methods=["POST"])
def revoke_link(link: str) -> None:
	row = frappe.get_doc("Meeting Document Link", link)
	row.check_permission("read")
	links.revoke(row)


@frappe.whitelist(allow_guest=True, methods=["POST"])
@rate_limit(limit=30, seconds=60)
def open_link(token: str, password: str | None = None):
	"""F1: the file behind a link, for whoever has it."""
	version = links.open_link(token, password)
	return delivery.respond(delivery.blobs.read(version.sha256), version.mime, service.get_file_name(version))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def request_seal(document: str, seal: str, reason: str, riding: bool = False) -> dict:
	"""F3: asks for a seal on the current version. `riding` puts it across the edges of all pages too. Optional with
	`page` (from 1), `left_mm` and `top_mm`: where on the page, from its upper left corner."""
	permissions.require_write(document)
	seal_permissions.require_seal(seal)
	return seals.ask(document, seal, reason, riding, requests.read_place(frappe.form_dict))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def approve_seal(request: str) -> dict:
	"""F3: seals and signs what was asked for. The seal's keeper and administrators may, never whoever asked."""
	requests.require_visible(request)
	return seals.approve(request)


@frappe.whitelist(methods=["POST"])
def refuse_seal(request: str, reason: str) -> dict:
	"""F3: the keeper's no, with the reason."""
	requests.require_visible(request)
	return seals.decline(request, reason)


@frappe.whitelist(methods=["POST"])
def withdraw_seal_request(request: str) -> dict:
	requests.require_visible(request)
	return seals.withdraw(request)


@frappe.whitelist()
def get_seals() -> list[dict]:
	"""F3: the seals that one may ask for today."""
	frappe.has_permission("Meeting Seal", "read", throw=True)
	return requests.get_seals()


@frappe.whitelist()
def get_seal_requests(document: str | None = None) -> list[dict]:
	"""F3: requests that one made or decides about, of one document or those that wait."""
	frappe.has_permission("Meeting Seal Use", "read", throw=True)
	return requests.get_requests(document)


@frappe.whitelist(methods=["GET"])
def get_seal_picture(seal: str):
	"""F3: a sample of a seal as PNG."""
	seal_permissions.require_seal(seal)
	return delivery.respond(seals.show_picture(seal), "image/png", "seal.png", inline=True)


@frappe.whitelist(allow_guest=True, methods=["POST"])
@rate_limit(limit=30, seconds=60)
def verify_file(content: str) -> dict:
	"""F4: what the signatures of a PDF are worth, in words. Open to guests; nothing of the file is kept."""
	return opinion.give(service.decode_content(content))


@frappe.whitelist(allow_guest=True, methods=["GET"])
@rate_limit(limit=30, seconds=60)
def get_root_certificate():
	"""F4: the certificate that seals of this site stand under, for programs that show PDF."""
	return delivery.respond(b"\n".join(seals.get_roots()), "application/x-pem-file", "meeting-crm-root.pem")

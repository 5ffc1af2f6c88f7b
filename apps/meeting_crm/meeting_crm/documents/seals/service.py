"""Use cases of seals: make one, ask for it, decide. What is sealed is the version that was asked for, whole or not at all."""

from io import BytesIO

import frappe
from frappe import _
from frappe.share import add_docshare
from frappe.utils import add_days, escape_html, get_datetime, get_fullname, getdate, now_datetime
from frappe.utils.password import get_decrypted_password
from PIL import Image

from meeting_crm.core.log import log
from meeting_crm.core.notifications import get_language, notify
from meeting_crm.core.people import get_administrators
from meeting_crm.documents import blobs, conversion, files, locks, previews, service
from meeting_crm.documents.errors import LockedError, SealError
from meeting_crm.documents.permissions import DOCUMENT, can_read
from meeting_crm.documents.seals import certificates, drawing, pages, signing, verification
from meeting_crm.documents.seals.permissions import SEAL, USE, require_deciding

CERTIFICATE = "Meeting Signing Certificate"
ASKED, USED, REFUSED, WITHDRAWN = "Asked", "Used", "Refused", "Withdrawn"
LOOKED_AT_FOR = 30
"""Days for which the keeper may look at a document that is waiting for a seal."""
SEALABLE = (files.WORD, files.EXCEL, files.PDF)


def refuse(message: str, title: str | None = None) -> None:
	frappe.throw(message, title=title or _("No seal"), exc=SealError)


# --- the seal itself ---------------------------------------------------------------------------------------------------


def check_validity(seal) -> None:
	if seal.valid_from and seal.valid_to and getdate(seal.valid_to) < getdate(seal.valid_from):
		refuse(_("{0} lies before {1}. Correct one of the two dates.").format(_("Valid Until"), _("Valid From")))


def make_picture(seal) -> None:
	"""Drawn from the names, or from a scan; kept beside the contents of documents."""
	fields = ("company", "seal_type", "seal_number", "scan")
	if seal.picture_sha256 and not seal.is_new() and not any(seal.has_value_changed(field) for field in fields):
		return
	picture = _clean_scan(seal.scan) if seal.scan else _draw(seal)
	seal.picture_sha256 = blobs.store(picture)


def _draw(seal) -> bytes:
	middle = {
		"Contract Seal": "合同专用章",
		"Finance Seal": "财务专用章",
		"Legal Representative Seal": "法定代表人",
	}.get(seal.seal_type, "")
	try:
		return drawing.draw(seal.company.strip(), middle, (seal.seal_number or "").strip())
	except drawing.NoFontError:
		refuse(_("The server has no font for seals. Ask for the package fonts-noto-cjk, or upload a scan."))


def _clean_scan(address: str) -> bytes:
	name = frappe.db.get_value("File", {"file_url": address, "is_folder": 0})
	if not name:
		refuse(_("The scan cannot be read. Upload it again, as PNG or JPEG."))
	try:
		return drawing.clean_scan(frappe.get_doc("File", name).get_content())
	except (ValueError, TypeError, OSError):
		refuse(_("The scan is no picture that can be used. Upload it as PNG or JPEG, on white paper."))


def make_certificate(seal) -> None:
	"""A seal signs with a certificate of its own, under the site's root; a new one when its company changes or it ends."""
	if seal.certificate and not seal.has_value_changed("company") and not _is_ending(seal.certificate):
		return
	issued = certificates.issue(seal.seal_name, seal.company, get_root(seal.company))
	seal.certificate = _store_certificate(issued, is_root=False)


def _is_ending(certificate: str) -> bool:
	return get_datetime(frappe.db.get_value(CERTIFICATE, certificate, "valid_to")) <= now_datetime()


def get_root(organisation: str) -> certificates.Issued:
	"""The site's own authority, made when the first seal needs it."""
	# Locking read: of two first seals at once one waits for the other's root.
	name = frappe.db.get_value(CERTIFICATE, {"is_root": 1}, "name", order_by="creation", for_update=True)
	if not name:
		name = _store_certificate(certificates.make_root(organisation), is_root=True)
	return _read_certificate(name)


def _store_certificate(issued: certificates.Issued, is_root: bool) -> str:
	doc = frappe.get_doc(
		{
			"doctype": CERTIFICATE,
			"subject": issued.subject,
			"organisation": issued.organisation,
			"serial": issued.serial,
			"valid_from": issued.valid_from,
			"valid_to": issued.valid_to,
			"is_root": int(is_root),
			"certificate": issued.certificate.decode(),
			"private_key": issued.key.decode(),
		}
	)
	doc.flags.by_service = True
	return doc.insert(ignore_permissions=True).name  # why: only the product makes certificates


def _read_certificate(name: str) -> certificates.Issued:
	certificate = frappe.db.get_value(CERTIFICATE, name, "certificate")
	key = get_decrypted_password(CERTIFICATE, name, "private_key")
	return certificates.describe(certificate.encode(), key.encode())


def get_roots() -> list[bytes]:
	rows = frappe.get_all(
		CERTIFICATE, {"is_root": 1}, pluck="certificate", order_by="creation"
	)  # why: public by nature
	return [certificate.encode() for certificate in rows]


def require_usable(seal) -> None:
	today = getdate()
	if seal.disabled:
		refuse(_("The seal {0} has been withdrawn. Choose another one.").format(_bold(seal.seal_name)))
	if (seal.valid_from and getdate(seal.valid_from) > today) or (seal.valid_to and getdate(seal.valid_to) < today):
		refuse(_("The seal {0} is not valid today. Ask an administrator.").format(_bold(seal.seal_name)))


def _bold(text: str) -> str:
	return frappe.bold(escape_html(text or ""))


# --- asking ------------------------------------------------------------------------------------------------------------


def ask(
	document: str, seal: str, reason: str, riding: bool = False, place: tuple[int, float, float] | None = None
) -> dict:
	"""Asks for a seal on the current version. The caller has checked document and seal."""
	reason = (reason or "").strip()
	if not reason:
		refuse(_("Say what the seal is for, so that its keeper can decide."), _("Reason missing"))
	doc = frappe.get_doc(DOCUMENT, document, for_update=True)
	_require_sealable(doc)
	seal_doc = frappe.get_doc(SEAL, seal)
	require_usable(seal_doc)
	page, left, top = place or (0, 0, 0)
	use = frappe.get_doc(
		{
			"doctype": USE,
			"seal": seal,
			"document": document,
			"title": doc.title,
			"version": doc.current_version,
			"sha256_before": doc.sha256,
			"status": ASKED,
			"requested_by": frappe.session.user,
			"reason": reason[:500],
			"riding": int(bool(riding)),
			"page": page,
			"left_mm": left,
			"top_mm": top,
		}
	)
	use.owner = use.modified_by = frappe.session.user
	use.creation = use.modified = now_datetime()
	use.set_new_name()
	use.db_insert()
	log("Seal Asked", USE, use.name, after={"seal": seal_doc.seal_name, "document": document, "version": use.version})
	_set_status(doc, "Waiting for Seal")
	_tell_keeper(use, seal_doc)
	return {"request": use.name, "status": ASKED, "version": use.version}


def _require_sealable(doc) -> None:
	if doc.deleted_on:
		refuse(_("{0} is in the bin. Take it out first.").format(_bold(doc.title)))
	if doc.kind not in SEALABLE:
		refuse(_("Only Word, Excel and PDF files are sealed. Save {0} as PDF first.").format(_bold(doc.title)))
	if frappe.db.exists(USE, {"document": doc.name, "status": ASKED}):
		refuse(_("A seal is being asked for this document already. Wait for the decision, or withdraw the request."))


def _tell_keeper(use, seal) -> None:
	"""The keeper must see what is to be sealed, for as long as the decision may take."""
	me = frappe.session.user
	deciders = [seal.keeper] if seal.keeper != me else sorted(set(get_administrators()) - {me})
	for user in deciders:
		if not can_read(use.document, user):
			share = add_docshare(
				DOCUMENT, use.document, user=user, read=1, notify=0, flags={"ignore_share_permission": True}
			)
			share.db_set("meeting_shared_until", add_days(now_datetime(), LOOKED_AT_FOR), update_modified=False)
		subject = _("{0} asks for the seal {1} on {2}", get_language(user)).format(
			get_fullname(me), seal.seal_name, use.title
		)
		notify(user, subject, DOCUMENT, use.document)


def _set_status(doc, status: str) -> None:
	doc.status = status
	doc.flags.by_service = True
	doc.save(ignore_permissions=True)  # why: the caller has checked the right to write


# --- deciding ----------------------------------------------------------------------------------------------------------


def approve(request: str) -> dict:
	"""Seals the version that was asked for. One transaction: of two who approve at once the second is told that it is done;
	whatever fails leaves the request as it was."""
	use = _lock(request)
	require_deciding(use)
	seal = frappe.get_doc(SEAL, use.seal)
	require_usable(seal)
	doc = frappe.get_doc(DOCUMENT, use.document, for_update=True)
	_require_unchanged(doc, use)
	sealed = _seal(doc, use, seal)
	kept = service.write(
		doc.name,
		use.version,
		sealed.content,
		_("Sealed with {0}", get_language(use.requested_by)).format(seal.seal_name),
		sealed=True,
	)
	result = {
		"status": USED,
		"decided_by": frappe.session.user,
		"decided_on": now_datetime(),
		"ip_address": frappe.local.request_ip,
		"sha256_after": frappe.db.get_value(DOCUMENT, doc.name, "sha256"),
		"result_version": kept["version"],
		"timestamped": int(sealed.timestamped),
	}
	_finish(use, result, "Seal Used")
	if sealed.timestamp_problem:
		log("Time Stamp Missing", USE, use.name, after={"problem": sealed.timestamp_problem})
	_tell_requester(use, _("{0} sealed {1} with {2}", get_language(use.requested_by)), seal)
	return {"request": use.name, "status": USED, "version": kept["version"], "timestamped": sealed.timestamped}


def _lock(request: str):
	"""The request as it stands now, held until the transaction ends."""
	use = frappe.get_doc(USE, request, for_update=True)
	if use.status != ASKED:
		refuse(_("This request has been decided already: {0}.").format(_(use.status)), _("Decided already"))
	return use


def _require_unchanged(doc, use) -> None:
	if doc.current_version != use.version or doc.sha256 != use.sha256_before:
		refuse(
			_(
				"{0} has changed since the seal was asked for: version {1} was to be sealed, version {2} is current. Refuse this request, and have the new version asked for."
			).format(_bold(doc.title), use.version, doc.current_version),
			_("Changed meanwhile"),
		)
	lock = locks.get_lock(doc)
	if lock.is_held(now_datetime()):
		frappe.throw(
			_("{0} is editing this document. Read it now, or wait until they have finished.").format(
				_bold(get_fullname(lock.user))
			),
			title=_("Being edited"),
			exc=LockedError,
		)


def _seal(doc, use, seal) -> signing.Signed:
	pdf = make_pdf(doc.sha256)
	picture = blobs.read(seal.picture_sha256)
	if use.riding:
		if verification.TRACE in pdf:
			refuse(
				_(
					"This PDF is signed already: a seal across its edges would break that signature. Ask for the seal without it."
				)
			)
		pdf = pages.add_riding_seal(pdf, picture, seal.millimetres)
	make_certificate(seal)
	issued = _read_certificate(seal.certificate)
	identity = signing.Identity(issued.certificate, issued.key, tuple(get_roots()))
	field = f"{seal.seal_name} {use.name}".replace(".", " ")
	signature = signing.Signature(
		picture=picture, place=_get_place(pdf, use, seal), field=field, company=seal.company, reason=use.reason
	)
	try:
		sealed = signing.sign(pdf, identity, signature, service.get_settings().timestamp_url or None)
	except Exception as error:  # why: a damaged or protected PDF fails in any place of the signer
		frappe.log_error(title="Sealing a document", reference_doctype=USE, reference_name=use.name)
		refuse(
			_("This PDF cannot be signed: {0}. Save it again as PDF, upload it, and ask again.").format(
				type(error).__name__
			)
		)
	if not verification.is_our_own_valid(sealed.content, get_roots(), field):
		refuse(_("The signature just made does not verify, so nothing was kept. Tell an administrator."))
	return sealed


def make_pdf(sha256: str) -> bytes:
	"""What is sealed: the PDF itself, or the Word or Excel file as it reads with all changes accepted."""
	content = blobs.read(sha256)
	if files.recognise(content).kind == files.PDF:
		return content
	path = previews.get_pdf_path(sha256)
	return path.read_bytes() if path.exists() else conversion.make_pdf(content)


def _get_place(pdf: bytes, use, seal) -> pages.Place:
	if not use.page:
		words = [word.strip() for word in (service.get_settings().seal_words or "").split(",") if word.strip()]
		return pages.choose_place(pdf, words, seal.millimetres)
	try:
		return pages.place_at(pdf, use.page, use.left_mm, use.top_mm, seal.millimetres)
	except ValueError:
		refuse(_("The document has no page {0}. Refuse this request, and have it asked again.").format(use.page))


def _finish(use, values: dict, operation: str) -> None:
	frappe.db.set_value(USE, use.name, values)
	log(operation, USE, use.name, {"status": use.status, "sha256": use.sha256_before}, values)


def _tell_requester(use, sentence: str, seal) -> None:
	if use.requested_by != frappe.session.user:
		subject = sentence.format(get_fullname(frappe.session.user), use.title, seal.seal_name)
		notify(use.requested_by, subject, DOCUMENT, use.document)


def decline(request: str, reason: str) -> dict:
	"""The keeper's no, with the reason that whoever asked reads."""
	use = _lock(request)
	require_deciding(use)
	reason = (reason or "").strip()
	if not reason:
		refuse(_("Say why, so that whoever asked knows what to do."), _("Reason missing"))
	_end(use, REFUSED, reason[:500])
	_tell_requester(
		use, _("{0} refused the seal {2} on {1}", get_language(use.requested_by)), frappe.get_doc(SEAL, use.seal)
	)
	return {"request": use.name, "status": REFUSED}


def withdraw(request: str) -> dict:
	use = _lock(request)
	if use.requested_by != frappe.session.user:
		frappe.throw(_("Only whoever asked withdraws the request."), frappe.PermissionError)
	_end(use, WITHDRAWN, None)
	return {"request": use.name, "status": WITHDRAWN}


def _end(use, status: str, reason: str | None) -> None:
	values = {
		"status": status,
		"decided_by": frappe.session.user,
		"decided_on": now_datetime(),
		"decision_reason": reason,
	}
	_finish(use, values, f"Seal {status}")
	doc = frappe.get_doc(DOCUMENT, use.document, for_update=True)
	if doc.status == "Waiting for Seal":
		is_sealed = frappe.db.exists(
			"Meeting Document Version", {"document": doc.name, "number": doc.current_version, "sealed": 1}
		)
		_set_status(doc, "Sealed" if is_sealed else "Draft")


def show_picture(seal: str) -> bytes:
	"""Small and with a line through it: whoever may ask for a seal sees which one, and cannot paste it elsewhere."""
	picture = Image.open(BytesIO(blobs.read(frappe.db.get_value(SEAL, seal, "picture_sha256")))).convert("RGBA")
	picture.thumbnail((160, 160))
	return drawing.to_png(drawing.cross_out(picture))

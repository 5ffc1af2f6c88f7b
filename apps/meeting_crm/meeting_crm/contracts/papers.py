"""The files of a contract: signed papers, drafts, supplements, the customer's own form. The newest signed one is the contract."""

import frappe
from frappe import _
from frappe.utils import escape_html

from meeting_crm.contracts import rules
from meeting_crm.customers import hanging
from meeting_crm.customers.errors import AttachmentError

SIGNED, SUPPLEMENT = "Signed", "Supplement"
BINDING = (SIGNED, SUPPLEMENT)


def set_files(contract) -> None:
	"""A file put into the field at the top joins the others; that field then shows the newest signed one."""
	before = contract.get_doc_before_save()
	_take_attachment(contract, before)
	known = {row.file for row in before.files} if before else set()
	for row in contract.files:
		if row.file not in known:
			_receive(contract, row)
	_number(contract.files)
	signed = [row.file for row in contract.files if row.purpose == SIGNED]
	contract.attachment = signed[-1] if signed else None


def _take_attachment(contract, before) -> None:
	files, former = {row.file for row in contract.files}, before.attachment if before else None
	if contract.attachment and contract.attachment not in files:
		contract.append("files", {"file": contract.attachment, "purpose": SIGNED})
	elif former and not contract.attachment:
		contract.files = [row for row in contract.files if row.file != former]
		for place, row in enumerate(contract.files, start=1):
			row.idx = place


def _receive(contract, row) -> None:
	"""Only a file that the user may read already, and nobody's business but the contract's readers'."""
	if not hanging.get_readable_file(row.file):
		frappe.throw(
			_("The attachment cannot be read. Upload the file itself, here, and save again."),
			title=_("Attachment not found"),
			exc=AttachmentError,
		)
	former = row.file
	hanging.keep_attachment_private(row, "file")
	if contract.attachment == former:
		contract.attachment = row.file
	if contract.docstatus == 1 and row.purpose in BINDING:
		check_file(row.file)


def _number(rows) -> None:
	"""Versions count by purpose, in the order of the rows, and never change again."""
	last = {}
	for row in rows:
		row.version = row.version or last.get(row.purpose, 0) + 1
		last[row.purpose] = max(row.version, last.get(row.purpose, 0))


def require_signed_file(contract) -> None:
	"""D3: Word, PDF or image, by name and by content, and a file that the signing user may read."""
	if not contract.attachment:
		frappe.throw(
			_("The signed contract is not attached. Attach it as Word, PDF or image, then submit."),
			title=_("Attachment missing"),
			exc=AttachmentError,
		)
	for row in contract.files:
		if row.purpose in BINDING:
			check_file(row.file)


def check_file(address: str) -> None:
	file = hanging.get_readable_file(address)
	if not file:
		frappe.throw(
			_("The attachment cannot be read. Upload the file itself, here, and submit again."),
			title=_("Attachment not found"),
			exc=AttachmentError,
		)
	if not rules.is_allowed_file(file.file_name or "", _get_bytes(file)):
		frappe.throw(
			_(
				"{0} is no Word, PDF or image file, or its content is not what its name says."
				" Save it as PDF and attach that."
			).format(frappe.bold(escape_html(file.file_name or ""))),
			title=_("This file cannot be a contract"),
			exc=AttachmentError,
		)


def _get_bytes(file) -> bytes:
	with open(file.get_full_path(), "rb") as content:
		return content.read()

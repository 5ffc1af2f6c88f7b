"""What a submitted record was submitted with stays with it: nobody deletes, moves, publishes or rewrites its files."""

import frappe
from frappe import _

from meeting_crm.gate.guards import has_own_condition

ATTACH_FIELDTYPES = ("Attach", "Attach Image")
CONTENT_FIELDS = ("file_url", "content_hash", "is_private")
"""What moves or replaces the content, which files of the same content share."""
PLACE_FIELDS = ("file_name", "attached_to_doctype", "attached_to_name")
"""What takes this file alone away from the record that names it."""


class RequiredFileError(frappe.ValidationError):
	http_status_code = 417


def refuse_change(file, method: str | None = None) -> None:
	"""Before Frappe's own validation, which moves the content to where the record says it is."""
	if file.is_new() or file.is_folder:
		return
	before = file.get_doc_before_save()
	if any(map(file.has_value_changed, CONTENT_FIELDS)):
		same_paper = {"file_url": before.file_url, "is_folder": 0} if before.file_url else {"name": file.name}
		for row in frappe.get_all(  # why: whoever changes the paper of a record need not be able to read it
			"File", same_paper, ["file_url", "attached_to_doctype", "attached_to_name"], order_by="creation"
		):
			_refuse_if_required(row)
	elif any(map(file.has_value_changed, PLACE_FIELDS)):
		_refuse_if_required(before)


def refuse_deletion(file) -> None:
	"""Asked before the content is removed."""
	if not file.is_folder:
		_refuse_if_required(file)


def _refuse_if_required(file) -> None:
	doctype, name = file.attached_to_doctype, file.attached_to_name
	if not doctype or not name or not has_own_condition(doctype) or not frappe.get_meta(doctype).is_submittable:
		return
	# the record is locked: whoever submits it at this instant waits, and then finds its files gone
	if not frappe.db.get_value(doctype, name, "docstatus", for_update=True):
		return
	if file.file_url in get_required_files(frappe.get_doc(doctype, name)):
		frappe.throw(
			_(
				"{0} {1} was submitted with this file, so it stays as it is. Cancel the record and amend it to attach another one."
			).format(_(doctype), frappe.bold(frappe.utils.escape_html(name))),
			title=_("Part of a submitted record"),
			exc=RequiredFileError,
		)


def get_required_files(record) -> set[str]:
	"""Addresses in the attachment fields of `record` and of its rows."""
	return {
		document.get(field.fieldname)
		for document in (record, *record.get_all_children())
		for field in document.meta.get("fields", {"fieldtype": ["in", ATTACH_FIELDTYPES]})
		if document.get(field.fieldname)
	}


def _refuse_removal(record) -> None:
	before = record.get_doc_before_save()
	if before and before.docstatus == 1 and get_required_files(before) - get_required_files(record):
		frappe.throw(
			_(
				"{0} {1} was submitted with this file, so it stays as it is. Cancel the record and amend it to attach another one."
			).format(_(record.doctype), frappe.bold(frappe.utils.escape_html(record.name))),
			title=_("Part of a submitted record"),
			exc=RequiredFileError,
		)


def fix_files(record, method: str | None = None) -> None:
	"""On submission: each file the record names hangs on it, and nobody takes it away from now on. Later ones are added
	beside them."""
	_refuse_removal(record)
	for address in sorted(get_required_files(record)):
		if not address.startswith(("/files/", "/private/files/")):
			continue
		place = {"file_url": address, "attached_to_doctype": record.doctype, "attached_to_name": record.name}
		if frappe.db.get_value("File", place, "name", for_update=True):
			continue
		if not frappe.db.get_value("File", {"file_url": address}, "name", for_update=True):
			frappe.throw(
				_("A file of this record was removed meanwhile. Attach it again, then submit."),
				title=_("Attachment not found"),
				exc=RequiredFileError,
			)
		frappe.get_doc({"doctype": "File", "folder": "Home/Attachments", **place}).insert(
			ignore_permissions=True  # why: the record was checked when its file was attached
		)

"""Files attached to a contract are documents too: one click away in the library, kept once."""

from pathlib import Path

import frappe

from meeting_crm.documents import files, rules, service
from meeting_crm.documents.permissions import DOCUMENT

CONTRACT = "Meeting Contract"


def follow_contract(doc, method: str | None = None) -> None:
	"""The contract's attachment as a document; another attachment is its next version. Finance sees it from the
	contract's submission on (D4)."""
	if doc.attachment:
		keep(doc)
	if doc.docstatus:
		open_to_finance(doc.name)


def open_to_finance(contract: str) -> None:
	names = frappe.get_all(
		DOCUMENT, {"contract": contract, "for_finance": 0}, pluck="name", order_by="name"
	)  # why: product's own step
	for name in names:
		frappe.db.set_value(DOCUMENT, name, "for_finance", 1, update_modified=False)


def keep(contract) -> None:
	known = frappe.db.get_value(
		DOCUMENT,
		{"contract": contract.name, "attachment_url": ("is", "set"), "deleted_on": ("is", "not set")},
		["name", "attachment_url", "current_version", "kind"],
		as_dict=True,
	)
	if known and known.attachment_url == contract.attachment:
		return
	found = _read(contract.attachment)
	if not found:
		return
	file_name, content = found
	if known and known.kind == files.recognise(content).kind:
		service.write(known.name, known.current_version, content)
		frappe.db.set_value(DOCUMENT, known.name, "attachment_url", contract.attachment, update_modified=False)
		return
	title = _get_title(contract, file_name, content)
	kept = service.upload(title, None, content, contract.customer, contract.name)
	values = {"attachment_url": contract.attachment, "owner": contract.owner}
	frappe.db.set_value(DOCUMENT, kept["document"], values, update_modified=False)


def _get_title(contract, file_name: str, content: bytes) -> str:
	"""The file's own name, with the contract's number where another document of the customer has it."""
	title = rules.clean_title(file_name) or contract.name
	nature = files.recognise(content)
	key = rules.make_title_key(contract.customer, rules.with_extension(title, nature.extension))
	taken = frappe.db.get_value(DOCUMENT, {"title_key": key}, "sha256")
	return f"{contract.name} {title}" if taken else title


def _read(address: str) -> tuple[str, bytes] | None:
	"""Name and bytes of an uploaded file; None for an address elsewhere or a file that is too large or gone."""
	name = frappe.db.get_value("File", {"file_url": address, "is_folder": 0})
	if not name:
		return None
	file = frappe.get_doc("File", name)
	path = None if file.is_remote_file else Path(file.get_full_path())
	if not path or not path.exists() or not 0 < path.stat().st_size <= service.get_max_size():
		return None
	return file.file_name or path.name, path.read_bytes()


def keep_former_attachments() -> None:
	"""For contracts made before documents were: once."""
	for name in frappe.get_all(
		CONTRACT, {"attachment": ("is", "set")}, pluck="name", order_by="creation"
	):  # why: migration
		follow_contract(frappe.get_doc(CONTRACT, name))

"""A stored file: where it may lie and who may fetch it, decided before Frappe reads or writes a byte."""

import frappe
from frappe import _
from frappe.core.doctype.file.file import File

from meeting_crm.core.people import is_administrator
from meeting_crm.gate import kept_files, rules, uploads
from meeting_crm.gate.guards import has_own_condition

# Whole tables of data, uploaded to be read by the program alone.
DATA = frozenset({"Data Import", "Prepared Report", "Auto Email Report", "Personal Data Download Request"})


class FileAddressError(frappe.ValidationError):
	"""An address that is no stored file."""


class GuardedFile(File):
	"""Frappe writes the content in `before_insert` and removes it in `on_trash`, before any event of an app."""

	def before_insert(self) -> None:
		guard(self)
		if not self.is_folder:
			uploads.prepare(self)
		super().before_insert()

	def on_trash(self) -> None:
		kept_files.refuse_deletion(self)
		super().on_trash()

	def delete_file_data_content(self, only_thumbnail: bool = False) -> None:
		"""Only once the deletion is certain: a rollback could not bring the content back. A new file whose own insertion
		was rolled back goes at once."""
		if self.flags.new_file:
			super().delete_file_data_content(only_thumbnail)
		else:
			frappe.db.after_commit.add(lambda: File.delete_file_data_content(self, only_thumbnail))


def guard(doc: File, method: str | None = None) -> None:
	if not doc.is_folder:
		check_address(doc)
		keep_private(doc)


def check_address(doc: File) -> None:
	address = doc.file_url
	if not address or (isinstance(address, str) and _is_address(address)):
		return
	frappe.throw(
		_("{0} is no address of a file. Upload the file itself, or choose one that was uploaded.").format(
			frappe.bold(frappe.utils.escape_html(str(address)[:140]))
		),
		title=_("Not an address"),
		exc=FileAddressError,
	)


def _is_address(address: str) -> bool:
	return rules.is_stored_address(address) or rules.is_remote_address(address)


def keep_private(doc: File) -> None:
	"""A public file is open to the whole world, and for as long as somebody has its address. Whatever is attached to a
	record of this app or was private before stays private; so does what could run as a page of the site, unless an
	administrator publishes it."""
	address = doc.file_url or ""
	if doc.is_private or rules.is_remote_address(address):
		return
	if (
		address.startswith("/private/")
		or is_kept_private(doc.attached_to_doctype)
		or (_can_run(doc) and not is_administrator())
	):
		doc.is_private = 1


def _can_run(doc: File) -> bool:
	return any(rules.can_run(name) for name in (doc.file_name, doc.file_url) if isinstance(name, str))


def is_kept_private(doctype: str | None) -> bool:
	if not doctype:
		return False
	return doctype in DATA or has_own_condition(doctype) or doctype.startswith("Meeting ")

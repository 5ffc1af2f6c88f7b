"""What can stand against a step with a document. Each error is the caller's to correct: no 500."""

import frappe


class DocumentError(frappe.ValidationError):
	http_status_code = 417


class TitleTakenError(DocumentError):
	"""Another document of this place has the title."""

	http_status_code = 409


class EmptyFileError(DocumentError):
	pass


class FileTooLargeError(DocumentError):
	http_status_code = 413


class KindChangedError(DocumentError):
	"""A new version of another kind than the document."""


class NoSuchVersionError(DocumentError):
	http_status_code = 404


class ContentMissingError(DocumentError):
	http_status_code = 410


class LockedError(DocumentError):
	"""Somebody else edits the document."""

	http_status_code = 409


class InBinError(DocumentError):
	pass


class NotByHandError(DocumentError):
	"""A direct write to what only the library's own functions may change."""


class FolderError(DocumentError):
	pass


class LinkError(DocumentError):
	pass


class ConversionError(DocumentError):
	pass


class SealError(DocumentError):
	"""What stands against asking for, using or explaining a seal."""

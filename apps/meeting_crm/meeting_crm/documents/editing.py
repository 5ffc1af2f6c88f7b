"""What the editors for Word and Excel share: the content that an edit rests on, and files that they do not open."""

import frappe
from frappe import _
from frappe.utils import cint

from meeting_crm.documents import blobs, drafts, files, service
from meeting_crm.documents.errors import DocumentError, NoSuchVersionError


class NotEditableError(DocumentError):
	"""The editor does not open this file, or does not make this change."""


def get_base(document: str, number: int | None, from_draft: bool) -> tuple[bytes, int]:
	"""The content of a version, of the current one when none is named, or of the person's own draft; and the version it rests on."""
	if from_draft:
		draft = drafts.get(document)
		if not draft or (number is not None and draft.base_version != cint(number)):
			frappe.throw(
				_("Your draft is no longer there. Open the document again."),
				title=_("No draft"),
				exc=NoSuchVersionError,
			)
		return blobs.read(draft.sha256), draft.base_version
	version = service.get_version(document, number)
	return blobs.read(version.sha256), version.number


def require_editable(content: bytes, nature: files.Nature) -> None:
	problem = files.find_editing_problem(content)
	if not problem and files.recognise(content) is nature:
		return
	extension = f".{nature.extension}"
	advice = {
		files.OLD_FORMAT: _("This is a file of an old format. Save it as {0} in an office program, and upload that."),
		files.ENCRYPTED: _("This file has a password. Save it without one, and upload that."),
		files.MACROS: _("This file has macros, which are not run here. Save it as {0}, and upload that."),
		files.STRICT_FORMAT: _("This file is in the strict format. Save it as an ordinary {0}, and upload that."),
		files.TOO_LARGE: _(
			"This file unpacks to more than can be edited here. Download it and edit it in an office program."
		),
		files.ACTIVE: _(
			"This file has active content, which is not opened here. Download it and edit it in an office program."
		),
	}
	sentence = advice.get(problem) or _("This file cannot be edited here. Only {0} files are.")
	refuse(sentence.format(extension))


def require_rows(rows: object, message: str) -> list[dict]:
	if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
		refuse(message)
	return rows


def refuse(message: str) -> None:
	frappe.throw(message, title=_("Not Edited Here"), exc=NotEditableError)

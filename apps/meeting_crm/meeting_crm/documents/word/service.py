"""Opening a Word file in the browser, saving what was changed there, and deciding the changes of others."""

import base64
from datetime import datetime, timezone

import frappe
from frappe import _
from frappe.utils import cint, escape_html, get_fullname

from meeting_crm.core.log import log
from meeting_crm.core.notifications import get_language
from meeting_crm.documents import blobs, drafts, files, service
from meeting_crm.documents.editing import get_base, refuse, require_editable, require_rows
from meeting_crm.documents.permissions import DOCUMENT

MAX_LINES = 20_000
MAX_CHARACTERS = 2_000_000
MAX_COMMENT = 10_000
MARKS = {"": (False, False), "i": (True, False), "d": (False, True), "id": (True, True)}
"""How REST says whether a text was inserted and whether it was struck out."""


def open_text(document: str, from_draft: bool) -> dict:
	"""{content: the file for the editor as base64, version, author: the name that one's changes bear, lines: the paragraphs that
	can be changed, as {id, pieces: [[text, marks]], end: marks}}. The caller has checked the right to write."""
	from meeting_crm.documents.word import reading

	content, version = get_base(document, None, from_draft)
	require_editable(content, files.DOCX)
	try:
		word = reading.WordFile(content)
		lines = [_describe_line(paragraph) for paragraph in word.get_paragraphs() if not paragraph.is_closed]
		content = word.close_to_outside().write()
	except Exception:  # why: a damaged file fails in any place of its reader
		frappe.log_error(title="Opening a text", reference_doctype=DOCUMENT, reference_name=document)
		refuse(_("This text is damaged. Download it, save it again in an office program, and upload that."))
	return {
		"content": base64.b64encode(content).decode(),
		"version": version,
		"author": get_author(),
		"lines": lines,
	}


def _describe_line(paragraph) -> dict:
	from meeting_crm.documents.word import reading

	pieces: list[list[str]] = []
	for unit in paragraph.units:
		marks = "i" * bool(unit.inserted) + "d" * bool(unit.deleted)
		if pieces and pieces[-1][1] == marks:
			pieces[-1][0] += unit.char
		else:
			pieces.append([unit.char, marks])
	ends = [paragraph.find_end_mark(tag) for tag in (reading.INSERTED, reading.DELETED)]
	return {
		"id": paragraph.id,
		"pieces": pieces,
		"end": "".join(mark for mark, end in zip("id", ends, strict=True) if end),
	}


def get_author() -> str:
	"""The name that stands at one's changes in the file; with the user id when others bear the name too."""
	user = frappe.session.user
	name = get_fullname(user)
	others = frappe.db.count("User", {"full_name": name, "name": ("!=", user)})
	return f"{name} ({user})" if others else name


def save_text(
	document: str,
	base_version: int,
	edits: list[dict],
	comments: dict,
	on_draft: bool,
	as_draft: bool,
	token: str | None,
	reason: str | None,
) -> dict:
	"""Writes the edits into the content of `base_version`, or into the person's own draft of it, as changes of the session user.
	Answers what `service.write` does, of a draft what `drafts.keep` does."""
	from meeting_crm.documents.word import comments as notes
	from meeting_crm.documents.word import patching

	shape = _("Send the changed paragraphs as a list of objects with `old` and `new`.")
	read = [_read_edit(row) for row in require_rows(edits, shape)]
	new, settled, gone = _read_comments(comments)
	content, _version = get_base(document, base_version, on_draft)
	require_editable(content, files.DOCX)
	author = patching.Author(get_author(), datetime.now(timezone.utc))
	try:
		if read:
			content = patching.patch(content, read, author)
		content = notes.annotate(content, author, new, settled, gone)
	except patching.RefusedEditError as error:
		_refuse_edit(error)
	if as_draft:
		return drafts.keep(document, base_version, content)
	return service.write(document, base_version, content, reason, token)


def _read_edit(row: dict):
	from meeting_crm.documents.word.patching import Edit

	old, new = row.get("old"), row.get("new")
	if not isinstance(old, list) or not isinstance(new, list) or not all(isinstance(line, dict) for line in new):
		refuse(_("Send the changed paragraphs as a list of objects with `old` and `new`."))
	if len(old) + len(new) > MAX_LINES:
		refuse(_("More than {0} paragraphs were changed at once. Save earlier.").format(MAX_LINES))
	return Edit([str(number) for number in old], [_read_line(line) for line in new])


def _read_line(line: dict):
	from meeting_crm.documents.word.patching import Char, Line
	from meeting_crm.documents.word.reading import END

	pieces = line.get("pieces")
	is_well_formed = isinstance(pieces, list) and all(
		isinstance(piece, list) and len(piece) == 2 and isinstance(piece[0], str) and piece[1] in MARKS
		for piece in pieces
	)
	if not is_well_formed or line.get("end") not in MARKS:
		refuse(_("A changed paragraph has `pieces` of text with marks, and an `end`."))
	if sum(len(text) for text, _marks in pieces) > MAX_CHARACTERS:
		refuse(_("More than {0} characters were changed at once. Save earlier.").format(MAX_CHARACTERS))
	chars = [Char(char, *MARKS[marks]) for text, marks in pieces for char in text]
	return Line(str(line.get("id")), [*chars, Char(END, *MARKS[line["end"]])])


def _read_comments(given: object) -> tuple[list, dict[int, bool], list[int]]:
	from meeting_crm.documents.word.comments import Comment

	given = given if isinstance(given, dict) else {}
	try:
		new = [
			Comment(
				id=int(row["id"]),
				text=str(row["text"]),
				parent=None if row.get("parent") is None else int(row["parent"]),
				**{
					side: (str(row[side][0]), max(0, int(row[side][1])))
					for side in ("start", "end")
					if row.get("parent") is None
				},
			)
			for row in given.get("new") or []
		]
		settled = {int(number): bool(is_done) for number, is_done in (given.get("settled") or {}).items()}
		gone = [int(number) for number in given.get("gone") or []]
	except (KeyError, TypeError, ValueError, IndexError, AttributeError):
		refuse(_("A comment has an `id`, a `text`, and the places where it begins and ends."))
	if any(len(comment.text) > MAX_COMMENT for comment in new):
		refuse(_("A comment holds at most {0} characters.").format(MAX_COMMENT))
	return new, settled, gone


def _refuse_edit(error) -> None:
	from meeting_crm.documents.word import patching

	sentences = {
		patching.UNTRACED: _("Text was changed without leaving a trace, so nothing was saved. It begins: {0}"),
		patching.FOREIGN: _(
			"A change or comment of somebody else was taken away, so nothing was saved. Its owner decides on changes in the library. It begins: {0}"
		),
		patching.NEW_OBJECT: _("Only text can be added here, so nothing was saved. It begins: {0}"),
		patching.CLOSED: _("This paragraph holds something that would break, so nothing was saved. It begins: {0}"),
		patching.UNKNOWN: _("What was changed is not in the version that it rests on, so nothing was saved: {0}"),
	}
	refuse(sentences[error.reason].format(frappe.bold(escape_html(error.text.strip()[:40] or "—"))))


def get_changes(document: str, number: int | None = None) -> list[dict]:
	"""The tracked changes of a version, in the order of the text. The caller has checked the right to read."""
	from meeting_crm.documents.word import decisions

	content = _read_word(document, number)
	return [
		{
			"ids": list(change.ids),
			"author": change.author,
			"date": change.date,
			"gone": change.gone,
			"new": change.new,
			"before": change.before,
			"after": change.after,
		}
		for change in decisions.read_changes(content)
	]


def decide_changes(document: str, base_version: int, ids: list[str], is_accepted: bool, token: str | None) -> dict:
	"""Accepts or rejects changes of `base_version` as a new version. The caller has checked the right to decide."""
	from meeting_crm.documents.word import decisions

	if not isinstance(ids, list) or not ids:
		refuse(_("Choose the changes that you decide on."))
	content, found = decisions.decide(_read_word(document, base_version), {str(number) for number in ids}, is_accepted)
	if not found:
		refuse(_("These changes are no longer in the text. Open the document again."))
	language = get_language(frappe.session.user)
	reason = _("Accepted {0} changes", language) if is_accepted else _("Rejected {0} changes", language)
	answer = service.write(document, base_version, content, reason.format(len(found)), token)
	log(
		"Changes Accepted" if is_accepted else "Changes Rejected",
		DOCUMENT,
		document,
		{"version": cint(base_version)},
		{"version": answer["version"], "changes": sorted(found)},
	)
	return answer


def _read_word(document: str, number: int | None) -> bytes:
	content = blobs.read(service.get_version(document, number).sha256)
	require_editable(content, files.DOCX)
	return content

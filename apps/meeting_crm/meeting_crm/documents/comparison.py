"""What changed between two contents, in words: paragraphs of Word, cells of Excel, lines of anything else that has text. Knows
no Frappe."""

import difflib
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from meeting_crm.documents import files
from meeting_crm.documents.copies import accept_changes, parse_xml

MAX_CHANGES = 500
MAX_CELLS = 200_000
MAX_PARAGRAPHS = 20_000
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TOKENS = re.compile(r"[A-Za-z0-9_.,%-]+|\s+|.", re.DOTALL)
SAME, GONE, NEW = "same", "gone", "new"

Pieces = list[tuple[str, str]]


@dataclass(frozen=True)
class Change:
	"""Where, and the pieces of text that stayed, went or came."""

	where: str
	pieces: Pieces


@dataclass(frozen=True)
class Comparison:
	changes: list[Change]
	is_cut: bool = False


def compare(old: bytes, new: bytes, read_pdf: Callable[[bytes], str]) -> Comparison | None:
	"""None where there is no text to compare."""
	kinds = {files.recognise(old).kind, files.recognise(new).kind}
	if kinds == {files.EXCEL} and not _is_closed(old) and not _is_closed(new):
		return _compare_cells(_read_cells(old), _read_cells(new))
	lines = [_read_lines(content, read_pdf) for content in (old, new)]
	if lines[0] is None or lines[1] is None:
		return None
	return _compare_lines(lines[0], lines[1])


def _is_closed(content: bytes) -> bool:
	return files.recognise(content) not in (files.DOCX, files.XLSX, files.DOCM, files.XLSM) or bool(
		files.find_archive_problem(content)
	)


def _read_lines(content: bytes, read_pdf: Callable[[bytes], str]) -> list[str] | None:
	nature = files.recognise(content)
	if nature.kind == files.WORD:
		return None if _is_closed(content) else _read_paragraphs(content)
	if nature.kind == files.PDF:
		return read_pdf(content).splitlines()
	if nature is files.TEXT:
		return (files.decode(content) or "").splitlines()
	return None


def _read_paragraphs(content: bytes) -> list[str]:
	"""As the text reads with all tracked changes accepted."""
	with zipfile.ZipFile(BytesIO(content)) as package:
		tree = parse_xml(files.read_part(package, "word/document.xml", files.MAX_UNZIPPED))
	accept_changes(tree)
	paragraphs = []
	for paragraph in tree.iter(f"{W}p"):
		own = [node for node in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br") if _is_in(node, paragraph)]
		paragraphs.append("".join(node.text or "" if node.tag == f"{W}t" else " " for node in own))
	return [text for text in paragraphs[:MAX_PARAGRAPHS] if text.strip()]


def _is_in(node: Any, paragraph: Any) -> bool:
	return next(node.iterancestors(f"{W}p"), None) is paragraph


def _compare_lines(old: list[str], new: list[str]) -> Comparison:
	changes: list[Change] = []
	matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
	for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
		if kind == "equal":
			continue
		before, after = old[old_from:old_to], new[new_from:new_to]
		for place in range(max(len(before), len(after))):
			one = before[place] if place < len(before) else ""
			other = after[place] if place < len(after) else ""
			changes.append(Change(str(new_from + min(place, len(after)) + 1), compare_texts(one, other)))
	return Comparison(changes[:MAX_CHANGES], len(changes) > MAX_CHANGES)


def compare_texts(old: str, new: str) -> Pieces:
	"""Word by word in Latin letters, character by character in Chinese."""
	before, after = TOKENS.findall(old), TOKENS.findall(new)
	pieces: Pieces = []
	for kind, old_from, old_to, new_from, new_to in difflib.SequenceMatcher(
		None, before, after, autojunk=False
	).get_opcodes():
		if kind == "equal":
			pieces.append((SAME, "".join(before[old_from:old_to])))
			continue
		if old_to > old_from:
			pieces.append((GONE, "".join(before[old_from:old_to])))
		if new_to > new_from:
			pieces.append((NEW, "".join(after[new_from:new_to])))
	return pieces


def _read_cells(content: bytes) -> dict[tuple[str, int, int], str]:
	from openpyxl import load_workbook  # half a second that only this needs

	book = load_workbook(BytesIO(content), read_only=True)
	cells: dict[tuple[str, int, int], str] = {}
	try:
		for sheet in book.worksheets:
			for row in sheet.iter_rows():
				for cell in row:
					if cell.value is not None:
						cells[(sheet.title, cell.row, cell.column)] = str(cell.value)
				if len(cells) > MAX_CELLS:
					return cells
	finally:
		book.close()
	return cells


def _compare_cells(old: dict[tuple[str, int, int], str], new: dict[tuple[str, int, int], str]) -> Comparison:
	sheets = list(dict.fromkeys(key[0] for key in [*new, *old]))
	changed = sorted(
		(key for key in {*old, *new} if old.get(key) != new.get(key)),
		key=lambda key: (sheets.index(key[0]), key[1], key[2]),
	)
	changes = [
		Change(
			f"{sheet}!{_letters(column)}{row}",
			_cell_pieces(old.get((sheet, row, column)), new.get((sheet, row, column))),
		)
		for sheet, row, column in changed[:MAX_CHANGES]
	]
	return Comparison(changes, len(changed) > MAX_CHANGES)


def _cell_pieces(old: str | None, new: str | None) -> Pieces:
	"""A cell's value is one thing: 1,200 does not become 1,300 by one digit."""
	return [(kind, text) for kind, text in ((GONE, old), (NEW, new)) if text is not None]


def _letters(column: int) -> str:
	text = ""
	while column:
		column, rest = divmod(column - 1, 26)
		text = chr(65 + rest) + text
	return text

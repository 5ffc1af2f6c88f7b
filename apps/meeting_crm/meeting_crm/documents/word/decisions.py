"""The tracked changes of a Word file, and what becomes of the text when they are accepted or rejected. Knows no Frappe."""

from collections.abc import Collection
from dataclasses import dataclass, field

from lxml import etree

from meeting_crm.documents.word.patching import remove, run_on
from meeting_crm.documents.word.reading import (
	DELETED,
	INSERTED,
	PARAGRAPH_FORMAT,
	RUN_FORMAT,
	TEXT_GONE,
	P,
	T,
	W,
	WordFile,
	read_paragraph,
)

ROW_FORMAT = f"{W}trPr"
AROUND = 20
"""How many characters beside a change tell where it stands."""


@dataclass(frozen=True)
class Change:
	"""What one author did at one place at one time. `ids` are those of its elements; the texts before and after tell the place."""

	ids: tuple[str, ...]
	author: str
	date: str
	gone: str
	new: str
	before: str
	after: str


def read_changes(content: bytes) -> list[Change]:
	word = WordFile(content)
	return [change for paragraph in word.body.iter(P) for change in _read_paragraph(paragraph)]


@dataclass
class _Group:
	who: tuple[str, str]
	start: int
	end: int
	last: int
	marks: list[etree._Element] = field(default_factory=list)
	gone: str = ""
	new: str = ""


def _read_paragraph(element: etree._Element) -> list[Change]:
	"""What one author struck out and inserted side by side at one time is one change: a replacement."""
	if next(element.iterancestors(P), None) is not None:
		return []
	paragraph = read_paragraph(element)
	shown = "".join("" if unit.deleted else unit.char for unit in paragraph.units)
	groups: list[_Group] = []
	position = 0
	for place, unit in enumerate(paragraph.units):
		width = int(unit.deleted is None)
		for mark in (unit.inserted, unit.deleted):
			if mark is None:
				continue
			who = _who(mark.element)
			group = next((group for group in groups[-3:] if group.who == who and group.last >= place - 1), None)
			if group is None:
				groups.append(group := _Group(who, position, position, place))
			group.last, group.end = place, position + width
			if mark.element not in group.marks:
				group.marks.append(mark.element)
			if mark.element.tag == DELETED:
				group.gone += unit.char
			else:
				group.new += unit.char
		position += width
	for mark in _get_end_marks(element):
		text = {"gone" if mark.tag == DELETED else "new": "\n"}
		groups.append(_Group(_who(mark), position, position, len(paragraph.units), [mark], **text))
	return [
		Change(
			tuple(mark.get(f"{W}id") for mark in group.marks),
			*group.who,
			gone=group.gone,
			new=group.new,
			before=shown[max(0, group.start - AROUND) : group.start],
			after=shown[group.end : group.end + AROUND],
		)
		for group in groups
	]


def _who(mark: etree._Element) -> tuple[str, str]:
	return mark.get(f"{W}author") or "", mark.get(f"{W}date") or ""


def _get_end_marks(paragraph: etree._Element) -> list[etree._Element]:
	form = paragraph.find(f"{PARAGRAPH_FORMAT}/{RUN_FORMAT}")
	return [] if form is None else [child for child in form if child.tag in (INSERTED, DELETED)]


def decide(content: bytes, ids: Collection[str], is_accepted: bool) -> tuple[bytes, set[str]]:
	"""The file with these changes accepted or rejected, and the ids that were found."""
	word = WordFile(content)
	wanted = set(ids)
	marks = [mark for mark in word.body.iter(INSERTED, DELETED) if mark.get(f"{W}id") in wanted]
	found = {mark.get(f"{W}id") for mark in marks}
	for mark in sorted(marks, key=_is_end):
		if mark.getroottree().getroot() is not word.tree:
			continue
		stays = (mark.tag == INSERTED) == is_accepted
		if _is_end(mark):
			_decide_end(mark, stays)
		elif mark.getparent().tag == ROW_FORMAT:
			row = mark.getparent().getparent()
			(mark if stays else row).getparent().remove(mark if stays else row)
		elif stays:
			_unwrap(mark)
		else:
			remove(mark)
	return word.write(), found


def _is_end(mark: etree._Element) -> bool:
	return mark.getparent().tag == RUN_FORMAT


def _unwrap(mark: etree._Element) -> None:
	for child in list(mark):
		if mark.tag == DELETED:
			for node in list(child.iter(TEXT_GONE, f"{W}delInstrText")):
				node.tag = T if node.tag == TEXT_GONE else f"{W}instrText"
		mark.addprevious(child)
	mark.getparent().remove(mark)


def _decide_end(mark: etree._Element, stays: bool) -> None:
	"""An end that goes: the text runs on into the next paragraph. The last one of a cell or a text has none, and stays."""
	paragraph = next(mark.iterancestors(P))
	mark.getparent().remove(mark)
	if not stays:
		run_on(paragraph)

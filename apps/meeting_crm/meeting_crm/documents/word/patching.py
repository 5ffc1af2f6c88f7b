"""Edits of a Word file's paragraphs are written into it as tracked changes of the person who saves, and nothing else of the file
is touched. What an editor sends is text with marks: the changes themselves, their author and their time are made here.
Knows no Frappe."""

import copy
import difflib
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from meeting_crm.documents.word.reading import (
	BREAK,
	CONTAINERS,
	DELETED,
	END,
	INSERTED,
	OBJECT,
	PARAGRAPH_FORMAT,
	PARAGRAPH_ID,
	RUN_FORMAT,
	TAB,
	TEXT_GONE,
	P,
	Paragraph,
	R,
	T,
	Unit,
	W,
	WordFile,
	read_paragraph,
)

SPACE = "{http://www.w3.org/XML/1998/namespace}space"
MAX_ID = 2**31 - 1
ID = re.compile(r"[0-9A-F]{8}")
NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
PARTED = {f"{W}hyperlink", f"{W}smartTag"}
PIECES = re.compile(r"[\t\n]|[^\t\n]+")
UNTRACED, FOREIGN, NEW_OBJECT, CLOSED, UNKNOWN = (
	"text changed without a trace",
	"another's change was decided",
	"a new object",
	"a paragraph that is not changed here",
	"an unknown paragraph",
)


@dataclass(frozen=True)
class Char:
	char: str
	is_inserted: bool = False
	is_deleted: bool = False


@dataclass(frozen=True)
class Line:
	"""A paragraph as the person sees it now: its characters, the last one `END`. `id` is the editor's."""

	id: str
	chars: Sequence[Char]


@dataclass(frozen=True)
class Edit:
	"""The paragraphs `old` of the file read `new` now."""

	old: Sequence[str]
	new: Sequence[Line]


class RefusedEditError(Exception):
	"""`reason`: one of the constants above; `text`: the paragraph it stands against."""

	def __init__(self, reason: str, text: str = "") -> None:
		super().__init__(f"{reason}: {text}")
		self.reason, self.text = reason, text


@dataclass(frozen=True)
class Author:
	"""`name` is what stands in the file; `now` is stored in UTC, as Word does."""

	name: str
	now: datetime


def patch(content: bytes, edits: Iterable[Edit], author: Author) -> bytes:
	"""Raises RefusedEditError, and then nothing of it is done."""
	word = WordFile(content)
	pencil = Pencil(word.tree, author)
	elements = {element.get(PARAGRAPH_ID): element for element in word.get_elements()}
	places = {number: place for place, number in enumerate(elements)}
	done: set[str] = set()
	for edit in edits:
		if not edit.old or not edit.new or done.intersection(edit.old):
			raise RefusedEditError(UNKNOWN)
		if unknown := [number for number in edit.old if number not in elements]:
			raise RefusedEditError(UNKNOWN, unknown[0])
		if sorted(edit.old, key=places.__getitem__) != list(edit.old):
			raise RefusedEditError(UNKNOWN)
		done.update(edit.old)
		pencil.write([read_paragraph(elements[number]) for number in edit.old], edit.new)
	return word.write()


STAY, STRIKE, RESTORE, DROP = "stay", "strike", "restore", "drop"


@dataclass(eq=False)
class _Item:
	"""A character of the file, or the end of a paragraph, and what becomes of it."""

	paragraph: Paragraph
	unit: Unit | None
	before: list[Char] = field(default_factory=list)
	fate: str = STAY

	@property
	def char(self) -> str:
		return END if self.unit is None else self.unit.char

	@property
	def inserted(self):
		return self.paragraph.find_end_mark(INSERTED) if self.unit is None else self.unit.inserted

	@property
	def deleted(self):
		return self.paragraph.find_end_mark(DELETED) if self.unit is None else self.unit.deleted


class Pencil:
	"""Writes changes with one author's name."""

	def __init__(self, tree: etree._Element, author: Author) -> None:
		self.author = author
		self.when = author.now.strftime("%Y-%m-%dT%H:%M:%SZ")
		self.ids = {paragraph.get(PARAGRAPH_ID) for paragraph in tree.iter(P)}
		self.last_id = self.renumber(tree)

	def renumber(self, tree: etree._Element) -> int:
		"""Ids above what Word reads get new ones. Answers the highest that is used."""
		numbers = [element for tag in (INSERTED, DELETED) for element in tree.iter(tag)]
		used = [
			int(element.get(f"{W}id")) for element in tree.iter() if (element.get(f"{W}id") or "").lstrip("-").isdigit()
		]
		last = max((number for number in used if number < MAX_ID - 1_000_000), default=0)
		for element in numbers:
			if not (element.get(f"{W}id") or "").isdigit() or int(element.get(f"{W}id")) >= MAX_ID - 1_000_000:
				last += 1
				element.set(f"{W}id", str(last))
		return last

	def make_mark(self, tag: str) -> etree._Element:
		self.last_id += 1
		mark = etree.Element(tag)
		mark.set(f"{W}id", str(self.last_id))
		mark.set(f"{W}author", self.author.name)
		mark.set(f"{W}date", self.when)
		return mark

	def write(self, paragraphs: list[Paragraph], lines: Sequence[Line]) -> None:
		if closed := next((paragraph for paragraph in paragraphs if paragraph.is_closed), None):
			raise RefusedEditError(CLOSED, closed.text)
		by_paragraph = [[_Item(paragraph, unit) for unit in [*paragraph.units, None]] for paragraph in paragraphs]
		items = list(itertools.chain.from_iterable(by_paragraph))
		self.align(items, lines)
		result = []
		for paragraph, own in zip(paragraphs, by_paragraph, strict=True):
			result.extend(self.rewrite(paragraph, own))
		result = self.join(
			result, {item.paragraph.element for item in items if item.unit is None and item.fate == DROP}
		)
		self.check(result, lines)
		self.name(result, lines)

	def align(self, items: list[_Item], lines: Sequence[Line]) -> None:
		"""Decides the fate of each item. What is not inserted stands on both sides in the same order; between two such
		characters, what was inserted is compared. The last end is the same on both sides."""
		chars = [char for line in lines for char in line.chars]
		text = "".join(item.char for item in items if item.char != END)
		if not chars or chars[-1].char != END or chars[-1].is_inserted != bool(items[-1].inserted):
			raise RefusedEditError(UNTRACED, text)
		old_gap: list[_Item] = []
		rest = iter(chars[:-1])
		for item in items[:-1]:
			if item.inserted:
				old_gap.append(item)
				continue
			new_gap, char = _take_gap(rest)
			if char is None or char.char != item.char:
				raise RefusedEditError(UNTRACED, text)
			self.align_gap(old_gap, new_gap, item)
			self.decide(item, char)
			old_gap = []
		new_gap, char = _take_gap(rest)
		if char is not None:
			raise RefusedEditError(UNTRACED, text)
		self.align_gap(old_gap, new_gap, items[-1])
		self.decide(items[-1], chars[-1])

	def align_gap(self, items: list[_Item], chars: list[Char], following: _Item) -> None:
		matcher = difflib.SequenceMatcher(
			None, [item.char for item in items], [char.char for char in chars], autojunk=False
		)
		for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
			if kind == "equal":
				for item, char in zip(items[old_from:old_to], chars[new_from:new_to], strict=True):
					self.decide(item, char)
				continue
			for item in items[old_from:old_to]:
				if item.inserted.author != self.author.name:
					raise RefusedEditError(FOREIGN, item.paragraph.text)
				item.fate = DROP
			target = items[old_to] if old_to < len(items) else following
			added = chars[new_from:new_to]
			if any(char.char == OBJECT or NOT_IN_XML.search(char.char.replace(END, "")) for char in added):
				raise RefusedEditError(NEW_OBJECT, target.paragraph.text)
			target.before.extend(added)

	def decide(self, item: _Item, char: Char) -> None:
		is_deleted = item.deleted is not None
		if char.is_deleted and not is_deleted:
			item.fate = STRIKE
		elif is_deleted and not char.is_deleted:
			if item.deleted.author != self.author.name:
				raise RefusedEditError(FOREIGN, item.paragraph.text)
			item.fate = RESTORE

	def rewrite(self, paragraph: Paragraph, items: list[_Item]) -> list[etree._Element]:
		"""The paragraphs that this one is now, the given one as the last of them."""
		units = paragraph.units
		for place in range(1, len(units)):
			before, after = items[place - 1], items[place]
			if before.fate != after.fate or after.before:
				cut(units, place)
		self.strike([item.unit for item in items if item.unit and item.fate == STRIKE])
		for run in _get_runs(item.unit for item in items if item.unit and item.fate == RESTORE):
			self.lift(run)
		ends = [
			end for place, item in enumerate(items) if item.before for end in self.insert(paragraph, place, item.before)
		]
		parts = [self.split(paragraph.element, end) for end in ends]
		for run in _get_runs(item.unit for item in items if item.unit and item.fate == DROP):
			remove(run)
		self.mark_end(paragraph.element, items[-1])
		return [*parts, paragraph.element]

	def strike(self, units: list[Unit]) -> None:
		mark = last = None
		for run in _get_runs(units):
			if mark is None or last is None or run.getprevious() is not mark or run.getparent() is not mark.getparent():
				mark = self.make_mark(DELETED)
				run.addprevious(mark)
			mark.append(run)
			_rename(run, {T: TEXT_GONE, f"{W}instrText": f"{W}delInstrText"})
			last = run

	def insert(self, paragraph: Paragraph, place: int, chars: list[Char]) -> list[etree._Element | None]:
		"""Writes the characters before the unit at `place`. Answers after which element the paragraph ends now, for each end
		among them; None stands for its beginning."""
		units = paragraph.units
		left = units[place - 1] if place else None
		right = units[place] if place < len(units) else None
		has_end = any(char.char == END for char in chars)
		anchor = self.find_anchor(paragraph, left, right, to_top=has_end)
		form = _find_form(paragraph.element, left, right, anchor)
		ends: list[etree._Element | None] = []
		for text, is_deleted in _gather(chars):
			if text == END:
				ends.append(anchor)
				continue
			mark, run = self.make_mark(INSERTED), make_run(text, copy.deepcopy(form))
			mark.append(run)
			if is_deleted:
				gone = self.make_mark(DELETED)
				mark.append(gone)
				gone.append(run)
				_rename(run, {T: TEXT_GONE})
			if anchor is None:
				_put_first(paragraph.element, mark)
			else:
				anchor.addnext(mark)
			anchor = mark
		return ends

	def find_anchor(
		self, paragraph: Paragraph, left: Unit | None, right: Unit | None, to_top: bool
	) -> etree._Element | None:
		"""After which element something is written between the two: outside all changes, inside the link that holds both;
		None stands for the paragraph's beginning."""
		element = paragraph.element
		if left is None:
			last = element[-1] if len(element) and right is None else None
			return None if last is None or last.tag == PARAGRAPH_FORMAT else last
		anchor = left.runs[-1]
		around_right = set(right.runs[0].iterancestors()) if right else set()
		while (parent := anchor.getparent()) is not element:
			is_change = parent.tag in (INSERTED, DELETED)
			if not is_change and not to_top and parent in around_right:
				break
			if parent in around_right and not is_change and parent.tag not in PARTED:
				raise RefusedEditError(CLOSED, paragraph.text)
			if anchor.getnext() is not None:
				self.part(parent, anchor)
			anchor = parent
		return anchor

	def part(self, element: etree._Element, last: etree._Element) -> None:
		"""A change or a link goes on as a second one behind `last`."""
		rest = etree.Element(element.tag, attrib=dict(element.attrib))
		if element.tag in (INSERTED, DELETED):
			self.last_id += 1
			rest.set(f"{W}id", str(self.last_id))
		rest.extend(list(last.itersiblings()))
		element.addnext(rest)

	def lift(self, run: etree._Element) -> None:
		"""Out of the deletion that holds it."""
		mark = next(run.iterancestors(DELETED))
		if run.getnext() is not None:
			self.part(mark, run)
		mark.addnext(run)
		if not len(mark):
			mark.getparent().remove(mark)
		_rename(run, {TEXT_GONE: T, f"{W}delInstrText": f"{W}instrText"})

	def split(self, element: etree._Element, end: etree._Element | None) -> etree._Element:
		before = etree.Element(P)
		form = element.find(PARAGRAPH_FORMAT)
		if form is not None:
			form = copy.deepcopy(form)
			for child in list(form):
				if child.tag in (f"{W}sectPr", f"{W}pPrChange"):
					form.remove(child)
			for mark in list(form.iter(INSERTED, DELETED)):
				mark.getparent().remove(mark)
			before.append(form)
		if end is not None and end.getparent() is element:
			while True:
				child = next(child for child in element if child.tag != PARAGRAPH_FORMAT)
				before.append(child)
				if child is end:
					break
		_get_end_format(before).insert(0, self.make_mark(INSERTED))
		element.addprevious(before)
		return before

	def mark_end(self, element: etree._Element, item: _Item) -> None:
		if item.fate == STRIKE:
			form = _get_end_format(element)
			form.insert(1 if form.find(INSERTED) is not None else 0, self.make_mark(DELETED))
		elif item.fate == RESTORE:
			item.deleted.element.getparent().remove(item.deleted.element)

	def join(self, paragraphs: list[etree._Element], dropped: set[etree._Element]) -> list[etree._Element]:
		"""An end of one's own that was taken back: the text runs on into the next paragraph."""
		for element in [element for element in paragraphs if element in dropped]:
			if not run_on(element):
				raise RefusedEditError(CLOSED, "".join(element.itertext(T)))
		return [element for element in paragraphs if element not in dropped]

	def check(self, elements: list[etree._Element], lines: Sequence[Line]) -> None:
		"""What the person saw is what is stored."""
		stored = [
			[
				(item.char, bool(item.inserted), bool(item.deleted))
				for item in [_Item(line, unit) for unit in [*line.units, None]]
			]
			for line in map(read_paragraph, elements)
		]
		seen = [[(char.char, char.is_inserted, char.is_deleted) for char in line.chars] for line in lines]
		if stored != seen:
			raise RefusedEditError(UNTRACED, "".join(char.char for char in lines[0].chars))

	def name(self, elements: list[etree._Element], lines: Sequence[Line]) -> None:
		"""The editor's ids, so that it goes on without opening the file again."""
		kept = {element.get(PARAGRAPH_ID) for element in elements} - {None}
		self.ids -= kept
		for element, line in zip(elements, lines, strict=True):
			if not ID.fullmatch(line.id) or line.id in self.ids:
				raise RefusedEditError(UNKNOWN, line.id)
			self.ids.add(line.id)
			element.set(PARAGRAPH_ID, line.id)


def _take_gap(chars: Iterator[Char]) -> tuple[list[Char], Char | None]:
	"""What is inserted next, and the character that follows it."""
	gap: list[Char] = []
	for char in chars:
		if not char.is_inserted:
			return gap, char
		gap.append(char)
	return gap, None


def cut(units: list[Unit], place: int) -> None:
	"""Parts the run that holds both the unit at `place` and the one before it."""
	unit, run = units[place], units[place].runs[0]
	if run is not units[place - 1].runs[0] or unit.node is None:
		return
	rest = etree.Element(run.tag, attrib=dict(run.attrib))
	if (form := run.find(RUN_FORMAT)) is not None:
		rest.append(copy.deepcopy(form))
	node, offset = unit.node, unit.place
	following = list(node.itersiblings())
	if offset:
		text = node.text
		part = etree.SubElement(rest, node.tag)
		_set_text(node, text[:offset])
		_set_text(part, text[offset:])
	else:
		part = node
		rest.append(node)
	rest.extend(following)
	run.addnext(rest)
	for other in units[place:]:
		if other.runs[0] is not run:
			break
		other.runs = [rest]
		if other.node is node and offset:
			other.node, other.place = part, other.place - offset


def _set_text(node: etree._Element, text: str) -> None:
	node.text = text
	node.set(SPACE, "preserve")


def _get_runs(units: Iterable[Unit]) -> list[etree._Element]:
	return list(dict.fromkeys(run for unit in units for run in unit.runs))


def _rename(run: etree._Element, names: dict[str, str]) -> None:
	for node in list(run.iter(*names)):
		node.tag = names[node.tag]


def remove(run: etree._Element) -> None:
	"""With the changes around it that hold nothing else."""
	parent = run.getparent()
	parent.remove(run)
	if parent.tag in (INSERTED, DELETED) and not len(parent):
		remove(parent)


def run_on(paragraph: etree._Element) -> bool:
	"""Joins the paragraph with the next one, whose format stays. The last one of a cell or a section has none: False."""
	following = paragraph.getnext()
	if following is None or following.tag != P or paragraph.find(f"{PARAGRAPH_FORMAT}/{W}sectPr") is not None:
		return False
	for child in reversed([child for child in paragraph if child.tag != PARAGRAPH_FORMAT]):
		_put_first(following, child)
	paragraph.getparent().remove(paragraph)
	return True


def _put_first(paragraph: etree._Element, child: etree._Element) -> None:
	form = paragraph.find(PARAGRAPH_FORMAT)
	if form is None:
		paragraph.insert(0, child)
	else:
		form.addnext(child)


def _get_end_format(paragraph: etree._Element) -> etree._Element:
	"""The format of the paragraph's end, which bears the end's changes as well."""
	form = paragraph.find(PARAGRAPH_FORMAT)
	if form is None:
		form = etree.Element(PARAGRAPH_FORMAT)
		paragraph.insert(0, form)
	end = form.find(RUN_FORMAT)
	if end is None:
		end = etree.Element(RUN_FORMAT)
		following = next((child for child in form if child.tag in (f"{W}sectPr", f"{W}pPrChange")), None)
		if following is None:
			form.append(end)
		else:
			following.addprevious(end)
	return end


def _gather(chars: list[Char]) -> Iterator[tuple[str, bool]]:
	"""(text, whether it was struck out at once); each end by itself."""
	for (is_end, is_deleted), group in itertools.groupby(chars, lambda char: (char.char == END, char.is_deleted)):
		text = "".join(char.char for char in group)
		yield from ((END, False) for _end in text) if is_end else [(text, is_deleted)]


def make_run(text: str, form: etree._Element | None = None) -> etree._Element:
	run = etree.Element(R)
	if form is not None:
		run.append(form)
	for piece in PIECES.findall(text):
		if piece in NODES:
			etree.SubElement(run, NODES[piece])
		else:
			_set_text(etree.SubElement(run, T), piece)
	return run


NODES = {"\t": TAB, "\n": BREAK}


def _find_form(paragraph: etree._Element, left: Unit | None, right: Unit | None, anchor: etree._Element | None):
	"""How a text looks that is typed between the two: as what stands before it, but not as a link that it is no part of."""
	around = set() if anchor is None else set(anchor.iterancestors())
	units = [unit for unit in (left, right) if unit and unit.char != OBJECT and unit.runs[0].tag == R]
	for unit in units:
		if all(parent in around for parent in unit.runs[0].iterancestors(*CONTAINERS)):
			return _copy_form(unit.runs[0].find(RUN_FORMAT))
	if units:
		return _copy_form(units[0].runs[0].find(RUN_FORMAT), f"{W}rStyle")
	return _copy_form(paragraph.find(f"{PARAGRAPH_FORMAT}/{RUN_FORMAT}"))


def _copy_form(form: etree._Element | None, *without: str) -> etree._Element | None:
	if form is None:
		return None
	form = copy.deepcopy(form)
	for child in list(form.iterchildren(INSERTED, DELETED, f"{W}rPrChange", *without)):
		form.remove(child)
	return form

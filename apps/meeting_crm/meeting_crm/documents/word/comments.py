"""Comments of a Word file: new ones and answers, settled ones, and one's own taken back. Knows no Frappe."""

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from meeting_crm.documents.word.patching import (
	FOREIGN,
	MAX_ID,
	NEW_OBJECT,
	NOT_IN_XML,
	UNKNOWN,
	Author,
	RefusedEditError,
	cut,
	make_run,
)
from meeting_crm.documents.word.reading import PARAGRAPH_ID, TYPES, P, R, W, WordFile, identify, read_paragraph

W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
CONTENT_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
COMMENT, EXTENDED = f"{W}comment", f"{W15}commentEx"
START, STOP, REFERENCE = f"{W}commentRangeStart", f"{W}commentRangeEnd", f"{W}commentReference"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"

Place = tuple[str, int]
"""The id of a paragraph, and before which of its characters."""


@dataclass(frozen=True)
class Comment:
	"""`id` is the editor's. An answer has a `parent` and no places."""

	id: int
	text: str
	parent: int | None = None
	start: Place | None = None
	end: Place | None = None


def annotate(
	content: bytes,
	author: Author,
	new: Iterable[Comment] = (),
	settled: dict[int, bool] | None = None,
	gone: Iterable[int] = (),
) -> bytes:
	"""Writes new comments, marks others as settled or open again, and takes back the author's own. Raises RefusedEditError."""
	new, settled, gone = list(new), settled or {}, list(gone)
	if not (new or settled or gone):
		return content
	word = WordFile(content)
	comments = Comments(word, author)
	for comment in new:
		comments.add(comment)
	for number, is_done in settled.items():
		comments.settle(number, is_done)
	for number in gone:
		comments.remove(number)
	return word.write()


class Comments:
	def __init__(self, word: WordFile, author: Author) -> None:
		self.word, self.author = word, author
		self.tree = self.open_part("comments", f"{OFFICE}/comments", f"{MAIN_TYPE}.comments+xml", f"{W}comments")
		self.extended = self.open_part(
			"commentsExtended",
			"http://schemas.microsoft.com/office/2011/relationships/commentsExtended",
			f"{MAIN_TYPE}.commentsExtended+xml",
			f"{W15}commentsEx",
		)
		self.by_id = {int(row.get(f"{W}id")): row for row in self.tree.iter(COMMENT)}

	def open_part(self, name: str, kind: str, content_type: str, root: str) -> etree._Element:
		folder = posixpath.dirname(self.word.part)
		relations_part = self.word.get_relations_part()
		relations = (
			self.word.change(relations_part)
			if relations_part in self.word.names
			else self.word.changed.setdefault(relations_part, etree.Element(f"{RELATIONS}Relationships"))
		)
		for row in relations:
			if row.get("Type") == kind:
				part = posixpath.normpath(posixpath.join("/", folder, row.get("Target"))).lstrip("/")
				self.word.changed[part] = identify(self.word.change(part))
				return self.word.changed[part]
		part = posixpath.join(folder, f"{name}.xml")
		tree = identify(etree.Element(root, nsmap={"w": W[1:-1], "w15": W15[1:-1]}))
		self.word.changed[part] = tree
		used = {row.get("Id") for row in relations}
		number = next(f"rId{place}" for place in range(1, len(used) + 2) if f"rId{place}" not in used)
		etree.SubElement(relations, f"{RELATIONS}Relationship", Id=number, Type=kind, Target=f"{name}.xml")
		types = self.word.change(TYPES)
		etree.SubElement(types, f"{CONTENT_TYPES}Override", PartName=f"/{part}", ContentType=content_type)
		return tree

	def find(self, number: int) -> etree._Element:
		if number not in self.by_id:
			raise RefusedEditError(UNKNOWN, str(number))
		return self.by_id[number]

	def add(self, comment: Comment) -> None:
		if comment.id in self.by_id or not 0 <= comment.id < MAX_ID:
			raise RefusedEditError(UNKNOWN, str(comment.id))
		if NOT_IN_XML.search(comment.text) or not comment.text.strip():
			raise RefusedEditError(NEW_OBJECT, comment.text)
		row = etree.SubElement(self.tree, COMMENT)
		row.set(f"{W}id", str(comment.id))
		row.set(f"{W}author", self.author.name)
		row.set(f"{W}date", self.author.now.strftime("%Y-%m-%dT%H:%M:%SZ"))
		row.set(f"{W}initials", self.author.name[:1])
		paragraph = etree.SubElement(row, P)
		paragraph.set(PARAGRAPH_ID, self.make_paragraph_id())
		paragraph.append(make_run(comment.text))
		self.by_id[comment.id] = row
		extended = etree.SubElement(self.extended, EXTENDED)
		extended.set(f"{W15}paraId", get_id(row))
		extended.set(f"{W15}done", "0")
		if comment.parent is None:
			self.place(comment)
		else:
			extended.set(f"{W15}paraIdParent", get_id(self.find(comment.parent)))
			self.place_beside(comment.id, comment.parent)

	def make_paragraph_id(self) -> str:
		used = {paragraph.get(PARAGRAPH_ID) for tree in (self.tree, self.word.tree) for paragraph in tree.iter(P)}
		return next(text for number in range(0x30000000, 0x7FFFFFFF) if (text := f"{number:08X}") not in used)

	def place(self, comment: Comment) -> None:
		elements = {element.get(PARAGRAPH_ID): element for element in self.word.body.iter(P)}
		if not comment.start or not comment.end or {comment.start[0], comment.end[0]} - elements.keys():
			raise RefusedEditError(UNKNOWN, comment.text)
		number = str(comment.id)
		self.put(elements[comment.end[0]], comment.end[1], [make_marker(STOP, number), make_reference(number)])
		self.put(elements[comment.start[0]], comment.start[1], [make_marker(START, number)])

	def put(self, element: etree._Element, place: int, markers: list[etree._Element]) -> None:
		units = read_paragraph(element).units
		if not 0 < place < len(units):
			last = units[-1].runs[-1] if units and place else None
			first = units[0].runs[0] if units else None
			if last is not None:
				_put_after(last, markers)
			elif first is not None:
				first.addprevious(markers[0])
				_put_after(markers[0], markers[1:])
			else:
				element.extend(markers)
			return
		cut(units, place)
		_put_after(units[place - 1].runs[-1], markers)

	def place_beside(self, number: int, parent: int) -> None:
		for marker in list(self.word.tree.iter(START, STOP, REFERENCE)):
			if marker.get(f"{W}id") != str(parent):
				continue
			if marker.tag == REFERENCE:
				marker.getparent().addnext(make_reference(str(number)))
			else:
				marker.addnext(make_marker(marker.tag, str(number)))

	def settle(self, number: int, is_done: bool) -> None:
		paragraph = get_id(self.find(number))
		row = next((row for row in self.extended.iter(EXTENDED) if row.get(f"{W15}paraId") == paragraph), None)
		if row is None:
			row = etree.SubElement(self.extended, EXTENDED)
			row.set(f"{W15}paraId", paragraph)
		row.set(f"{W15}done", str(int(is_done)))

	def remove(self, number: int) -> None:
		row = self.find(number)
		paragraph = get_id(row)
		answers = [other.get(f"{W15}paraId") for other in self.extended if other.get(f"{W15}paraIdParent") == paragraph]
		gone = [other for other in self.by_id.values() if other is row or get_id(other) in answers]
		if any(other.get(f"{W}author") != self.author.name for other in gone):
			raise RefusedEditError(FOREIGN, "".join(row.itertext()))
		paragraphs, numbers = {get_id(other) for other in gone}, {other.get(f"{W}id") for other in gone}
		for other in gone:
			self.tree.remove(other)
			del self.by_id[int(other.get(f"{W}id"))]
		for other in [other for other in self.extended if other.get(f"{W15}paraId") in paragraphs]:
			self.extended.remove(other)
		for marker in list(self.word.tree.iter(START, STOP, REFERENCE)):
			if marker.get(f"{W}id") in numbers:
				element = marker.getparent() if marker.tag == REFERENCE else marker
				element.getparent().remove(element)


def get_id(comment: etree._Element) -> str:
	"""Word knows a comment by its last paragraph."""
	return next((paragraph.get(PARAGRAPH_ID) for paragraph in reversed(comment.findall(P))), "")


def make_marker(tag: str, number: str) -> etree._Element:
	marker = etree.Element(tag)
	marker.set(f"{W}id", number)
	return marker


def make_reference(number: str) -> etree._Element:
	run = etree.Element(R)
	run.append(make_marker(REFERENCE, number))
	return run


def _put_after(element: etree._Element, markers: list[etree._Element]) -> None:
	for marker in reversed(markers):
		element.addnext(marker)

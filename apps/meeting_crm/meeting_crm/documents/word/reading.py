"""The text of a Word file, character by character, as its paragraphs show it: what was inserted, what was struck out, by whom.
Objects that are no text count as one character. Knows no Frappe."""

import itertools
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from lxml import etree

from meeting_crm.documents import files
from meeting_crm.documents.copies import drop_outside_relations, parse_xml, write_xml

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
PARAGRAPH_ID = f"{W14}paraId"
TYPES = "[Content_Types].xml"
MAIN_TYPE = "wordprocessingml.document.main+xml"

OBJECT, END = "\ufffc", "\r"
"""What stands for a picture, a field or a formula, and for the end of a paragraph."""

P, R, T, TEXT_GONE, TAB, BREAK = (f"{W}{name}" for name in ("p", "r", "t", "delText", "tab", "br"))
INSERTED, DELETED = f"{W}ins", f"{W}del"
PARAGRAPH_FORMAT, RUN_FORMAT = f"{W}pPr", f"{W}rPr"
CONTAINERS = {f"{W}{name}" for name in ("hyperlink", "smartTag", "sdtContent")}
CONTENT_CONTROL = f"{W}sdt"
MOVED = {f"{W}{name}" for name in ("moveFrom", "moveTo", "moveFromRangeStart", "moveToRangeStart")}
# What a run or a paragraph holds beside what one sees of it.
UNSEEN = {
	f"{W}{name}"
	for name in (
		"rPr pPr lastRenderedPageBreak proofErr bookmarkStart bookmarkEnd commentRangeStart commentRangeEnd commentReference "
		"annotationRef permStart permEnd"
	).split()
}


@dataclass(frozen=True)
class Mark:
	"""One tracked change: its element in the file."""

	element: etree._Element

	@property
	def author(self) -> str:
		return self.element.get(f"{W}author") or ""


@dataclass(eq=False)
class Unit:
	"""One character. `runs` hold it: one run, or all those of a field; `node` is the element of the text within the run, and
	`place` the character's place in it."""

	char: str
	runs: list[etree._Element]
	node: etree._Element | None = None
	place: int = 0

	@property
	def inserted(self) -> Mark | None:
		return _find_mark(self.runs[0], INSERTED)

	@property
	def deleted(self) -> Mark | None:
		return _find_mark(self.runs[0], DELETED)


def _find_mark(run: etree._Element, tag: str) -> Mark | None:
	for element in run.iterancestors():
		if element.tag == P:
			return None
		if element.tag == tag:
			return Mark(element)
	return None


@dataclass(eq=False)
class Paragraph:
	element: etree._Element
	units: list[Unit] = field(default_factory=list)

	@property
	def id(self) -> str:
		return self.element.get(PARAGRAPH_ID)

	@property
	def text(self) -> str:
		return "".join(unit.char for unit in self.units)

	def find_end_mark(self, tag: str) -> Mark | None:
		"""Whether the paragraph's end was inserted or struck out."""
		mark = self.element.find(f"{PARAGRAPH_FORMAT}/{RUN_FORMAT}/{tag}")
		return None if mark is None else Mark(mark)

	@property
	def is_closed(self) -> bool:
		"""Holds moved text, whose two ends a change of one would part."""
		return any(element.tag in MOVED for element in self.element.iter())


def read_paragraph(element: etree._Element) -> Paragraph:
	paragraph = Paragraph(element)
	field_runs: list[etree._Element] = []
	depth = 0
	for run in _iterate_runs(element):
		if run.tag != R:
			paragraph.units.append(Unit(OBJECT, [run]))
			continue
		for node in run:
			kind = node.get(f"{W}fldCharType") if node.tag == f"{W}fldChar" else None
			depth += {"begin": 1, "end": -1}.get(kind or "", 0)
			if depth or kind:
				if run not in field_runs:
					field_runs.append(run)
				if kind == "end" and depth == 0:
					paragraph.units.append(Unit(OBJECT, field_runs))
					field_runs = []
				continue
			paragraph.units.extend(_read_node(run, node))
	if field_runs:
		paragraph.units.append(Unit(OBJECT, field_runs))
	return paragraph


def _iterate_runs(element: etree._Element) -> Iterator[etree._Element]:
	for child in element:
		if child.tag in (INSERTED, DELETED) or child.tag in CONTAINERS:
			yield from _iterate_runs(child)
		elif child.tag == CONTENT_CONTROL:
			content = child.find(f"{W}sdtContent")
			yield from _iterate_runs(content) if content is not None else ()
		elif isinstance(child.tag, str) and child.tag not in UNSEEN:
			yield child


def _read_node(run: etree._Element, node: etree._Element) -> Iterator[Unit]:
	if node.tag in (T, TEXT_GONE):
		for place, char in enumerate(node.text or ""):
			yield Unit(char, [run], node, place)
	elif node.tag == TAB:
		yield Unit("\t", [run], node)
	elif node.tag == f"{W}cr" or (node.tag == BREAK and node.get(f"{W}type", "textWrapping") == "textWrapping"):
		yield Unit("\n", [run], node)
	elif isinstance(node.tag, str) and node.tag not in UNSEEN:
		yield Unit(OBJECT, [run], node)


class WordFile:
	def __init__(self, content: bytes) -> None:
		self.zip = zipfile.ZipFile(BytesIO(content))
		self.names = set(self.zip.namelist())
		self.changed: dict[str, etree._Element] = {}
		self.part = _find_main_part(self.read(TYPES))
		self.tree = identify(self.change(self.part))
		self.changed[self.part] = self.tree
		self.body = self.tree.find(f"{W}body")

	def read(self, name: str) -> etree._Element:
		return parse_xml(files.read_part(self.zip, name, files.MAX_UNZIPPED))

	def change(self, name: str) -> etree._Element:
		"""The part, which is written back as it is then."""
		if name not in self.changed:
			self.changed[name] = self.read(name)
		return self.changed[name]

	def get_relations_part(self) -> str:
		folder, name = posixpath.split(self.part)
		return posixpath.join(folder, "_rels", f"{name}.rels")

	def get_elements(self) -> list[etree._Element]:
		"""The paragraphs of the text itself, in its order; what stands in boxes, headers and footnotes is not among them."""
		return [
			element for element in self.body.iter(P) if next(element.iterancestors(P, f"{W}txbxContent"), None) is None
		]

	def get_paragraphs(self) -> list[Paragraph]:
		return [read_paragraph(element) for element in self.get_elements()]

	def close_to_outside(self) -> "WordFile":
		"""For a reader who must fetch nothing from elsewhere."""
		for name in self.names:
			if name.endswith(".rels"):
				drop_outside_relations(self.change(name))
		return self

	def write(self) -> bytes:
		target = BytesIO()
		with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
			for entry in self.zip.infolist():
				tree = self.changed.get(entry.filename)
				data = (
					files.read_part(self.zip, entry.filename, files.MAX_UNZIPPED) if tree is None else write_xml(tree)
				)
				written.writestr(zipfile.ZipInfo(entry.filename, entry.date_time), data, zipfile.ZIP_DEFLATED)
			for name in [name for name in self.changed if name not in self.names]:
				written.writestr(name, write_xml(self.changed[name]))
		return target.getvalue()


def _find_main_part(types: etree._Element) -> str:
	for row in types:
		if (row.get("ContentType") or "").endswith(MAIN_TYPE) and row.get("PartName"):
			return row.get("PartName").lstrip("/")
	return "word/document.xml"


def identify(tree: etree._Element) -> etree._Element:
	"""Gives each paragraph an id where it has none or one of another's, always the same in the same file."""
	tree = _with_namespaces(tree)
	seen: set[str] = set()
	lacking = []
	for paragraph in tree.iter(P):
		number = (paragraph.get(PARAGRAPH_ID) or "").upper()
		if number and number not in seen:
			seen.add(number)
		else:
			lacking.append(paragraph)
	numbers = (f"{number:08X}" for number in itertools.count(0x10000001))
	for paragraph in lacking:
		number = next(number for number in numbers if number not in seen)
		seen.add(number)
		paragraph.set(PARAGRAPH_ID, number)
	return tree


def _with_namespaces(tree: etree._Element) -> etree._Element:
	"""The ids' namespace has to be named at the root, as one that older programs leave out."""
	known = {uri: prefix for prefix, uri in tree.nsmap.items() if prefix}
	uris = {"w14": W14[1:-1], "mc": MC[1:-1]}
	missing = {prefix: uri for prefix, uri in uris.items() if uri not in known}
	root = tree
	if missing:
		root = etree.Element(tree.tag, attrib=dict(tree.attrib), nsmap={**tree.nsmap, **missing})
		root.extend(list(tree))
		known.update({uri: prefix for prefix, uri in missing.items()})
	ignorable = (root.get(f"{MC}Ignorable") or "").split()
	if (prefix := known[W14[1:-1]]) not in ignorable:
		root.set(f"{MC}Ignorable", " ".join([*ignorable, prefix]))
	return root

"""The parts of a workbook's file: which sheet lies where, and what a saving must not touch. Knows no Frappe."""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from lxml import etree
from openpyxl.utils import range_boundaries

from meeting_crm.documents import files
from meeting_crm.documents.copies import parse_xml

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
BOOK, STYLES, TYPES = "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"
TABLE, CALCULATION = "/table", "/calcChain"
Place = tuple[int, int, int, int]
"""First column, first row, last column, last row, from 1."""


@dataclass
class Package:
	content: bytes
	parts: dict[str, etree._Element] = field(default_factory=dict)

	def __post_init__(self) -> None:
		self.zip = zipfile.ZipFile(BytesIO(self.content))
		self.names = set(self.zip.namelist())

	def read(self, name: str) -> etree._Element:
		if name not in self.parts:
			self.parts[name] = parse_xml(files.read_part(self.zip, name, files.MAX_UNZIPPED))
		return self.parts[name]

	def get_relations(self, part: str) -> Iterator[tuple[str, str, str]]:
		"""(id, kind, part) of what `part` leads to inside the file."""
		folder, name = posixpath.split(part)
		relations = f"{folder}/_rels/{name}.rels"
		if relations not in self.names:
			return
		for row in self.read(relations):
			if row.get("TargetMode") != "External":
				target = posixpath.normpath(posixpath.join("/", folder, row.get("Target"))).lstrip("/")
				yield row.get("Id"), row.get("Type"), target

	def get_sheets(self) -> dict[str, str]:
		"""{name: part} in the order of the workbook; sheets of charts alone are left out."""
		targets = {number: part for number, kind, part in self.get_relations(BOOK) if kind.endswith("/worksheet")}
		return {
			row.get("name"): targets[row.get(f"{R}id")]
			for row in self.read(BOOK).iter(f"{S}sheet")
			if row.get(f"{R}id") in targets
		}

	def counts_from_1904(self) -> bool:
		settings = self.read(BOOK).find(f"{S}workbookPr")
		return settings is not None and settings.get("date1904") in ("1", "true")

	def get_heads_of_tables(self, part: str) -> list[Place]:
		heads = []
		for _number, kind, table in self.get_relations(part):
			if kind.endswith(TABLE):
				tree = self.read(table)
				first, top, last, _bottom = range_boundaries(tree.get("ref"))
				rows = int(tree.get("headerRowCount") or 1)
				if rows:
					heads.append((first, top, last, top + rows - 1))
		return heads


def is_in(column: int, row: int, place: Place) -> bool:
	first, top, last, bottom = place
	return first <= column <= last and top <= row <= bottom

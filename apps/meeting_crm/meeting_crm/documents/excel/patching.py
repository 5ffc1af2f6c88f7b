"""Changed cells are written into a workbook's file, and nothing else of it is: what the editor cannot show stays as it is.
Knows no Frappe."""

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from lxml import etree
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.cell import coordinate_from_string

from meeting_crm.documents import files
from meeting_crm.documents.copies import write_xml
from meeting_crm.documents.excel.formats import Formats
from meeting_crm.documents.excel.package import BOOK, CALCULATION, STYLES, TYPES, Package, S, is_in

SPACE = "{http://www.w3.org/XML/1998/namespace}space"
DAYS_TO_1904 = 1462
AFTER_CALCULATION = {
	f"{S}{name}" for name in ("oleSize", "customWorkbookViews", "pivotCaches", "fileRecoveryPr", "extLst")
}
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
PROTECTED, ARRAY, HEAD, UNKNOWN_SHEET = "protected sheet", "array formula", "head of a table", "unknown sheet"

Value = bool | int | float | str | None


@dataclass(frozen=True)
class CellChange:
	"""`row` and `column` count from 1. With a formula, `value` is its result; `only_result`: the formula stays as it was. `pattern`:
	another number format."""

	sheet: str
	row: int
	column: int
	value: Value = None
	formula: str | None = None
	only_result: bool = False
	pattern: str | None = None

	@property
	def cell(self) -> str:
		return f"{get_column_letter(self.column)}{self.row}"


class RefusedCellError(Exception):
	"""`reason`: one of the constants above."""

	def __init__(self, change: CellChange, reason: str) -> None:
		super().__init__(f"{change.sheet}!{change.cell}: {reason}")
		self.change, self.reason = change, reason


def patch(content: bytes, changes: Iterable[CellChange], leaves_out: bool = False) -> bytes:
	"""The file with these cells changed. Raises RefusedCellError, or leaves such cells out."""
	package = Package(content)
	sheets = package.get_sheets()
	formats = Formats(package.read(STYLES))
	by_sheet: dict[str, list[CellChange]] = {}
	for change in changes:
		if change.sheet not in sheets:
			if leaves_out:
				continue
			raise RefusedCellError(change, UNKNOWN_SHEET)
		by_sheet.setdefault(change.sheet, []).append(change)
	if not by_sheet:
		return content
	new = {}
	for name, rows in by_sheet.items():
		_Sheet(package, sheets[name], formats).write(rows, leaves_out)
		new[sheets[name]] = package.read(sheets[name])
	if formats.has_changed:
		new[STYLES] = package.read(STYLES)
	_ask_for_calculation(package.read(BOOK))
	new[BOOK] = package.read(BOOK)
	dropped = _drop_calculation_chain(package, new)
	return _write(package, new, dropped)


def _write(package: Package, new: dict[str, etree._Element], dropped: set[str]) -> bytes:
	target = BytesIO()
	with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
		for entry in package.zip.infolist():
			if entry.filename in dropped:
				continue
			if entry.filename in new:
				data = write_xml(new[entry.filename])
			else:
				data = files.read_part(package.zip, entry.filename, files.MAX_UNZIPPED)
			written.writestr(zipfile.ZipInfo(entry.filename, entry.date_time), data, zipfile.ZIP_DEFLATED)
	return target.getvalue()


def _ask_for_calculation(book: etree._Element) -> None:
	settings = book.find(f"{S}calcPr")
	if settings is None:
		settings = etree.Element(f"{S}calcPr")
		following = next((row for row in book if row.tag in AFTER_CALCULATION), None)
		if following is None:
			book.append(settings)
		else:
			following.addprevious(settings)
	settings.set("fullCalcOnLoad", "1")


def _drop_calculation_chain(package: Package, new: dict[str, etree._Element]) -> set[str]:
	"""It names the cells with formulas, and may be wrong now; a spreadsheet program makes it again."""
	chains = {part for _number, kind, part in package.get_relations(BOOK) if kind.endswith(CALCULATION)}
	if not chains:
		return set()
	relations = "xl/_rels/workbook.xml.rels"
	for name, is_chain in (
		(relations, lambda row: (row.get("Type") or "").endswith(CALCULATION)),
		(TYPES, lambda row: (row.get("PartName") or "").lstrip("/") in chains),
	):
		tree = package.read(name)
		for row in [row for row in tree if is_chain(row)]:
			tree.remove(row)
		new[name] = tree
	return chains


class _Sheet:
	def __init__(self, package: Package, part: str, formats: Formats) -> None:
		self.tree, self.formats = package.read(part), formats
		self.from_1904 = package.counts_from_1904()
		self.data = self.tree.find(f"{S}sheetData")
		self.rows = {int(row.get("r")): row for row in self.data}
		self.cells = {cell.get("r"): cell for row in self.data for cell in row}
		protection = self.tree.find(f"{S}sheetProtection")
		self.is_protected = protection is not None and protection.get("sheet") in ("1", "true")
		self.heads = package.get_heads_of_tables(part)
		formulas = [(cell, cell.find(f"{S}f")) for cell in self.cells.values()]
		self.arrays = [
			range_boundaries(formula.get("ref"))
			for _cell, formula in formulas
			if formula is not None and formula.get("t") in ("array", "dataTable") and formula.get("ref")
		]
		self.shared: dict[str, list[etree._Element]] = {}
		for cell, formula in formulas:
			if formula is not None and formula.get("t") == "shared":
				self.shared.setdefault(formula.get("si"), []).append(cell)

	def write(self, changes: list[CellChange], leaves_out: bool) -> None:
		for change in sorted(changes, key=lambda change: (change.row, change.column)):
			if reason := self.find_obstacle(change):
				if leaves_out:
					continue
				raise RefusedCellError(change, reason)
			cell = self.get_cell(change)
			if change.only_result:
				self.set_value(cell, change)
				continue
			self.expand_shared(cell)
			for child in list(cell):
				cell.remove(child)
			if change.pattern:
				style = self.formats.get_style(int(cell.get("s") or 0), change.pattern)
				cell.set("s", str(style))
			if change.formula:
				etree.SubElement(cell, f"{S}f").text = change.formula.removeprefix("=")
			self.set_value(cell, change)

	def find_obstacle(self, change: CellChange) -> str | None:
		if change.only_result:
			return None
		if self.is_protected:
			return PROTECTED
		if any(is_in(change.column, change.row, place) for place in self.arrays):
			return ARRAY
		return HEAD if any(is_in(change.column, change.row, place) for place in self.heads) else None

	def get_cell(self, change: CellChange) -> etree._Element:
		if change.cell not in self.cells:
			cell = etree.Element(f"{S}c", r=change.cell)
			_insert(self.get_row(change.row), cell, lambda other: _get_column(other) > change.column)
			self.cells[change.cell] = cell
		return self.cells[change.cell]

	def get_row(self, number: int) -> etree._Element:
		if number not in self.rows:
			row = etree.Element(f"{S}row", r=str(number))
			_insert(self.data, row, lambda other: int(other.get("r")) > number)
			self.rows[number] = row
		return self.rows[number]

	def expand_shared(self, cell: etree._Element) -> None:
		"""Where the first cell of a shared formula changes, the others get the formula that was theirs."""
		formula = cell.find(f"{S}f")
		if formula is None or formula.get("t") != "shared" or not formula.text:
			return
		for other in self.shared.pop(formula.get("si"), []):
			if other is cell:
				continue
			shared = other.find(f"{S}f")
			own = Translator(f"={formula.text}", cell.get("r")).translate_formula(other.get("r"))
			for name in list(shared.attrib):
				del shared.attrib[name]
			shared.text = own.removeprefix("=")

	def set_value(self, cell: etree._Element, change: CellChange) -> None:
		value, is_formula = change.value, cell.find(f"{S}f") is not None
		for child in list(cell):
			if child.tag != f"{S}f":
				cell.remove(child)
		for name in ("t", "cm", "vm"):
			cell.attrib.pop(name, None)
		if value is None:
			return
		if isinstance(value, bool):
			cell.set("t", "b")
			etree.SubElement(cell, f"{S}v").text = str(int(value))
		elif isinstance(value, int | float):
			is_day = self.from_1904 and self.formats.is_day(int(cell.get("s") or 0))
			etree.SubElement(cell, f"{S}v").text = repr(value - DAYS_TO_1904 if is_day else value)
		elif is_formula:
			cell.set("t", "e" if value.startswith("#") and value.endswith(("!", "?", "A")) else "str")
			etree.SubElement(cell, f"{S}v").text = NOT_IN_XML.sub("", value)
		else:
			cell.set("t", "inlineStr")
			text = etree.SubElement(etree.SubElement(cell, f"{S}is"), f"{S}t")
			text.text = NOT_IN_XML.sub("", value)
			text.set(SPACE, "preserve")


def _insert(parent: etree._Element, element: etree._Element, comes_after) -> None:
	following = next((other for other in parent if comes_after(other)), None)
	if following is None:
		parent.append(element)
	else:
		following.addprevious(element)


def _get_column(cell: etree._Element) -> int:
	letters, _row = coordinate_from_string(cell.get("r"))
	return range_boundaries(f"{letters}1")[0]

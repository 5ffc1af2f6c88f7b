"""Number formats of a workbook: which one a cell has, and the style of a cell that gets another one. Knows no Frappe."""

from copy import deepcopy

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE, is_date_format

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Formats:
	"""Of the part xl/styles.xml, which it changes in place."""

	def __init__(self, styles: etree._Element) -> None:
		self.styles = styles
		self.cells = styles.find(f"{S}cellXfs")
		self.own = styles.find(f"{S}numFmts")
		self.has_changed = False
		self.patterns = {
			int(row.get("numFmtId")): row.get("formatCode") for row in (self.own if self.own is not None else ())
		}
		self.made: dict[tuple[int, str], int] = {}

	def get_pattern(self, style: int) -> str:
		number = int(self.cells[style].get("numFmtId") or 0)
		return self.patterns.get(number) or BUILTIN_FORMATS.get(number) or "General"

	def is_day(self, style: int) -> bool:
		return is_date_format(self.get_pattern(style))

	def get_style(self, style: int, pattern: str) -> int:
		"""The style that differs from `style` in its number format alone."""
		if self.get_pattern(style) == pattern:
			return style
		if (style, pattern) not in self.made:
			self.made[style, pattern] = self._add_style(style, self._get_number(pattern))
		return self.made[style, pattern]

	def _add_style(self, style: int, number: int) -> int:
		row = deepcopy(self.cells[style])
		row.set("numFmtId", str(number))
		row.set("applyNumberFormat", "1")
		self.cells.append(row)
		self.cells.set("count", str(len(self.cells)))
		self.has_changed = True
		return len(self.cells) - 1

	def _get_number(self, pattern: str) -> int:
		known = {text: number for number, text in (BUILTIN_FORMATS | self.patterns).items()}
		if pattern not in known:
			known[pattern] = self._add_pattern(pattern)
		return known[pattern]

	def _add_pattern(self, pattern: str) -> int:
		if self.own is None:
			self.own = etree.Element(f"{S}numFmts")
			self.styles.insert(0, self.own)
		number = max([BUILTIN_FORMATS_MAX_SIZE, *self.patterns]) + 1
		etree.SubElement(self.own, f"{S}numFmt", numFmtId=str(number), formatCode=pattern)
		self.own.set("count", str(len(self.own)))
		self.patterns[number] = pattern
		return number

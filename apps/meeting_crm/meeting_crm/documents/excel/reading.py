"""A workbook as the editor takes it: values, formulas with their stored results, looks, merged cells, sizes, frozen rows. Knows no
Frappe."""

from datetime import date, datetime, time, timedelta
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils import column_index_from_string, range_boundaries
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from meeting_crm.documents.excel import styles

MAX_CELLS = 200_000
TEXT, NUMBER, YES_OR_NO = 1, 2, 3
MORE_ROWS, MORE_COLUMNS = 50, 6
LEAST_ROWS, LEAST_COLUMNS = 100, 20
PIXELS_PER_CHARACTER, PADDING, PIXELS_PER_POINT = 7, 5, 4 / 3
Cells = dict[int, dict[int, dict]]


class TooManyCellsError(Exception):
	pass


def read(content: bytes) -> dict:
	"""A snapshot for the editor; sheets are called s0, s1 … in their order. Raises TooManyCellsError."""
	return _Reader(content).read()


class _Reader:
	def __init__(self, content: bytes) -> None:
		self.book = load_workbook(BytesIO(content))
		self.results = load_workbook(BytesIO(content), data_only=True)
		self.styles: dict[str, dict] = {}
		self.known: dict[tuple, str] = {}
		self.number = 0

	def read(self) -> dict:
		sheets = {f"s{number}": self.read_sheet(sheet, number) for number, sheet in enumerate(self.book.worksheets)}
		return {
			"id": "workbook",
			"name": "",
			"styles": self.styles,
			"sheetOrder": list(sheets),
			"sheets": sheets,
		}

	def read_sheet(self, sheet: Worksheet, number: int) -> dict:
		return {
			"id": f"s{number}",
			"name": sheet.title,
			"hidden": int(sheet.sheet_state != "visible"),
			"rowCount": max(sheet.max_row + MORE_ROWS, LEAST_ROWS),
			"columnCount": max(sheet.max_column + MORE_COLUMNS, LEAST_COLUMNS),
			"cellData": self.read_cells(sheet, self.results[sheet.title]),
			"mergeData": [_describe_range(merged) for merged in sheet.merged_cells.ranges],
			"columnData": {
				column_index_from_string(letter) - 1: {"w": round(size.width * PIXELS_PER_CHARACTER + PADDING)}
				for letter, size in sheet.column_dimensions.items()
				if size.width and size.customWidth
			},
			"rowData": {
				row - 1: {"h": round(size.height * PIXELS_PER_POINT)}
				for row, size in sheet.row_dimensions.items()
				if size.height
			},
			"freeze": _describe_frozen(sheet),
		}

	def read_cells(self, sheet: Worksheet, results: Worksheet) -> Cells:
		cells: Cells = {}
		# the cells there are: by rows and columns, one far away would make thousands of millions
		for (row, column), cell in sheet._cells.items():
			if isinstance(cell, MergedCell):
				continue
			self.number += 1
			if self.number > MAX_CELLS:
				raise TooManyCellsError
			result = results._cells.get((row, column))
			described = self.describe(cell, result.value if result is not None else None)
			if described:
				cells.setdefault(row - 1, {})[column - 1] = described
		return cells

	def describe(self, cell: Cell, result: object) -> dict:
		formula = _get_formula(cell)
		described = _describe_value(result if formula else cell.value)
		if formula:
			described["f"] = formula
		if cell.has_style and (style := self.get_style(cell)):
			described["s"] = style
		return described

	def get_style(self, cell: Cell) -> str:
		key = tuple(cell._style)
		if key not in self.known:
			look = styles.describe(cell)
			self.known[key] = f"x{len(self.known)}" if look else ""
			if look:
				self.styles[self.known[key]] = look
		return self.known[key]


def _get_formula(cell: Cell) -> str | None:
	value = cell.value
	if isinstance(value, ArrayFormula):
		return f"={(value.text or '').lstrip('=')}"
	if isinstance(value, DataTableFormula):
		return None
	return value if cell.data_type == "f" and isinstance(value, str) else None


def _describe_value(value: object) -> dict:
	if isinstance(value, bool):
		return {"v": int(value), "t": YES_OR_NO}
	if isinstance(value, int | float):
		return {"v": value, "t": NUMBER}
	if isinstance(value, datetime | date | time | timedelta):
		return {"v": to_excel(value), "t": NUMBER}
	if value is None or isinstance(value, DataTableFormula):
		return {}
	return {"v": str(value), "t": TEXT}


def _describe_range(place) -> dict:
	return {
		"startRow": place.min_row - 1,
		"endRow": place.max_row - 1,
		"startColumn": place.min_col - 1,
		"endColumn": place.max_col - 1,
	}


def _describe_frozen(sheet: Worksheet) -> dict:
	if not sheet.freeze_panes:
		return {}
	column, row, _last, _bottom = range_boundaries(sheet.freeze_panes)
	return {"xSplit": column - 1, "ySplit": row - 1, "startRow": row - 1, "startColumn": column - 1}

"""Word and Excel files as tables of texts. Cells that were merged repeat in each place they cover, as a reader sees them."""

import zipfile
from io import BytesIO

import openpyxl
from lxml import etree

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS, MAX_COLUMNS = 5_000, 100


class UnreadableFileError(ValueError):
	"""No Word or Excel file that can be read, or one that is too large. `code` names the sentence."""

	def __init__(self, code: str):
		super().__init__(code)
		self.code = code


def read_file(file_name: str, content: bytes) -> list[list[list[object]]]:
	"""The tables of a .docx or .xlsx file."""
	ending = file_name.rsplit(".", 1)[-1].lower()
	readers = {"docx": read_docx, "xlsx": read_xlsx, "xlsm": read_xlsx}
	if ending not in readers:
		raise UnreadableFileError("old_format" if ending in ("doc", "xls", "wps", "et") else "no_table")
	if len(content) > MAX_BYTES or _get_unpacked_size(content) > 10 * MAX_BYTES:
		raise UnreadableFileError("too_large")
	try:
		return readers[ending](content)
	except UnreadableFileError:
		raise
	except Exception as error:
		raise UnreadableFileError("broken") from error


def _get_unpacked_size(content: bytes) -> int:
	try:
		with zipfile.ZipFile(BytesIO(content)) as package:
			return sum(part.file_size for part in package.infolist())
	except zipfile.BadZipFile as error:
		raise UnreadableFileError("broken") from error


def read_xlsx(content: bytes) -> list[list[list[object]]]:
	book = openpyxl.load_workbook(BytesIO(content), data_only=True)
	return [_read_sheet(sheet) for sheet in book.worksheets if sheet.max_row]


def _read_sheet(sheet) -> list[list[object]]:
	rows = [
		list(row)
		for row in sheet.iter_rows(max_row=min(sheet.max_row, MAX_ROWS), max_col=MAX_COLUMNS, values_only=True)
	]
	for merged in sheet.merged_cells.ranges:
		for row in range(merged.min_row, min(merged.max_row, len(rows)) + 1):
			for column in range(merged.min_col, min(merged.max_col, MAX_COLUMNS) + 1):
				rows[row - 1][column - 1] = rows[merged.min_row - 1][merged.min_col - 1]
	return rows


def read_docx(content: bytes) -> list[list[list[object]]]:
	with zipfile.ZipFile(BytesIO(content)) as package:
		body = package.read("word/document.xml")
	parser = etree.XMLParser(resolve_entities=False, no_network=True)
	return [_read_table(table) for table in etree.fromstring(body, parser).iter(f"{WORD}tbl")]


def _read_table(table) -> list[list[object]]:
	rows: list[list[object]] = []
	for line in table.findall(f"{WORD}tr")[:MAX_ROWS]:
		row: list[object] = []
		for cell in line.findall(f"{WORD}tc"):
			text = _get_text(cell, rows[-1][len(row)] if rows and len(row) < len(rows[-1]) else "")
			row += [text] * min(_get_span(cell), MAX_COLUMNS)
		rows.append(row)
	return rows


def _get_text(cell, above: object) -> object:
	merge = cell.find(f"{WORD}tcPr/{WORD}vMerge")
	if merge is not None and merge.get(f"{WORD}val") != "restart":
		return above
	paragraphs = ("".join(part.text or "" for part in p.iter(f"{WORD}t")) for p in cell.iter(f"{WORD}p"))
	return " ".join(filter(None, paragraphs))


def _get_span(cell) -> int:
	span = cell.find(f"{WORD}tcPr/{WORD}gridSpan")
	return int(span.get(f"{WORD}val")) if span is not None else 1

"""The rows of one sheet of a workbook (XLSX, XLS, ODS) as lines of JSON, in a process of its own.

A few bytes can say that a sheet has seventeen thousand million cells; the library would lay out all of them. Here it does
so within a limit, and what it takes along when it fails is this process alone. Run with the path and the name of a sheet
("" for the first one that is shown).
"""

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal

MEMORY = 1 << 30
MAX_CELL_LENGTH = 20_000


def main(path: str, wanted: str) -> None:
	resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
	from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

	book = CalamineWorkbook.from_path(path)
	shown = [
		sheet.name
		for sheet in book.sheets_metadata
		if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
	]
	names = shown or book.sheet_names
	chosen = wanted if wanted in book.sheet_names else next(iter(names), None)
	sheet = book.get_sheet_by_name(chosen) if chosen else None
	write([names, chosen, sorted(sheet.merged_cell_ranges or []) if sheet else []])
	for number, cells in enumerate(sheet.iter_rows() if sheet else (), 1):
		texts = [as_text(cell) for cell in cells]
		if any(texts):
			write([number, texts])


def write(value: object) -> None:
	sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def as_text(cell: object) -> str:
	"""What a person reads in the cell: 13800138000 and not 1.3800138E10, a date by its day, nothing for an error."""
	if isinstance(cell, str):
		return cell[:MAX_CELL_LENGTH].strip()
	if isinstance(cell, bool):
		return "1" if cell else "0"
	if isinstance(cell, int | float):
		return _plain_number(cell)
	if isinstance(cell, datetime):
		return cell.strftime("%Y-%m-%d %H:%M") if cell.time() else cell.strftime("%Y-%m-%d")
	if isinstance(cell, date | time):
		return cell.isoformat()
	return str(cell) if isinstance(cell, timedelta) else ""


def _plain_number(number: float) -> str:
	text = f"{Decimal(repr(number)):f}"
	return text.rstrip("0").rstrip(".") if "." in text else text


if __name__ == "__main__":
	main(*sys.argv[1:3])

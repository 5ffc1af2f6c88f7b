"""Lists as XLSX. Numbers that are names (telephone, identity, account) stay texts, and a text that begins like a formula stays
one too."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

import xlsxwriter

from meeting_crm.contracts.execution.outputs.sheets import DAY, MONEY, NUMBER, TEXT, Sheet, join_titles

OPTIONS = {
	"constant_memory": True,
	"strings_to_formulas": False,
	"strings_to_numbers": False,
	"strings_to_urls": False,
}
NAME_LENGTH = 31
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
FIRST_ROW = 3
"""Title, who printed it when, and the heads stand above."""

A4 = 9


def write_xlsx(sheets: Sequence[Sheet], title: str, note: str) -> bytes:
	content = BytesIO()
	with xlsxwriter.Workbook(content, OPTIONS) as book:
		formats = _make_formats(book)
		for sheet in sheets:
			_write_sheet(book, sheet, title, note, formats)
	return content.getvalue()


def _make_formats(book) -> dict:
	cell = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter", "font_size": 10}
	return {
		"title": book.add_format({"bold": True, "font_size": 14}),
		"note": book.add_format({"font_color": "#666666", "font_size": 9}),
		"head": book.add_format({**cell, "bold": True, "bg_color": "#EDEDED", "text_wrap": True, "align": "center"}),
		TEXT: book.add_format({**cell, "text_wrap": True}),
		NUMBER: book.add_format(cell),
		MONEY: book.add_format({**cell, "num_format": "#,##0.00"}),
		DAY: book.add_format({**cell, "num_format": "yyyy-mm-dd", "align": "left"}),
	}


def _write_sheet(book, sheet: Sheet, title: str, note: str, formats: dict) -> None:
	page = book.add_worksheet(sheet.title.translate(FORBIDDEN)[:NAME_LENGTH])
	page.set_landscape()
	page.set_paper(A4)
	page.fit_to_pages(1, 0)
	page.repeat_rows(FIRST_ROW - 1)
	page.freeze_panes(FIRST_ROW, 0)
	page.set_footer("&C&P / &N")
	for place, column in enumerate(sheet.columns):
		page.set_column(place, place, column.width)
	page.write_string(0, 0, join_titles(title, sheet.title), formats["title"])
	page.write_string(1, 0, note, formats["note"])
	for place, column in enumerate(sheet.columns):
		page.write_string(FIRST_ROW - 1, place, column.label, formats["head"])
	_write_rows(page, sheet, formats)
	if sheet.rows:
		page.autofilter(FIRST_ROW - 1, 0, FIRST_ROW - 1 + len(sheet.rows), len(sheet.columns) - 1)


def _write_rows(page, sheet: Sheet, formats: dict) -> None:
	columns = [(place, column.kind, formats[column.kind]) for place, column in enumerate(sheet.columns)]
	for number, row in enumerate(sheet.rows, FIRST_ROW):
		for (place, kind, form), value in zip(columns, row, strict=True):
			if value is None or value == "":
				page.write_blank(number, place, None, form)
			elif kind in (NUMBER, MONEY) and isinstance(value, int | float):
				page.write_number(number, place, value, form)
			elif kind == DAY and isinstance(value, date):
				page.write_datetime(number, place, value, form)
			else:
				page.write_string(number, place, str(value), form)

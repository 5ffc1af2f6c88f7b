"""Workbooks for the editor, and what a changed cell leaves untouched."""

import datetime
import re
import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from meeting_crm.documents.excel import patching, reading
from meeting_crm.documents.excel.patching import CellChange, RefusedCellError
from support.documents import PRICES

DRAWN = b"<xdr:wsDr xmlns:xdr='urn:x'>text box</xdr:wsDr>"
SPARKLINES = (
	"<extLst><ext uri='{05C60535-1F16-4fd2-B633-F4F36F0B64E0}'><x14:sparklineGroups xmlns:x14='urn:y'/></ext></extLst>"
)


def make_book(fill=lambda sheet: None, sheets=("报价", "附表")) -> bytes:
	book = Workbook()
	book.active.title = sheets[0]
	for name in sheets[1:]:
		book.create_sheet(name)
	fill(book.active)
	target = BytesIO()
	book.save(target)
	return target.getvalue()


def rewrite(content: bytes, name: str, change) -> bytes:
	target = BytesIO()
	with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(target, "w") as package:
		for entry in source.infolist():
			data = source.read(entry.filename)
			package.writestr(entry.filename, change(data.decode()).encode() if entry.filename == name else data)
	return target.getvalue()


def read_parts(content: bytes) -> dict[str, bytes]:
	with zipfile.ZipFile(BytesIO(content)) as package:
		return {name: package.read(name) for name in package.namelist()}


def find_differing(old: bytes, new: bytes) -> set[str]:
	before, after = read_parts(old), read_parts(new)
	return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def get_cells(content: bytes, sheet: int = 0) -> dict:
	return reading.read(content)["sheets"][f"s{sheet}"]["cellData"]


def test_of_a_real_price_list_one_cell_changes_and_nothing_else():
	content = PRICES.read_bytes()
	book = reading.read(content)
	name = book["sheets"]["s0"]["name"]
	changed = patching.patch(content, [CellChange(name, 3, 2, "新展位")])
	with zipfile.ZipFile(BytesIO(content)) as package:
		chain = {part for part in package.namelist() if part.endswith("calcChain.xml")}
	allowed = {"xl/worksheets/sheet1.xml", "xl/workbook.xml", *chain}
	allowed |= {"[Content_Types].xml", "xl/_rels/workbook.xml.rels"} if chain else set()
	assert find_differing(content, changed) <= allowed
	before, after = get_cells(content), get_cells(changed)
	assert after[2][1]["v"] == "新展位"
	before[2].pop(1), after[2].pop(1)
	assert before == after


def test_what_the_editor_cannot_show_stays():
	content = rewrite(
		make_book(lambda sheet: sheet.append(["展位", 1200])),
		"xl/worksheets/sheet1.xml",
		lambda text: text.replace("</worksheet>", f"{SPARKLINES}</worksheet>"),
	)
	target = BytesIO(content)
	with zipfile.ZipFile(target, "a") as package:
		package.writestr("xl/drawings/drawing9.xml", DRAWN)
	content = target.getvalue()
	parts = read_parts(patching.patch(content, [CellChange("报价", 1, 2, 1500)]))
	assert parts["xl/drawings/drawing9.xml"] == DRAWN
	assert b"sparklineGroups" in parts["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
	("value", "expected"),
	[
		("110101199001011234", "110101199001011234"),
		("00123", "00123"),
		("=HYPERLINK(1)", "=HYPERLINK(1)"),
		("+86 10", "+86 10"),
		(" 两端空格 ", " 两端空格 "),
		("有\x07铃", "有铃"),
		("𠮷野 <展位> & 会", "𠮷野 <展位> & 会"),
		(1200.5, 1200.5),
		(True, 1),
		(None, None),
	],
)
def test_a_value_is_read_back_as_it_was_typed(value, expected):
	content = patching.patch(make_book(lambda sheet: sheet.append(["a", "b"])), [CellChange("报价", 1, 2, value)])
	cell = get_cells(content)[0].get(1, {})
	assert (cell.get("v"), cell.get("f")) == (expected, None)
	sheet = load_workbook(BytesIO(content))["报价"]
	assert sheet["A1"].value == "a"
	if isinstance(value, str):
		assert sheet["B1"].data_type in ("s", "inlineStr")


def test_cells_and_rows_stand_in_their_order():
	content = make_book(lambda sheet: (sheet.append(["a", None, "c"]), sheet.cell(9, 1, "z")))
	changes = [CellChange("报价", row, column, f"{row}-{column}") for row in (5, 1, 12) for column in (30, 2)]
	text = read_parts(patching.patch(content, changes))["xl/worksheets/sheet1.xml"].decode()
	assert re.findall(r'<row r="(\d+)"', text) == ["1", "5", "9", "12"]
	assert re.findall(r'<c r="([A-Z]+1)"', text) == ["A1", "B1", "C1", "AD1"]


def test_a_formula_keeps_its_result_and_the_program_reckons_again():
	content = make_book(lambda sheet: sheet.append([2, 3]))
	changes = [CellChange("报价", 1, 3, 5, "=A1+B1"), CellChange("报价", 1, 4, "#DIV/0!", "=1/0")]
	content = patching.patch(content, changes)
	cells = get_cells(content)
	assert (cells[0][2]["f"], cells[0][2]["v"]) == ("=A1+B1", 5)
	assert (cells[0][3]["f"], cells[0][3]["v"]) == ("=1/0", "#DIV/0!")
	assert b'fullCalcOnLoad="1"' in read_parts(content)["xl/workbook.xml"]
	content = patching.patch(content, [CellChange("报价", 1, 3, 6, "=A1+B1", only_result=True)])
	assert get_cells(content)[0][2] == {"v": 6, "t": reading.NUMBER, "f": "=A1+B1"}


def test_the_first_cell_of_a_shared_formula_leaves_the_others_their_own():
	def share(text: str) -> str:
		def write(found) -> str:
			own = 'ref="C1:C3" si="0">A1*B1</f>' if found[1] == "1" else 'si="0"/>'
			return f'<c r="C{found[1]}"><f t="shared" {own}<v>{found[1]}</v></c>'

		return re.sub(r'<c r="C(\d)"><f>[^<]*</f><v ?(?:/>|></v>)</c>', write, text)

	content = make_book(lambda sheet: [sheet.append([row, 2, f"=A{row}*B{row}"]) for row in (1, 2, 3)])
	content = rewrite(content, "xl/worksheets/sheet1.xml", share)
	assert b't="shared"' in read_parts(content)["xl/worksheets/sheet1.xml"]
	cells = get_cells(patching.patch(content, [CellChange("报价", 1, 3, 9)]))
	assert (cells[0][2], cells[1][2]["f"], cells[2][2]["f"]) == ({"v": 9, "t": 2}, "=A2*B2", "=A3*B3")


def add_array(sheet) -> None:
	sheet["B2"] = ArrayFormula("B2:B4", "=A2:A4*2")


def add_table(sheet) -> None:
	sheet.append(["单位", "金额"])
	sheet.append(["甲", 1])
	sheet.add_table(Table(displayName="Prices", ref="A1:B2"))


@pytest.mark.parametrize(
	("fill", "row", "column", "reason"),
	[
		(add_array, 3, 2, patching.ARRAY),
		(add_table, 1, 2, patching.HEAD),
		(lambda sheet: sheet.protection.enable(), 1, 1, patching.PROTECTED),
	],
)
def test_what_would_break_the_file_is_refused_with_the_cell(fill, row, column, reason):
	with pytest.raises(RefusedCellError) as refused:
		patching.patch(make_book(fill), [CellChange("报价", row, column, "x")])
	assert (refused.value.reason, refused.value.change.cell) == (reason, f"{'AB'[column - 1]}{row}")


def test_a_draft_keeps_what_is_not_refused():
	changes = [CellChange("报价", 3, 2, "x"), CellChange("报价", 1, 1, "留"), CellChange("没有", 1, 1, "x")]
	cells = get_cells(patching.patch(make_book(add_array), changes, leaves_out=True))
	assert (cells[0][0]["v"], cells.get(2)) == ("留", None)


def test_a_sheet_that_is_not_there_is_refused():
	with pytest.raises(RefusedCellError):
		patching.patch(make_book(), [CellChange("没有", 1, 1, "x")])


def test_below_its_head_a_table_changes():
	assert get_cells(patching.patch(make_book(add_table), [CellChange("报价", 2, 1, "乙")]))[1][0]["v"] == "乙"


def test_a_day_gets_a_format_of_its_own_and_the_look_of_its_cell():
	def fill(sheet):
		sheet["A1"] = "待定"
		sheet["A1"].font = sheet["A1"].font.copy(bold=True)

	pattern = 'yyyy"年"m"月"d"日"'
	content = patching.patch(make_book(fill), [CellChange("报价", 1, 1, 46266, pattern=pattern)])
	cell = load_workbook(BytesIO(content))["报价"]["A1"]
	assert (cell.value, cell.number_format, cell.font.b) == (datetime.datetime(2026, 9, 1), pattern, True)
	again = patching.patch(content, [CellChange("报价", 2, 1, 46267, pattern=pattern)])
	assert read_parts(again)["xl/styles.xml"].count(b"yyyy") == 1


def test_days_since_1904_are_read_and_written():
	content = rewrite(
		make_book(lambda sheet: sheet.append([datetime.date(2026, 9, 1), 7])),
		"xl/workbook.xml",
		lambda text: text.replace("<workbookPr/>", '<workbookPr date1904="1"/>').replace(
			"<workbookPr />", '<workbookPr date1904="1"/>'
		),
	)
	shown = get_cells(content)[0]
	assert shown[0]["v"] == 46266 + 1462
	changes = [CellChange("报价", 1, 1, shown[0]["v"] + 1), CellChange("报价", 1, 2, 8)]
	after = get_cells(patching.patch(content, changes))[0]
	assert (after[0]["v"], after[1]["v"]) == (shown[0]["v"] + 1, 8)


def test_hidden_sheets_merged_cells_sizes_and_frozen_rows_are_told():
	def fill(sheet):
		sheet.merge_cells("A1:C1")
		sheet.column_dimensions["B"].width = 20
		sheet.row_dimensions[2].height = 30
		sheet.freeze_panes = "B2"
		sheet.parent["附表"].sheet_state = "hidden"

	book = reading.read(make_book(fill))
	first, second = book["sheets"]["s0"], book["sheets"]["s1"]
	assert first["mergeData"] == [{"startRow": 0, "endRow": 0, "startColumn": 0, "endColumn": 2}]
	assert (first["columnData"], first["rowData"]) == ({1: {"w": 145}}, {1: {"h": 40}})
	assert first["freeze"] == {"xSplit": 1, "ySplit": 1, "startRow": 1, "startColumn": 1}
	assert (first["hidden"], second["hidden"]) == (0, 1)
	changed = reading.read(patching.patch(make_book(fill), [CellChange("附表", 1, 1, "x")]))
	assert changed["sheets"]["s1"]["hidden"] == 1


def test_a_cell_far_away_makes_no_thousand_million(monkeypatch):
	content = make_book(lambda sheet: sheet.cell(1_048_576, 16_384, "x"))
	assert get_cells(content) == {1_048_575: {16_383: {"v": "x", "t": reading.TEXT}}}
	monkeypatch.setattr(reading, "MAX_CELLS", 3)
	with pytest.raises(reading.TooManyCellsError):
		reading.read(make_book(lambda sheet: sheet.append([1, 2, 3, 4])))

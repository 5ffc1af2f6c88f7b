"""What stands in the cells of a spreadsheet, and which row of it holds the titles."""

import datetime
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from meeting_crm.entry.importing import columns, headers, tables

TITLES = ["企业名称", "地址", "联系人", "手机"]


def save(tmp_path: Path, rows, merged=(), name: str = "list.xlsx", **cells) -> Path:
	book = Workbook()
	for row in rows:
		book.active.append(row)
	for reference, value in cells.items():
		book.active[reference] = value
	for place in merged:
		book.active.merge_cells(place)
	book.save(tmp_path / name)
	return tmp_path / name


def read(path: Path, sheet: str | None = None) -> list[list[str]]:
	return [cells for _number, cells in tables.open_table(path, sheet).rows]


def find(path: Path, sheet: str | None = None) -> headers.Header:
	table, rows = tables.read_first_rows(path, sheet, headers.ROWS_TO_SEARCH)
	return headers.find_header(rows, table.merged)


@pytest.mark.parametrize(
	("value", "text"),
	[
		("甲公司", "甲公司"),
		("  甲公司  ", "甲公司"),
		("", ""),
		(13800138000, "13800138000"),
		(13800138000.0, "13800138000"),
		(1.38e10, "13800000000"),
		(3.5, "3.5"),
		(0, "0"),
		(-5, "-5"),
		(1e300, "1" + "0" * 300),
		(True, "1"),
		(datetime.date(2026, 11, 20), "2026-11-20"),
		(datetime.datetime(2026, 11, 20, 9, 30), "2026-11-20 09:30"),
		(datetime.time(9, 30), "09:30:00"),
		("=1+1", ""),
		("'=1+1", "=1+1"),
		("'老字号", "'老字号"),
		(CellRichText("甲", TextBlock(InlineFont(b=True), "乙")), "甲乙"),
	],
)
def test_each_kind_of_cell_is_read_as_a_person_reads_it(tmp_path, value, text):
	(cells,) = read(save(tmp_path, [["x", None]], B1=value))
	assert [*cells, ""][1] == text


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"])
def test_an_error_is_no_text(tmp_path, error):
	path = save(tmp_path, [["x", None]])
	book = Workbook()
	book.active["A1"] = "x"
	book.active["B1"].value, book.active["B1"].data_type = error, "e"
	book.save(path)
	assert read(path)[0][1:] in ([""], [])


@pytest.mark.parametrize(
	"cell",
	[
		b'<c r="B1" t="inlineStr"/>',
		b'<c r="B1" t="inlineStr"><is/></c>',
		b'<c r="B1" t="s"/>',
		b'<c r="B1" t="n"><v/></c>',
	],
)
def test_an_empty_cell_of_any_writing_is_empty(tmp_path, cell):
	path, other = save(tmp_path, [["x", "y"]]), tmp_path / "other.xlsx"
	with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as target:
		for name in source.namelist():
			content = source.read(name)
			if name == "xl/worksheets/sheet1.xml":
				start = content.index(b'<c r="B1"')
				content = content[:start] + cell + content[content.index(b"</c>", start) + 4 :]
			target.writestr(name, content)
	assert read(other)[0][0] == "x" and not any(read(other)[0][1:])


def test_a_sheet_that_says_it_is_huge_takes_nobody_along(tmp_path):
	with pytest.raises(tables.UnreadableFileError):
		read(save(tmp_path, [["公司名称"]], XFD1048576="x"))


def test_merged_cells_hold_for_each_of_their_rows(tmp_path):
	rows = [TITLES, ["甲公司", "北京", "张三", 1], [None, None, "李四", 2], ["乙公司", "上海", "王五", 3]]
	path = save(tmp_path, rows, merged=("A2:A3", "B2:B3"))
	assert read(path)[2] == ["甲公司", "北京", "李四", "2"]
	assert read(path)[3] == ["乙公司", "上海", "王五", "3"]


def test_hidden_sheets_are_not_offered_and_others_can_be_chosen(tmp_path):
	book = Workbook()
	book.active.title = "说明"
	book.active["A1"] = "请勿外传"
	book.create_sheet("名单").append(TITLES)
	book.create_sheet("旧").sheet_state = "hidden"
	book.save(tmp_path / "list.xlsx")
	table = tables.open_table(tmp_path / "list.xlsx", "名单")
	assert (table.sheets, table.sheet, list(table.rows)) == (["说明", "名单"], "名单", [(1, TITLES)])


@pytest.mark.parametrize(
	("lines", "expected"),
	[
		(["sep=;", "企业名称;手机", "甲公司;1"], [["企业名称", "手机"], ["甲公司", "1"]]),
		(["2026年名录", "企业名称\t手机", "甲公司\t1"], [["2026年名录"], ["企业名称", "手机"], ["甲公司", "1"]]),
		(
			["企业名称,备注", "甲公司,'=1+1", "乙公司,'abc"],
			[["企业名称", "备注"], ["甲公司", "=1+1"], ["乙公司", "'abc"]],
		),
	],
)
def test_csv_as_programs_write_it(tmp_path, lines, expected):
	path = tmp_path / "list.csv"
	path.write_text("\r\n".join(lines), encoding="utf-8-sig")
	assert read(path) == expected


@pytest.mark.parametrize(
	("rows", "merged", "row", "fields"),
	[
		([TITLES, ["甲公司", "北京", "张三", 1]], (), 1, ["full_name", "address", "person_name", "mobile"]),
		(
			[["2026年参展企业名录", None, None, None], TITLES, ["甲公司"]],
			("A1:D1",),
			2,
			["full_name", "address", "person_name", "mobile"],
		),
		(
			[["内部资料"], [], ["制表日期：2026-11-20"], TITLES, ["甲公司"]],
			(),
			4,
			["full_name", "address", "person_name", "mobile"],
		),
		(
			[
				["企业信息", None, "联系人信息", None, None],
				["单位名称", "地址", "姓名", "职务", "手机"],
				["甲公司", "北京", "张三", "经理", 1],
			],
			("A1:B1", "C1:E1"),
			2,
			["full_name", "address", "person_name", "position", "person_mobile"],
		),
		(
			[
				["序号", "企业名称（必填）", "座机（区号-号码）", "联系人*", "手机（联系人）"],
				[1, "甲公司", "010-1", "张三", 2],
			],
			(),
			1,
			[None, "full_name", "landline", "person_name", "person_mobile"],
		),
		([["名称"], ["甲公司"]], (), 1, ["full_name"]),
		([["甲公司", "北京"], ["乙公司", "上海"]], (), 1, ["full_name", None]),
	],
)
def test_the_titles_are_found_where_they_are(tmp_path, rows, merged, row, fields):
	header = find(save(tmp_path, rows, merged))
	assert header.row == row
	assert columns.guess_mapping(header.titles)[: len(fields)] == fields


@pytest.mark.parametrize("name", ["企业名称", "单位名称", "公司", "合计", "总计", "Company", "姓名"])
def test_a_title_is_no_company(name):
	row = columns.read_row(5, [name], ["full_name"])
	assert [problem.code for problem in row.problems] == ["title"]


def test_an_imported_row_is_cleaned_as_the_form_cleans_it():
	cells = ["上海（展览）有限公司", "ａ@ｅｘａｍｐｌｅ．com", "１３８００１３８０００", "王　五", "经理\u200b"]
	row = columns.read_row(2, cells, ["full_name", "email", "mobile", "person_name", "position"])
	assert not row.problems
	assert row.base == {"email": "a@example.com", "mobile": "13800138000"}
	assert row.contacts == [{"person_name": "王五", "position": "经理"}]


def test_every_title_of_the_template_is_understood():
	for language in ("zh", "en"):
		mapping = columns.guess_mapping(columns.get_template_titles(language))
		assert mapping == list(columns.FIELDS), language

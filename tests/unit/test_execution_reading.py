"""Attendees out of what customers send: their receipt in Word, a sheet with any headings, a bare paste."""

from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from meeting_crm.contracts.execution import files, reading

FIRST, LAST = date(2026, 3, 10), date(2026, 3, 13)
RECEIPT = Path(__file__).resolve().parents[1] / "support" / "receipt.docx"


def read(*rows, tables=None):
	return reading.read_tables(tables or [[row.split("|") for row in rows]], FIRST, LAST)


def codes(receipt) -> set[tuple[int, str, str]]:
	return {(problem.row, problem.field, problem.code) for problem in receipt.problems}


def test_the_customers_own_receipt():
	receipt = reading.read_tables(files.read_file("回执.docx", RECEIPT.read_bytes()), FIRST, LAST)
	assert [row["person_name"] for row in receipt.attendees][:3] == ["欧阳明", "买买提·艾力", "李𠮷"]
	first, second = receipt.attendees[:2]
	assert first == {
		"person_name": "欧阳明",
		"gender": "Male",
		"ethnicity": "Han",
		"position": "总经理",
		"mobile": "13800138000",
		"housing": "Single",
	}
	assert second["ethnicity"] == "Uyghur"
	assert receipt.unit["unit_name"] == "北京华夏医疗器械股份有限公司"
	assert receipt.unit["address"] == "北京市朝阳区建国路88号"


def test_a_sheet_with_merged_cells_and_real_dates():
	book = openpyxl.Workbook()
	sheet = book.active
	sheet.append(["第十八届大会参会人员"])
	sheet.merge_cells("A1:F1")
	sheet.append(["序号", "姓 名", "性别", "入住日期", "离店日期", "手机号码"])
	sheet.append([1, "张三", "男", datetime(2026, 3, 10), datetime(2026, 3, 12), 13800138000])
	sheet.append([2, "李四", "女", 46091, "3月13日", "１３９００１３９０００"])
	sheet.append(["合计", "合计", None, None, None, None])
	content = BytesIO()
	book.save(content)
	receipt = reading.read_tables(files.read_file("名单.xlsx", content.getvalue()), FIRST, LAST)
	assert [(row["person_name"], row["arrive_on"], row["leave_on"], row["mobile"]) for row in receipt.attendees] == [
		("张三", "2026-03-10", "2026-03-12", "13800138000"),
		("李四", "2026-03-10", "2026-03-13", "13900139000"),
	]
	assert not receipt.problems


def test_a_paste_without_headings():
	receipt = read("张三|男|汉族|总经理|13800138000|3.10", "李四|女|回|副总|13900139000|3月11日")
	assert receipt.attendees[1] == {
		"person_name": "李四",
		"gender": "Female",
		"ethnicity": "Hui",
		"position": "副总",
		"mobile": "13900139000",
		"arrive_on": "2026-03-11",
	}


@pytest.mark.parametrize(
	"text", ["3月10日-13日", "3.10-3.13", "2026-03-10至2026-03-13", "3/10～3/13", "3月10日到3月13日", "3.10—13"]
)
def test_a_stay_in_one_cell(text):
	(row,) = read("姓名|住房时间", f"张三|{text}").attendees
	assert (row["arrive_on"], row["leave_on"]) == ("2026-03-10", "2026-03-13")


def test_days_around_new_year_lie_next_to_each_other():
	first, last = date(2026, 12, 30), date(2027, 1, 3)
	assert reading.read_day("12-31", first, last) == date(2026, 12, 31)
	assert reading.read_day("1.2", first, last) == date(2027, 1, 2)


@pytest.mark.parametrize("text", ["2.30", "三月十日", "13.45", "", "2026-13-01"])
def test_what_is_no_day_is_said(text):
	assert reading.read_day(text, FIRST, LAST) is None


def test_what_a_spreadsheet_broke_is_refused_not_stored():
	receipt = read("姓名|手机|身份证号", "张三|1.38E+10|110105194912310000", "李四|13900139000|11010519491231002X")
	assert codes(receipt) == {(1, "mobile", "digits_lost"), (1, "id_number", "digits_lost")}
	assert "mobile" not in receipt.attendees[0] and "id_number" not in receipt.attendees[0]
	assert receipt.attendees[1]["id_number"] == "11010519491231002X"


def test_a_number_that_contradicts_itself_is_warned_of():
	receipt = read("姓名|性别|身份证号", "李四|男|11010519491231002X", "王五|女|110105194912310021")
	assert codes(receipt) == {(1, "gender", "gender_differs"), (2, "id_number", "wrong_number")}


def test_leaving_on_the_day_of_arrival_is_no_stay():
	assert codes(read("姓名|入住|离店", "张三|3.10|3.10")) == {(1, "leave_on", "no_night")}


def test_words_nobody_knows_are_said():
	assert codes(read("姓名|住宿|用餐", "张三|海景房|清真")) == {(1, "housing", "unknown_word")}


@pytest.mark.parametrize(
	("text", "value"),
	[
		("☑单间 ☐标间", "Single"),
		("□单间 ■标间", "Sharing"),
		("套房", "Suite"),
		("不住", "No Room"),
		("合住", "Sharing"),
	],
)
def test_boxes_and_words_of_housing(text, value):
	assert read("姓名|住宿", f"张三|{text}").attendees[0]["housing"] == value


def test_no_table_no_people():
	assert read("各位领导|大家好").attendees == [] or read("各位领导|大家好").attendees[0]["person_name"] == "各位领导"
	assert reading.read_tables([], FIRST, LAST).attendees == []


@pytest.mark.parametrize(
	("name", "content", "code"),
	[
		("a.doc", b"x", "old_format"),
		("a.pdf", b"x", "no_table"),
		("a.docx", b"no zip", "broken"),
		("a.xlsx", b"", "broken"),
	],
)
def test_other_files_say_why(name, content, code):
	with pytest.raises(files.UnreadableFileError) as error:
		files.read_file(name, content)
	assert error.value.code == code

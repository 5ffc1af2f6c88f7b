"""Bulk import of companies (A8)."""

import csv
import io
import json
import zipfile
from pathlib import Path

import frappe
import pytest
from frappe.utils import now_datetime
from openpyxl import Workbook

from meeting_crm.enterprises import errors, index, upkeep
from meeting_crm.enterprises.search import parts, store, waiting
from meeting_crm.entry import api as entry_api
from meeting_crm.entry import jobs as entry_jobs
from meeting_crm.entry.importing import error_file, tables
from meeting_crm.entry.importing import service as imports
from meeting_crm.tests import factories

TITLES = ["公司名称", "主营业务", "联系人", "职务", "联系人手机", "座机", "邮箱"]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
	"""Several batches a file, and commits that a test can roll back."""
	monkeypatch.setattr(imports, "ROWS_A_BATCH", 4)
	monkeypatch.setattr(imports, "ROWS_A_STEP", 2)
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	monkeypatch.setattr(frappe.db, "begin", lambda: None)


def make_rows(count: int, prefix: str) -> list[list[str]]:
	return [
		[
			f"{prefix}{number}号冷库有限公司",
			"冷藏",
			f"王{number}",
			"经理",
			f"1380000{number:04d}",
			"010-62345678",
			f"a{number}@example.com",
		]
		for number in range(count)
	]


def as_csv(rows, encoding="utf-8-sig", delimiter=",") -> bytes:
	text = io.StringIO()
	csv.writer(text, delimiter=delimiter).writerows(rows)
	return text.getvalue().encode(encoding)


def as_xlsx(rows) -> bytes:
	book = Workbook()
	for row in rows:
		book.active.append(row)
	content = io.BytesIO()
	book.save(content)
	return content.getvalue()


def make_import(content: bytes, file_name: str = "list.csv", project: str | None = None):
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{frappe.generate_hash(length=6)}-{file_name}",
			"content": content,
			"is_private": 1,
		}
	).insert(ignore_permissions=True)
	return frappe.get_doc(
		{"doctype": "Meeting Enterprise Import", "import_file": file.file_url, "project": project}
	).insert()


def run(doc):
	imports.start(doc)
	imports.run(doc.name)
	return again(doc)


def again(doc):
	return frappe.get_doc(doc.doctype, doc.name)


def results(doc) -> dict[int, str]:
	return {
		row.file_row: row.result
		for row in frappe.get_all(
			"Meeting Enterprise Import Row", filters={"enterprise_import": doc.name}, fields=["file_row", "result"]
		)
	}


@pytest.mark.parametrize(
	("file_name", "make"),
	[
		("list.csv", as_csv),
		("list.csv", lambda rows: as_csv(rows, "gb18030")),
		("list.csv", lambda rows: as_csv(rows, "utf-16")),
		("list.csv", lambda rows: as_csv(rows, delimiter=";")),
		("list.xlsx", as_xlsx),
	],
)
def test_each_kind_of_file_enters_companies_with_people_and_index(file_name, make):
	prefix = factories.unique("绥化")
	doc = run(make_import(make([TITLES, *make_rows(10, prefix)]), file_name))
	assert (doc.status, doc.total_rows, doc.done_rows, doc.created_rows) == ("Finished", 10, 10, 10)
	enterprise = frappe.get_doc("Meeting Enterprise", {"enterprise_name": f"{prefix}7号冷库有限公司"})
	assert (enterprise.profile, enterprise.landline, enterprise.region) == ("冷藏", "010-62345678", "绥化")
	assert enterprise.contacts[0].person_name == "王7"
	assert enterprise.name in {row["enterprise"] for row in entry_api.check_duplicates(text=f"{prefix}7号冷库")}
	assert frappe.db.exists("Meeting Operation Log", {"reference_name": enterprise.name, "operation": "Created"})
	assert upkeep.compare_with_enterprises()["unindexed"] == 0


def test_each_row_says_what_became_of_it():
	prefix = factories.unique("本溪")
	existing = factories.make_enterprise(f"{prefix}甲有限公司")
	doc = run(
		make_import(
			as_csv(
				[
					TITLES,
					[f"{prefix}甲 有限公司"],
					[f"{prefix}乙有限公司"],
					[f"{prefix}（乙）有限公司"],
					["", "只有简介"],
					[f"{prefix}丙有限公司", "", "李四", "", "123"],
					["长" * 200],
					[],
					[f"{prefix}丁有限公司", "=cmd()", "", "", "", "abc"],
					[f"{prefix}戊有限公司"],
				]
			)
		)
	)
	assert results(doc) == {
		2: "Already There",
		3: "Created",
		4: "Already There",
		5: "Invalid",
		6: "Invalid",
		7: "Invalid",
		9: "Invalid",
		10: "Created",
	}
	assert (doc.created_rows, doc.duplicate_rows, doc.invalid_rows) == (2, 2, 4)
	messages = {row["file_row"]: row["message"] for row in imports.get_results(doc)}
	assert f"{prefix}甲有限公司" in messages[2] and "3" in messages[4]
	duplicate = frappe.get_doc("Meeting Enterprise Import Row", {"enterprise_import": doc.name, "file_row": 2})
	assert duplicate.enterprise == existing


def test_problems_are_plain_text_in_preview_result_and_error_file():
	doc = make_import(as_csv([TITLES, ["<b>坏</b>公司", *make_rows(1, "吕梁")[0][1:]]]))
	assert "<>" in imports.preview(doc)["problems"][0]["message"]
	doc = run(doc)
	assert "<>" in imports.get_results(doc, "Invalid")[0].message
	assert "<>" in [message for _cells, message in error_file.read_rows(doc.name)][0]


def test_the_error_file_can_be_corrected_and_uploaded_again():
	prefix = factories.unique("鹤岗")
	doc = run(
		make_import(as_csv([TITLES, [f"{prefix}丙有限公司", "-x", "李四", "经理", "123"], [f"{prefix}丁有限公司"]]))
	)
	content = frappe.get_doc("File", {"file_url": doc.error_file}).get_content()
	text = content.decode("utf-8-sig") if isinstance(content, bytes) else content.lstrip("\ufeff")
	titles, bad = list(csv.reader(io.StringIO(text)))
	assert titles[:-1] == TITLES and bad[0] == f"{prefix}丙有限公司" and bad[1] == "'-x" and "123" in bad[-1]
	bad[4] = "13800138000"
	corrected = run(make_import(as_csv([titles, bad])))
	assert corrected.created_rows == 1, imports.get_results(corrected)
	assert not corrected.error_file


def test_what_waits_to_be_taken_up_is_found(monkeypatch):
	monkeypatch.setattr(store, "WORTH_A_ROW", 0)
	prefix = factories.unique("双城")
	run(make_import(as_csv([TITLES, *make_rows(8, prefix)])))
	waiting_before = waiting.count_entries(index.sql)
	assert waiting_before
	enterprise, gone = (index.find(f"{prefix}{number}号冷库有限公司", 1)[0].enterprise for number in (3, 4))
	index.remove(gone)
	for _state in ("waiting", "taken up"):
		assert index.find(f"{prefix}3号冷库", 1)[0].enterprise == enterprise
		assert gone not in [hit.enterprise for hit in index.find(f"{prefix}4号冷库有限公司", 20)]
		found = parts.find_lists(index.sql, f"{prefix}3号冷库").read_common(index.sql)
		assert enterprise in parts.read_containing(index.sql, found.tolist(), [[f"{prefix}3号冷库"]])
		index.fold_delta()
	assert waiting.count_entries(index.sql) < waiting_before


def test_the_same_file_again_creates_nothing_twice():
	rows = [TITLES, *make_rows(9, factories.unique("朔州"))]
	run(make_import(as_csv(rows)))
	before = frappe.db.count("Meeting Enterprise")
	doc = run(make_import(as_csv(rows)))
	assert (doc.created_rows, doc.duplicate_rows) == (0, 9)
	assert frappe.db.count("Meeting Enterprise") == before


def test_a_cancelled_import_goes_on_where_it_stopped(monkeypatch):
	doc = make_import(as_csv([TITLES, *make_rows(10, factories.unique("吕梁"))]))
	imports.start(doc)
	advance = imports.advance

	def advance_and_cancel(running, done, rows):
		taken = advance(running, done, rows)
		if done == 4:
			imports.cancel(again(running))
		return taken

	monkeypatch.setattr(imports, "advance", advance_and_cancel)
	imports.run(doc.name)
	doc.reload()
	assert (doc.status, doc.done_rows, doc.created_rows) == ("Cancelled", 8, 8)
	monkeypatch.setattr(imports, "advance", advance)
	doc = run(doc)
	assert (doc.status, doc.done_rows, doc.created_rows, doc.duplicate_rows) == ("Finished", 10, 10, 0)


def test_a_batch_that_lost_a_deadlock_is_taken_again(monkeypatch):
	monkeypatch.setattr(frappe.db, "rollback", lambda: None)
	doc = make_import(as_csv([TITLES, *make_rows(10, factories.unique("吕梁"))]))
	imports.start(doc)
	advance, lost = imports.advance, []

	def lose_twice(running, done, rows):
		if done == 4 and len(lost) < 2:
			lost.append(rows.take())
			raise frappe.QueryDeadlockError
		return advance(running, done, rows)

	monkeypatch.setattr(imports, "advance", lose_twice)
	imports.run(doc.name)
	assert len(lost) == 2
	doc = again(doc)
	assert (doc.status, doc.done_rows, doc.created_rows, doc.duplicate_rows) == ("Finished", 10, 10, 0)


def test_a_waiting_import_is_cancelled_at_once(monkeypatch):
	monkeypatch.setattr(frappe.db, "rollback", lambda: None)
	doc = make_import(as_csv([TITLES, *make_rows(4, factories.unique("吕梁"))]))
	imports.start(doc)
	imports.cancel(again(doc))
	assert again(doc).status == "Cancelled"
	imports.run(doc.name)
	assert (again(doc).status, again(doc).done_rows) == ("Cancelled", 0)
	assert run(again(doc)).created_rows == 4


def test_the_run_speaks_the_language_of_whoever_started_it():
	administrator = factories.make_user(None, "Meeting Administrator", language="zh")
	frappe.set_user(administrator)
	doc = make_import(as_csv([TITLES, ["", "只有简介"]]))
	imports.start(doc)
	entry_jobs.run_import(doc.name, administrator)
	assert imports.get_results(doc)[0]["message"] == "企业全称未填写。请填写。"


def test_a_second_runner_stops_at_once(monkeypatch):
	doc = make_import(as_csv([TITLES, *make_rows(8, factories.unique("临汾"))]))
	imports.start(doc)
	assert imports.advance(doc, 0, imports.read_ahead(doc, 0)) == 4
	monkeypatch.setattr(frappe.db, "rollback", lambda: None)
	assert imports.advance(doc, 0, imports.read_ahead(doc, 0)) == 0
	assert (again(doc).status, again(doc).done_rows) == ("Running", 4)


def test_columns_are_guessed_corrected_and_remembered():
	rows = [["厂商", "号码", "简介"], [factories.unique("运城") + "有限公司", "13800138000", "生产"]]
	doc = make_import(as_csv(rows))
	assert json.loads(doc.mapping) == [None, None, "profile"]
	with pytest.raises(errors.ImportFileError):
		entry_api.start_import(doc.name)
	with pytest.raises(errors.ImportFileError):
		entry_api.set_import_columns(doc.name, ["full_name", "full_name", None])
	shown = entry_api.set_import_columns(doc.name, ["full_name", "mobile", "profile"])
	assert shown["mapping"] == ["full_name", "mobile", "profile"] and shown["rows"] == [rows[1]]
	run(again(doc))
	rows[1][0] = factories.unique("运城") + "有限公司"
	assert json.loads(make_import(as_csv(rows)).mapping) == ["full_name", "mobile", "profile"]


def test_the_preview_shows_the_first_problems_and_writes_nothing():
	prefix = factories.unique("晋中")
	factories.make_enterprise(f"{prefix}0号冷库有限公司")
	before = frappe.db.count("Meeting Enterprise")
	doc = make_import(as_csv([TITLES, *make_rows(3, prefix), ["", "x"], ["好的有限公司", "", "", "", "12"]]))
	shown = entry_api.preview_import(doc.name)
	assert [problem["row"] for problem in shown["problems"]] == [2, 5, 6]
	assert shown["checked"] == 5
	assert frappe.db.count("Meeting Enterprise") == before


def as_zip(**files: str) -> bytes:
	content = io.BytesIO()
	with zipfile.ZipFile(content, "w") as archive:
		for name, text in files.items():
			archive.writestr(name, text)
	return content.getvalue()


def with_password(content: bytes) -> bytes:
	"""As archive programs mark what they encrypted."""
	marked = bytearray(content)
	for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
		start = -1
		while (start := marked.find(signature, start + 1)) >= 0:
			marked[start + place] |= 1
	return bytes(marked)


WORKBOOK = as_xlsx([TITLES, ["华盛冷库有限公司"]])
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
	("content", "file_name", "reason"),
	[
		(b"\n", "list.csv", "没有内容"),
		(b"\x81\xff\xff\x00\xff", "list.csv", "GB18030"),
		(b"%PDF-1.4", "list.pdf", "只能导入工作簿"),
		("公司名称,电话\n".encode(), "list.xlsx", "内容却不是"),
		(as_zip(**{"word/document.xml": "<document/>"}), "list.xlsx", "内容却不是"),
		(WORKBOOK[:-300], "list.xlsx", "损坏或不完整"),
		(with_password(WORKBOOK), "list.xlsx", "密码"),
		(OLD_WORKBOOK, "list.xlsx", "XLS"),
		(OLD_WORKBOOK + "EncryptedPackage".encode("utf-16-le"), "list.xlsx", "密码"),
	],
	ids=["empty", "encoding", "kind", "text", "document", "cut off", "archive password", "old", "encrypted"],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(monkeypatch, content, file_name, reason):
	monkeypatch.setattr(frappe.local, "lang", "zh")
	with pytest.raises((errors.ImportFileError, frappe.ValidationError), match=reason):
		make_import(content, file_name)


def test_a_run_says_why_its_file_cannot_be_read(monkeypatch):
	monkeypatch.setattr(frappe.local, "lang", "zh")
	monkeypatch.setattr(frappe.db, "rollback", lambda: None)
	for spoil, reason in (
		(lambda path: path.write_bytes(WORKBOOK[:-300]), "损坏或不完整"),
		(Path.unlink, "文件已不存在"),
	):
		doc = make_import(as_csv([TITLES, *make_rows(2, factories.unique("朔州"))]))
		imports.start(doc)
		spoil(imports.get_path(doc.import_file))
		imports.run(doc.name)
		assert again(doc).status == "Failed"
		assert reason in again(doc).message


def test_salespeople_import_into_their_project_within_the_daily_maximum():
	user = factories.make_user()
	project = factories.make_project(user, daily_minimum=1, daily_maximum=3)
	prefix = factories.unique("大同")
	rows = make_rows(6, prefix)
	for row in rows:
		row.append("13800138000")
	rows[1][5] = ""
	frappe.set_user(user)
	try:
		with pytest.raises(errors.ImportFileError):
			make_import(as_csv([[*TITLES, "手机"], *rows]))
		doc = make_import(as_csv([[*TITLES, "手机"], *rows]), project=project)
		assert [problem["row"] for problem in imports.preview(doc)["problems"]] == [3]
		doc = run(doc)
		assert list(results(doc).values()) == [
			"Created",
			"Invalid",
			"Created",
			"Created",
			"Not Imported",
			"Not Imported",
		]
		assert len(entry_api.get_import_results(doc.name, result="Not Imported")) == 3
		claims = frappe.get_list("Meeting Claim", filters={"project": project}, fields=["source"])
		assert [claim.source for claim in claims] == ["Entry"] * 3
	finally:
		frappe.set_user("Administrator")


def test_only_the_owner_and_administrators_see_an_import():
	user, other = factories.make_user(), factories.make_user()
	project = factories.make_project(user)
	frappe.set_user(user)
	doc = make_import(as_csv([TITLES, *make_rows(1, factories.unique("阳泉"))]), project=project)
	frappe.set_user(other)
	try:
		for call in (entry_api.preview_import, entry_api.start_import, entry_api.get_import_results):
			with pytest.raises(frappe.PermissionError):
				call(doc.name)
		assert not frappe.get_list("Meeting Enterprise Import", filters={"name": doc.name})
	finally:
		frappe.set_user("Administrator")


def test_workbooks_keep_telephone_numbers_and_gaps(tmp_path):
	book = Workbook()
	sheet = book.active
	sheet["A1"], sheet["C1"] = "公司名称", "手机"
	sheet["A3"], sheet["C3"] = "某公司", 13800138000
	sheet["A4"], sheet["B4"] = 3.5, "2026-11-23"
	path = tmp_path / "list.xlsx"
	book.save(path)
	assert list(tables.open_table(path).rows) == [
		(1, ["公司名称", "", "手机"]),
		(3, ["某公司", "", "13800138000"]),
		(4, ["3.5", "2026-11-23", ""]),
	]


def test_a_killed_run_is_found_and_queued_again():
	doc = make_import(as_csv([TITLES, *make_rows(1, factories.unique("忻州"))]))
	imports.start(doc)
	doc.db_set("status", "Running", update_modified=False)
	assert doc.name not in {row.name for row in imports.find_silent()}
	frappe.db.set_value(
		"Meeting Enterprise Import",
		doc.name,
		"modified",
		frappe.utils.add_to_date(now_datetime(), minutes=-5),
		update_modified=False,
	)
	assert doc.name in {row.name for row in imports.find_silent()}

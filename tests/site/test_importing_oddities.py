"""Lists as people have them: each row of the file is accounted for, nobody is lost, and an import can be taken back."""

import io

import frappe
import pytest
from openpyxl import Workbook, load_workbook

from meeting_crm.enterprises import index
from meeting_crm.entry import api as entry_api
from meeting_crm.entry.importing import service as imports
from meeting_crm.tests import factories

TITLES = ["企业名称", "地址", "联系人", "职务", "联系人手机"]


@pytest.fixture(autouse=True)
def in_one_transaction(monkeypatch, site):
	monkeypatch.setattr(imports, "ROWS_A_BATCH", 4)
	monkeypatch.setattr(imports, "ROWS_A_STEP", 2)
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	monkeypatch.setattr(frappe.db, "begin", lambda: None)


def make_import(rows, merged=(), project: str | None = None, sheet: str | None = None):
	book = Workbook()
	if sheet:
		book.active["A1"] = "说明：请勿外传"
		book.create_sheet(sheet)
	target = book[sheet] if sheet else book.active
	for row in rows:
		target.append(row)
	for place in merged:
		target.merge_cells(place)
	content = io.BytesIO()
	book.save(content)
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{frappe.generate_hash(length=6)}.xlsx",
			"content": content.getvalue(),
			"is_private": 1,
		}
	).insert(ignore_permissions=True)
	return frappe.get_doc(
		{"doctype": "Meeting Enterprise Import", "import_file": file.file_url, "project": project}
	).insert()


def run(doc):
	imports.start(doc)
	imports.run(doc.name)
	doc.reload()
	return doc


def people_of(name: str) -> list[str]:
	return frappe.get_all(
		"Meeting Enterprise Contact",
		{"parent": frappe.db.get_value("Meeting Enterprise", {"enterprise_name": name})},
		pluck="person_name",
		order_by="idx",
	)


def test_titles_below_a_heading_in_the_second_sheet():
	name = factories.unique("绥化") + "冷库有限公司"
	doc = make_import([["2026年参展企业名录"], [], TITLES, [name, "北京", "张三", "经理", 13800138000]], sheet="名单")
	preview = imports.preview(doc)
	assert (preview["sheet"], preview["header_row"], preview["untitled"]) == ("名单", 3, [])
	assert (run(doc).created_rows, doc.invalid_rows) == (1, 0)
	assert people_of(name) == ["张三"]


def test_another_row_or_sheet_can_be_chosen_and_is_warned_of():
	name = factories.unique("黑河") + "冷库有限公司"
	doc = make_import([["企业名称", "企业名称"], ["全称", None], [name, "北京"]])
	entry_api.set_import_table(doc.name, header_row=2)
	doc.reload()
	assert doc.header_row == 2
	assert imports.preview(doc)["untitled"] == [1]
	assert (run(doc).created_rows, doc.total_rows) == (1, 1)


def test_a_company_merged_over_three_people_keeps_all_of_them():
	name, other = (factories.unique("鸡西") + "冷库有限公司" for _number in range(2))
	rows = [
		TITLES,
		[name, "北京", "张三", "经理", 13800138001],
		[None, None, "李四", "会计", 13800138002],
		[None, None, "王五", "司机", 13800138003],
		[other, "上海", "赵六", "经理", 13800138004],
		[name, "北京", "孙七", "董事", 13800138005],
		[name, "北京", "孙七", "董事", 13800138005],
	]
	doc = run(make_import(rows, merged=("A2:A4", "B2:B4")))
	assert (doc.total_rows, doc.created_rows, doc.duplicate_rows, doc.invalid_rows) == (6, 2, 4, 0)
	assert people_of(name) == ["张三", "李四", "王五", "孙七"]
	assert people_of(other) == ["赵六"]


def test_repeated_titles_and_sums_are_no_companies():
	name = factories.unique("鹤岗") + "冷库有限公司"
	doc = run(make_import([TITLES, [name], ["企业名称", "地址"], ["合计", "1 家"]]))
	assert (doc.created_rows, doc.invalid_rows) == (1, 2)


def test_what_was_cleaned_can_be_claimed_and_saved(rest):
	name = factories.unique("伊春") + "冷库有限公司"
	doc = make_import(
		[["企业名称", "邮箱", "手机", "地址"], [name, "ａ@ｅｘａｍｐｌｅ．ｃｏｍ", "１３８００１３８０００", "<待定>"]]
	)
	assert run(doc).created_rows == 1
	user = factories.make_user()
	enterprise = frappe.db.get_value("Meeting Enterprise", {"enterprise_name": name})
	claim = factories.make_claim(factories.make_project(user), user, enterprise)
	frappe.set_user(user)
	file = frappe.get_doc("Meeting Customer", claim.customer)
	assert (file.email, file.mobile, file.address) == ("a@example.com", "13800138000", "＜待定＞")
	file.append("remarks", {"note": "<待定> a<b & c>d"})
	file.save()
	file.reload()
	assert file.remarks[0].note == "＜待定＞ a＜b & c＞d"
	file.save()


def test_an_import_is_taken_back_but_for_what_somebody_uses():
	prefix = factories.unique("佳木斯")
	names = [f"{prefix}{number}号冷库有限公司" for number in range(6)]
	doc = run(make_import([TITLES, *([name, "北京", "张三"] for name in names)]))
	assert doc.created_rows == 6
	ids = {name: frappe.db.get_value("Meeting Enterprise", {"enterprise_name": name}) for name in names}
	user = factories.make_user()
	factories.make_claim(factories.make_project(user), user, ids[names[0]])
	changed = frappe.get_doc("Meeting Enterprise", ids[names[1]])
	changed.address = "哈尔滨"
	changed.save()
	imports.undo(doc)
	imports.run(doc.name)
	doc.reload()
	assert (doc.status, doc.created_rows, doc.taken_back_rows) == ("Undone", 2, 4)
	assert "4" in doc.message and "2" in doc.message
	assert [bool(frappe.db.exists("Meeting Enterprise", ids[name])) for name in names] == [True, True] + [False] * 4
	assert not frappe.db.count("Meeting Enterprise Contact", {"parent": ids[names[5]]})
	found = {hit.enterprise for hit in index.find(names[5], 20)}
	assert ids[names[5]] not in found and ids[names[0]] in found
	rows = entry_api.get_import_results(doc.name)
	assert [row.result for row in rows] == ["Created", "Created"] + ["Taken Back"] * 4
	assert "claimed" in rows[0].message and "changed" in rows[1].message
	assert run(make_import([TITLES, [names[5], "北京", "张三"]])).created_rows == 1


def test_history_blocks_neither_a_company_nor_an_import():
	name = factories.unique("七台河") + "冷库有限公司"
	doc = run(make_import([TITLES, [name]]))
	frappe.delete_doc("Meeting Enterprise", frappe.db.get_value("Meeting Enterprise", {"enterprise_name": name}))
	frappe.delete_doc("Meeting Enterprise Import", doc.name)
	assert not frappe.db.exists("Meeting Enterprise Import Row", {"enterprise_import": doc.name})


def test_a_salespersons_second_row_brings_the_second_person():
	user = factories.make_user()
	project = factories.make_project(user)
	name = factories.unique("牡丹江") + "冷库有限公司"
	titles = ["企业名称", "主营业务", "座机", "手机", "邮箱", "联系人", "职务"]
	company = [name, "冷藏", "010-62345678", "13800138000", "a@example.com"]
	frappe.set_user(user)
	try:
		doc = run(make_import([titles, [*company, "张三", "经理"], [*company, "李四", "会计"]], project=project))
		assert (doc.created_rows, doc.duplicate_rows) == (1, 1)
		assert set(frappe.get_list("Meeting Contact", {"customer_name": name}, pluck="person_name")) == {"张三", "李四"}
	finally:
		frappe.set_user("Administrator")


def test_the_template_is_read_by_the_import():
	content = imports.make_template()
	(titles,) = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
	name = factories.unique("大庆") + "冷库有限公司"
	assert run(make_import([titles, [name]])).created_rows == 1

"""F3 over HTTP: whose workbook opens, what a saving keeps, and what is refused in words."""

from io import BytesIO

import frappe
import pytest
from openpyxl import load_workbook

from meeting_crm.documents import blobs, drafts, locks, service
from meeting_crm.tests import factories
from support.documents import as_user, make_document, make_docx, make_workbook
from support.rest import error_of

API = "meeting_crm.documents.api."
CHANGE = {"sheet": "报价", "row": 2, "column": 2, "value": 1500}


@pytest.fixture(scope="module")
def people(site):
	made = factories.make_user(None, "Meeting Salesperson"), factories.make_user(None, "Meeting Salesperson")
	frappe.db.commit()
	return made


@pytest.fixture
def workbook(people):
	name = make_document(people[0], make_workbook(["单位", "金额"], [factories.unique("甲"), 100]))
	frappe.db.commit()
	return name


def read_cell(document: str, cell: str = "B2", number: int | None = None):
	frappe.db.rollback()
	content = blobs.read(service.get_version(document, number).sha256)
	return load_workbook(BytesIO(content))["报价"][cell].value


def test_a_colleague_neither_reads_nor_writes_the_cells(people, workbook, rest):
	colleague = rest(people[1])
	for method, arguments in (("open_workbook", {}), ("save_workbook", {"base_version": 1, "changes": [CHANGE]})):
		answer = colleague.call(API + method, document=workbook, **arguments)
		assert answer.status_code == 403
		assert "甲" not in answer.text
	assert read_cell(workbook) == 100


def test_who_may_only_read_does_not_open_the_editor(people, workbook, rest):
	assert rest(people[0]).call(API + "share", document=workbook, users=[people[1]]).status_code == 200
	reader = rest(people[1])
	assert reader.call(API + "get_document", document=workbook).status_code == 200
	assert reader.call(API + "open_workbook", document=workbook).status_code == 403
	assert reader.call(API + "save_workbook", document=workbook, base_version=1, changes=[CHANGE]).status_code == 403


def test_a_saving_becomes_a_version_and_repeated_it_changes_nothing(people, workbook, rest):
	author = rest(people[0])
	opened = author.call(API + "open_workbook", document=workbook).json()["message"]
	assert opened["version"] == 1
	assert opened["workbook"]["sheets"]["s0"]["cellData"]["1"]["1"]["v"] == 100
	saved = author.call(API + "save_workbook", document=workbook, base_version=1, changes=[CHANGE]).json()["message"]
	assert (saved["version"], saved["outcome"]) == (2, "stored")
	again = author.call(API + "save_workbook", document=workbook, base_version=2, changes=[CHANGE]).json()["message"]
	assert (again["version"], again["outcome"]) == (2, "unchanged")
	assert read_cell(workbook) == 1500
	assert read_cell(workbook, number=1) == 100


def test_of_two_savings_from_one_base_both_are_kept(people, workbook, rest):
	author = rest(people[0])
	first = author.call(API + "save_workbook", document=workbook, base_version=1, changes=[CHANGE]).json()["message"]
	other = {**CHANGE, "value": 1800}
	second = author.call(API + "save_workbook", document=workbook, base_version=1, changes=[other]).json()["message"]
	assert (first["conflict"], second["conflict"], second["version"]) == (False, True, 3)
	assert read_cell(workbook) == 1500
	assert read_cell(workbook, number=3) == 1800


def test_whose_lock_was_broken_is_kept_beside(people, workbook, rest):
	author = rest(people[0])
	token = author.call(API + "lock", document=workbook).json()["message"]["token"]
	with as_user("Administrator"):
		locks.break_lock(workbook)
		locks.acquire(workbook)
	frappe.db.commit()
	answer = author.call(
		API + "save_workbook", document=workbook, base_version=1, changes=[CHANGE], token=token
	).json()["message"]
	assert (answer["conflict"], answer["version"], answer["current_version"]) == (True, 2, 1)


def test_a_draft_grows_and_becomes_a_version(people, workbook, rest):
	author = rest(people[0])
	save = {"document": workbook, "base_version": 1}
	assert author.call(API + "save_workbook", **save, changes=[CHANGE], as_draft=1).status_code == 200
	more = {**CHANGE, "row": 3, "value": 7}
	assert author.call(API + "save_workbook", **save, changes=[more], as_draft=1, on_draft=1).status_code == 200
	assert read_cell(workbook) == 100
	opened = author.call(API + "open_workbook", document=workbook, from_draft=1).json()["message"]
	cells = opened["workbook"]["sheets"]["s0"]["cellData"]
	assert (opened["version"], cells["1"]["1"]["v"], cells["2"]["1"]["v"]) == (1, 1500, 7)
	saved = author.call(API + "save_workbook", **save, changes=[], on_draft=1).json()["message"]
	assert saved["outcome"] == "stored"
	assert (read_cell(workbook), read_cell(workbook, "B3")) == (1500, 7)


def test_without_a_draft_nothing_rests_on_one(people, workbook, rest):
	author = rest(people[0])
	answer = author.call(API + "save_workbook", document=workbook, base_version=1, changes=[CHANGE], on_draft=1)
	assert answer.status_code == 404
	assert "Open the document again" in error_of(answer)
	with as_user(people[0]):
		drafts.keep(workbook, 5, make_workbook(["x"]))
	frappe.db.commit()
	assert (
		author.call(API + "save_workbook", document=workbook, base_version=1, changes=[], on_draft=1).status_code == 404
	)


@pytest.mark.parametrize(
	"changes",
	[
		"x",
		[1],
		[{}],
		[{**CHANGE, "row": 0}],
		[{**CHANGE, "row": 1_048_577}],
		[{**CHANGE, "column": "B"}],
		[{**CHANGE, "value": {"a": 1}}],
		[{**CHANGE, "value": "x" * 32_768}],
		[{**CHANGE, "formula": 3}],
		[{**CHANGE, "sheet": "没有"}],
		[{**CHANGE, "sheet": None}],
		[{**CHANGE, "value": 1e999}],
	],
)
def test_a_change_that_is_none_is_refused_in_words(changes, people, workbook, rest):
	answer = rest(people[0]).call(API + "save_workbook", document=workbook, base_version=1, changes=changes)
	assert answer.status_code == 417, answer.text[:300]
	assert error_of(answer)
	assert read_cell(workbook) == 100


@pytest.mark.parametrize("content", [make_docx("x"), b"no workbook", make_workbook(["a"])[:-40]])
def test_what_is_no_workbook_is_kept_but_not_opened(content, people, rest):
	name = make_document(people[0], content)
	frappe.db.commit()
	answer = rest(people[0]).call(API + "open_workbook", document=name)
	assert answer.status_code == 417
	assert error_of(answer)

"""F2 over HTTP: whose text opens, what a saving keeps, and who decides on changes."""

import frappe
import pytest

from meeting_crm.documents import blobs, service
from meeting_crm.documents.word import decisions, reading
from meeting_crm.tests import factories
from support.documents import TWO_AUTHORS, make_document, make_docx, make_workbook
from support.rest import error_of

API = "meeting_crm.documents.api."
LINE = "10000001"


def make_edit(*pieces: list[str], end: str = "") -> dict:
	return {"old": [LINE], "new": [{"id": LINE, "pieces": list(pieces), "end": end}]}


EDIT = make_edit(["甲方应付", ""], ["定金", "d"], ["全款", "i"])


@pytest.fixture(scope="module")
def people(site):
	made = factories.make_user(None, "Meeting Salesperson"), factories.make_user(None, "Meeting Salesperson")
	frappe.db.commit()
	return made


@pytest.fixture
def text(people):
	name = make_document(people[0], make_docx("甲方应付定金", factories.unique("乙方")))
	frappe.db.commit()
	return name


def read_content(document: str, number: int | None = None) -> bytes:
	frappe.db.rollback()
	return blobs.read(service.get_version(document, number).sha256)


def read_changes(document: str) -> list[tuple[str, str, str]]:
	return [(change.author, change.gone, change.new) for change in decisions.read_changes(read_content(document))]


def test_a_colleague_neither_reads_nor_writes_a_text(people, text, rest):
	colleague = rest(people[1])
	for method, arguments in (
		("open_text", {}),
		("save_text", {"base_version": 1, "edits": [EDIT]}),
		("get_changes", {}),
		("decide_changes", {"base_version": 1, "changes": ["1"], "accept": 1}),
	):
		answer = colleague.call(API + method, document=text, **arguments)
		assert answer.status_code == 403
		assert "甲方" not in answer.text
	assert read_changes(text) == []


def test_a_saving_bears_the_name_and_the_time_of_the_session(people, text, rest):
	author = rest(people[0])
	opened = author.call(API + "open_text", document=text).json()["message"]
	assert (opened["version"], opened["lines"][0]) == (1, {"id": LINE, "pieces": [["甲方应付定金", ""]], "end": ""})
	saved = author.call(API + "save_text", document=text, base_version=1, edits=[EDIT]).json()["message"]
	assert (saved["version"], saved["outcome"]) == (2, "stored")
	assert read_changes(text) == [(opened["author"], "定金", "全款")]
	change = decisions.read_changes(read_content(text))[0]
	assert change.date.startswith(str(frappe.utils.now_datetime().year))


def test_two_of_one_name_are_told_apart(people, text, rest):
	namesakes = [factories.make_user(None, "Meeting Salesperson") for _ in range(2)]
	name = factories.unique("张伟")
	for user in namesakes:
		frappe.db.set_value("User", user, {"full_name": name, "first_name": name})
	mine = make_document(namesakes[0], make_docx("甲方应付定金"))
	frappe.db.commit()
	opened = rest(namesakes[0]).call(API + "open_text", document=mine).json()["message"]
	assert opened["author"] == f"{name} ({namesakes[0]})"


@pytest.mark.parametrize(
	("edits", "words"),
	[
		([make_edit(["甲方应付全款", ""])], "without leaving a trace"),
		([make_edit(["甲方应付定金", ""], ["\ufffc", "i"])], "Only text can be added"),
		([{"old": ["7FFFFFFF"], "new": [{"id": LINE, "pieces": [], "end": ""}]}], "not in the version"),
		([{"old": [LINE], "new": [{"id": LINE, "pieces": [["x", "?"]], "end": ""}]}], "`pieces` of text with marks"),
		([{"old": LINE, "new": []}], "list of objects"),
		("x", "cannot be read"),
	],
)
def test_what_is_not_an_edit_is_refused_in_words(people, text, rest, edits, words):
	answer = rest(people[0]).call(API + "save_text", document=text, base_version=1, edits=edits)
	assert answer.status_code == 417
	assert words in error_of(answer)
	assert read_changes(text) == []


def test_another_kind_of_file_does_not_open_as_a_text(people, rest):
	name = make_document(people[0], make_workbook(["甲"]))
	frappe.db.commit()
	answer = rest(people[0]).call(API + "open_text", document=name)
	assert answer.status_code == 417
	assert ".docx" in error_of(answer)


def test_a_draft_grows_and_becomes_a_version(people, text, rest):
	author = rest(people[0])
	save = {"document": text, "base_version": 1}
	assert author.call(API + "save_text", **save, edits=[EDIT], as_draft=1).status_code == 200
	assert read_changes(text) == []
	opened = author.call(API + "open_text", document=text, from_draft=1).json()["message"]
	pieces = opened["lines"][0]["pieces"]
	assert pieces == [["甲方应付", ""], ["定金", "d"], ["全款", "i"]]
	more = make_edit(*pieces, ["。", "i"])
	assert author.call(API + "save_text", **save, edits=[more], as_draft=1, on_draft=1).status_code == 200
	saved = author.call(API + "save_text", **save, edits=[], on_draft=1).json()["message"]
	assert saved["outcome"] == "stored"
	assert [change[1:] for change in read_changes(text)] == [("定金", "全款。")]


def test_of_two_savings_from_one_base_both_are_kept(people, text, rest):
	author = rest(people[0])
	first = author.call(API + "save_text", document=text, base_version=1, edits=[EDIT]).json()["message"]
	other = make_edit(["甲方应付定金", ""], ["。", "i"])
	second = author.call(API + "save_text", document=text, base_version=1, edits=[other]).json()["message"]
	assert (first["conflict"], second["conflict"], second["version"]) == (False, True, 3)


def test_whoever_it_is_shared_with_changes_it_and_its_owner_decides(people, text, rest):
	owner, guest = rest(people[0]), rest(people[1])
	assert owner.call(API + "share", document=text, users=[people[1]], write=1).status_code == 200
	assert guest.call(API + "save_text", document=text, base_version=1, edits=[EDIT]).status_code == 200
	changes = guest.call(API + "get_changes", document=text).json()["message"]
	decide = {"document": text, "base_version": 2, "changes": changes[0]["ids"]}
	assert guest.call(API + "decide_changes", **decide, accept=1).status_code == 403
	taken_away = make_edit(["甲方应付定金", ""])
	answer = owner.call(API + "save_text", document=text, base_version=2, edits=[taken_away])
	assert answer.status_code == 417
	assert "somebody else" in error_of(answer)
	decided = owner.call(API + "decide_changes", **decide, accept=1).json()["message"]
	assert decided["version"] == 3
	assert reading.WordFile(read_content(text)).get_paragraphs()[0].text == "甲方应付全款"
	assert read_changes(text) == []
	again = owner.call(API + "decide_changes", **{**decide, "base_version": 3}, accept=1)
	assert again.status_code == 417
	operations = frappe.get_all("Meeting Operation Log", {"reference_name": text}, pluck="operation")
	assert "Changes Accepted" in operations


def test_a_comment_is_answered_and_settled(people, text, rest):
	author = rest(people[0])
	comment = {"id": 1, "text": "请核对", "start": [LINE, 0], "end": [LINE, 2]}
	for base, comments in (
		(1, {"new": [comment]}),
		(2, {"new": [{"id": 2, "text": "已核对", "parent": 1}], "settled": {"1": True}}),
	):
		answer = author.call(API + "save_text", document=text, base_version=base, edits=[], comments=comments)
		assert answer.status_code == 200
	for wrong in ({"new": [{**comment, "id": 1}]}, {"new": [{"id": 5}]}, {"gone": ["x"]}, {"gone": [77]}):
		answer = author.call(API + "save_text", document=text, base_version=3, edits=[], comments=wrong)
		assert answer.status_code == 417
	assert b"\xe5\xb7\xb2\xe6\xa0\xb8\xe5\xaf\xb9" in reading.WordFile(read_content(text)).zip.read("word/comments.xml")


def test_the_changes_of_a_real_contract_are_read(people, rest):
	name = make_document(people[0], TWO_AUTHORS.read_bytes())
	frappe.db.commit()
	changes = rest(people[0]).call(API + "get_changes", document=name).json()["message"]
	assert [(change["author"], change["gone"], change["new"]) for change in changes][:2] == [
		("张三", "5人", "6人"),
		("张三", "50%", "30%"),
	]

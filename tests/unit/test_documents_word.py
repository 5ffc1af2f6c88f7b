"""Edits of a Word file: each becomes a tracked change of whoever saves, and nothing else of the file differs."""

import itertools
import random
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from lxml import etree

from meeting_crm.documents import comparison, files
from meeting_crm.documents.word import comments, decisions, patching, reading
from meeting_crm.documents.word.comments import Comment
from meeting_crm.documents.word.patching import Author, Char, Edit, Line, RefusedEditError
from meeting_crm.documents.word.reading import END, OBJECT, W
from support.documents import CONTRACT, FOOTER_BOX, RECEIPT, TWO_AUTHORS, make_docx

NAMES = (CONTRACT, TWO_AUTHORS, RECEIPT, FOOTER_BOX)
WANG = Author("王芳", datetime(2026, 11, 27, 8, 0, 5))
ZHAO = Author("赵敏", datetime(2026, 11, 28, 9, 0, 0))

NUMBERS = itertools.count(0x70000000)
"""Ids of paragraphs, as an editor chooses them."""


class Paper:
	"""What an editor that tracks changes does to the text of a file."""

	def __init__(self, content: bytes) -> None:
		self.content = content
		word = reading.WordFile(content)
		self.lines = [
			[paragraph.id, [_see(unit) for unit in paragraph.units] + [_see_end(paragraph)]]
			for paragraph in word.get_paragraphs()
		]
		self.old = [(number, tuple(chars)) for number, chars in self.lines]

	def find(self, text: str) -> tuple[int, int]:
		for place, (_number, chars) in enumerate(self.lines):
			if (at := "".join(char.char for char in chars).find(text)) >= 0:
				return place, at
		raise AssertionError(text)

	def type(self, place: int, at: int, text: str) -> None:
		self.lines[place][1][at:at] = [Char(char, is_inserted=True) for char in text]

	def strike(self, place: int, start: int, end: int) -> None:
		chars = self.lines[place][1]
		chars[start:end] = [Char(char.char, char.is_inserted, True) for char in chars[start:end]]

	def press_enter(self, place: int, at: int) -> None:
		number, chars = self.lines[place]
		self.lines[place : place + 1] = [
			[number, [*chars[:at], Char(END, is_inserted=True)]],
			[f"{next(NUMBERS):08X}", chars[at:]],
		]

	def get_edit(self) -> Edit:
		"""All paragraphs at once: an editor sends those between two that are as they were."""
		return Edit([number for number, _chars in self.old], [Line(number, chars) for number, chars in self.lines])

	def save(self, author: Author = WANG) -> bytes:
		return patching.patch(self.content, [self.get_edit()], author)


def _see(unit) -> Char:
	return Char(unit.char, bool(unit.inserted), bool(unit.deleted))


def _see_end(paragraph) -> Char:
	marks = [paragraph.find_end_mark(tag) for tag in (reading.INSERTED, reading.DELETED)]
	return Char(END, *(mark is not None for mark in marks))


def read_accepted(content: bytes) -> list[str]:
	return comparison._read_paragraphs(content)


def read_changes(content: bytes) -> list[tuple[str, str, str, str]]:
	"""(kind, author, date, text) of each change."""
	tree = reading.WordFile(content).tree
	return [
		(
			etree.QName(mark).localname,
			mark.get(f"{W}author"),
			mark.get(f"{W}date"),
			"".join(node.text or "" for node in mark.iter(reading.T, reading.TEXT_GONE)),
		)
		for mark in tree.iter(reading.INSERTED, reading.DELETED)
	]


def read_originals(content: bytes) -> list[str]:
	"""The paragraphs as they would read if the two authors of this test had never written."""
	ours = {WANG.name, ZHAO.name}
	lines, text = [], ""
	for paragraph in reading.WordFile(content).get_paragraphs():
		text += "".join(unit.char for unit in paragraph.units if not (unit.inserted and unit.inserted.author in ours))
		end = paragraph.find_end_mark(reading.INSERTED)
		if end is None or end.author not in ours:
			lines.append(text)
			text = ""
	return lines


def get_parts(content: bytes) -> dict[str, bytes]:
	with zipfile.ZipFile(BytesIO(content)) as package:
		return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize("path", NAMES, ids=lambda path: path.stem[:2])
def test_one_word_changes_one_paragraph(path: Path) -> None:
	paper = Paper(path.read_bytes())
	place = next(place for place, (_number, chars) in enumerate(paper.lines) if len(chars) > 5)
	paper.type(place, 2, "新词")
	after = paper.save()
	old, new = (reading.WordFile(content) for content in (path.read_bytes(), after))
	differing = [
		place
		for place, (one, other) in enumerate(zip(old.get_paragraphs(), new.get_paragraphs(), strict=True))
		if etree.tostring(one.element) != etree.tostring(other.element)
	]
	assert differing == [place]
	before_parts, after_parts = get_parts(path.read_bytes()), get_parts(after)
	assert before_parts.keys() == after_parts.keys()
	assert {part for part in before_parts if before_parts[part] != after_parts[part]} == {"word/document.xml"}
	for paragraph in old.get_paragraphs() + new.get_paragraphs():
		paragraph.element.getparent().remove(paragraph.element)
	assert etree.tostring(old.tree, method="c14n") == etree.tostring(new.tree, method="c14n")
	added = [change for change in read_changes(after) if change not in read_changes(path.read_bytes())]
	assert added == [("ins", "王芳", "2026-11-27T08:00:05Z", "新词")]
	Document(BytesIO(after))


def test_what_is_typed_and_struck_out_bears_the_author_and_the_time() -> None:
	paper = Paper(TWO_AUTHORS.read_bytes())
	place, at = paper.find("书面通知")
	paper.strike(place, at, at + 2)
	paper.type(place, at + 2, "邮件")
	before = read_changes(TWO_AUTHORS.read_bytes())
	after = read_changes(paper.save())
	assert [change for change in after if change not in before] == [
		("del", "王芳", "2026-11-27T08:00:05Z", "书面"),
		("ins", "王芳", "2026-11-27T08:00:05Z", "邮件"),
	]
	assert [change for change in after if change in before] == before


def test_one_who_strikes_out_anothers_insertion_leaves_both_in_the_file() -> None:
	paper = Paper(TWO_AUTHORS.read_bytes())
	place, at = paper.find("6人")
	paper.strike(place, at, at + 1)
	paper.type(place, at + 1, "8")
	after = paper.save()
	changes = read_changes(after)
	assert ("ins", "张三", "2026-08-10T09:30:00Z", "6") in changes
	assert ("del", "王芳", "2026-11-27T08:00:05Z", "6") in changes
	assert ("ins", "王芳", "2026-11-27T08:00:05Z", "8") in changes
	assert "甲方参会人数为8人，其中需安排住宿3人。" in read_accepted(after)


def test_enter_parts_a_paragraph_and_taking_it_back_joins_it() -> None:
	paper = Paper(CONTRACT.read_bytes())
	place, at = paper.find("地点为上海国际会议中心")
	paper.press_enter(place, at)
	paper.type(place + 1, 0, "会议")
	once = paper.save()
	texts = read_accepted(once)
	assert texts[(row := texts.index("会议地点为上海国际会议中心。")) - 1] == "会议时间为2026年9月18日至9月20日，"
	assert row
	again = Paper(once)
	first, _at = again.find("会议时间为2026")
	kept, chars = again.lines[first]
	following = again.lines[first + 1]
	again.lines[first : first + 2] = [[following[0], chars[:-1] + following[1][2:]]]
	back = again.save()
	assert read_accepted(back) == read_accepted(CONTRACT.read_bytes())
	assert read_changes(back) == read_changes(CONTRACT.read_bytes())
	assert kept not in [paragraph.id for paragraph in reading.WordFile(back).get_paragraphs()]


def test_another_author_does_not_take_it_back() -> None:
	paper = Paper(CONTRACT.read_bytes())
	place, at = paper.find("地点为上海")
	paper.type(place, at, "会议")
	once = paper.save()
	again = Paper(once)
	del again.lines[place][1][at : at + 2]
	with pytest.raises(RefusedEditError) as refused:
		again.save(ZHAO)
	assert refused.value.reason == patching.FOREIGN
	assert read_accepted(again.save(WANG)) == read_accepted(CONTRACT.read_bytes())


def test_a_deletion_is_taken_back_by_its_author_alone() -> None:
	paper = Paper(CONTRACT.read_bytes())
	place, at = paper.find("地点为上海")
	paper.strike(place, at, at + 5)
	once = paper.save()
	again = Paper(once)
	chars = again.lines[place][1]
	chars[at + 1 : at + 3] = [Char(char.char) for char in chars[at + 1 : at + 3]]
	with pytest.raises(RefusedEditError):
		again.save(ZHAO)
	assert [change[3] for change in read_changes(again.save(WANG)) if change[0] == "del"] == ["地", "上海"]


@pytest.mark.parametrize("change", ["removed", "replaced", "added", "accepted"])
def test_text_that_changes_without_a_trace_is_refused(change: str) -> None:
	paper = Paper(TWO_AUTHORS.read_bytes())
	place, at = paper.find("6人")
	chars = paper.lines[place][1]
	if change == "removed":
		del chars[0]
	elif change == "replaced":
		chars[0] = Char("乙")
	elif change == "added":
		chars.insert(0, Char("乙"))
	else:
		chars[at] = Char("6")
	with pytest.raises(RefusedEditError) as refused:
		paper.save()
	assert refused.value.reason == patching.UNTRACED
	assert "参会人数" in refused.value.text


def test_new_pictures_and_control_characters_are_refused() -> None:
	for char in (OBJECT, "\x0b", "\ud800"):
		paper = Paper(CONTRACT.read_bytes())
		paper.type(3, 1, char)
		with pytest.raises(RefusedEditError) as refused:
			paper.save()
		assert refused.value.reason == patching.NEW_OBJECT


def test_all_of_a_text_can_be_struck_out() -> None:
	paper = Paper(RECEIPT.read_bytes())
	for place, (_number, chars) in enumerate(paper.lines):
		paper.strike(place, 0, len(chars) - 1)
	after = paper.save()
	assert read_accepted(after) == []
	assert read_originals(after) == read_originals(RECEIPT.read_bytes())


def test_ids_that_word_does_not_read_get_new_ones() -> None:
	paper = Paper(TWO_AUTHORS.read_bytes())
	paper.type(0, 1, "x")
	tree = reading.WordFile(paper.save()).tree
	marks = list(tree.iter(reading.INSERTED, reading.DELETED))
	numbers = [int(mark.get(f"{W}id")) for mark in marks]
	assert len(set(numbers)) == len(numbers)
	assert max(numbers) < 2**31


@pytest.mark.parametrize("path", NAMES, ids=lambda path: path.stem[:2])
@pytest.mark.parametrize("seed", range(6))
def test_whatever_two_authors_do_the_text_before_them_can_be_had_again(path: Path, seed: int) -> None:
	dice = random.Random(f"{path.stem}{seed}")
	content = path.read_bytes()
	for author in (WANG, ZHAO, WANG):
		paper = Paper(content)
		for _turn in range(12):
			place = dice.randrange(len(paper.lines))
			chars = paper.lines[place][1]
			at = dice.randrange(len(chars))
			action = dice.choice(["type", "strike", "enter", "break"])
			if action == "type":
				paper.type(place, at, dice.choice(["新", "abc", "𠮷野", "\t1,200.50"]))
			elif action == "break":
				paper.type(place, at, "\n")
			elif action == "strike":
				paper.strike(place, at, min(len(chars) - 1, at + dice.randrange(1, 8)))
			else:
				_try_to_part(paper, place, at)
		content = paper.save(author)
		assert files.recognise(content) is files.DOCX
	assert read_originals(content) == read_originals(path.read_bytes())
	Document(BytesIO(content))


def _try_to_part(paper: Paper, place: int, at: int) -> None:
	before = [list(line) for line in paper.lines]
	paper.press_enter(place, at)
	try:
		paper.save()
	except RefusedEditError as refused:
		assert refused.reason in (patching.CLOSED, patching.FOREIGN)
		paper.lines = before


def find_id(content: bytes, text: str) -> str:
	return next(paragraph.id for paragraph in reading.WordFile(content).get_paragraphs() if text in paragraph.text)


def read_comments(content: bytes) -> dict[int, tuple[str, str, str, bool, str | None]]:
	"""{id: (author, its text, what it stands at, settled, the text it answers)}."""
	word = reading.WordFile(content)
	book = comments.Comments(word, WANG)
	texts = {number: "".join(row.itertext()) for number, row in book.by_id.items()}
	by_paragraph = {comments.get_id(row): texts[number] for number, row in book.by_id.items()}
	found = {}
	for number, row in book.by_id.items():
		extended = next((e for e in book.extended if e.get(f"{comments.W15}paraId") == comments.get_id(row)), None)
		place, text = False, ""
		for node in word.body.iter():
			if node.tag in (comments.START, comments.STOP) and node.get(f"{W}id") == str(number):
				place = node.tag == comments.START
			elif place and node.tag in (reading.T, reading.TEXT_GONE):
				text += node.text or ""
		is_done = extended is not None and extended.get(f"{comments.W15}done") == "1"
		parent = extended.get(f"{comments.W15}paraIdParent") if extended is not None else None
		found[number] = (row.get(f"{W}author"), texts[number], text, is_done, by_paragraph.get(parent))
	return found


@pytest.mark.parametrize("path", NAMES, ids=lambda path: path.stem[:2])
def test_comments_stand_where_they_were_made_and_change_no_text(path: Path) -> None:
	content = path.read_bytes()
	lines = [paragraph for paragraph in reading.WordFile(content).get_paragraphs() if len(paragraph.units) > 4]
	first, last = lines[0], lines[1]
	made = comments.annotate(
		content,
		WANG,
		[
			Comment(901, "请核对", start=(first.id, 1), end=(first.id, 3)),
			Comment(902, "两段都要改\n另见附件", start=(first.id, 2), end=(last.id, 2)),
			Comment(903, "已核对", parent=901),
		],
	)
	found = read_comments(made)
	assert found[901] == ("王芳", "请核对", first.text[1:3], False, None)
	assert found[902][2].startswith(first.text[2:4])
	assert found[902][2].endswith(last.text[:2])
	assert found[903] == ("王芳", "已核对", first.text[1:3], False, "请核对")
	assert [p.text for p in reading.WordFile(made).get_paragraphs()] == [
		p.text for p in reading.WordFile(content).get_paragraphs()
	]
	Document(BytesIO(made))
	done = comments.annotate(made, ZHAO, [Comment(904, "同意", parent=902)], settled={901: True})
	assert read_comments(done)[901][3]
	with pytest.raises(RefusedEditError):
		comments.annotate(done, WANG, gone=[902])
	less = read_comments(comments.annotate(done, WANG, gone=[901]))
	assert less.keys() - read_comments(content).keys() == {902, 904}


@pytest.mark.parametrize(
	"comment",
	[
		Comment(0, "那一号已有", start=("10000001", 0), end=("10000001", 1)),
		Comment(7, "没有这一段", start=("7FFFFFF0", 0), end=("7FFFFFF0", 1)),
		Comment(8, "没有原批注", parent=55),
		Comment(9, "  ", parent=0),
		Comment(10, "坏\x0b字", parent=0),
	],
	ids=lambda comment: comment.text.strip(),
)
def test_comments_that_fit_nowhere_are_refused(comment: Comment) -> None:
	with pytest.raises(RefusedEditError):
		comments.annotate(TWO_AUTHORS.read_bytes(), WANG, [comment])


def test_changes_are_told_with_their_place() -> None:
	changes = decisions.read_changes(TWO_AUTHORS.read_bytes())
	first = changes[0]
	assert (first.author, first.gone, first.new) == ("张三", "5人", "6人")
	assert first.before == "甲方参会人数为"
	assert first.after.startswith("，其中需安排住宿3人")
	assert len(first.ids) == 2
	ends = [change for change in changes if "\n" in (change.gone, change.new)]
	assert [change.author for change in ends] == ["李静"]


@pytest.mark.parametrize("path", NAMES, ids=lambda path: path.stem[:2])
@pytest.mark.parametrize("seed", range(3))
def test_accepting_all_gives_the_new_text_and_rejecting_all_the_old_one(path: Path, seed: int) -> None:
	dice = random.Random(f"{path.stem}-{seed}")
	paper = Paper(path.read_bytes())
	for _turn in range(15):
		place = dice.randrange(len(paper.lines))
		chars = paper.lines[place][1]
		at = dice.randrange(len(chars))
		action = dice.choice(["type", "strike", "enter"])
		if action == "type":
			paper.type(place, at, "新文字")
		elif action == "strike":
			paper.strike(place, at, min(len(chars) - 1, at + 4))
		else:
			_try_to_part(paper, place, at)
	changed = paper.save()
	ours = [number for change in decisions.read_changes(changed) if change.author == "王芳" for number in change.ids]
	rejected, found = decisions.decide(changed, ours, is_accepted=False)
	assert found == set(ours)
	assert read_accepted(rejected) == read_accepted(path.read_bytes())
	accepted, _found = decisions.decide(changed, ours, is_accepted=True)
	assert read_accepted(accepted) == read_accepted(changed)
	for content in (rejected, accepted):
		assert not [change for change in decisions.read_changes(content) if change.author == "王芳"]
		Document(BytesIO(content))


def test_a_copy_for_the_editor_leads_nowhere_outside() -> None:
	relations = (
		'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" '
		'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" TargetMode="External" '
		'Target="http://example.test/seen.png"/></Relationships>'
	)
	content = make_docx("甲方", parts={"word/_rels/document.xml.rels": relations})
	copy = reading.WordFile(content).close_to_outside().write()
	assert b"example.test" not in get_parts(copy)["word/_rels/document.xml.rels"]
	assert b"example.test" in get_parts(content)["word/_rels/document.xml.rels"]

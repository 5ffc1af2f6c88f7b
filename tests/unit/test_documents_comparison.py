"""F2: what changed between two versions, in words."""

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from meeting_crm.documents import comparison

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "documents"
CONTRACT, TWO_AUTHORS = (next(FIXTURES.glob(f"{number}-*.docx")).read_bytes() for number in ("01", "02"))


def no_pdf(content: bytes) -> str:
	raise AssertionError("no PDF here")


def make_sheet(**cells) -> bytes:
	book = Workbook()
	for place, value in cells.items():
		book.active[place] = value
	target = io.BytesIO()
	book.save(target)
	return target.getvalue()


def compare(old, new):
	return comparison.compare(old, new, no_pdf)


def in_short(found) -> list[tuple[str, str]]:
	return [(kind, text) for change in found.changes for kind, text in change.pieces if kind != comparison.SAME]


def test_a_contract_and_its_revision():
	changed = in_short(compare(CONTRACT, TWO_AUTHORS))
	assert ("gone", "5") in changed and ("new", "6") in changed
	assert ("gone", "50%") in changed and ("new", "30%") in changed
	assert any(kind == "new" and "不可抗力" in text for kind, text in changed)


def test_equal_texts_have_no_change():
	assert compare(CONTRACT, CONTRACT).changes == []
	with zipfile.ZipFile(io.BytesIO(CONTRACT)) as package:
		target = io.BytesIO()
		with zipfile.ZipFile(target, "w") as again:
			for entry in package.infolist():
				again.writestr(entry.filename, package.read(entry.filename))
	assert compare(CONTRACT, target.getvalue()).changes == []


def test_cells_are_named_with_old_and_new():
	found = compare(make_sheet(A1="展位", B2=1200, C3="=B2*2"), make_sheet(A1="展位", B2=1300, AA4="新"))
	assert [(change.where.split("!")[1], change.pieces) for change in found.changes] == [
		("B2", [("gone", "1200"), ("new", "1300")]),
		("C3", [("gone", "=B2*2")]),
		("AA4", [("new", "新")]),
	]


def test_lines_of_text_and_pdf():
	assert in_short(compare("第一行\n价格 100 元".encode(), "第一行\n价格 200 元\n新行".encode())) == [
		("gone", "100"),
		("new", "200"),
		("new", "新行"),
	]
	found = comparison.compare(b"%PDF-1 a", b"%PDF-1 b", lambda content: content.decode())
	assert in_short(found) == [("gone", "a"), ("new", "b")]


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"PK\x03\x04kaputt"])
def test_what_has_no_text_has_no_comparison(content):
	assert compare(content, content) is None


def test_many_changes_are_cut_and_say_so():
	old, new = ("\n".join(f"{word} {number}" for number in range(900)).encode() for word in ("alt", "neu"))
	found = compare(old, new)
	assert found.is_cut and len(found.changes) == comparison.MAX_CHANGES

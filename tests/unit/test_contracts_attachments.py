"""What counts as a contract's attachment."""

from datetime import date

import pytest

from meeting_crm.contracts.rules import get_file_kind, get_possible_dates, is_allowed_file
from support.sales import DOCM, DOCX, EXECUTABLE, PDF, PNG, XLSX

DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512 + "WordDocument".encode("utf-16-le")
XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512 + "Workbook".encode("utf-16-le")


@pytest.mark.parametrize(
	("file_name", "content", "allowed"),
	[
		("合同.pdf", PDF, True),
		("合同.PDF", b"\xef\xbb\xbf" + PDF, True),
		("合同.docx", DOCX, True),
		("合同.doc", DOC, True),
		("扫描.png", PNG, True),
		("扫描.jpg", b"\xff\xd8\xff\xe0" + b"0" * 16, True),
		("扫描.jpeg", b"\xff\xd8\xff\xe1" + b"0" * 16, True),
		("扫描.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", True),
		("扫描.tif", b"II*\x00" + b"0" * 16, True),
		("合同.pdf", EXECUTABLE, False),
		("合同.exe", EXECUTABLE, False),
		("合同.exe", PDF, False),
		("合同.docx", XLSX, False),
		("合同.docx", DOCM, False),
		("合同.docx", b"PK\x03\x04 broken", False),
		("合同.doc", XLS, False),
		("合同.png", PDF, False),
		("合同.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", False),
		("合同.txt", b"text", False),
		("合同", PDF, False),
		("合同.pdf", b"", False),
	],
)
def test_only_word_pdf_and_images_whose_name_and_content_agree(file_name, content, allowed):
	assert is_allowed_file(file_name, content) is allowed


def test_unknown_bytes_have_no_kind():
	assert get_file_kind(b"hello") is None


@pytest.mark.parametrize(
	("start", "first"),
	[(date(2026, 9, 1), date(2025, 9, 1)), (date(2027, 3, 1), date(2025, 11, 23)), (None, None)],
)
def test_a_contract_is_signed_between_a_year_before_its_project_and_today(start, first):
	assert get_possible_dates(start, date(2026, 11, 23)) == (first, date(2026, 11, 23))

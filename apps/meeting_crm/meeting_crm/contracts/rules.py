"""Decisions about contracts. Nothing here reads a database or a clock."""

import zipfile
from datetime import date, timedelta
from io import BytesIO

ENDED = ("Terminated", "Void")
"""States of a contract of which nothing is executed or changed any more."""

# D3: a contract's attachment is Word, PDF or an image. SVG is left out: it can carry scripts.
EXTENSIONS = {
	"pdf": "pdf",
	"docx": "docx",
	"doc": "doc",
	"png": "png",
	"jpg": "jpeg",
	"jpeg": "jpeg",
	"gif": "gif",
	"bmp": "bmp",
	"webp": "webp",
	"tif": "tiff",
	"tiff": "tiff",
}
SIGNATURES = (
	("png", b"\x89PNG\r\n\x1a\n"),
	("jpeg", b"\xff\xd8\xff"),
	("gif", b"GIF87a"),
	("gif", b"GIF89a"),
	("bmp", b"BM"),
	("tiff", b"II*\x00"),
	("tiff", b"MM\x00*"),
)
PDF_HEADER_WITHIN = 1024
COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORD_STREAM = "WordDocument".encode("utf-16-le")


def get_file_kind(content: bytes) -> str | None:
	"""What the bytes are, whatever the name says; None when they are no Word, PDF or image file."""
	if b"%PDF-" in content[:PDF_HEADER_WITHIN]:
		return "pdf"
	for kind, signature in SIGNATURES:
		if content.startswith(signature):
			return kind
	if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
		return "webp"
	if content.startswith(COMPOUND_FILE):
		return "doc" if WORD_STREAM in content else None
	if content.startswith(b"PK"):
		return "docx" if _is_word_package(content) else None
	return None


def _is_word_package(content: bytes) -> bool:
	try:
		with zipfile.ZipFile(BytesIO(content)) as package:
			names = set(package.namelist())
	except zipfile.BadZipFile:
		return False
	return {"[Content_Types].xml", "word/document.xml"} <= names and "word/vbaProject.bin" not in names


def is_allowed_file(file_name: str, content: bytes) -> bool:
	"""The name and the bytes must both say Word, PDF or image, and say the same."""
	extension = file_name.rsplit(".", 1)[-1].lower() if "." in file_name else ""
	expected = EXTENSIONS.get(extension)
	return expected is not None and get_file_kind(content) == expected


# A paper may be signed long before the event it is for, but a year before is a slip of the keyboard.
EARLIEST = timedelta(days=365)


def get_possible_dates(project_start: date | None, today: date) -> tuple[date | None, date]:
	"""The first and the last day on which a contract of the project can have been signed."""
	return (min(project_start, today) - EARLIEST if project_start else None), today

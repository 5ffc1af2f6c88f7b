"""What a file is, told by its content and never by its name, and what keeps it from being opened. Knows no Frappe."""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO

import filetype

MAX_UNZIPPED = 300 * 1024 * 1024
MAX_RATIO = 200
MAX_ENTRIES = 5_000
# A small part may well be compressed to a thousandth; only what would fill the memory counts as a bomb.
RATIO_COUNTS_FROM = 10 * 1024 * 1024
MAX_PART_READ = 64 * 1024

WORD, EXCEL, PDF, PICTURE, OTHER = "Word", "Excel", "PDF", "Picture", "Other"


@dataclass(frozen=True)
class Nature:
	kind: str
	mime: str
	extension: str


DOCX = Nature(WORD, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx")
XLSX = Nature(EXCEL, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
DOCM = Nature(WORD, "application/vnd.ms-word.document.macroEnabled.12", "docm")
XLSM = Nature(EXCEL, "application/vnd.ms-excel.sheet.macroEnabled.12", "xlsm")
DOC = Nature(WORD, "application/msword", "doc")
XLS = Nature(EXCEL, "application/vnd.ms-excel", "xls")
PDF_FILE = Nature(PDF, "application/pdf", "pdf")
TEXT = Nature(OTHER, "text/plain", "txt")
UNKNOWN = Nature(OTHER, "application/octet-stream", "")
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})

MAIN_PARTS = (
	(b"wordprocessingml.document.main+xml", DOCX),
	(b"ms-word.document.macroEnabled.main+xml", DOCM),
	(b"spreadsheetml.sheet.main+xml", XLSX),
	(b"ms-excel.sheet.macroEnabled.main+xml", XLSM),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
WORKBOOK_STREAM = "Workbook".encode("utf-16-le")
STRICT = b"http://purl.oclc.org/ooxml/"

# Why a file is kept but not opened in the browser.
OLD_FORMAT, ENCRYPTED, MACROS, STRICT_FORMAT, BROKEN, TOO_LARGE, ACTIVE = (
	"old format",
	"encrypted",
	"macros",
	"strict format",
	"broken",
	"too large",
	"active content",
)
ACTIVE_PARTS = re.compile(r"(^|/)(vbaProject\.bin|activeX/|embeddings/.*\.bin$)|macrosheets/", re.IGNORECASE)
ACTIVE_MARKS = (b"DDEAUTO", b" DDE ", b"attachedTemplate", b"oleLink", b"ddeLink")


def recognise(content: bytes) -> Nature:
	if content.startswith(b"PK\x03\x04"):
		return _recognise_package(content)
	if content.startswith(OLE):
		return _recognise_compound(content)
	if b"%PDF-" in content[:1024]:
		return PDF_FILE
	guess = filetype.guess(content[:8192])
	if guess and guess.mime in PICTURES:
		return Nature(PICTURE, guess.mime, guess.extension)
	if guess:
		return Nature(OTHER, guess.mime, guess.extension)
	return TEXT if is_text(content) else UNKNOWN


def _recognise_package(content: bytes) -> Nature:
	archive = Nature(OTHER, "application/zip", "zip")
	try:
		with zipfile.ZipFile(BytesIO(content)) as package:
			types = read_part(package, "[Content_Types].xml", MAX_PART_READ * 16)
	except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError, ValueError):
		return archive
	return next((nature for mark, nature in MAIN_PARTS if mark in types), archive)


def _recognise_compound(content: bytes) -> Nature:
	"""Word and Excel before 2007, or one of today's that is encrypted."""
	if WORKBOOK_STREAM in content[:65536] or WORKBOOK_STREAM in content[-65536:]:
		return XLS
	return DOC


def is_text(content: bytes) -> bool:
	if b"\x00" in content[:8192]:
		return False
	return decode(content[:8192]) is not None


def decode(content: bytes) -> str | None:
	"""Chinese text comes as UTF-8 or, from older programs, as GB 18030."""
	for encoding in ("utf-8-sig", "gb18030"):
		try:
			return content.decode(encoding)
		except UnicodeDecodeError as error:
			if encoding == "utf-8-sig" and error.start >= len(content) - 3:
				return content[: error.start].decode(encoding)
	return None


def read_part(package: zipfile.ZipFile, name: str, limit: int) -> bytes:
	with package.open(name) as part:
		return part.read(limit)


def find_archive_problem(content: bytes) -> str | None:
	"""BROKEN or TOO_LARGE; read before anything unpacks the file. The sizes in a zip's directory can lie, so readers
	stop at `MAX_UNZIPPED` by themselves as well."""
	try:
		with zipfile.ZipFile(BytesIO(content)) as package:
			entries = package.infolist()
	except (zipfile.BadZipFile, OSError, ValueError):
		return BROKEN
	if len(entries) > MAX_ENTRIES or any(_leads_outside(entry.filename) for entry in entries):
		return TOO_LARGE if len(entries) > MAX_ENTRIES else BROKEN
	unzipped = sum(entry.file_size for entry in entries)
	packed = sum(entry.compress_size for entry in entries) or 1
	if unzipped > MAX_UNZIPPED or (unzipped > RATIO_COUNTS_FROM and unzipped / packed > MAX_RATIO):
		return TOO_LARGE
	return None


def _leads_outside(name: str) -> bool:
	return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name)


def find_editing_problem(content: bytes) -> str | None:
	"""Why Word's or Excel's editor does not open this file; None when it does."""
	nature = recognise(content)
	if content.startswith(OLE):
		return ENCRYPTED if ENCRYPTED_PACKAGE in content else OLD_FORMAT
	if nature in (DOCM, XLSM):
		return MACROS
	if nature not in (DOCX, XLSX):
		return BROKEN
	if problem := find_archive_problem(content):
		return problem
	return _find_active_content(content)


def _find_active_content(content: bytes) -> str | None:
	with zipfile.ZipFile(BytesIO(content)) as package:
		for entry in package.infolist():
			if ACTIVE_PARTS.search(entry.filename):
				return MACROS if entry.filename.endswith("vbaProject.bin") else ACTIVE
			if not entry.filename.endswith((".xml", ".rels")):
				continue
			try:
				text = read_part(package, entry.filename, MAX_UNZIPPED)
			except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, NotImplementedError):
				return BROKEN
			if STRICT in text:
				return STRICT_FORMAT
			if any(mark in text for mark in ACTIVE_MARKS) or b"<!ENTITY" in text or b"<!DOCTYPE" in text:
				return ACTIVE
	return None

"""The words in a document, for the search: without what is struck out, and never by following anything outside the file."""

import re
import subprocess
import tempfile
import unicodedata
import zipfile
from io import BytesIO
from pathlib import Path

import frappe
from frappe.utils import now_datetime

from meeting_crm.documents import blobs, files
from meeting_crm.documents.copies import parse_xml
from meeting_crm.documents.permissions import DOCUMENT

TEXT = "Meeting Document Text"
MAX_CHARACTERS = 200_000
MAX_CELLS = 200_000
SECONDS = 60
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WORD_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml")
STRUCK_OUT = (f"{W}del", f"{W}moveFrom")


def refresh(document: str) -> None:
	"""Reads the current version's words. A file that cannot be read is searched by its title alone."""
	sha256 = frappe.db.get_value(DOCUMENT, document, "sha256")
	if not sha256 or frappe.db.exists(TEXT, {"document": document, "sha256": sha256}):
		return
	try:
		content = normalise(extract(blobs.read(sha256)))[:MAX_CHARACTERS]
		state = "Read" if content else "Nothing to Read"
	except Exception:
		frappe.log_error(title="Text of a document", reference_doctype=DOCUMENT, reference_name=document)
		content, state = "", "Failed"
	frappe.db.delete(TEXT, {"document": document})
	row = frappe.get_doc({"doctype": TEXT, "document": document, "sha256": sha256, "state": state, "content": content})
	row.creation = row.modified = now_datetime()
	row.set_new_name()
	row.db_insert()


def normalise(text: str) -> str:
	"""What is compared: full-width letters as plain ones, small letters, one space."""
	return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).lower()).strip()


def extract(content: bytes) -> str:
	nature = files.recognise(content)
	if nature in (files.DOCX, files.DOCM, files.XLSX, files.XLSM):
		if files.find_archive_problem(content):
			return ""
		return _read_word(content) if nature.kind == files.WORD else _read_excel(content)
	if nature is files.PDF_FILE:
		return read_pdf(content)
	if nature is files.TEXT:
		return files.decode(content[: MAX_CHARACTERS * 4]) or ""
	return ""


def _read_word(content: bytes) -> str:
	paragraphs = []
	with zipfile.ZipFile(BytesIO(content)) as package:
		for name in sorted(package.namelist(), key=lambda name: (name != "word/document.xml", name)):
			if WORD_PARTS.fullmatch(name):
				tree = parse_xml(files.read_part(package, name, files.MAX_UNZIPPED))
				paragraphs.extend(_read_paragraph(paragraph) for paragraph in tree.iter(f"{W}p"))
	return "\n".join(filter(None, paragraphs))


def _read_paragraph(paragraph) -> str:
	words = []
	for node in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br"):
		if next(node.iterancestors(f"{W}p"), None) is not paragraph or _is_struck_out(node):
			continue
		words.append(node.text or "" if node.tag == f"{W}t" else " ")
	return "".join(words)


def _is_struck_out(node) -> bool:
	return any(ancestor.tag in STRUCK_OUT for ancestor in node.iterancestors())


def _read_excel(content: bytes) -> str:
	from openpyxl import load_workbook  # why: half a second that only this needs

	book = load_workbook(BytesIO(content), read_only=True, data_only=True)
	words, cells, length = [], 0, 0
	try:
		for sheet in book.worksheets:
			words.append(sheet.title)
			for row in sheet.iter_rows(values_only=True):
				cells += len(row)
				line = " ".join(str(value) for value in row if value is not None)
				length += len(line)
				if line:
					words.append(line)
				if cells > MAX_CELLS or length > MAX_CHARACTERS:
					return "\n".join(words)
	finally:
		book.close()
	return "\n".join(words)


def read_pdf(content: bytes) -> str:
	with tempfile.TemporaryDirectory(prefix="meeting-text-") as folder:
		path = Path(folder, "in.pdf")
		path.write_bytes(content)
		answer = subprocess.run(
			["pdftotext", "-enc", "UTF-8", "-l", "500", str(path), "-"], capture_output=True, timeout=SECONDS
		)
	return answer.stdout.decode("utf-8", "replace")

"""Rows of CSV and XLSX files, one at a time: memory does not grow with the file. No frappe import.

Workbooks are read here and not with openpyxl because that keeps every text of the workbook in memory; here the
texts lie in a temporary file, and only their places are kept.
"""

import csv
import re
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from xml.etree.ElementTree import ParseError, iterparse

ENCODINGS = ("utf-8-sig", "gb18030")
SAMPLE = 1 << 20
LONGEST_CELL = 20_000
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


# What a file begins with, whatever it is called: a ZIP archive, and the container of old and of encrypted workbooks.
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class UnreadableFileError(Exception):
	"""`code`: empty, kind, encoding, csv, old, encrypted, foreign, broken."""

	def __init__(self, code: str) -> None:
		super().__init__(code)
		self.code = code


Row = tuple[int, list[str]]


def read_rows(path: Path) -> Iterator[Row]:
	"""(number as the spreadsheet shows it, cells) of the rows that are not empty, titles first."""
	kind = path.suffix.lower()
	if kind not in (".csv", ".txt", ".tsv", ".xlsx"):
		raise UnreadableFileError("kind")
	with path.open("rb") as file:
		begin = file.read(len(OLE))
	if begin == OLE:
		raise UnreadableFileError("encrypted" if _contains(path, ENCRYPTED) else "old")
	if begin.startswith(ZIP):
		yield from _read_workbook(path)
	elif kind == ".xlsx":
		raise UnreadableFileError("foreign" if begin else "empty")
	else:
		yield from _read_csv(path)


def _contains(path: Path, wanted: bytes) -> bool:
	with path.open("rb") as file:
		before = b""
		while part := file.read(SAMPLE):
			if wanted in before + part:
				return True
			before = part[-len(wanted) :]
	return False


def read_titles(path: Path) -> list[str]:
	for _number, cells in read_rows(path):
		return [cell.strip() for cell in cells]
	raise UnreadableFileError("empty")


def count_rows(path: Path) -> int:
	"""Rows below the titles."""
	return max(0, sum(1 for _row in read_rows(path)) - 1)


def _read_csv(path: Path) -> Iterator[Row]:
	encoding = _find_encoding(path)
	csv.field_size_limit(LONGEST_CELL * 10)
	with path.open(encoding=encoding, newline="", errors="replace") as file:
		delimiter = _find_delimiter(file.readline())
		file.seek(0)
		reader = csv.reader((line.replace("\0", "") for line in file), delimiter=delimiter)
		try:
			for number, cells in enumerate(reader, 1):
				cells = [cell[:LONGEST_CELL].strip() for cell in cells]
				if any(cells):
					yield number, cells
		except csv.Error as error:
			raise UnreadableFileError("csv") from error


def _find_encoding(path: Path) -> str:
	with path.open("rb") as file:
		sample = file.read(SAMPLE)
	if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
		return "utf-16"
	cut = len(sample) == SAMPLE
	for encoding in ENCODINGS:
		try:
			# the sample may end inside a character
			(sample[: sample.rfind(b"\n")] if cut else sample).decode(encoding)
		except UnicodeDecodeError:
			continue
		return encoding
	raise UnreadableFileError("encoding")


def _find_delimiter(line: str) -> str:
	return max(",;\t", key=line.count)


def _read_workbook(path: Path) -> Iterator[Row]:
	try:
		with zipfile.ZipFile(path) as book, _open_texts(book) as texts, book.open(_find_first_sheet(book)) as sheet:
			yield from _read_sheet(sheet, texts)
	except RuntimeError as error:
		# how zipfile calls an archive with a password
		raise UnreadableFileError("encrypted") from error
	except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ParseError, ValueError, IndexError) as error:
		raise UnreadableFileError("broken") from error


def _find_first_sheet(book: zipfile.ZipFile) -> str:
	if "xl/workbook.xml" not in book.namelist():
		raise UnreadableFileError("foreign")
	relation = None
	with book.open("xl/workbook.xml") as file:
		for _event, element in iterparse(file):
			if element.tag == f"{MAIN}sheet":
				relation = element.get(RELATION)
				break
	with book.open("xl/_rels/workbook.xml.rels") as file:
		for _event, element in iterparse(file):
			if element.get("Id") == relation:
				target = element.get("Target", "")
				return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
	raise KeyError(relation)


class Texts:
	"""The shared texts of a workbook, in a file."""

	def __init__(self, file: IO[bytes]) -> None:
		self.file = file
		self.places = array("Q", [0])

	def add(self, text: str) -> None:
		self.file.write(text[:LONGEST_CELL].encode("utf-8", "replace"))
		self.places.append(self.file.tell())

	def __getitem__(self, number: int) -> str:
		start, end = self.places[number], self.places[number + 1]
		self.file.seek(start)
		return self.file.read(end - start).decode()


@contextmanager
def _open_texts(book: zipfile.ZipFile) -> Iterator[Texts]:
	with TemporaryFile() as file:
		texts = Texts(file)
		if "xl/sharedStrings.xml" in book.namelist():
			with book.open("xl/sharedStrings.xml") as source:
				for element in _closed_elements(source, f"{MAIN}si"):
					texts.add(_text_of(element))
		file.flush()
		yield texts


def _closed_elements(source: IO[bytes], tag: str) -> Iterator:
	"""Each finished element, emptied after use: the tree never holds more than one."""
	events = iterparse(source, events=("start", "end"))
	_event, root = next(events)
	for event, element in events:
		if event == "end" and element.tag == tag:
			yield element
			root.clear()


def _text_of(element) -> str:
	"""Plain and rich text; the reading aids Excel writes for East Asian text (rPh) are no part of it."""
	parts = []
	for child in element:
		if child.tag == f"{MAIN}t":
			parts.append(child.text or "")
		elif child.tag == f"{MAIN}r":
			parts.extend(part.text or "" for part in child.iter(f"{MAIN}t"))
	return "".join(parts)


def _read_sheet(sheet: IO[bytes], texts: Texts) -> Iterator[Row]:
	number = 0
	events = iterparse(sheet, events=("start", "end"))
	_event, root = next(events)
	rows = root
	for event, element in events:
		if event == "start" and element.tag == f"{MAIN}sheetData":
			rows = element
		if event != "end" or element.tag != f"{MAIN}row":
			continue
		number = int(element.get("r") or number + 1)
		cells: list[str] = []
		for cell in element:
			place = _column_of(cell.get("r")) if cell.get("r") else len(cells)
			cells.extend([""] * (place - len(cells)))
			cells.append(_value_of(cell, texts).strip())
		rows.clear()
		if any(cells):
			yield number, cells


def _column_of(reference: str) -> int:
	column = 0
	for char in re.sub("[^A-Z].*", "", reference)[:3]:
		column = column * 26 + ord(char) - 64
	return column - 1


def _value_of(cell, texts: Texts) -> str:
	kind = cell.get("t")
	if kind == "inlineStr":
		return _text_of(cell.find(f"{MAIN}is"))[:LONGEST_CELL]
	value = cell.findtext(f"{MAIN}v") or ""
	if kind == "s":
		return texts[int(value)]
	return value[:LONGEST_CELL] if kind in ("str", "e", "b") else _plain_number(value)


def _plain_number(value: str) -> str:
	"""13800138000 and not 1.3800138E10: spreadsheets keep telephone numbers as numbers."""
	try:
		number = Decimal(value)
	except InvalidOperation:
		return value
	return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"

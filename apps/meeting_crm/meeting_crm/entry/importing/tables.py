"""Rows of CSV files and workbooks, one at a time: memory does not grow with the file. No frappe import."""

import csv
import json
import re
import subprocess
import sys
import zipfile
from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from meeting_crm.entry.importing import workbook

ENCODINGS = ("utf-8-sig", "gb18030")
SAMPLE = 1 << 20
MAX_CELL_LENGTH = workbook.MAX_CELL_LENGTH
TEXTS = (".csv", ".txt", ".tsv")
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
LINES_TO_JUDGE = 20
SEPARATOR = re.compile(r"sep=(.)\s*", re.IGNORECASE)

# What a file begins with, whatever it is called: a ZIP archive, and the container of old and of encrypted workbooks.
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class UnreadableFileError(Exception):
	"""`code`: empty, kind, encoding, csv, encrypted, foreign, broken."""

	def __init__(self, code: str) -> None:
		super().__init__(code)
		self.code = code


Row = tuple[int, list[str]]
Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass
class Table:
	"""The rows that are not empty, each with its number as the spreadsheet shows it."""

	rows: Iterator[Row]
	sheets: list[str] = field(default_factory=list)
	sheet: str | None = None
	merged: list[Range] = field(default_factory=list)


def open_table(path: Path, sheet: str | None = None) -> Table:
	kind = path.suffix.lower()
	if kind not in (*TEXTS, *WORKBOOKS):
		raise UnreadableFileError("kind")
	with path.open("rb") as file:
		begin = file.read(len(OLE))
	if begin == OLE and _contains(path, ENCRYPTED):
		raise UnreadableFileError("encrypted")
	if begin.startswith(ZIP):
		_check_archive(path)
	if begin == OLE or begin.startswith(ZIP):
		return _open_workbook(path, sheet or "")
	if kind in WORKBOOKS:
		raise UnreadableFileError("foreign" if begin else "empty")
	return Table(_read_csv(path))


def _contains(path: Path, wanted: bytes) -> bool:
	with path.open("rb") as file:
		before = b""
		while part := file.read(SAMPLE):
			if wanted in before + part:
				return True
			before = part[-len(wanted) :]
	return False


def _check_archive(path: Path) -> None:
	try:
		with zipfile.ZipFile(path) as archive:
			parts = archive.infolist()
	except zipfile.BadZipFile as error:
		raise UnreadableFileError("broken") from error
	if any(part.flag_bits & 1 for part in parts):
		raise UnreadableFileError("encrypted")
	if not {"xl/workbook.xml", "content.xml"} & {part.filename for part in parts}:
		raise UnreadableFileError("foreign")


def read_first_rows(path: Path, sheet: str | None, count: int) -> tuple[Table, list[Row]]:
	table = open_table(path, sheet)
	return table, list(islice(table.rows, count))


def _open_workbook(path: Path, sheet: str) -> Table:
	lines = _run_reader(path, sheet)
	try:
		sheets, chosen, merged = next(lines)
	except StopIteration:
		raise UnreadableFileError("empty") from None
	ranges = [(tuple(first), tuple(last)) for first, last in merged]
	rows = ((number, [strip_guard(cell) for cell in cells]) for number, cells in lines)
	return Table(fill_merged_down(rows, ranges), sheets, chosen, ranges)


def strip_guard(cell: str) -> str:
	"""Without the sign by which our file of rows to correct keeps a text from being a formula."""
	return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t") else cell


def _run_reader(path: Path, sheet: str) -> Iterator[list]:
	with subprocess.Popen(
		[sys.executable, "-I", workbook.__file__, str(path), sheet],
		stdout=subprocess.PIPE,
		stderr=subprocess.DEVNULL,
		encoding="utf-8",
		env={"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
	) as reader:
		try:
			yield from map(json.loads, reader.stdout or ())
			if reader.wait():
				raise UnreadableFileError("broken")
		finally:
			reader.kill()


def fill_merged_down(rows: Iterator[Row], merged: list[Range]) -> Iterator[Row]:
	"""Cells that are merged over several rows hold for each of them: one company with three people."""
	ranges = sorted((first, last) for first, last in merged if last[0] > first[0])
	open_ranges: list[tuple[int, int, str]] = []
	place = 0
	for number, cells in rows:
		line = number - 1
		open_ranges = [item for item in open_ranges if item[0] >= line]
		while place < len(ranges) and ranges[place][0][0] <= line:
			(_first_line, column), (last_line, _last_column) = ranges[place]
			place += 1
			if column < len(cells) and cells[column]:
				insort(open_ranges, (last_line, column, cells[column]))
		for _last_line, column, text in open_ranges:
			cells.extend([""] * (column + 1 - len(cells)))
			cells[column] = cells[column] or text
		yield number, cells


def _read_csv(path: Path) -> Iterator[Row]:
	encoding = _find_encoding(path)
	csv.field_size_limit(MAX_CELL_LENGTH * 10)
	with path.open(encoding=encoding, newline="", errors="replace") as file:
		first = list(islice(file, LINES_TO_JUDGE))
		told = SEPARATOR.fullmatch(first[0]) if first else None
		delimiter = told.group(1) if told else max(",;\t", key="".join(first).count)
		file.seek(0)
		reader = csv.reader((line.replace("\0", "") for line in file), delimiter=delimiter)
		try:
			for number, cells in enumerate(reader, 1):
				cells = [strip_guard(cell[:MAX_CELL_LENGTH].strip()) for cell in cells]
				if any(cells) and not (told and number == 1):
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

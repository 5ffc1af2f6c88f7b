"""Attendees as people hand them over: copied from a spreadsheet, or in the customer's own receipt. Pure: tables of texts in,
rows and problems out. What cannot be read for sure is named and left for a person; nothing is guessed in silence."""

import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from meeting_crm.contracts.execution import identity
from meeting_crm.contracts.execution.rules import get_nights
from meeting_crm.contracts.execution.words import HEADINGS, MEANINGS, UNIT_HEADINGS

MAX_ATTENDEES = 2_000
ENDS = ("合计", "总计", "注:", "注：", "备注:", "备注：", "说明")
SPREADSHEET_DAY_ZERO = date(1899, 12, 30)
DAY_IN_YEAR = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D*")
DAY_IN_MONTH = re.compile(r"(\d{1,2})\D+(\d{1,2})\D*")
PERIOD = re.compile(r"\s*(?:—+|–|~|至|到|--+)\s*")
LOST_DIGITS = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")
CHECKED, UNCHECKED = "☑☒■√✓✔●", "☐□○"
NAME_LENGTH, TEXT_LENGTH = 140, 140


@dataclass(frozen=True)
class Problem:
	"""Something in one row that a person has to look at. `code` names the sentence."""

	row: int
	field: str
	code: str
	value: str = ""


@dataclass
class Receipt:
	attendees: list[dict] = field(default_factory=list)
	unit: dict[str, str] = field(default_factory=dict)
	problems: list[Problem] = field(default_factory=list)


def clean(value: object) -> str:
	"""Full-width digits and letters made narrow, invisible characters and line breaks gone."""
	text = unicodedata.normalize("NFKC", str(value if value is not None else ""))
	return " ".join("".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf") or c.isspace()).split())


def read_text(text: str) -> list[list[str]]:
	"""What a spreadsheet puts on the clipboard: lines of cells divided by tabs."""
	return [line.split("\t") for line in text.replace("\r\n", "\n").split("\n") if line.strip()]


def read_tables(tables: Sequence[Sequence[Sequence[object]]], first_day: date, last_day: date) -> Receipt:
	"""The attendees of the first table that has any, and what the other lines say of the company. Days without a year
	belong to the meeting between `first_day` and `last_day`."""
	receipt = Receipt()
	for table in tables:
		rows = [[clean(cell) for cell in row] for row in table]
		head = _find_head(rows)
		receipt.unit |= {key: value for key, value in _read_unit(rows).items() if key not in receipt.unit}
		if receipt.attendees:
			continue
		if head is not None:
			_read_rows(receipt, rows[head + 1 :], _get_columns(rows[head]), first_day, last_day)
		elif len(tables) == 1 and (columns := _guess_columns(rows)):
			_read_rows(receipt, rows, columns, first_day, last_day)
	return receipt


def _key(text: str) -> str:
	return re.sub(r"[:*（(].*$|[\s/]", "", clean(text).casefold()) if text else ""


COLUMN_OF = {_key(word): column for column, words in HEADINGS.items() for word in words}
UNIT_FIELD_OF = {_key(word): column for column, words in UNIT_HEADINGS.items() for word in words}


def _get_columns(row: Sequence[str]) -> dict[int, str]:
	columns: dict[int, str] = {}
	for place, cell in enumerate(row):
		column = COLUMN_OF.get(_key(cell))
		if column and column not in columns.values():
			columns[place] = column
	return columns


def _find_head(rows: Sequence[Sequence[str]]) -> int | None:
	for place, row in enumerate(rows):
		columns = _get_columns(row).values()
		if "person_name" in columns and len(columns) > 1:
			return place
	return None


def _read_unit(rows: Sequence[Sequence[str]]) -> dict[str, str]:
	"""Cells that stand to the right of what they are called."""
	found: dict[str, str] = {}
	for row in rows:
		for name, value in itertools.pairwise(row):
			unit_field = UNIT_FIELD_OF.get(_key(name))
			if unit_field and value and value != name and _key(value) not in UNIT_FIELD_OF:
				found.setdefault(unit_field, value[:NAME_LENGTH])
	return found


def _guess_columns(rows: Sequence[Sequence[str]]) -> dict[int, str] | None:
	"""A paste without headings: the name comes first, the others tell by what stands in them, what is left is the position."""
	columns, width = {0: "person_name"}, max((len(row) for row in rows), default=0)
	for place in range(1, width):
		cells = [row[place] for row in rows if place < len(row) and row[place]]
		column = _guess_column(cells)
		if column and column not in columns.values():
			columns[place] = column
	for place in range(1, width):
		if place not in columns and "position" not in columns.values():
			columns[place] = "position"
	return columns if rows and rows[0][0] else None


def _guess_column(cells: Sequence[str]) -> str | None:
	if not cells:
		return None
	if all(re.fullmatch(r"(\+?86)?[- ]?1\d{2}[- ]?\d{4}[- ]?\d{4}", cell) for cell in cells):
		return "mobile"
	if all(identity.is_resident_number(cell) for cell in cells):
		return "id_number"
	for column in ("gender", "ethnicity", "housing", "diet"):
		if all(_get_meaning(column, cell) for cell in cells):
			return column
	if all(DAY_IN_YEAR.fullmatch(cell) or DAY_IN_MONTH.fullmatch(cell) for cell in cells):
		return "arrive_on"
	return None


def _read_rows(
	receipt: Receipt, rows: Sequence[Sequence[str]], columns: dict[int, str], first_day: date, last_day: date
) -> None:
	for cells in rows:
		values = {column: cells[place] for place, column in columns.items() if place < len(cells) and cells[place]}
		name = values.get("person_name", "")
		if name.startswith(ENDS) or (receipt.attendees and _key(cells[0] if cells else "") in UNIT_FIELD_OF):
			return
		if not name or re.fullmatch(r"\d+", name):
			continue
		number = len(receipt.attendees) + 1
		row, problems = _read_row(number, values, first_day, last_day)
		receipt.attendees.append(row)
		receipt.problems += problems
		if number >= MAX_ATTENDEES:
			receipt.problems.append(Problem(number, "person_name", "too_many", str(MAX_ATTENDEES)))
			return


def _read_row(number: int, values: dict[str, str], first_day: date, last_day: date) -> tuple[dict, list[Problem]]:
	row: dict[str, str] = {}
	problems: list[Problem] = []

	def note(column: str, code: str, value: str = "") -> None:
		problems.append(Problem(number, column, code, value))

	for column, text in values.items():
		if column in MEANINGS:
			_read_meaning(row, column, text, note)
		elif column in ("arrive_on", "leave_on"):
			_read_day(row, column, text, first_day, last_day, note)
		elif column == "stay":
			_read_stay(row, text, first_day, last_day, note)
		elif column == "id_number":
			_read_id_number(row, text, note)
		elif column == "mobile":
			_read_mobile(row, text, note)
		elif len(text) > TEXT_LENGTH:
			note(column, "too_long", text[:20])
			row[column] = text[:TEXT_LENGTH]
		else:
			row[column] = text
	_check_row(row, note)
	return row, problems


def _read_meaning(row: dict, column: str, text: str, note) -> None:
	meaning = _get_meaning(column, text)
	if meaning:
		row[column] = meaning
	else:
		note(column, "unknown_word", text)


def _get_meaning(column: str, text: str) -> str | None:
	"""The value that a word stands for; of boxes to tick, the ticked one counts."""
	for part in _get_ticked(text):
		word = part.casefold().strip(" .。")
		for value, words in MEANINGS[column].items():
			if word == value.casefold() or word in words:
				return value
	return None


def _get_ticked(text: str) -> list[str]:
	if not any(box in text for box in CHECKED + UNCHECKED):
		return [text]
	parts = re.split(f"(?=[{CHECKED}{UNCHECKED}])", text)
	return [part[1:] for part in parts if part[:1] in CHECKED and part[:1]]


def read_meaning(column: str, text: str) -> str:
	"""The value for what somebody typed into a field of few words; as it was, where nothing fits."""
	return _get_meaning(column, clean(text)) or text


def read_day(text: str, first_day: date, last_day: date) -> date | None:
	"""2026-03-10, 3月10日, 3.10, 10/3 is not guessed; a spreadsheet's number of days. None where it is no day."""
	text = text.strip().removesuffix(" 00:00:00")
	try:
		if found := DAY_IN_YEAR.fullmatch(text):
			return date(*map(int, found.groups()))
		if re.fullmatch(r"\d{5}(\.0)?", text):
			return SPREADSHEET_DAY_ZERO + timedelta(days=int(float(text)))
		if found := DAY_IN_MONTH.fullmatch(text):
			return _get_nearest(int(found[1]), int(found[2]), first_day, last_day)
	except ValueError:
		return None
	return None


def _get_nearest(month: int, day: int, first_day: date, last_day: date) -> date:
	"""The day of that name that lies nearest to the meeting, so that 12-31 and 1-2 are two nights."""
	middle = first_day + (last_day - first_day) / 2
	days = []
	for year in range(first_day.year - 1, last_day.year + 2):
		try:
			days.append(date(year, month, day))
		except ValueError:
			continue
	if not days:
		raise ValueError(f"no day {month}-{day}")
	return min(days, key=lambda candidate: abs((candidate - middle).days))


def _read_day(row: dict, column: str, text: str, first_day: date, last_day: date, note) -> None:
	day = read_day(text, first_day, last_day)
	if day:
		row[column] = day.isoformat()
	else:
		note(column, "no_day", text)


def _read_stay(row: dict, text: str, first_day: date, last_day: date, note) -> None:
	parts = [part for part in PERIOD.split(text) if part]
	if len(parts) == 1 and text.count("-") == 1:
		parts = text.split("-")
	if (
		len(parts) == 2
		and re.fullmatch(r"\d{1,2}[日号]?", parts[1])
		and (month := re.search(r"(\d{1,2})\D+\d{1,2}\D*$", parts[0]))
	):
		parts[1] = f"{month[1]}.{parts[1]}"
	if len(parts) != 2:
		note("arrive_on", "no_stay", text)
		return
	_read_day(row, "arrive_on", parts[0], first_day, last_day, note)
	_read_day(row, "leave_on", parts[1], first_day, last_day, note)


def _read_id_number(row: dict, text: str, note) -> None:
	number = text.replace(" ", "").upper()
	if LOST_DIGITS.fullmatch(number) or identity.is_cut_off(number):
		note("id_number", "digits_lost", text)
		return
	if identity.is_resident_number(number) and not identity.is_valid_resident_number(number):
		note("id_number", "wrong_number", text)
	row["id_number"] = number


def _read_mobile(row: dict, text: str, note) -> None:
	if LOST_DIGITS.fullmatch(text):
		note("mobile", "digits_lost", text)
		return
	row["mobile"] = re.sub(r"\.0$", "", text)


def _check_row(row: dict, note) -> None:
	number = row.get("id_number", "")
	if identity.is_valid_resident_number(number) and row.get("gender") not in (None, identity.get_gender(number)):
		note("gender", "gender_differs", row["gender"])
	if row.get("arrive_on") and row.get("leave_on"):
		arrive, leave = date.fromisoformat(row["arrive_on"]), date.fromisoformat(row["leave_on"])
		if get_nights(arrive, leave) < 1:
			note("leave_on", "no_night", row["leave_on"])

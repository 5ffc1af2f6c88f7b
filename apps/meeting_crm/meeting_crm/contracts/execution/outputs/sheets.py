"""A list as rows and columns, whatever it is written into. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

TEXT, NUMBER, DAY, MONEY = "text", "number", "day", "money"


@dataclass(frozen=True)
class Column:
	label: str
	width: int
	"""In characters of the Latin alphabet; a Chinese one takes two."""
	kind: str = TEXT


@dataclass
class Sheet:
	title: str
	columns: Sequence[Column]
	rows: list[Sequence] = field(default_factory=list)
	keys: list[str] = field(default_factory=list)
	"""What each row stands for, where a later print asks what changed; empty for sums."""
	numbered: bool = False
	"""The first column counts the rows."""


@dataclass(frozen=True)
class Print:
	"""What stood in a row when it was last printed."""

	fingerprint: str
	version: int
	printed_on: str


def join_titles(title: str, sheet_title: str) -> str:
	return title if title.endswith(sheet_title) else f"{title} {sheet_title}"


def get_fingerprint(row: Iterable) -> str:
	text = "\x1f".join("" if value is None else str(value) for value in row)
	return hashlib.blake2s(text.encode(), digest_size=8).hexdigest()


def get_contents(sheet: Sheet) -> list[Sequence]:
	"""The rows without their number, which moves when another row comes in between."""
	return [row[1:] for row in sheet.rows] if sheet.numbered else sheet.rows


def find_prints(sheet: Sheet, before: dict[str, Print], today: str) -> dict[str, Print]:
	"""What is printed now: a row as it was keeps version and day, another content is the next version."""
	prints = {}
	for key, row in zip(sheet.keys, get_contents(sheet), strict=True):
		fingerprint, old = get_fingerprint(row), before.get(key)
		if old and old.fingerprint == fingerprint:
			prints[key] = old
		else:
			prints[key] = Print(fingerprint, old.version + 1 if old else 1, today)
	return prints


def find_changed(sheet: Sheet, before: dict[str, Print]) -> list[int]:
	"""Places of the rows that are new or different since the last print."""
	return [
		place
		for place, (key, row) in enumerate(zip(sheet.keys, get_contents(sheet), strict=True))
		if key not in before or before[key].fingerprint != get_fingerprint(row)
	]


def keep(sheet: Sheet, places: Iterable[int]) -> Sheet:
	places = list(places)
	rows = [sheet.rows[place] for place in places]
	if sheet.numbered:
		rows = [(number, *row[1:]) for number, row in enumerate(rows, 1)]
	return Sheet(sheet.title, sheet.columns, rows, [sheet.keys[place] for place in places], sheet.numbered)

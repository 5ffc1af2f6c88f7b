"""Which row holds the titles: Chinese lists begin with the name of the list, the day, or headings of groups. No frappe import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from meeting_crm.entry.importing import columns
from meeting_crm.entry.importing.tables import Range, Row

ROWS_TO_SEARCH = 20


@dataclass(frozen=True)
class Header:
	"""`row`: its number as the spreadsheet shows it; `titles`: with the heading of their group before them."""

	row: int
	titles: list[str]


def find_header(
	rows: Sequence[Row], merged: Sequence[Range] = (), remembered: Mapping[str, str] | None = None
) -> Header:
	"""The row among the first ones in which most cells are titles that people write; without any, the first row."""
	scores = [_score(cells, remembered or {}) for _number, cells in rows[:ROWS_TO_SEARCH]]
	best = max(range(len(scores)), key=lambda place: (scores[place], -place))
	if not scores[best]:
		best = 0
	return make_header(rows, rows[best][0], merged)


def make_header(rows: Sequence[Row], number: int, merged: Sequence[Range] = ()) -> Header:
	place = next((place for place, (row, _cells) in enumerate(rows) if row == number), 0)
	number, cells = rows[place]
	groups = _spread(rows[place - 1], merged) if place and _is_group_row(rows[place - 1], number, merged) else []
	return Header(number, [_join(group, title) for group, title in zip_longest(groups, cells, fillvalue="")])


def _score(cells: Sequence[str], remembered: Mapping[str, str]) -> int:
	"""How many different fields the row's cells name. One alone says nothing, unless it is the name of the company."""
	found = {name for name in columns.find_fields(cells, remembered) if name}
	return len(found) if ("full_name" in found or len(found) > 1) and not _is_long(cells) else 0


def _is_long(cells: Sequence[str]) -> bool:
	"""Titles are short; the sentence above a list is not, nor the registered name of a company."""
	filled = [cell for cell in cells if cell]
	return max(map(len, filled), default=0) > columns.MAX_TITLE_LENGTH


def _is_group_row(row: Row, number: int, merged: Sequence[Range]) -> bool:
	"""Directly above, with a cell merged over several columns but not over all."""
	line, cells = row[0] - 1, row[1]
	widths = [last[1] - first[1] + 1 for first, last in merged if first[0] == line and last[1] > first[1]]
	return (
		row[0] == number - 1
		and bool(widths)
		and max(widths) < sum(1 for cell in cells)
		and len(set(filter(None, cells))) > 1
	)


def _spread(row: Row, merged: Sequence[Range]) -> list[str]:
	line, cells = row[0] - 1, list(row[1])
	for first, last in merged:
		if first[0] <= line <= last[0] and first[1] < len(cells):
			for column in range(first[1], min(last[1], len(cells) - 1) + 1):
				cells[column] = cells[first[1]]
	return cells


def _join(group: str, title: str) -> str:
	return title if not group or group == title else f"{group} {title}".strip()

"""What an import of some hundred companies adds to the lists, until a job takes it up: one row, written in a tenth of the time
that its entries would take one by one.

A row never changes, so each process reads it once and keeps it: finding the entries of a term in it is a binary search.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

Sql = Callable[..., Sequence[Any]]

WAITING = "meeting_search_waiting"
# The ids are random: one process may serve several sites.
COLUMNS = """(
		id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
		entries INT UNSIGNED NOT NULL,
		packed MEDIUMBLOB NOT NULL
	)"""
# Rows that a process keeps, of at most half a megabyte each.
ROWS_KEPT = 16
MAX_ROWS = 1 << 30
HALF = np.uint64(32)
LOW = np.uint64(0xFFFFFFFF)

_kept: dict[int, np.ndarray] = {}


def write_row(sql: Sql, packed: np.ndarray) -> None:
	"""`packed`: sorted numbers `term << 32 | id`."""
	entries = packed.astype("<u8").tobytes().hex()
	sql(f"INSERT INTO {WAITING} (id, entries, packed) VALUES ({secrets.randbits(63)}, {len(packed)}, x'{entries}')")


def count_entries(sql: Sql) -> int:
	((entries,),) = sql(f"SELECT CAST(COALESCE(SUM(entries), 0) AS UNSIGNED) FROM {WAITING}")
	return entries


def read_rows(sql: Sql, most: int = MAX_ROWS) -> list[tuple[int, np.ndarray]]:
	"""(number of the row, its entries)."""
	numbers = [number for (number,) in sql(f"SELECT id FROM {WAITING} LIMIT {most}")]
	rows = {number: _kept[number] for number in numbers if number in _kept}
	missing = [number for number in numbers if number not in rows]
	if missing:
		read = sql(f"SELECT id, packed FROM {WAITING} WHERE id IN ({','.join(map(str, missing))})")
		fresh = {number: np.frombuffer(packed, dtype="<u8") for number, packed in read}
		if len(_kept) + len(fresh) > ROWS_KEPT:
			_kept.clear()
		_kept.update(list(fresh.items())[:ROWS_KEPT])
		rows.update(fresh)
	return list(rows.items())


def find_entries(sql: Sql, terms: Iterable[int]) -> list[tuple[int, np.ndarray]]:
	"""(term, ids) of these terms; a term may come several times."""
	asked = np.array(sorted(terms), dtype=np.uint64)
	found = []
	for _number, packed in read_rows(sql):
		firsts = np.searchsorted(packed, asked << HALF)
		lasts = np.searchsorted(packed, (asked + np.uint64(1)) << HALF)
		for place in np.flatnonzero(lasts > firsts).tolist():
			ids = (packed[firsts[place] : lasts[place]] & LOW).astype("<u4")
			found.append((int(asked[place]), ids))
	return found


def remove_rows(sql: Sql, numbers: Sequence[int]) -> None:
	"""Rows that are committed, by their primary key: nobody who writes another one waits."""
	if numbers:
		sql(f"DELETE FROM {WAITING} WHERE id IN ({','.join(map(str, numbers))})")

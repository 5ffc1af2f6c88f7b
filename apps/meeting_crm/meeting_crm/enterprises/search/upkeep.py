"""Rebuilding and verifying the index while it is in use. No frappe import.

A rebuild writes a second generation of the lists beside the one in use and switches in one transaction; until
then every new name goes to the delta, which both generations share. Memory stays small whatever the number of
names: entries are spooled to temporary files, each for a range of terms.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from .store import (
	BLOCK_ENTRIES,
	DELTA,
	NAMES,
	POSTINGS,
	ROWS_A_STATEMENT,
	STATE,
	Sql,
	lists_of,
	lock_state,
)
from .text import split_name
from .tokens import HIGHEST_TERM, terms_of_name

PARTS = 32
NAMES_A_STEP = 20_000
# A rebuild that gave no sign for so long was killed; the next one may take over.
STALE_AFTER_SECONDS = 600
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


class RebuildRunningError(Exception):
	pass


def rebuild(sql: Sql, commit: Callable[[], None]) -> dict[str, int]:
	"""New lists from the names; answers the number of names and entries. Ends old rebuilds that were killed."""
	generation = _begin(sql)
	commit()
	with TemporaryDirectory(prefix="meeting-search-") as folder:
		included = _spool(sql, Path(folder))
		commit()
		entries, block = 0, 0
		for part in range(PARTS):
			packed = np.sort(np.fromfile(Path(folder) / str(part), dtype=np.uint64))
			block = max(block, _write_lists(sql, generation, packed))
			entries += len(packed)
			sql(f"UPDATE {STATE} SET building_since = NOW() WHERE id = 1")
			commit()
	_switch(sql, generation, included, block)
	commit()
	_drop_generations_before(sql, generation, commit)
	return {"names": len(included), "entries": entries}


def _begin(sql: Sql) -> int:
	generation, building = lock_state(sql)
	((running,),) = sql(
		f"SELECT building > 0 AND building_since > NOW() - INTERVAL {STALE_AFTER_SECONDS} SECOND FROM {STATE} WHERE id = 1"
	)
	if running:
		raise RebuildRunningError
	fresh = max(generation, building) + 1
	sql(f"UPDATE {STATE} SET building = {fresh}, building_since = NOW() WHERE id = 1")
	return fresh


def _spool(sql: Sql, folder: Path) -> np.ndarray:
	included = []
	files = [(folder / str(part)).open("wb") for part in range(PARTS)]
	try:
		for ids, packed in _expected(sql):
			included.append(ids)
			which = _part_of(packed)
			order = np.argsort(which, kind="stable")
			edges = np.searchsorted(which[order], np.arange(PARTS + 1))
			for part in range(PARTS):
				packed[order[edges[part] : edges[part + 1]]].tofile(files[part])
	finally:
		for file in files:
			file.close()
	return np.concatenate(included) if included else np.array([], dtype=np.int64)


def _part_of(packed: np.ndarray) -> np.ndarray:
	return ((packed >> HALF) * np.uint64(PARTS) // np.uint64(HIGHEST_TERM)).astype(np.int64)


def _expected(sql: Sql) -> Iterator[tuple[np.ndarray, np.ndarray]]:
	"""(ids, entries) of the names, some thousands at a time."""
	last = 0
	while rows := sql(f"SELECT id, norm FROM {NAMES} WHERE id > {last} ORDER BY id LIMIT {NAMES_A_STEP}"):
		last = rows[-1][0]
		entries = [
			(np.array(terms_of_name(split_name(norm)), dtype=np.uint64) << HALF) | np.uint64(number)
			for number, norm in rows
		]
		yield np.array([number for number, _norm in rows], dtype=np.int64), np.concatenate(entries)


def _write_lists(sql: Sql, generation: int, packed: np.ndarray) -> int:
	"""Closed blocks are numbered from 1, the open one is 0. Answers the highest number used."""
	rows, highest = [], 0
	if len(packed):
		for number, entries, ids in lists_of(packed):
			closed = entries // BLOCK_ENTRIES
			highest = max(highest, closed)
			for block in range(closed + 1):
				part = ids[4 * BLOCK_ENTRIES * block : 4 * BLOCK_ENTRIES * (block + 1)]
				if part:
					rows.append(
						f"({generation},{number},{(block + 1) if block < closed else 0},{len(part) // 4},x'{part.hex()}')"
					)
	for start in range(0, len(rows), ROWS_A_STATEMENT):
		sql(
			f"INSERT INTO {POSTINGS} (generation, term, block, entries, ids) VALUES "
			+ ",".join(rows[start : start + ROWS_A_STATEMENT])
		)
	return highest


def _switch(sql: Sql, generation: int, included: np.ndarray, block: int) -> None:
	lock_state(sql)
	waiting = np.array([number for (number,) in sql(f"SELECT DISTINCT id FROM {DELTA}")], dtype=np.int64)
	done = np.intersect1d(waiting, included).tolist()
	for start in range(0, len(done), ROWS_A_STATEMENT):
		sql(f"DELETE FROM {DELTA} WHERE id IN ({','.join(map(str, done[start : start + ROWS_A_STATEMENT]))})")
	sql(
		f"UPDATE {STATE} SET generation = {generation}, building = 0, building_since = NULL,"
		f" next_block = {block + 1}, names = (SELECT COUNT(*) FROM {NAMES}) WHERE id = 1"
	)


def _drop_generations_before(sql: Sql, generation: int, commit: Callable[[], None]) -> None:
	step = HIGHEST_TERM // PARTS + 1
	for start in range(0, HIGHEST_TERM, step):
		sql(f"DELETE FROM {POSTINGS} WHERE generation < {generation} AND term >= {start} AND term < {start + step}")
		commit()


def verify(sql: Sql) -> dict[str, int]:
	"""Compares every list with the names, in one snapshot: run it in a transaction of its own that has read nothing.

	`missing` entries would hide a name, `wrong` ones are of a living name that lacks the term, `dead` ones are of
	names that are gone: harmless, and dropped by the next rebuild.
	"""
	((generation,),) = sql(f"SELECT generation FROM {STATE} WHERE id = 1")
	result = {"names": 0, "entries": 0, "missing": 0, "wrong": 0, "dead": 0}
	with TemporaryDirectory(prefix="meeting-search-") as folder:
		living = np.sort(_spool(sql, Path(folder)))
		result["names"] = len(living)
		for part in range(PARTS):
			expected = np.sort(np.fromfile(Path(folder) / str(part), dtype=np.uint64))
			actual = _read_part(sql, generation, part)
			result["entries"] += len(expected)
			result["missing"] += len(np.setdiff1d(expected, actual, assume_unique=True))
			surplus = np.setdiff1d(actual, expected, assume_unique=True)
			alive = np.isin((surplus & LOW).astype(np.int64), living)
			result["wrong"] += int(alive.sum())
			result["dead"] += int((~alive).sum())
	return result


def _read_part(sql: Sql, generation: int, part: int) -> np.ndarray:
	first = -(-part * HIGHEST_TERM // PARTS)
	last = -(-(part + 1) * HIGHEST_TERM // PARTS)
	found = [np.array([], dtype=np.uint64)]
	for number, ids in sql(
		f"SELECT term, ids FROM {POSTINGS} WHERE generation = {generation} AND term >= {first} AND term < {last}"
	):
		found.append((np.uint64(number) << HALF) | np.frombuffer(ids, dtype="<u4").astype(np.uint64))
	for number, identifier in sql(f"SELECT term, id FROM {DELTA} WHERE term >= {first} AND term < {last}"):
		found.append(np.array([(number << 32) | identifier], dtype=np.uint64))
	return np.unique(np.concatenate(found))

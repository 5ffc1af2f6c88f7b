"""Rebuilding and verifying the index while it is in use. No frappe import.

A rebuild writes a second generation of the lists beside the one in use and switches in one transaction; until
then every new name goes to the delta, which both generations share. Memory stays small whatever the number of
names: entries are spooled to temporary files, each for a range of terms.

Whoever writes meanwhile never waits for a gap between rows: a rebuild locks single rows by primary key alone, for
one small transaction a time. `transact(step)` runs a step in a transaction of its own, again where the database
gave way to another one.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from .store import (
	BLOCK_ENTRIES,
	DELTA,
	LOW,
	NAMES,
	POSTINGS,
	ROWS_PER_STATEMENT,
	STATE,
	Sql,
	State,
	count_names,
	delete_delta,
	insert_blocks,
	join_lists,
	lists_of,
	lock_state,
	take_block,
)
from .text import split_name
from .tokens import HIGHEST_TERM, terms_of_name
from .waiting import read_rows, remove_rows

PARTS = 32
NAMES_A_STEP = 20_000
DELTA_A_STEP = 10_000
# A rebuild that gave no sign for so long was killed; the next one may take over.
STALE_AFTER_SECONDS = 600
HALF = np.uint64(32)


class RebuildRunningError(Exception):
	pass


def rebuild(sql: Sql, transact: Callable) -> dict[str, int]:
	"""New lists from the names; answers the number of names and entries. Ends old rebuilds that were killed."""
	generation = transact(lambda: _begin(sql))
	with TemporaryDirectory(prefix="meeting-search-") as folder:
		included = transact(lambda: _spool(sql, Path(folder)))
		entries, block = 0, 0
		for part in range(PARTS):
			packed = np.sort(np.fromfile(Path(folder) / str(part), dtype=np.uint64))
			block = max(block, transact(lambda packed=packed: _write_part(sql, generation, packed)))
			entries += len(packed)
	names = transact(lambda: count_names(sql))
	transact(lambda: _switch(sql, generation, block, names))
	_clear_delta(sql, np.sort(included), transact)
	transact(lambda: sql(f"UPDATE {STATE} SET building = 0, building_since = NULL WHERE id = 1"))
	_drop_generations_before(sql, generation, transact)
	return {"names": len(included), "entries": entries}


def join_blocks(sql: Sql, transact: Callable) -> None:
	"""Makes one block of those that imports and the delta left beside a list's open one. Killed, it is done again:
	what was joined is not loose any more."""
	before = transact(lambda: take_block(sql))
	step = -(-HIGHEST_TERM // PARTS)
	for first in range(0, HIGHEST_TERM, step):
		if not transact(lambda first=first: join_lists(sql, before.next_block, first, first + step)):
			return
	transact(lambda: _set_joined(sql, before))


def _set_joined(sql: Sql, before: State) -> None:
	"""What came meanwhile is loose. A rebuild that came between has numbered the blocks anew."""
	if lock_state(sql).generation == before.generation:
		sql(f"UPDATE {STATE} SET joined = {before.next_block + 1} WHERE id = 1")


def was_killed(sql: Sql) -> bool:
	"""Whether a rebuild ended before it was done. Until it is done again, all that is new waits in the delta."""
	((killed,),) = sql(
		f"SELECT building > 0 AND building_since <= NOW() - INTERVAL {STALE_AFTER_SECONDS} SECOND FROM {STATE} WHERE id = 1"
	)
	return bool(killed)


def _begin(sql: Sql) -> int:
	state = lock_state(sql)
	if state.building and not was_killed(sql):
		raise RebuildRunningError
	fresh = max(state.generation, state.building) + 1
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


def _write_part(sql: Sql, generation: int, packed: np.ndarray) -> int:
	block = _write_lists(sql, generation, packed)
	sql(f"UPDATE {STATE} SET building_since = NOW() WHERE id = 1")
	return block


def _write_lists(sql: Sql, generation: int, packed: np.ndarray) -> int:
	"""Full blocks are numbered from 1, the open one is 0. Answers the highest number used."""
	blocks, highest = [], 0
	if len(packed):
		for number, entries, ids in lists_of(packed):
			full = entries // BLOCK_ENTRIES
			highest = max(highest, full)
			for block in range(full + 1):
				part = ids[4 * BLOCK_ENTRIES * block : 4 * BLOCK_ENTRIES * (block + 1)]
				if part:
					blocks.append((number, (block + 1) if block < full else 0, len(part) // 4, part))
	insert_blocks(sql, generation, blocks)
	return highest


def _switch(sql: Sql, generation: int, block: int, names: int) -> None:
	"""Searches read the new lists from here on. It counts as building until the delta is cleared of what they hold, so
	that nothing is moved into them twice."""
	lock_state(sql)
	sql(
		f"UPDATE {STATE} SET generation = {generation}, next_block = {block + 1}, joined = {block + 1}, names = {names}"
		" WHERE id = 1"
	)


def _clear_delta(sql: Sql, included: np.ndarray, transact: Callable) -> None:
	"""Deletes entries that the new lists hold, and those of names that are gone."""
	last = (-1, 0)
	while len(pairs := transact(lambda last=last: _read_delta_after(sql, *last))):
		last = pairs[-1].tolist()
		others = pairs[~np.isin(pairs[:, 1], included)]
		living = transact(lambda others=others: _find_living(sql, np.unique(others[:, 1]).tolist()))
		done = pairs[~np.isin(pairs[:, 1], living)].tolist()
		for start in range(0, len(done), ROWS_PER_STATEMENT):
			transact(lambda part=done[start : start + ROWS_PER_STATEMENT]: delete_delta(sql, part))

	for number, packed in transact(lambda: read_rows(sql)):
		others = np.setdiff1d((packed & LOW).astype(np.int64), included)
		if not transact(lambda others=others: _find_living(sql, others.tolist())):
			transact(lambda number=number: remove_rows(sql, [number]))


def _read_delta_after(sql: Sql, term: int, number: int) -> np.ndarray:
	rows = sql(
		f"SELECT term, id FROM {DELTA} WHERE term > {term} OR (term = {term} AND id > {number})"
		f" ORDER BY term, id LIMIT {DELTA_A_STEP}"
	)
	return np.array(rows, dtype=np.int64).reshape(-1, 2)


def _find_living(sql: Sql, ids: list[int]) -> list[int]:
	if not ids:
		return []
	return [number for (number,) in sql(f"SELECT id FROM {NAMES} WHERE id IN ({','.join(map(str, ids))})")]


def _drop_generations_before(sql: Sql, generation: int, transact: Callable) -> None:
	((oldest,),) = transact(lambda: sql(f"SELECT MIN(generation) FROM {POSTINGS}"))
	step = HIGHEST_TERM // PARTS + 1
	for old in range(oldest or generation, generation):
		for start in range(0, HIGHEST_TERM, step):
			statement = f"DELETE FROM {POSTINGS} WHERE generation = {old} AND term >= {start} AND term < {start + step}"
			transact(lambda statement=statement: sql(statement))


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
	for _number, packed in read_rows(sql):
		start, end = np.searchsorted(packed, np.array([first, last], dtype=np.uint64) << HALF)
		found.append(packed[start:end])
	for number, identifier in sql(f"SELECT term, id FROM {DELTA} WHERE term >= {first} AND term < {last}"):
		found.append(np.array([(number << 32) | identifier], dtype=np.uint64))
	return np.unique(np.concatenate(found))

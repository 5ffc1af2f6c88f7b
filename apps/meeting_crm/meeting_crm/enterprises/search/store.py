"""The index in MariaDB: names, posting lists in blocks, and a delta that single writes go to (`waiting.py`: small imports).

Everything here runs in the caller's transaction through `sql(query, values)`, which answers rows as tuples.
A name and its terms are therefore visible together, to every process, from the commit on.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from .text import split_name
from .tokens import terms_of_name
from .waiting import COLUMNS, LOW, WAITING, Sql, count_entries, read_rows, remove_rows, write_row

NAMES, POSTINGS, DELTA, STATE = (
	"meeting_search_name",
	"meeting_search_posting",
	"meeting_search_delta",
	"meeting_search_state",
)
TABLES = {
	NAMES: """(
		id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
		enterprise VARCHAR(140) COLLATE utf8mb4_unicode_ci NOT NULL,
		kind TINYINT UNSIGNED NOT NULL,
		norm VARCHAR(140) NOT NULL,
		core VARCHAR(140) NOT NULL,
		KEY enterprise (enterprise),
		KEY core (core)
	)""",
	POSTINGS: """(
		generation SMALLINT UNSIGNED NOT NULL,
		term INT UNSIGNED NOT NULL,
		block INT UNSIGNED NOT NULL,
		entries INT UNSIGNED NOT NULL,
		ids MEDIUMBLOB NOT NULL,
		PRIMARY KEY (generation, term, block)
	)""",
	DELTA: """(
		term INT UNSIGNED NOT NULL,
		id INT UNSIGNED NOT NULL,
		PRIMARY KEY (term, id)
	)""",
	WAITING: COLUMNS,
	STATE: """(
		id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
		generation SMALLINT UNSIGNED NOT NULL,
		next_block INT UNSIGNED NOT NULL,
		joined INT UNSIGNED NOT NULL DEFAULT 1,
		names INT UNSIGNED NOT NULL,
		building SMALLINT UNSIGNED NOT NULL DEFAULT 0,
		building_since DATETIME NULL
	)""",
}

OWN_NAME, ALIAS = 0, 1

# Entries of an import that are a row of their own, and all that may wait in such rows.
WORTH_A_ROW, MAX_WAITING = 10_000, 60_000

# Blocks of 4,096 ids are one InnoDB page: what is joined rewrites at most that much of a list.
BLOCK_ENTRIES = 4096
ROWS_PER_STATEMENT = 2000
ROWS_A_FOLD = 5
# The blocks of one list are put together by the database, which would cut the result off at a length of its own.
UNCUT = f"SET STATEMENT group_concat_max_len = {1 << 30} FOR"
NO_ENTRIES = np.array([], dtype=np.uint64)


class Prepared(NamedTuple):
	"""What the index keeps of a name."""

	core: str
	terms: np.ndarray


class State(NamedTuple):
	"""`generation` of the lists in use, the one that is `building` or 0, and the number of the next block. Blocks from
	the number `joined` on were written beside the lists' open ones."""

	generation: int
	building: int
	next_block: int
	joined: int


class NameRow(NamedTuple):
	"""`norm` is the key the record was stored under: made once, so that index and record cannot disagree."""

	enterprise: str
	kind: int
	norm: str
	prepared: Prepared | None = None


def prepare(norm: str) -> Prepared:
	parts = split_name(norm)
	return Prepared(parts.core, np.array(terms_of_name(parts), dtype=np.uint64))


def table_statements() -> list[str]:
	return [
		*(
			f"CREATE TABLE IF NOT EXISTS {table} {columns} ENGINE=InnoDB ROW_FORMAT=DYNAMIC"
			" DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"
			for table, columns in TABLES.items()
		),
		f"ALTER TABLE {STATE} ADD COLUMN IF NOT EXISTS joined INT UNSIGNED NOT NULL DEFAULT 1 AFTER next_block",
	]


def begin_state(sql: Sql) -> None:
	sql(f"INSERT IGNORE INTO {STATE} (id, generation, next_block, names) VALUES (1, 1, 1, 0)")


def add_name(sql: Sql, row: NameRow) -> None:
	"""One name with its terms, in ascending order: two writers that share terms never wait crosswise."""
	parts = split_name(row.norm)
	sql(
		f"INSERT INTO {NAMES} (enterprise, kind, norm, core) VALUES (%s, %s, %s, %s)",
		(row.enterprise, row.kind, row.norm, parts.core),
	)
	terms = terms_of_name(parts)
	sql(f"INSERT INTO {DELTA} (term, id) VALUES " + ",".join(f"({term}, LAST_INSERT_ID())" for term in terms))


def remove_names(sql: Sql, enterprise: str, kind: int | None = None, norm: str | None = None) -> None:
	"""Takes names out of every search. Their ids stay in the lists as dead entries until the next rebuild."""
	conditions = ["enterprise = %s"]
	values: list[str | int] = [enterprise]
	if kind is not None:
		conditions.append("kind = %s")
		values.append(kind)
	if norm is not None:
		conditions.append("norm = %s")
		values.append(norm)
	sql(f"DELETE FROM {NAMES} WHERE {' AND '.join(conditions)}", values)


def rename(sql: Sql, enterprise: str, norm: str) -> None:
	"""A new name is a new id: the terms of the old one cannot find it any more."""
	remove_names(sql, enterprise, OWN_NAME)
	add_name(sql, NameRow(enterprise, OWN_NAME, norm))


def add_names(sql: Sql, rows: Sequence[NameRow]) -> np.ndarray:
	"""Many names at once. Answers their entries, which `add_entries` must write before the transaction ends: lists
	are rewritten as a whole, so the more names come together, the less a name costs."""
	prepared = [row.prepared or prepare(row.norm) for row in rows]
	values = [(row.enterprise, row.kind, row.norm, each.core) for row, each in zip(rows, prepared, strict=True)]
	pairs = [
		(each.terms << np.uint64(32)) | np.uint64(number)
		for number, each in zip(insert_names(sql, values), prepared, strict=True)
	]
	return np.concatenate([NO_ENTRIES, *pairs])


def add_entries(sql: Sql, entries: Sequence[np.ndarray]) -> None:
	"""The entries of new names, straight into the lists. Where they are few they wait for a job that takes them up, and
	while a rebuild is under way."""
	packed = np.sort(np.concatenate([NO_ENTRIES, *entries]))
	if not len(packed):
		return
	state = lock_state(sql)
	if state.building or len(packed) < WORTH_A_ROW:
		write_delta(sql, packed)
	elif len(packed) + count_entries(sql) <= MAX_WAITING:
		write_row(sql, packed)
	else:
		write_block(sql, state, packed)
		sql(f"UPDATE {STATE} SET names = names + %s WHERE id = 1", (len(np.unique(packed & LOW)),))


def insert_names(sql: Sql, values: Sequence[Sequence]) -> list[int]:
	"""Inserts rows and answers their numbers: InnoDB gives one statement of known length numbers in a row."""
	numbers: list[int] = []
	((step,),) = sql("SELECT @@auto_increment_increment")
	for start in range(0, len(values), ROWS_PER_STATEMENT):
		part = values[start : start + ROWS_PER_STATEMENT]
		sql(
			f"INSERT INTO {NAMES} (enterprise, kind, norm, core) VALUES " + ",".join(["(%s,%s,%s,%s)"] * len(part)),
			[value for row in part for value in row],
		)
		((first,),) = sql("SELECT LAST_INSERT_ID()")
		numbers.extend(range(first, first + step * len(part), step))
	return numbers


def find_cores(sql: Sql, cores: Sequence[str]) -> dict[str, list[str]]:
	"""{core: up to three names} of the names that have one of these cores."""
	found: dict[str, list[str]] = {}
	for start in range(0, len(cores), ROWS_PER_STATEMENT):
		part = cores[start : start + ROWS_PER_STATEMENT]
		asked = ",".join(["%s"] * len(part))
		for core, norm in sql(f"SELECT core, norm FROM {NAMES} WHERE core IN ({asked}) AND kind = {OWN_NAME}", part):
			names = found.setdefault(core, [])
			if len(names) < 3:
				names.append(norm)
	return found


def lock_state(sql: Sql) -> State:
	"""Held until the transaction ends, so that one writer at a time changes lists."""
	return State(*sql(f"SELECT {', '.join(State._fields)} FROM {STATE} WHERE id = 1 FOR UPDATE")[0])


def write_delta(sql: Sql, packed: np.ndarray) -> None:
	terms, ids = packed >> np.uint64(32), packed & LOW
	for start in range(0, len(packed), 10 * ROWS_PER_STATEMENT):
		end = start + 10 * ROWS_PER_STATEMENT
		pairs = zip(terms[start:end].tolist(), ids[start:end].tolist(), strict=True)
		sql(f"INSERT INTO {DELTA} (term, id) VALUES " + ",".join(f"({term},{number})" for term, number in pairs))


def lists_of(packed: np.ndarray) -> Iterable[tuple[int, int, bytes]]:
	"""(term, entries, ids) of sorted `term << 32 | id` numbers."""
	terms = (packed >> np.uint64(32)).astype(np.uint32)
	ids = (packed & LOW).astype("<u4")
	starts = np.flatnonzero(np.concatenate(([True], terms[1:] != terms[:-1])))
	ends = np.append(starts[1:], len(terms)).tolist()
	raw = ids.tobytes()
	for term, start, end in zip(terms[starts].tolist(), starts.tolist(), ends, strict=True):
		yield term, end - start, raw[4 * start : 4 * end]


def write_block(sql: Sql, state: State, packed: np.ndarray) -> None:
	"""Sorted entries as one more block of each list that they belong to: what stands is not rewritten. `join_lists`
	makes one block of the many."""
	block = state.next_block
	insert_blocks(sql, state.generation, ((number, block, entries, ids) for number, entries, ids in lists_of(packed)))
	sql(f"UPDATE {STATE} SET next_block = next_block + 1 WHERE id = 1")


def insert_blocks(sql: Sql, generation: int, blocks: Iterable[tuple[int, int, int, bytes]], ending: str = "") -> None:
	"""Blocks as (term, number, entries, ids)."""
	head = f"INSERT INTO {POSTINGS} (generation, term, block, entries, ids) VALUES "
	rows = (f"({generation},{number},{block},{entries},x'{ids.hex()}')" for number, block, entries, ids in blocks)
	while part := ",".join(islice(rows, ROWS_PER_STATEMENT)):
		sql(head + part + ending)


def fold_delta(sql: Sql, most: int = 200_000) -> int:
	"""Moves up to `most` entries of the delta, and the rows that wait, into the lists; answers how many entries. A rebuild
	in progress keeps them to itself. To be run as the first thing of a transaction: what was moved by others must not be
	seen again."""
	state = lock_state(sql)
	if state.building:
		return 0
	moved = sql(f"SELECT term, id FROM {DELTA} ORDER BY term, id LIMIT {most}")
	rows = read_rows(sql, ROWS_A_FOLD)
	pairs = np.array(moved, dtype=np.uint64).reshape(-1, 2)
	packed = np.concatenate([(pairs[:, 0] << np.uint64(32)) | pairs[:, 1], *(packed for _number, packed in rows)])
	if len(packed):
		delete_delta(sql, moved)
		remove_rows(sql, [number for number, _packed in rows])
		write_block(sql, state, np.sort(packed))
		sql(f"UPDATE {STATE} SET names = {count_names(sql)} WHERE id = 1")
	return len(packed)


def count_loose(sql: Sql) -> int:
	"""Blocks that a list may have beside its open one and the full ones."""
	((loose,),) = sql(f"SELECT next_block - joined FROM {STATE} WHERE id = 1")
	return loose


def take_block(sql: Sql) -> State:
	"""Answers the state before: nobody else gives a block its number."""
	state = lock_state(sql)
	sql(f"UPDATE {STATE} SET next_block = next_block + 1 WHERE id = 1")
	return state


def join_lists(sql: Sql, full: int, first: int, last: int) -> bool:
	"""Puts the loose blocks of the lists from term `first` to before `last` together with their open one (0), and gives
	it the number `full` where it is. False: a rebuild is under way, which makes it superfluous."""
	state = lock_state(sql)
	if state.building:
		return False
	lists = f"generation = {state.generation} AND term >= {first} AND term < {last}"
	loose = f"{lists} AND block >= {state.joined} AND entries < {BLOCK_ENTRIES}"
	parts = sql(
		f"{UNCUT} SELECT term, 0, SUM(entries), GROUP_CONCAT(ids SEPARATOR '') FROM {POSTINGS} WHERE {loose} GROUP BY term"
	)
	insert_blocks(
		sql,
		state.generation,
		parts,
		" ON DUPLICATE KEY UPDATE ids = CONCAT(ids, VALUES(ids)), entries = entries + VALUES(entries)",
	)
	sql(f"DELETE FROM {POSTINGS} WHERE {loose}")
	sql(f"UPDATE {POSTINGS} SET block = {full} WHERE {lists} AND block = 0 AND entries >= {BLOCK_ENTRIES}")
	return True


def delete_delta(sql: Sql, pairs: Sequence[Sequence[int]]) -> None:
	"""Deletes rows that are committed, each by its primary key: no gap is locked, so that nobody who enters a name
	waits. Only whoever may change lists deletes here."""
	for start in range(0, len(pairs), ROWS_PER_STATEMENT):
		(term, number), *others = pairs[start : start + ROWS_PER_STATEMENT]
		rest = ",".join(f"({term},{number})" for term, number in others)
		sql(
			f"DELETE entry FROM (SELECT {term} AS term, {number} AS id{f' UNION ALL VALUES {rest}' if rest else ''}) done"
			f" STRAIGHT_JOIN {DELTA} entry ON entry.term = done.term AND entry.id = done.id"
		)


def count_waiting(sql: Sql, most: int) -> int:
	"""Entries that are in no list yet; of the delta, up to `most`."""
	((waiting,),) = sql(f"SELECT COUNT(*) FROM (SELECT 1 FROM {DELTA} LIMIT {most}) waiting")
	return waiting + count_entries(sql)


def count_names(sql: Sql) -> int:
	"""In a statement of its own: as part of an UPDATE it would lock every name."""
	((names,),) = sql(f"SELECT COUNT(*) FROM {NAMES}")
	return names

"""Which names have a letter: what the posting lists of pairs do not tell. A job writes the lists some time after the names, so
entering a name costs nothing more; the newest names, which are in no list yet, are read themselves.

The row of no letter says up to which id the lists go. Ids of names that are gone stay: whoever reads the names finds out.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from .store import NAMES, OWN_NAME, Sql

LETTERS = "meeting_search_letter"
TABLE = f"""CREATE TABLE IF NOT EXISTS {LETTERS} (
	letter VARCHAR(1) NOT NULL PRIMARY KEY,
	entries INT UNSIGNED NOT NULL,
	ids MEDIUMBLOB NOT NULL
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"""

# A letter of more names than these is on every few dozen: their list is not kept.
MAX_NAMES = 20_000
NAMES_A_STEP = 20_000
# So many names in no list are read as fast as a list.
MAX_FRESH = 30_000
# So many of the newest ids may still be given to names that are not committed.
UNSETTLED = 5_000
NO_IDS = np.array([], dtype="<u4")


class Letter(NamedTuple):
	"""The names that have a letter, as `parts.Lists` are the names that have pairs."""

	ids: np.ndarray

	@property
	def shortest(self) -> int:
		return len(self.ids)

	def read_common(self, sql: Sql) -> np.ndarray:
		return self.ids


def find_letter(sql: Sql, text: str) -> Letter | None:
	"""The rarest letter of `text`. None: each of them is in too many names, or too many names are in no list yet."""
	wanted = sorted(set(text))
	entries: dict[str, int] = dict(
		sql(f"SELECT letter, entries FROM {LETTERS} WHERE letter IN ('', {','.join(['%s'] * len(wanted))})", wanted)
	)
	listed = entries.pop("", 0)
	((newest,),) = sql(f"SELECT COALESCE(MAX(id), 0) FROM {NAMES}")
	rarest = min(wanted, key=lambda letter: entries.get(letter, 0))
	if newest - listed > MAX_FRESH or entries.get(rarest, 0) > MAX_NAMES:
		return None
	lists = sql(f"SELECT ids FROM {LETTERS} WHERE letter = %s", (rarest,)) if rarest in entries else ()
	fresh = sql(
		f"SELECT id FROM {NAMES} WHERE id > {listed} AND kind = {OWN_NAME} AND INSTR(norm, %s) ORDER BY id", (rarest,)
	)
	return Letter(
		np.concatenate(
			[*(np.frombuffer(ids, dtype="<u4") for (ids,) in lists), np.array([row[0] for row in fresh], dtype="<u4")]
		)
	)


def extend(sql: Sql) -> int:
	"""Takes up some thousand names that are in no list yet; answers how many ids that were. The names are read behind those who
	still write them, so none is passed over."""
	sql(f"INSERT IGNORE INTO {LETTERS} (letter, entries, ids) VALUES ('', 0, '')")
	((first,),) = sql(f"SELECT entries FROM {LETTERS} WHERE letter = '' FOR UPDATE")
	((newest,),) = sql(f"SELECT COALESCE(MAX(id), 0) FROM {NAMES}")
	last = min(first + NAMES_A_STEP, newest - UNSETTLED)
	if last <= first:
		return 0
	names = sql(
		f"SELECT id, norm FROM {NAMES} WHERE id > {first} AND id <= {last} AND kind = {OWN_NAME} ORDER BY id LOCK IN SHARE MODE"
	)
	_append(sql, _lists_of(names))
	sql(f"UPDATE {LETTERS} SET entries = {last} WHERE letter = ''")
	return last - first


def count_missing(sql: Sql) -> int:
	"""Entries that would hide a name: it has the letter, is old enough to be in its list, and is not."""
	stored, last, missing = _read_lists(sql), 0, 0
	((listed,),) = sql(f"SELECT COALESCE(MAX(entries), 0) FROM {LETTERS} WHERE letter = ''")
	while names := sql(
		f"SELECT id, norm FROM {NAMES} WHERE id > {last} AND id <= {listed} AND kind = {OWN_NAME} ORDER BY id LIMIT {NAMES_A_STEP}"
	):
		for letter, ids in _lists_of(names).items():
			found = stored.get(letter, NO_IDS)
			if found is not None:
				first, end = np.searchsorted(found, [ids[0], ids[-1] + 1])
				missing += len(np.setdiff1d(ids, found[first:end], assume_unique=True))
		last = names[-1][0]
	return missing


def _read_lists(sql: Sql) -> dict[str, np.ndarray | None]:
	return {
		letter: np.frombuffer(ids, dtype="<u4") if entries <= MAX_NAMES else None
		for letter, entries, ids in sql(f"SELECT letter, entries, ids FROM {LETTERS} WHERE letter != ''")
	}


def _lists_of(names: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
	lists = defaultdict(list)
	for number, norm in names:
		for letter in set(norm):
			lists[letter].append(number)
	return lists


def _append(sql: Sql, lists: dict[str, list[int]]) -> None:
	if not lists:
		return
	values = []
	for letter, ids in sorted(lists.items()):
		values += [letter, len(ids), np.array(ids, dtype="<u4").tobytes() if len(ids) <= MAX_NAMES else b""]
	sql(
		f"INSERT INTO {LETTERS} (letter, entries, ids) VALUES {','.join(['(%s, %s, %s)'] * len(lists))}"
		f" ON DUPLICATE KEY UPDATE entries = entries + VALUES(entries),"
		f" ids = IF(entries > {MAX_NAMES}, '', CONCAT(ids, VALUES(ids)))",
		values,
	)

"""Names that contain a part somebody typed, whatever stands around it: candidates from the posting lists of the duplicate
check, then a comparison of the letters."""

from collections import Counter
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from .pinyin import ALTERNATIVES, encode, tables
from .store import DELTA, NAMES, OWN_NAME, POSTINGS, STATE, Sql
from .text import FORMS_AT_THE_END, LEGAL_FORMS
from .tokens import Family, neighbours, term
from .waiting import find_entries

# Fewer candidates are compared faster than another list is read.
FEW = 1000
# Entries read for one part: longer lists hardly leave out anything.
MAX_ENTRIES = 2_500_000


class Lists(NamedTuple):
	"""Posting lists, the shortest first, each as its length and terms: a name that contains the part stands in all of them."""

	generation: int
	lists: list[tuple[int, set[int]]]

	@property
	def shortest(self) -> int:
		return self.lists[0][0]

	def read_common(self, sql: Sql) -> np.ndarray:
		"""Ids, ascending, that stand in as many of the lists as are worth reading."""
		(read, shortest), *others = self.lists
		found = read_ids(sql, self.generation, shortest)
		for length, terms in others:
			read += length
			if len(found) <= FEW or read > MAX_ENTRIES:
				break
			ids = read_ids(sql, self.generation, terms)
			found = found[np.isin(found, ids, assume_unique=True, kind="table")]
		return found


def find_lists(sql: Sql, part: str) -> Lists | None:
	"""For `part`, a text in normal form. None: the lists do not tell, because they leave out legal forms and single letters."""
	pairs = sure_pairs(part)
	if not pairs:
		return None
	((generation,),) = sql(f"SELECT generation FROM {STATE} WHERE id = 1")
	terms = [terms_of_pair(pair) for pair in pairs]
	lengths = read_lengths(sql, generation, set().union(*terms))
	lists = [(sum(lengths.get(number, 0) for number in numbers), numbers) for numbers in terms]
	return Lists(generation, sorted(lists, key=itemgetter(0)))


def sure_pairs(part: str) -> list[str]:
	"""Neighbours that stand in the lists of every name that contains `part`: neither letter can be of a legal form."""
	doubtful: set[int] = set()
	for form in (*LEGAL_FORMS, *FORMS_AT_THE_END):
		first = 1 - len(form) if form in LEGAL_FORMS else max(1 - len(form), len(part) - len(form))
		for start in range(first, len(part)):
			places = range(max(start, 0), min(start + len(form), len(part)))
			if all(part[place] == form[place - start] for place in places):
				doubtful.update(places)
	return list(
		dict.fromkeys(
			pair for place, pair in enumerate(neighbours(part)) if place not in doubtful and place + 1 not in doubtful
		)
	)


def terms_of_pair(pair: str) -> set[int]:
	first, second = (readings_of(letter) for letter in pair)
	return {term(Family.PAIR, one + two) for one in first for two in second}


def readings_of(letter: str) -> set[str]:
	other = {tables().alternative_code[ord(letter)]} if letter in ALTERNATIVES else set()
	return {encode(letter)} | other


def read_lengths(sql: Sql, generation: int, terms: set[int]) -> Counter:
	lengths: Counter[int] = Counter()
	for number, entries in sql(
		f"SELECT term, CAST(SUM(entries) AS UNSIGNED) FROM {POSTINGS}"
		f" WHERE generation = {generation} AND term IN ({join(terms)}) GROUP BY term"
		f" UNION ALL SELECT term, COUNT(*) FROM {DELTA} WHERE term IN ({join(terms)}) GROUP BY term"
	):
		lengths[number] += entries
	for number, ids in find_entries(sql, terms):
		lengths[number] += len(ids)
	return lengths


def read_ids(sql: Sql, generation: int, terms: set[int]) -> np.ndarray:
	blobs = sql(f"SELECT ids FROM {POSTINGS} WHERE generation = {generation} AND term IN ({join(terms)})")
	fresh = sql(f"SELECT id FROM {DELTA} WHERE term IN ({join(terms)})")
	lists = [np.frombuffer(ids, dtype="<u4") for (ids,) in blobs]
	lists += [ids for _number, ids in find_entries(sql, terms)]
	# The lists are ascending already: this kind of sorting merges them.
	ids = np.sort(np.concatenate([*lists, np.array([number for (number,) in fresh], dtype="<u4")]), kind="stable")
	return ids[np.append(True, ids[1:] != ids[:-1])] if len(ids) else ids


def read_containing(sql: Sql, ids: Sequence[int], parts: Sequence[Sequence[str]]) -> list[str]:
	"""Of these ids, the enterprises whose own name contains one text of each of the `parts`."""
	if not len(ids):
		return []
	conditions = ["1 = 1"]
	values: list[str] = []
	for texts in parts:
		conditions.append("(" + " OR ".join(["INSTR(norm, %s)"] * len(texts)) + ")")
		values.extend(texts)
	rows = sql(
		f"SELECT enterprise FROM {NAMES} WHERE id IN ({join(ids)}) AND kind = {OWN_NAME} AND {' AND '.join(conditions)}",
		values,
	)
	return [enterprise for (enterprise,) in rows]


def join(numbers) -> str:
	return ",".join(map(str, numbers))

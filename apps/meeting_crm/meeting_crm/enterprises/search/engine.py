"""Searching: terms to lists, lists to candidates, candidates to a ranked answer."""

import threading
from math import log
from typing import NamedTuple

import numpy as np

from .ranking import Candidate, Query, rank, read_query
from .store import ALIAS, DELTA, NAMES, POSTINGS, STATE, UNCUT, Sql
from .text import split_name
from .tokens import Family, family_of, neighbours, term
from .waiting import find_entries

# Entries read for one query, rarest lists first; what is more frequent hardly tells names apart.
MAX_ENTRIES = 50_000
# Blocks up to this length come with the first question, before it is known which lists are worth reading.
SMALL_BLOCK = 1500
CANDIDATES = 60
# Two letters of a short name say little: more names are compared before the best are known.
CANDIDATES_SHORT = {2: 400, 3: 120}
# Of the places in an answer, those kept for names that the query may be a short name of.
SHARE_OF_SHORT_NAMES = 3
GOOD_SHORT_NAME = 76.0
JUST_SO = 20
# What answers less well has nothing to do with what was typed.
POOR_MATCH = 35.0
GOOD_ALIAS = 80.0


class Hit(NamedTuple):
	enterprise: str
	score: float
	reason: str
	norm: str
	kind: int


def search(sql: Sql, text: str, limit: int = 20) -> list[Hit]:
	"""The enterprises that answer `text` best, best first, each once."""
	query = read_query(text)
	if query is None:
		return []
	lists = read_lists(sql, list(query.terms))
	candidates = read_names(sql, choose(query, lists), query.norm)
	weights = pair_weights(query, lists)
	matches = rank(query, candidates, weights)
	return [hit for hit in best_of_each(candidates, matches, limit) if hit.score >= POOR_MATCH]


def search_among(sql: Sql, text: str, enterprises: list[str], limit: int = 20) -> list[Hit]:
	"""Of these enterprises, those whose name answers `text` at all, best first."""
	query = read_query(text)
	if query is None or not enterprises:
		return []
	asked = ",".join(["%s"] * len(enterprises))
	rows = sql(f"SELECT id, enterprise, kind, norm, core FROM {NAMES} WHERE enterprise IN ({asked})", enterprises)
	candidates = [Candidate(*row) for row in rows]
	matches = rank(query, candidates, pair_weights(query, read_lists(sql, list(query.terms))))
	return [hit for hit in best_of_each(candidates, matches, limit) if hit.score >= POOR_MATCH]


class Lists(NamedTuple):
	names: int
	frequency: dict[int, int]
	ids: dict[int, np.ndarray]

	def weight(self, number: int) -> float:
		return log(1 + self.names / (self.frequency.get(number, 0) + 1))


def read_lists(sql: Sql, terms: list[int]) -> Lists:
	asked = ",".join(map(str, terms))
	((generation, names),) = sql(f"SELECT generation, names FROM {STATE} WHERE id = 1")
	lists = f"FROM {POSTINGS} WHERE generation = {generation} AND term IN"
	parts: dict[int, list[np.ndarray]] = {}
	for number, identifier in sql(f"SELECT term, id FROM {DELTA} WHERE term IN ({asked})"):
		parts.setdefault(number, []).append(identifier)
	parts = {number: [np.array(identifiers, dtype="<u4")] for number, identifiers in parts.items()}
	for number, identifiers in find_entries(sql, terms):
		parts.setdefault(number, []).append(identifiers)
	frequency = {number: sum(map(len, arrays)) for number, arrays in parts.items()}
	rows = sql(
		f"{UNCUT} SELECT term, CAST(SUM(entries) AS UNSIGNED), MAX(entries) > {SMALL_BLOCK},"
		f" GROUP_CONCAT(IF(entries <= {SMALL_BLOCK}, ids, NULL) SEPARATOR '') {lists} ({asked}) GROUP BY term"
	)
	for number, entries, _is_large, _ids in rows:
		frequency[number] = frequency.get(number, 0) + entries
	chosen = choose_lists(frequency)
	for number, _entries, _is_large, ids in rows:
		if number in chosen and ids:
			parts.setdefault(number, []).append(np.frombuffer(ids, dtype="<u4"))
	large = ",".join(str(number) for number, _entries, is_large, _ids in rows if is_large and number in chosen)
	if large:
		for number, ids in sql(f"SELECT term, ids {lists} ({large}) AND entries > {SMALL_BLOCK}"):
			parts.setdefault(number, []).append(np.frombuffer(ids, dtype="<u4"))
	ids = {
		number: arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
		for number, arrays in parts.items()
		if number in chosen
	}
	return Lists(max(names, 1000), frequency, ids)


def choose_lists(frequency: dict[int, int]) -> set[int]:
	"""The rarest, as many as are worth reading."""
	chosen: set[int] = set()
	entries = 0
	for number in sorted(frequency, key=frequency.__getitem__):
		entries += frequency[number]
		if entries > MAX_ENTRIES and len(chosen) > 1:
			break
		chosen.add(number)
	return chosen


class Scratch(threading.local):
	"""One number an id, zero between queries. Each thread keeps its own, so that none is allocated per query."""

	def __init__(self) -> None:
		self.sums = np.zeros(1 << 16, dtype=np.float32)

	def cover(self, highest: int) -> np.ndarray:
		if highest >= len(self.sums):
			self.sums = np.zeros(highest + highest // 4 + 1, dtype=np.float32)
		return self.sums


_scratch = Scratch()


def choose(query: Query, lists: Lists) -> list[int]:
	"""The ids that promise most: by all terms, by those of the core alone, and as short names."""
	chosen: dict[int, None] = {}
	weighted = [(number, ids, query.terms[number].weight * lists.weight(number)) for number, ids in lists.ids.items()]
	routes = [(weighted, CANDIDATES)]
	of_core = [item for item in weighted if query.terms[item[0]].in_core]
	if len(of_core) < len(weighted):
		routes.append((of_core, CANDIDATES))
	if not query.letters and (most := CANDIDATES_SHORT.get(len(query.parts.rest))):
		routes.append(([item for item in weighted if family_of(item[0]) is Family.SKIP], most))
	for route, most in routes:
		chosen.update(dict.fromkeys(heaviest(route, most)))
	return list(chosen)


def heaviest(weighted: list[tuple[int, np.ndarray, float]], most: int) -> list[int]:
	"""The `most` ids with the largest sums of weights. No id stands twice in one list."""
	if not weighted:
		return []
	sums = _scratch.cover(max(int(ids.max()) for _number, ids, _weight in weighted))
	touched = []
	try:
		for _number, ids, weight in weighted:
			have = sums[ids]
			touched.append(ids[have == 0])
			sums[ids] = have + np.float32(weight)
		found = np.concatenate(touched)
		total = sums[found]
	finally:
		for ids in touched:
			sums[ids] = 0
	if len(found) > most:
		found = found[np.argpartition(total, -most)[-most:]]
	return found.tolist()


def read_names(sql: Sql, ids: list[int], norm: str) -> list[Candidate]:
	"""The names of these ids, and those whose core or whole is just what was typed: an alias of two letters is lost
	among the names that contain them."""
	columns = "id, enterprise, kind, norm, core"
	rows = sql(
		f"(SELECT {columns} FROM {NAMES} WHERE id IN ({','.join(map(str, ids)) or 0})) UNION"
		f" (SELECT {columns} FROM {NAMES} WHERE core IN (%s, %s) AND (core = %s OR norm = %s)"
		f" ORDER BY norm = %s DESC, id LIMIT {JUST_SO})",
		(norm, split_name(norm).core, norm, norm, norm),
	)
	return [Candidate(*row) for row in rows]


def pair_weights(query: Query, lists: Lists) -> dict[str, float]:
	return {pair: lists.weight(term(Family.PAIR, pair)) for pair in neighbours(query.coded)}


def best_of_each(candidates: list[Candidate], matches: list, limit: int) -> list[Hit]:
	order = sorted(
		range(len(candidates)),
		key=lambda place: (-matches[place].score, len(candidates[place].norm), candidates[place].id),
	)
	hits: dict[str, Hit] = {}
	for place in order:
		candidate, match = candidates[place], matches[place]
		if candidate.enterprise not in hits:
			reason = "alias" if candidate.kind == ALIAS and match.score >= GOOD_ALIAS else match.reason
			hits[candidate.enterprise] = Hit(candidate.enterprise, match.score, reason, candidate.norm, candidate.kind)
	return keep_places_for_short_names(list(hits.values()), limit)


def keep_places_for_short_names(hits: list[Hit], limit: int) -> list[Hit]:
	"""中铁 stands in a hundred names; 中国铁路工程 is still an answer somebody may mean."""
	kept = hits[:limit]
	wanted = [hit for hit in hits if hit.reason == "short" and hit.score >= GOOD_SHORT_NAME][
		: limit // SHARE_OF_SHORT_NAMES
	]
	missing = [hit for hit in wanted if hit not in kept]
	if not missing:
		return kept
	others = [hit for hit in kept if hit not in wanted]
	room = limit - len(wanted)
	return others[:room] + wanted

"""Searching: terms to lists, lists to candidates, candidates to a ranked answer."""

from math import log
from typing import NamedTuple

import numpy as np

from .ranking import Candidate, Query, rank, read_query
from .store import DELTA, NAMES, POSTINGS, STATE, Sql
from .tokens import Family, family_of, neighbours, term

# Entries read for one query, rarest lists first; what is more frequent hardly tells names apart.
MOST_ENTRIES = 120_000
SMALL_LIST = 1500
CANDIDATES = 60
# Two letters of a short name say little: more names are compared before the best are known.
CANDIDATES_SHORT = {2: 400, 3: 120}
# Of the places in an answer, those kept for names that the query may be a short name of.
SHARE_OF_SHORT_NAMES = 3
GOOD_SHORT_NAME = 76.0


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
	candidates = read_names(sql, choose(query, lists))
	weights = pair_weights(query, lists)
	matches = rank(query, candidates, weights)
	return best_of_each(candidates, matches, limit)


class Lists(NamedTuple):
	names: int
	frequency: dict[int, int]
	ids: dict[int, np.ndarray]

	def weight(self, number: int) -> float:
		return log(1 + self.names / (self.frequency.get(number, 0) + 1))


def read_lists(sql: Sql, terms: list[int]) -> Lists:
	asked = ",".join(map(str, terms))
	((generation, names),) = sql(f"SELECT generation, names FROM {STATE} WHERE id = 1")
	fresh = sql(f"SELECT term, id FROM {DELTA} WHERE term IN ({asked})")
	rows = sql(
		f"SELECT term, block, entries, IF(entries <= {SMALL_LIST}, ids, NULL) FROM {POSTINGS}"
		f" WHERE generation = {generation} AND term IN ({asked})"
	)
	frequency: dict[int, int] = {}
	for number, _block, entries, _ids in rows:
		frequency[number] = frequency.get(number, 0) + entries
	parts: dict[int, list[np.ndarray]] = {}
	for number, identifier in fresh:
		frequency[number] = frequency.get(number, 0) + 1
		parts.setdefault(number, []).append(np.array([identifier], dtype="<u4"))
	chosen, entries_read = set(), 0
	for number in sorted(frequency, key=frequency.get):
		entries_read += frequency[number]
		if entries_read > MOST_ENTRIES and len(chosen) > 1:
			break
		chosen.add(number)
	missing = []
	for number, block, _entries, raw in rows:
		if number not in chosen:
			continue
		if raw is None:
			missing.append(f"({number},{block})")
		else:
			parts.setdefault(number, []).append(np.frombuffer(raw, dtype="<u4"))
	if missing:
		large = {int(pair[1:].split(",")[0]) for pair in missing}
		blobs = sql(
			f"SELECT term, ids FROM {POSTINGS} WHERE generation = {generation}"
			f" AND term IN ({','.join(map(str, large))}) AND entries > {SMALL_LIST}"
		)
		for number, raw in blobs:
			parts.setdefault(number, []).append(np.frombuffer(raw, dtype="<u4"))
	ids = {
		number: arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
		for number, arrays in parts.items()
		if number in chosen
	}
	return Lists(max(names, 1000), frequency, ids)


def choose(query: Query, lists: Lists) -> list[int]:
	"""The ids that promise most: half by all terms, half by those of the core alone."""
	if not lists.ids:
		return []
	numbers = list(lists.ids)
	weights = np.array([query.terms[number].weight * lists.weight(number) for number in numbers], dtype=np.float32)
	in_core = np.array([query.terms[number].in_core for number in numbers])
	packed = np.concatenate(
		[(ids.astype(np.uint64) << np.uint64(8)) | np.uint64(place) for place, ids in enumerate(lists.ids.values())]
	)
	packed.sort()
	which = (packed & np.uint64(0xFF)).astype(np.intp)
	ids = packed >> np.uint64(8)
	starts = np.flatnonzero(np.concatenate(([True], ids[1:] != ids[:-1])))
	found = ids[starts]
	chosen: dict[int, None] = {}
	routes = [(weights, CANDIDATES), (np.where(in_core, weights, 0), CANDIDATES)]
	if not query.letters and (most := CANDIDATES_SHORT.get(len(query.parts.rest))):
		of_short_names = np.array([family_of(number) is Family.SKIP for number in numbers])
		routes.append((np.where(of_short_names, weights, 0), most))
	for each, most in routes:
		sums = np.add.reduceat(each[which], starts)
		best = np.argpartition(sums, -most)[-most:] if len(sums) > most else np.flatnonzero(sums)
		chosen.update(dict.fromkeys(found[best].tolist()))
	return list(chosen)


def read_names(sql: Sql, ids: list[int]) -> list[Candidate]:
	if not ids:
		return []
	rows = sql(f"SELECT id, enterprise, kind, norm, core FROM {NAMES} WHERE id IN ({','.join(map(str, ids))})")
	return [Candidate(*row) for row in rows]


def pair_weights(query: Query, lists: Lists) -> dict[str, float]:
	return {pair: lists.weight(term(Family.PAIR, pair)) for pair in neighbours(query.coded)}


def best_of_each(candidates: list[Candidate], matches: list, limit: int) -> list[Hit]:
	order = sorted(
		range(len(candidates)), key=lambda place: (-matches[place].score, len(candidates[place].norm), candidates[place].id)
	)
	hits: dict[str, Hit] = {}
	for place in order:
		candidate, match = candidates[place], matches[place]
		if candidate.enterprise not in hits:
			hits[candidate.enterprise] = Hit(candidate.enterprise, match.score, match.reason, candidate.norm, candidate.kind)
	return keep_places_for_short_names(list(hits.values()), limit)


def keep_places_for_short_names(hits: list[Hit], limit: int) -> list[Hit]:
	"""中铁 stands in a hundred names; 中国铁路工程 is still an answer somebody may mean."""
	kept = hits[:limit]
	wanted = [hit for hit in hits if hit.reason == "short" and hit.score >= GOOD_SHORT_NAME][: limit // SHARE_OF_SHORT_NAMES]
	missing = [hit for hit in wanted if hit not in kept]
	if not missing:
		return kept
	others = [hit for hit in kept if hit not in wanted]
	room = limit - len(wanted)
	return others[:room] + wanted

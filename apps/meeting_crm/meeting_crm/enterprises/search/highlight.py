"""Which letters of a shown name answer the query: what the screen marks."""

from rapidfuzz.distance import LCSseq

from .pinyin import encode, initials
from .ranking import Query
from .text import normalise_name


def find_marks(query: Query, reason: str, shown: str) -> list[list[int]]:
	"""Ranges [start, end) of `shown`, ascending. A name found by another name of its own has none."""
	positions = [place for place, char in enumerate(shown) if normalise_name(char)]
	norm = "".join(normalise_name(shown[place])[:1] for place in positions)
	return _join([positions[place] for place in _matched(query, reason, norm)])


def _matched(query: Query, reason: str, norm: str) -> list[int]:
	if query.norm in norm:
		start = norm.find(query.norm)
		return list(range(start, start + len(query.norm)))
	if reason == "initials":
		return _substring(query.norm, initials(norm)) or _common(query.norm, initials(norm), 2)
	coded = encode(norm)
	if query.letters:
		ways = [_substring(way, coded) or _common(way, coded, 2) for way, _exactly in query.spellings]
		return max(ways, key=len, default=[])
	if reason == "short":
		return _common(query.parts.rest, norm, 1)
	exact = _common(query.parts.rest, norm, 2)
	by_sound = _common(query.coded, coded, 2)
	return sorted({*exact, *by_sound})


def _substring(part: str, text: str) -> list[int]:
	start = text.find(part)
	return list(range(start, start + len(part))) if start >= 0 else []


def _common(part: str, text: str, shortest: int) -> list[int]:
	"""Letters of `text` in the longest common subsequence, where at least `shortest` stand together."""
	return [
		place
		for step in LCSseq.opcodes(part, text)
		if step.tag == "equal" and step.dest_end - step.dest_start >= shortest
		for place in range(step.dest_start, step.dest_end)
	]


def _join(places: list[int]) -> list[list[int]]:
	ranges: list[list[int]] = []
	for place in places:
		if ranges and ranges[-1][1] == place:
			ranges[-1][1] = place + 1
		else:
			ranges.append([place, place + 1])
	return ranges

"""How well a name answers what somebody typed, and why. No frappe import, no database.

Scores run from 0 to 100. All candidates of one query are compared at once with RapidFuzz's array functions.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from .pinyin import encode, encode_exactly, initials, split_syllables, tables
from .text import NameParts, normalise_name, short_place, split_name
from .tokens import SHORT, WHOLE, Family, initials_readings, neighbours, runs_of_latin, short_name_initials, term


class Candidate(NamedTuple):
	id: int
	enterprise: str
	kind: int
	norm: str
	core: str


@dataclass
class Term:
	weight: float
	in_core: bool


@dataclass
class Query:
	"""What was typed, and the index terms it asks for."""

	norm: str
	parts: NameParts
	coded: str
	terms: dict[int, Term] = field(default_factory=dict)
	letters: bool = False
	spellings: list[tuple[str, str]] = field(default_factory=list)
	"""Typed pinyin as `encode` and `encode_exactly` write it."""

	def ask(self, family: Family, text: str, weight: float, in_core: bool = True) -> None:
		number = term(family, text)
		known = self.terms.get(number)
		if known is None or known.weight < weight:
			self.terms[number] = Term(weight, in_core or bool(known and known.in_core))


# A term that only forgives a mistake counts less than one that was typed.
NEXT, MISSING, WRONG, FAR = 1.0, 0.6, 0.5, 0.3
MAX_QUERY_LENGTH = 140


def read_query(text: str) -> Query | None:
	"""None where nothing is left to look for: fewer than two letters or characters."""
	norm = normalise_name(text[: 2 * MAX_QUERY_LENGTH])[:MAX_QUERY_LENGTH]
	if len(norm) < 2:
		return None
	if norm.isascii():
		return _read_letters(norm)
	parts = split_name(_LETTERS_INSIDE.sub(_spell_run, norm))
	query = Query(norm, parts, encode(parts.rest))
	edge = len(parts.head)
	for place, pair in enumerate(neighbours(query.coded)):
		query.ask(Family.PAIR, pair, NEXT, place >= edge)
	for gap, weight in ((1, MISSING), (2, WRONG), (3, FAR)):
		for place in range(len(parts.rest) - gap):
			query.ask(Family.SKIP, parts.rest[place] + parts.rest[place + gap], weight, place >= edge)
	for place in range(len(query.coded) - 2):
		query.ask(Family.PAIR, query.coded[place] + query.coded[place + 2], FAR, place >= edge)
	query.ask(Family.BRAND, parts.core[:2], NEXT)
	for run in runs_of_latin(norm):
		query.ask(Family.LATIN, run, NEXT)
	return query


_LETTERS_INSIDE = re.compile("[a-z]{2,}")


def _spell_run(found: re.Match) -> str:
	"""Pinyin among characters becomes the codes of its syllables; what is no pinyin stays as it is."""
	ways = split_syllables(found.group(), 1)
	if not ways or len("".join(ways[0])) < len(found.group()):
		return found.group()
	return "".join(tables().code_of[syllable] for syllable in ways[0])


def _read_letters(norm: str) -> Query:
	query = Query(norm, NameParts(norm, norm, ""), norm, letters=True)
	code, reading = tables().code_of, tables().reading_of
	for syllables, weight in zip(split_syllables(norm), (NEXT, MISSING, WRONG), strict=False):
		spelling = "".join(code[syllable] for syllable in syllables)
		query.spellings.append((spelling, "".join(reading.get(syllable, syllable) for syllable in syllables)))
		for pair in neighbours(spelling):
			query.ask(Family.PAIR, pair, weight)
	if len(norm) <= 4:
		query.ask(Family.START, WHOLE + norm, NEXT)
	if len(norm) <= 3:
		query.ask(Family.START, norm, NEXT)
		query.ask(Family.START, SHORT + norm, WRONG)
	for letters in (norm, *_without_legal_form(norm)):
		for place in range(len(letters) - 3):
			query.ask(Family.INITIALS, letters[place : place + 4], NEXT)
	query.ask(Family.LATIN, norm, NEXT)
	for place in range(len(norm) - 2):
		query.ask(Family.LATIN, norm[place : place + 3], MISSING)
	return query


_LEGAL_INITIALS = re.compile("(?:jt)?(?:gfyxgs|yxzrgs|gfgs|yxgs|zgs|fgs|gs|jt|hzs|jyb|yyb|msb|bsc|c)$")


def _without_legal_form(letters: str) -> list[str]:
	"""Initials end in those of the legal form (yxgs), which the index leaves out; 集团 may stand inside as well."""
	short = _LEGAL_INITIALS.sub("", letters)
	found = [short] if len(short) >= 4 and short != letters else []
	for inside in re.finditer("(?<=..)jt(?=..)", short):
		found.append(short[: inside.start()] + short[inside.end() :])
	return found


class Match(NamedTuple):
	score: float
	reason: str


def rank(query: Query, candidates: Sequence[Candidate], weight_of_pair: dict[str, float]) -> list[Match]:
	if not candidates:
		return []
	return _rank_letters(query, candidates) if query.letters else _rank_name(query, candidates, weight_of_pair)


# A core with one letter wrong, added or left out stands before names that merely share more of their letters.
ONE_SLIP = 72.0
SHORTEST_WITH_A_SLIP = 4

# What sounds as it was typed stands before what sounds so in the south alone.
BENT = 6.0


def _each(scorer, text: str, choices: Sequence[str]) -> np.ndarray:
	return process.cdist([text], choices, scorer=scorer, dtype=np.float32)[0]


def _rank_name(query: Query, candidates: Sequence[Candidate], weight_of_pair: dict[str, float]) -> list[Match]:
	norms = [candidate.norm for candidate in candidates]
	cores = [candidate.core for candidate in candidates]
	coded = [encode(norm) for norm in norms]
	coded_cores = [encode(core) for core in cores]
	core, rest = query.parts.core, query.parts.rest
	pairs = list(weight_of_pair.items())
	total = sum(weight_of_pair.values()) or 1.0
	share = np.array([sum(weight for pair, weight in pairs if pair in text) for text in coded]) * (100 / total)
	letters = set(neighbours(rest)) or {rest}
	exact = np.array([sum(pair in text for pair in letters) for text in norms]) * (100 / len(letters))
	of_core = np.maximum(
		0.5 * (_each(fuzz.ratio, core, cores) + _each(fuzz.ratio, encode(core), coded_cores)),
		0,
	)
	of_whole = _each(fuzz.ratio, query.norm, norms)
	inside = 0.5 * (_each(fuzz.partial_ratio, rest, norms) + _each(fuzz.partial_ratio, query.coded, coded))
	scores = 0.40 * share + 0.10 * exact + 0.25 * of_core + 0.15 * of_whole + 0.10 * inside
	if len(core) >= SHORTEST_WITH_A_SLIP:
		one_off = process.cdist([core], cores, scorer=Levenshtein.distance, score_cutoff=1, dtype=np.int32)[0] <= 1
		scores = np.where(one_off, np.maximum(scores, ONE_SLIP + 0.1 * scores), scores)
	matches = []
	for place, candidate in enumerate(candidates):
		score, reason = float(scores[place]), "similar"
		if candidate.norm == query.norm:
			score, reason = 100.0, "exact"
		elif candidate.core == query.norm or (candidate.core == core and rest == core):
			score, reason = max(score, 98.0), "contains"
		elif query.norm in candidate.norm:
			score, reason = max(score, _score_inside(query.norm, candidate)), "contains"
		elif query.coded in coded[place]:
			score, reason = max(score, 82.0 + min(6.0, 1.5 * (len(query.coded) - 2))), "sound"
		if score < 90 and len(rest) <= MAX_SHORT_NAME_LENGTH:
			short = score_short_name(rest, candidate)
			if short > score:
				score, reason = short, "short"
		matches.append(Match(score, reason))
	return matches


def _score_inside(typed: str, candidate: Candidate) -> float:
	if candidate.norm.startswith((typed, *(prefix + typed for prefix in NATIONAL))):
		return 95.0
	return 94.0 if candidate.core.startswith(typed) else 90.0


MAX_SHORT_NAME_LENGTH = 6
NATIONAL = ("中国", "国家")


def score_short_name(short: str, candidate: Candidate) -> float:
	"""0, or how well `short` takes letters of the name in order, best one from each word (中石化, 工行, 国网).

	Chinese words mostly have two characters, so letters that begin words stand at even distances from the
	start of the core; the last letter of a short name is often the last of the core.
	"""
	start = candidate.norm.find(candidate.core)
	head = candidate.norm[:start] if start >= 0 else split_name(candidate.norm).head
	source = short_place(head) + candidate.core
	offset = len(source) - len(candidate.core)
	national = candidate.norm.startswith(NATIONAL)
	begins = {0, offset, 1} if national else {0, offset}
	best: dict[int, tuple[float, int]] = {}
	for number, char in enumerate(short):
		following: dict[int, tuple[float, int]] = {}
		for place, have in enumerate(source):
			if have != char:
				continue
			if number == 0:
				earlier = (0.0 if place in begins else -0.5, place)
			else:
				reached = [
					(value - _gap_cost(place - before), first)
					for before, (value, first) in best.items()
					if before < place
				]
				if not reached:
					continue
				earlier = max(reached)
			worth = 1.0 if national and place < 2 else _place_worth(place, offset, len(source))
			following[place] = (earlier[0] + worth, earlier[1])
		if not following:
			return 0.0
		best = following
	worth, first = max(best.values())
	covered = len(source) - (offset if first >= offset else 0)
	score = 40 + 35 * worth / len(short) + 15 * min(1.0, 2 * len(short) / covered)
	return max(0.0, score + _renown(candidate.norm, offset > 0 and first >= offset))


def _renown(norm: str, place_left_out: bool) -> float:
	"""Companies of the whole country, and those whose place is part of the short name (上汽), are the ones called so."""
	if norm.startswith(NATIONAL):
		return 9.0 if not place_left_out else 5.0
	return -5.0 if place_left_out else 4.0


def _place_worth(place: int, offset: int, length: int) -> float:
	if (place - offset) % 2 == 0:
		return 1.0
	return 0.8 if place == length - 1 else 0.4


def _gap_cost(gap: int) -> float:
	return 0.0 if gap <= 3 else 0.15 * (gap - 3)


def _rank_letters(query: Query, candidates: Sequence[Candidate]) -> list[Match]:
	norms = [candidate.norm for candidate in candidates]
	typed = query.norm
	by_sound = np.zeros(len(candidates), dtype=np.float32)
	coded = [encode(norm) for norm in norms]
	cores = [encode(candidate.core) for candidate in candidates]
	for spelling, _exactly in query.spellings:
		by_sound = np.maximum(by_sound, _each(fuzz.ratio, spelling, coded))
		by_sound = np.maximum(by_sound, _each(fuzz.ratio, spelling, cores))
		by_sound = np.maximum(by_sound, 0.95 * _each(fuzz.partial_ratio, spelling, coded) if len(spelling) > 1 else 0)
	matches = []
	for place, candidate in enumerate(candidates):
		score, reason = float(by_sound[place]), "pinyin"
		if _is_bent(query, candidate.norm, coded[place]):
			score -= BENT
		latin = _score_latin(typed, candidate.norm)
		if latin > score:
			score, reason = latin, "exact" if candidate.norm == typed else "contains"
		short = _score_initials(typed, candidate)
		if short > score:
			score, reason = short, "initials"
		matches.append(Match(score, reason))
	return matches


def _is_bent(query: Query, norm: str, coded: str) -> bool:
	"""Typed is xinghe, and the name is only read xinhe."""
	meant = [exactly for spelling, exactly in query.spellings if spelling in coded]
	if not meant:
		return False
	read = encode_exactly(norm)
	return not any(exactly in read for exactly in meant)


def _score_latin(typed: str, norm: str) -> float:
	if norm == typed:
		return 100.0
	if typed in norm:
		return 96.0
	runs = runs_of_latin(norm)
	return max((0.9 * fuzz.ratio(typed, run) for run in runs), default=0.0)


def _score_initials(typed: str, candidate: Candidate) -> float:
	best = 0.0
	whole = initials(candidate.norm)
	for letters in initials_readings(candidate.core):
		if letters == typed:
			best = max(best, 97.0)
		elif letters.startswith(typed):
			best = max(best, 90.0 + 4.0 * len(typed) / len(letters))
	parts = split_name(candidate.norm)
	rest = initials(parts.rest) if best < 97 else ""
	if len(typed) <= 3 and any(letters.startswith(typed) for letters in short_name_initials(parts)):
		best = max(best, 80.0 + _renown(candidate.norm, bool(parts.head)))
	if rest == typed or whole == typed:
		return 99.0
	if whole.startswith(typed) or rest.startswith(typed):
		return max(best, 91.0 + 4.0 * len(typed) / len(rest or whole))
	if typed in rest or typed in whole:
		return max(best, 82.0 + 6.0 * len(typed) / len(whole))
	if len(typed) >= 4 and rest:
		return max(best, 0.85 * fuzz.ratio(typed, rest))
	return best

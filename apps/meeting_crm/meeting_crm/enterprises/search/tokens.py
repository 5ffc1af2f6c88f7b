"""The index terms of a name and of a query: 32-bit numbers, the family in the upper bits.

PAIR     two neighbouring syllables, folded: one family serves characters, homophones and typed pinyin
SKIP     two characters with one or two between them: short names (中石化) and a wrong character in the brand
INITIALS four neighbouring pinyin initials
START    the first two or three initials of the core and of the name, a core of up to four as a whole, and the
         initials of a likely short name (zsh)
BRAND    the first two characters of the core
LATIN    runs of Latin letters and digits, whole and in threes
"""

from enum import IntEnum
from zlib import crc32

from .pinyin import ALTERNATIVES, encode, initials, tables
from .text import NameParts, short_place


class Family(IntEnum):
	PAIR = 0
	SKIP = 1
	INITIALS = 2
	START = 3
	BRAND = 4
	LATIN = 5


# Rare pairs share a term: without the cap a million names make two million rows of one or two entries.
_BUCKETS = 1 << 18
HIGHEST_TERM = len(Family) * _BUCKETS


def term(family: Family, text: str) -> int:
	return family * _BUCKETS + crc32(text.encode()) % _BUCKETS


def family_of(number: int) -> Family:
	return Family(number // _BUCKETS)


def neighbours(text: str) -> list[str]:
	return [text[place : place + 2] for place in range(len(text) - 1)]


def runs_of_latin(text: str) -> list[str]:
	runs, run = [], ""
	for char in text:
		if char.isascii():
			run += char
		else:
			runs.append(run)
			run = ""
	return [part for part in [*runs, run] if len(part) > 1]


def readings(text: str) -> list[str]:
	"""The coded text, and again with each character of two readings in its other one."""
	usual = encode(text)
	other = tables().alternative_code
	found = [usual]
	for place, char in enumerate(text):
		if char in ALTERNATIVES:
			found.append(usual[:place] + other[ord(char)] + usual[place + 1 :])
	return found


def initials_readings(text: str) -> list[str]:
	usual = initials(text)
	other = tables().alternative_initial
	found = [usual]
	for place, char in enumerate(text):
		if char in ALTERNATIVES and other[ord(char)] != usual[place]:
			found.append(usual[:place] + other[ord(char)] + usual[place + 1 :])
	return found


def skip_text(parts: NameParts) -> str:
	"""Where the letters of a short name stand: the place in two characters, then the core."""
	return short_place(parts.head) + parts.core


# Marks of START terms: a whole core, the first letters of its words.
WHOLE, SHORT = "=", "~"


def short_name_initials(parts: NameParts) -> set[str]:
	"""Initials of the first three words, taking two characters for a word: with the place and without."""
	source = initials(skip_text(parts))
	offset = len(source) - len(parts.core)
	return {source[start:][0:6:2] for start in (0, offset)}


def terms_of_name(parts: NameParts) -> list[int]:
	"""Every term under which the name must be found, ascending."""
	rest, core = parts.rest, parts.core
	found: set[int] = set()
	# 今上（昭通）工艺品: people leave out a place inside as well as one before
	texts = (rest,) if core in rest else (rest, core)
	for coded in (coded for text in texts for coded in readings(text)):
		found.update(term(Family.PAIR, pair) for pair in neighbours(coded))
	if len(rest) == 1:
		found.add(term(Family.PAIR, encode(rest)))
	source = skip_text(parts)
	for gap in (2, 3):
		found.update(term(Family.SKIP, source[place] + source[place + gap]) for place in range(len(source) - gap))
	for letters in (letters for text in texts for letters in initials_readings(text)):
		found.update(term(Family.INITIALS, letters[place : place + 4]) for place in range(len(letters) - 3))
		found.add(term(Family.START, letters[:3]))
	for letters in initials_readings(core):
		found.update((term(Family.START, letters[:2]), term(Family.START, letters[:3])))
		if len(letters) <= 4:
			found.add(term(Family.START, WHOLE + letters))
	for letters in short_name_initials(parts):
		found.update((term(Family.START, SHORT + letters), term(Family.START, SHORT + letters[:2])))
	found.add(term(Family.BRAND, core[:2]))
	for run in runs_of_latin(rest):
		found.add(term(Family.LATIN, run))
		found.update(term(Family.LATIN, run[place : place + 3]) for place in range(len(run) - 2))
	return sorted(found)

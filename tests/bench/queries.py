"""Labelled queries made from company names: what people type when they mean a company. Seeded.

The names are other ones than those of a given list of queries, and the changes are harder: two homophones, a wrong
letter in the brand with neither place nor legal form, initials of the core alone, southern pinyin, pinyin among
characters, letters swapped, left out or added.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from opencc import OpenCC
from pypinyin import lazy_pinyin

from meeting_crm.enterprises.search.pinyin import fold_syllable, initials
from meeting_crm.enterprises.search.text import normalise_name, short_place, split_name

# A query made from a core that more companies share has no one right answer.
SHARED_BY = 3
ASKED_OF = 6


class Labelled(NamedTuple):
	text: str
	name: str
	kind: str


def sound_of(letter: str) -> str:
	return fold_syllable(lazy_pinyin(letter)[0])


class QueryMaker:
	def __init__(self, names: list[str], taken: set[str], seed: int) -> None:
		self.random = random.Random(seed)
		self.names = [name for name in names if name not in taken]
		self.cores = Counter(split_name(normalise_name(name)).core for name in names)
		self.core_initials = Counter()
		for core, count in self.cores.items():
			self.core_initials[initials(core)] += count
		self.letters = sorted(
			{char for name in self.names[:20_000] for char in normalise_name(name) if not char.isascii()}
		)
		self.alike = defaultdict(list)
		for char in self.letters:
			self.alike[sound_of(char)].append(char)
		self.traditional = OpenCC("s2t")

	def make(self, a_kind: int) -> list[Labelled]:
		return [query for kind in KINDS for query in self.make_kind(kind, a_kind)]

	def make_kind(self, kind: str, count: int) -> Iterable[Labelled]:
		made = 0
		while made < count:
			name = self.random.choice(self.names)
			parts = split_name(normalise_name(name))
			if self.cores[parts.core] > SHARED_BY or len(parts.core) < 5:
				continue
			text = KINDS[kind](self, parts)
			if text and len(text) > 1:
				made += 1
				yield Labelled(text, name, kind)

	def other_letter(self) -> str:
		return self.random.choice(self.letters)

	def homophone(self, char: str) -> str | None:
		choices = [other for other in self.alike[sound_of(char)] if other != char]
		return self.random.choice(choices) if choices else None

	def wrong_letter_in_brand(self, parts) -> str:
		place = self.random.randrange(3)
		return parts.core[:place] + self.other_letter() + parts.core[place + 1 :]

	def two_homophones(self, parts) -> str | None:
		letters = list(parts.core)
		for place in self.random.sample(range(len(letters)), 2):
			letters[place] = self.homophone(letters[place])
		return "".join(letters) if all(letters) else None

	def initials_of_core(self, parts) -> str | None:
		typed = "".join(syllable[0] for syllable in lazy_pinyin(parts.core))
		return typed if typed.isalpha() and self.core_initials[typed] <= ASKED_OF else None

	def swapped(self, parts) -> str:
		place = self.random.randrange(len(parts.core) - 1)
		return parts.head + parts.core[:place] + parts.core[place + 1] + parts.core[place] + parts.core[place + 2 :]

	def left_out(self, parts) -> str:
		place = self.random.randrange(len(parts.core))
		return parts.head + parts.core[:place] + parts.core[place + 1 :]

	def added(self, parts) -> str:
		place = self.random.randrange(1, len(parts.core))
		return parts.core[:place] + self.other_letter() + parts.core[place:]

	def pinyin_of_core(self, parts) -> str | None:
		return _ascii("".join(lazy_pinyin(parts.core)))

	def pinyin_with_spaces(self, parts) -> str | None:
		return _ascii(" ".join(lazy_pinyin(parts.rest)))

	def southern_pinyin(self, parts) -> str | None:
		return _ascii("".join(map(fold_syllable, lazy_pinyin(parts.rest))))

	def pinyin_inside(self, parts) -> str:
		place = self.random.randrange(1, len(parts.core) - 2)
		spelt = "".join(lazy_pinyin(parts.core[place : place + 2]))
		return parts.core[:place] + spelt + parts.core[place + 2 :]

	def traditional_core(self, parts) -> str:
		return self.traditional.convert(parts.core)

	def place_and_brand(self, parts) -> str | None:
		return short_place(parts.head) + parts.core[:3] if parts.head else None

	def place_in_brackets(self, parts) -> str | None:
		return f"（{short_place(parts.head)}）{parts.core}" if parts.head else None

	def unfinished(self, parts) -> str:
		return parts.head + parts.core[:-1]

	def trade_first(self, parts) -> str:
		return parts.core[-2:] + parts.core[:-2]


def _ascii(text: str) -> str | None:
	return text if text.isascii() else None


KINDS: dict[str, Callable] = {
	"wrong_letter": QueryMaker.wrong_letter_in_brand,
	"two_homophones": QueryMaker.two_homophones,
	"core_initials": QueryMaker.initials_of_core,
	"swapped": QueryMaker.swapped,
	"left_out": QueryMaker.left_out,
	"added": QueryMaker.added,
	"pinyin_core": QueryMaker.pinyin_of_core,
	"pinyin_spaces": QueryMaker.pinyin_with_spaces,
	"southern_pinyin": QueryMaker.southern_pinyin,
	"pinyin_inside": QueryMaker.pinyin_inside,
	"traditional": QueryMaker.traditional_core,
	"place_brand": QueryMaker.place_and_brand,
	"brackets": QueryMaker.place_in_brackets,
	"unfinished": QueryMaker.unfinished,
	"trade_first": QueryMaker.trade_first,
}

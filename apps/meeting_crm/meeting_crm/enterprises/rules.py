"""Pure decisions about enterprises: names, what a check may show, what counts as too many checks. No frappe import."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from meeting_crm.core.numbers import clean_text, without_words
from meeting_crm.enterprises.search.regions import place_length
from meeting_crm.enterprises.search.store import Prepared, prepare
from meeting_crm.enterprises.search.text import normalise_name, short_place, split_name

__all__ = [
	"NAME_LENGTH",
	"Found",
	"Prepared",
	"Question",
	"find_region",
	"is_possible_name",
	"is_similar",
	"is_too_fast",
	"list_places",
	"looks_like_number",
	"may_teach",
	"normalise_name",
	"prepare",
]

NAME_LENGTH = 140
SHORTEST_NUMBER = 7
NUMBERS = re.compile(r"[\d\s+()/.,;、·\-‐-―−~]+")
SHORTEST_NAME = 2
FREE = "Uncontacted"


def is_possible_name(text: str) -> bool:
	"""At least two letters, digits or Chinese characters, and no longer than the field; one sign may become several
	letters of the key."""
	return len(text or "") <= NAME_LENGTH and SHORTEST_NAME <= len(normalise_name(text)) <= NAME_LENGTH


def find_region(full_name: str) -> str | None:
	"""The province or city a company name begins with, in its short form; None where there is none."""
	return find_region_of_key(normalise_name(full_name))


def find_region_of_key(name_key: str) -> str | None:
	return short_place(name_key[: place_length(name_key)]) or None


# Brand and trade together: shorter parts are shared by companies that have nothing to do with one another.
TELLING_CORE = 4


class Found(NamedTuple):
	"""An enterprise that answers a check: how well (0 to 100) and why."""

	enterprise: str
	score: float
	reason: str


@dataclass(frozen=True)
class Question:
	"""What somebody asks the duplicate check: one box, or name, contact person and mobile together (A1)."""

	text: str = ""
	name: str = ""
	contact: str = ""
	mobile: str = ""

	@classmethod
	def of(cls, text=None, name=None, contact=None, mobile=None) -> "Question":
		return cls(*(" ".join(str(part or "")[: 2 * NAME_LENGTH].split()) for part in (text, name, contact, mobile)))

	@property
	def is_advanced(self) -> bool:
		return bool(self.name or self.contact or self.mobile)

	@property
	def name_or_text(self) -> str:
		return self.name or self.text

	def is_empty(self) -> bool:
		"""Too little to look for: a single letter would answer half the database."""
		parts = (self.text, self.name, self.contact, self.mobile)
		return all(len(normalise_name(part)) < SHORTEST_NAME for part in parts)

	def as_text(self) -> str:
		return " / ".join(part for part in (self.text, self.name, self.contact, self.mobile) if part)


def looks_like_number(text: str) -> bool:
	"""A telephone number in any spelling: with a word before it, an extension, whatever dashes."""
	plain = without_words(clean_text(text))
	return bool(NUMBERS.fullmatch(plain)) and sum(character.isdigit() for character in plain) >= SHORTEST_NUMBER


def list_places(held: Iterable[Mapping], own_projects: Iterable[tuple[str, str]], can_claim: bool) -> list[dict]:
	"""A2, A3: where an enterprise stands. The asker's own open projects come first; a project of others shows only
	when somebody holds the enterprise there; an enterprise nobody holds anywhere still shows once."""
	holding = {row["project"]: row for row in held}
	own = dict(own_projects)
	rows = [
		_place(
			project,
			project_name,
			holding[project]["status"] if project in holding else FREE,
			project not in holding and can_claim,
		)
		for project, project_name in own.items()
	]
	rows += [
		_place(project, row["project_name"], row["status"], False)
		for project, row in holding.items()
		if project not in own
	]
	return rows or [_place(None, None, FREE, False)]


def _place(project: str | None, project_name: str | None, status: str, claimable: bool) -> dict:
	return {"project": project, "project_name": project_name, "status": status, "claimable": claimable}


def is_too_fast(counts: Mapping[str, int], per_minute: int, per_day: int) -> bool:
	"""Past one of the limits; a limit of 0 is none."""
	return bool((per_minute and counts["minute"] > per_minute) or (per_day and counts["day"] > per_day))


def is_similar(full_name: str, hit: Found, threshold: float) -> bool:
	"""Near enough that the person must say theirs is another company. A part of a name or its initials is no
	likeness of whole names."""
	return hit.score >= threshold and hit.reason in ("exact", "similar", "sound", "contains", "alias")


def may_teach(text: str, enterprise_name: str) -> bool:
	"""Whether choosing this enterprise for `text` says something its name does not: letters that the name
	lacks as a whole, and no pinyin, which the search understands by itself."""
	short, norm = normalise_name(text), normalise_name(enterprise_name)
	return (
		SHORTEST_NAME <= len(short) <= 12
		and not short.isascii()
		and short not in norm
		and len(short) < len(split_name(norm).rest)
	)

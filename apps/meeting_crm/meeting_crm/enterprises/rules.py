"""Pure decisions about enterprises: names, what a check may show, what counts as too many checks. No frappe import."""

from meeting_crm.enterprises.search.regions import place_length
from meeting_crm.enterprises.search.text import normalise_name, short_place, split_name

__all__ = ["NAME_LENGTH", "find_region", "is_possible_name", "normalise_name"]

NAME_LENGTH = 140


def is_possible_name(text: str) -> bool:
	"""At least two letters, digits or Chinese characters, and no longer than the field."""
	return len(text or "") <= NAME_LENGTH and len(normalise_name(text)) >= 2


def find_region(full_name: str) -> str | None:
	"""The province or city a company name begins with, in its short form; None where there is none."""
	norm = normalise_name(full_name)
	return short_place(norm[: place_length(norm)]) or None

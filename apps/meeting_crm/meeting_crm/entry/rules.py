"""What an entry must contain (A4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from meeting_crm.core.numbers import (
	BASE_FIELDS,
	CONTACT_FIELDS,
	LONG_FIELDS,
	NAME_LENGTH,
	TEXT_LENGTH,
	Problem,
	clean_field,
	clean_long_text,
	clean_name,
	find_contact_problems,
	find_impossible_numbers,
	find_name_problems,
)

MAX_CONTACTS = 50


@dataclass
class Entry:
	"""An entry form (A4) as it will be stored."""

	full_name: str = ""
	profile: str = ""
	segment: str | None = None
	landline: str = ""
	mobile: str = ""
	email: str = ""
	fax: str = ""
	website: str = ""
	address: str = ""
	region: str = ""
	remarks: list[str] = field(default_factory=list)
	contacts: list[dict] = field(default_factory=list)
	added: dict = field(default_factory=dict, init=False)
	"""Values of fields that administrators added to the customer."""

	def get_base(self) -> dict:
		"""What the enterprise's base file keeps: everything except the author's own notes and sorting."""
		base = {key: getattr(self, key) or None for key in BASE_FIELDS}
		base["contacts"] = [dict(contact) for contact in self.contacts]
		return base


def read_entry(data: Mapping) -> Entry:
	"""The entry form with text cleaned up. Whatever has no place in the form is left out."""
	return Entry(
		full_name=clean_name(data.get("full_name")),
		segment=clean_name(data.get("segment")) or None,
		remarks=_read_remarks(data.get("remarks")),
		contacts=_read_contacts(data.get("contacts")),
		**{key: clean_field(key, data.get(key)) for key in BASE_FIELDS},
	)


def _read_remarks(remarks: object) -> list[str]:
	if not remarks:
		return []
	rows = [remarks] if isinstance(remarks, str | Mapping) else list(remarks) if isinstance(remarks, Iterable) else []
	notes = [row.get("note") if isinstance(row, Mapping) else row for row in rows]
	return [text for note in notes if (text := clean_long_text(note))]


def _read_contacts(contacts: object) -> list[dict]:
	if not isinstance(contacts, list | tuple):
		return []
	rows = [
		{key: clean_field(key, row.get(key)) for key in CONTACT_FIELDS} for row in contacts if isinstance(row, Mapping)
	]
	return [row for row in rows if any(row.values())]


def find_problems(entry: Entry) -> list[Problem]:
	"""Everything wrong with an entry at once (A4), in the order of the form."""
	return [
		*find_name_problems(entry.full_name),
		*_find_text_problems(entry),
		*_find_number_problems(entry),
		*_find_contact_problems(entry.contacts),
	]


def _find_text_problems(entry: Entry) -> list[Problem]:
	problems = [] if entry.profile else [Problem("profile", "missing")]
	for key in BASE_FIELDS:
		limit = TEXT_LENGTH if key in LONG_FIELDS else NAME_LENGTH
		if len(getattr(entry, key)) > limit:
			problems.append(Problem(key, "too_long", (len(getattr(entry, key)), limit)))
	problems.extend(
		Problem("remarks", "too_long", (len(note), TEXT_LENGTH)) for note in entry.remarks if len(note) > TEXT_LENGTH
	)
	return problems


def _find_number_problems(entry: Entry) -> list[Problem]:
	problems = [Problem(key, "missing") for key in ("landline", "mobile") if not getattr(entry, key)]
	if not entry.email and not entry.fax:
		problems.append(Problem("email", "email_or_fax"))
	return problems + find_impossible_numbers(
		{key: getattr(entry, key) for key in ("landline", "mobile", "email", "fax")}
	)


def _find_contact_problems(contacts: list[dict]) -> list[Problem]:
	if not contacts:
		return [Problem("contacts", "no_contact")]
	if len(contacts) > MAX_CONTACTS:
		return [Problem("contacts", "too_many", (len(contacts), MAX_CONTACTS))]
	return [problem for row, contact in enumerate(contacts, 1) for problem in find_contact_problems(contact, row)]

"""Numbers and people of base files: companies of the pool are found by them before anybody has a file on one."""

from itertools import product

import frappe
from frappe.query_builder import Criterion, DocType

from meeting_crm.core.database import escape_like
from meeting_crm.core.numbers import get_name_spellings, get_number_keys

MAX_MATCHES = 50
ENTERPRISE, CONTACT = "Meeting Enterprise", "Meeting Enterprise Contact"


def find_by_number(number: str) -> list[str]:
	"""Enterprises whose base file has the number, or one of several, as mobile or as phone; by index."""
	found = set()
	for key, column in product(get_number_keys(number), ("mobile_key", "phone_key")):
		enterprise, contact = DocType(ENTERPRISE), DocType(CONTACT)
		found.update(
			frappe.qb.from_(enterprise)
			.where(enterprise[column] == key)
			.select(enterprise.name)
			.limit(MAX_MATCHES)
			.run(pluck=True)
		)
		found.update(
			frappe.qb.from_(contact)
			.where((contact[column] == key) & (contact.parenttype == ENTERPRISE))
			.select(contact.parent)
			.limit(MAX_MATCHES)
			.run(pluck=True)
		)
	return sorted(found)


def find_by_person(person: str) -> list[str]:
	"""Enterprises with somebody in the base file whose name begins like that."""
	names = get_name_spellings(person)
	if not names:
		return []
	contact = DocType(CONTACT)
	return sorted(
		set(
			frappe.qb.from_(contact)
			.where(Criterion.any(contact.person_name.like(f"{escape_like(name)}%") for name in names))
			.where(contact.parenttype == ENTERPRISE)
			.select(contact.parent)
			.limit(MAX_MATCHES)
			.run(pluck=True)
		)
	)

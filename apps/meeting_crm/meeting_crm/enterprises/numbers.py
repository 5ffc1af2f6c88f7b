"""Numbers and people of base files: companies of the pool are found by them before anybody has a file on one."""

import frappe
from frappe.query_builder import DocType

from meeting_crm.core.database import escape_like
from meeting_crm.core.numbers import clean_name, normalise_phone

MAX_MATCHES = 50
ENTERPRISE, CONTACT = "Meeting Enterprise", "Meeting Enterprise Contact"


def find_by_number(number: str) -> list[str]:
	"""Enterprises whose base file has the number, as mobile or as phone; by index."""
	key = normalise_phone(number)
	if not key:
		return []
	found = set()
	for column in ("mobile_key", "phone_key"):
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
	name = clean_name(person)
	if not name:
		return []
	contact = DocType(CONTACT)
	return sorted(
		set(
			frappe.qb.from_(contact)
			.where(contact.person_name.like(f"{escape_like(name)}%") & (contact.parenttype == ENTERPRISE))
			.select(contact.parent)
			.limit(MAX_MATCHES)
			.run(pluck=True)
		)
	)

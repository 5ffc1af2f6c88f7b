"""What a caller says leads to the file: a telephone number, an e-mail address, a person, a company's name or its pinyin, the number of
a contract or a quotation. Only what the user may read in the lists."""

import re

import frappe

from meeting_crm.core.numbers import clean_name, get_name_spellings, get_number_keys, normalise_email
from meeting_crm.core.people import is_administrator
from meeting_crm.customers.permissions import get_visible_names
from meeting_crm.enterprises import index

CUSTOMER, CONTACT = "Meeting Customer", "Meeting Contact"
NUMBERED = {"Meeting Contract": "enterprise_name", "Meeting Quotation": "customer_name"}
SHORTEST, LONGEST = 2, 140
SHORTEST_NUMBER = 5
MOST_COMPANIES = 50
GOOD_MATCH = 80
"""Of the search's scores: what is merely like a name stands in nobody's way to a page of the desk."""
DOCUMENT_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{2,}")


def find(text: str, limit: int) -> list[dict]:
	"""At most `limit` rows of {doctype, name, title, detail}, what fits best first. A person leads to the file of the company."""
	text = clean_name(text)[:LONGEST]
	if sum(character.isalnum() for character in text) < SHORTEST:
		return []
	ways = (_find_by_number, _find_by_email, _find_documents, _find_companies, _find_people)
	found: dict[tuple[str, str], dict] = {}
	for way in ways:
		if len(found) < limit:
			for row in way(text, limit):
				found.setdefault((row["doctype"], row["name"]), row)
	return list(found.values())[:limit]


def _find_by_number(text: str, limit: int) -> list[dict]:
	"""In any spelling, also the beginning of one: numbers are found while they are typed."""
	if sum(character.isdigit() for character in text) < SHORTEST_NUMBER:
		return []
	rows = []
	for key in get_number_keys(text):
		for column in ("mobile_key", "phone_key"):
			rows += _find_by_key(column, key, limit)
	return rows


def _find_by_email(text: str, limit: int) -> list[dict]:
	address = normalise_email(text) if "@" in text else None
	return _find_by_key("email_key", address, limit) if address else []


def _find_by_key(column: str, key: str, limit: int) -> list[dict]:
	begins = ["like", f"{key}%"]
	return [*map(_describe, _list_files({column: begins}, limit)), *_list_people({column: begins}, limit)]


def _find_people(text: str, limit: int) -> list[dict]:
	return [
		row for name in get_name_spellings(text) for row in _list_people({"person_name": ["like", f"{name}%"]}, limit)
	]


def _list_people(filters: dict, limit: int) -> list[dict]:
	if not frappe.has_permission(CONTACT):
		return []
	rows = frappe.get_list(
		CONTACT,
		filters={**filters, "customer": ["is", "set"]},
		fields=["customer", "customer_name", "person_name", "position", "mobile", "phone"],
		limit=limit,
		order_by=_along(CONTACT, filters),
	)
	return [
		_row(CUSTOMER, row.customer, row.customer_name, row.person_name, row.position, row.mobile or row.phone)
		for row in rows
	]


def _list_files(filters: dict, limit: int) -> list[frappe._dict]:
	if not frappe.has_permission(CUSTOMER):
		return []
	return frappe.get_list(
		CUSTOMER,
		filters=filters,
		fields=["name", "customer_name", "landline", "mobile", "enterprise"],
		limit=limit,
		order_by=_along(CUSTOMER, filters),
	)


def _describe(file: frappe._dict) -> dict:
	return _row(CUSTOMER, file.name, file.customer_name, file.mobile or file.landline)


def _along(doctype: str, filters: dict) -> str:
	"""The order of the index that the first filter reads: by time the database would read everybody's from the newest on."""
	return f"`tab{doctype}`.`{next(iter(filters))}`"


def _find_documents(text: str, limit: int) -> list[dict]:
	if not (DOCUMENT_NUMBER.fullmatch(text) and any(character.isdigit() for character in text)):
		return []
	return [
		_row(doctype, row.name, row.name, row[title])
		for doctype, title in NUMBERED.items()
		if frappe.has_permission(doctype)
		for row in frappe.get_list(
			doctype,
			filters={"name": ["like", f"%{text}%"]},
			fields=["name", title],
			limit=limit,
			order_by="name desc",
		)
	]


def _find_companies(text: str, limit: int) -> list[dict]:
	"""By the search of the duplicate check, among the files that the user may read; private contacts by a part of the name."""
	visible = None if is_administrator() else get_visible_names(frappe.session.user)
	if visible is None:
		hits = index.find(text, MOST_COMPANIES)
	else:
		own = frappe.get_all(
			CUSTOMER, {"name": ("in", visible or [""]), "enterprise": ("is", "set")}, pluck="enterprise"
		)
		hits = index.find_among(text, set(own), limit) if own else []
	order = {hit.enterprise: place for place, hit in enumerate(hits) if hit.score >= GOOD_MATCH}
	files = _list_files({"enterprise": ["in", list(order)]}, MOST_COMPANIES) if order else []
	files.sort(key=lambda file: order[file.enterprise])
	private = _list_files({"enterprise": ["is", "not set"], "customer_name": ["like", f"%{text}%"]}, limit)
	return [*map(_describe, [*files, *private][:limit])]


def _row(doctype: str, name: str, title: str, *details: str | None) -> dict:
	return {"doctype": doctype, "name": name, "title": title, "detail": " · ".join(filter(None, details))}

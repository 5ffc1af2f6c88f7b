"""Other names by which an enterprise is found: added by people, learned from what they choose, left by a merge."""

import frappe
from frappe import _
from frappe.utils import escape_html

from meeting_crm.core.numbers import clean_name
from meeting_crm.enterprises import errors, index, rules
from meeting_crm.enterprises.service import find_by_name, refuse_strange

ADDED, LEARNED, MERGED = "Added", "Learned", "Merged"


def add_alias(enterprise: str, alias: str, source: str = ADDED) -> str:
	"""Adds a short or former name; the same one again changes nothing. Raises AliasError where it is the full name of
	another enterprise, which people would no longer find under it."""
	alias = clean_name(alias)
	if not rules.is_possible_name(alias):
		frappe.throw(
			_("{0} is no name: an alias needs at least two letters or characters, at most {1}.").format(
				escape_html(alias[:60]), rules.NAME_LENGTH
			),
			exc=errors.AliasError,
		)
	owner = find_by_name(alias)
	if owner and owner != enterprise:
		frappe.throw(
			_("{0} is the full name of another company. Link the two as affiliates instead.").format(
				escape_html(alias)
			),
			exc=errors.AliasError,
		)
	existing = find_alias(enterprise, alias)
	if existing:
		return existing
	doc = frappe.get_doc(
		{"doctype": "Meeting Enterprise Alias", "enterprise": enterprise, "alias": alias, "source": source}
	)
	return doc.insert(
		ignore_permissions=True
	).name  # why: whoever has a file on the enterprise may say what it is called


def find_alias(enterprise: str, alias: str) -> str | None:
	return frappe.db.get_value(
		"Meeting Enterprise Alias", {"enterprise": enterprise, "alias_key": rules.normalise_name(alias)}
	)


def get_aliases(enterprise: str) -> list[dict]:
	return frappe.get_all(
		"Meeting Enterprise Alias",
		filters={"enterprise": enterprise},
		fields=["name", "alias", "source"],
		order_by="alias",
	)


def remove_alias(name: str) -> None:
	frappe.delete_doc("Meeting Enterprise Alias", name, ignore_permissions=True)  # why: decided by the caller


def remove_all(enterprise: str) -> None:
	for row in get_aliases(enterprise):
		remove_alias(row.name)


def prepare(doc) -> None:
	"""What a Meeting Enterprise Alias derives."""
	doc.alias = clean_name(doc.alias)
	if doc.source != MERGED:
		refuse_strange(doc.alias, errors.AliasError)
	doc.alias_key = rules.normalise_name(doc.alias)
	doc.added_by = doc.added_by or frappe.session.user


def follow_change(doc) -> None:
	before = doc.get_doc_before_save()
	if before and (before.enterprise, before.alias_key) != (doc.enterprise, doc.alias_key):
		index.remove_alias(before.enterprise, before.alias_key)
		index.add_alias(doc.enterprise, doc.alias_key)

"""Other names by which an enterprise is found: added by people, learned from what they choose, left by a merge."""

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count
from frappe.utils import add_to_date, cint, escape_html, now_datetime

from meeting_crm.customers.rules import clean_name
from meeting_crm.enterprises import errors, index, rules
from meeting_crm.enterprises.service import find_by_name, refuse_strange

ADDED, LEARNED, MERGED = "Added", "Learned", "Merged"
MINUTES_BETWEEN_CHECK_AND_CHOICE = 10


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
			_("{0} is the full name of another enterprise. Link the two as affiliates instead.").format(
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


def learn_from_claim(claim, method: str | None = None) -> None:
	"""Somebody checked a text and then claimed an enterprise whose name does not contain it: what they typed may be
	its short name. When enough people agree, it becomes an alias."""
	if claim.source not in ("Duplicate Check", "Pool"):
		return
	typed = get_last_check(claim.holder)
	if typed and rules.may_teach(typed, claim.enterprise_name or ""):
		learn(typed, claim.enterprise, claim.holder)


def get_last_check(user: str) -> str | None:
	check = DocType("Meeting Duplicate Check")
	since = add_to_date(now_datetime(), minutes=-MINUTES_BETWEEN_CHECK_AND_CHOICE)
	rows = (
		frappe.qb.from_(check)
		.where((check.user == user) & (check.kind == "Quick Check") & (check.checked_on >= since))
		.select(check.query_text)
		.orderby(check.checked_on, order=frappe.qb.desc)
		.limit(1)
		.run()
	)
	return rows[0][0] if rows else None


def learn(typed: str, enterprise: str, user: str) -> None:
	from meeting_crm.enterprises.checks import record

	record("Chosen", typed, 1, enterprise=enterprise, user=user)
	needed = cint(frappe.get_cached_doc("Meeting Enterprise Settings").people_to_learn)
	if needed and count_teachers(typed, enterprise) >= needed and not find_by_name(typed):
		add_alias(enterprise, typed, LEARNED)


def count_teachers(typed: str, enterprise: str) -> int:
	check = DocType("Meeting Duplicate Check")
	rows = (
		frappe.qb.from_(check)
		.where((check.kind == "Chosen") & (check.enterprise == enterprise) & (check.query_text == typed))
		.select(Count(check.user).distinct())
		.run()
	)
	return rows[0][0]

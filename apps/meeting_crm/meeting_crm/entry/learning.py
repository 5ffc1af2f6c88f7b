"""What people type and then choose teaches short names."""

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count
from frappe.utils import add_to_date, cint, now_datetime

from meeting_crm.enterprises import rules
from meeting_crm.enterprises.aliases import LEARNED, add_alias
from meeting_crm.enterprises.service import find_by_name
from meeting_crm.entry.checks import record

MINUTES_BETWEEN_CHECK_AND_CHOICE = 10


def learn_from_claim(claim, method: str | None = None) -> None:
	"""Somebody checked a text and then claimed an enterprise whose name does not contain it: what they typed may be
	its short name. When enough people agree, it becomes an alias."""
	if claim.source not in ("Duplicate Check", "Pool"):
		return
	typed = get_last_check(claim.holder)
	if typed and rules.may_teach(typed, claim.enterprise_name or ""):
		learn(typed, claim.enterprise, claim.holder)


def forget_undone(claim, method: str | None = None) -> None:
	"""A claim that was taken back teaches nothing."""
	if claim.source == "Undone" and claim.has_value_changed("source"):
		frappe.db.delete(
			"Meeting Duplicate Check",
			{
				"kind": "Chosen",
				"user": claim.holder,
				"enterprise": claim.enterprise,
				"checked_on": (">=", claim.claimed_on),
			},
		)


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

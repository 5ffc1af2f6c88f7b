"""What the screens of this room show: Today, what an entry would mean, a person's past projects. Reads only.
Everyone sees their own claims, managers those of their people, administrators all (design.md, visibility)."""

from datetime import datetime, timedelta

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Count, Max, Sum
from frappe.utils import cint, now_datetime
from pypika import Order
from pypika.terms import Criterion

from meeting_crm.claims import rules, service
from meeting_crm.claims.locks import get_account_name
from meeting_crm.claims.queries import figures, lists
from meeting_crm.claims.queries.first_rows import Listed
from meeting_crm.core import people
from meeting_crm.customers import screens as customer_screens
from meeting_crm.enterprises import service as enterprises
from meeting_crm.meeting_projects import calendar
from meeting_crm.meeting_projects import service as projects

RECEIVED = (rules.ASSIGNED, rules.HANDED_OVER, rules.CARRIED_OVER)
"""Sources of claims that come to a person without their doing."""

RECEIVED_DAYS = 7
ENDING_ROWS = 50


def get_today(project: str, user: str) -> dict:
	"""The Today screen of one project: what runs out next, what came in from others, and the team of a manager or an
	administrator. The totals come by themselves (`figures.get_totals`): they count everybody's claims, nobody waits for them."""
	now = now_datetime()
	settings, holders = projects.get_rules(project), lists.get_holders(user)
	is_team = people.is_manager(user) or holders is None or len(holders) > 1
	return {
		"now": now,
		"rules": {
			"reminder_days": settings.reminder_days,
			"daily_minimum": settings.daily_minimum,
			"daily_maximum": settings.daily_maximum,
			"extension_days": settings.extension_days,
			"max_extensions": settings.max_extensions,
		},
		"is_member": projects.is_member(project, user),
		"is_team": is_team,
		"extensions_used": _count_extensions(project, user),
		"ending": _get_ending(project, holders, now, settings.reminder_days),
		"received": _get_received(project, user, now),
		"shared": customer_screens.get_shared_files(user, now - timedelta(days=RECEIVED_DAYS)),
		"team": figures.get_team(project, user) if is_team else None,
		"left_behind": customer_screens.get_left_behind(holders) if is_team else [],
	}


def get_affiliated(project: str, enterprise: str, user: str) -> dict:
	"""A6, what "also the affiliates" would mean in a project: `claims` of affiliated enterprises that `user` may act
	on, and `free` ones that nobody holds there."""
	others = enterprises.read_names(enterprises.get_affiliates(enterprise))
	if not others:
		return {"claims": [], "free": []}
	claim = DocType("Meeting Claim")
	claims = (
		frappe.qb.from_(claim)
		.select(*(claim[column] for column in lists.COLUMNS))
		.where((claim.project == project) & claim.enterprise.isin(list(others)))
		.where(lists.by_holder(claim, user, None) & lists.by_kind(claim, "protected", now_datetime()))
		.orderby(claim.enterprise_name)
		.run(as_dict=True)
	)
	statuses = service.get_statuses(list(others), [project])
	free = [
		{"enterprise": name, "enterprise_name": others[name]}
		for name, rows in statuses.items()
		if all(row["status"] == rules.STATUS_FREE for row in rows)
	]
	return {"claims": lists.with_names(claims), "free": free}


def get_entry_terms(project: str, user: str) -> dict:
	"""What an entry made now would mean: until when it is protected, and how many are left today (B2, B7)."""
	now = now_datetime()
	settings = projects.get_rules(project)
	return {
		"now": now,
		"protected_until": calendar.get_protection_end(now, settings.protection_days, settings),
		"new_today": figures.get_new_today(project, now.date(), [user]).get(user, 0),
		"daily_minimum": settings.daily_minimum,
		"daily_maximum": settings.daily_maximum,
	}


def get_past_projects(user: str, holder: str | None = None) -> list[dict]:
	"""D6: the projects a person has held enterprises in, with how many, newest first."""
	claim = DocType("Meeting Claim")
	now = now_datetime()
	condition = lists.by_holder(claim, user, holder)
	counts = (
		frappe.qb.from_(claim)
		.select(
			claim.project,
			Count("*").as_("claimed"),
			_count_where(lists.by_kind(claim, "protected", now), "protected"),
			_count_where(claim.phase == rules.SIGNED, "signed"),
		)
		.where(condition)
		.groupby(claim.project)
		.run(as_dict=True)
	)
	latest = frappe.qb.from_(claim).select(claim.project, Max(claim.claimed_on)).where(condition).groupby(claim.project)
	last_claimed_on = dict(latest.run())
	names = projects.get_project_names(list(last_claimed_on))
	rows = [
		{**row, "project_name": names.get(row.project), "last_claimed_on": last_claimed_on[row.project]}
		for row in counts
	]
	return sorted(rows, key=lambda row: row["last_claimed_on"], reverse=True)


def get_visible_people(user: str) -> list[dict]:
	"""The people whose claims `user` may list: himself and those below him; administrators choose anyone
	who ever held a claim."""
	if people.is_administrator(user):
		claim = DocType("Meeting Claim")
		names = frappe.qb.from_(claim).select(claim.holder).distinct().run(pluck=True)
	else:
		names = people.get_subordinates(user)
	full_names = lists.get_full_names([user, *names])
	others = sorted((name for name in full_names if name != user), key=lambda name: full_names[name])
	return [{"user": name, "full_name": full_names.get(name) or name} for name in [user, *others]]


def _get_ending(project: str, holders: list[str] | None, now: datetime, reminder_days: int) -> list[dict]:
	claim, soon = DocType("Meeting Claim"), now + timedelta(days=reminder_days)
	if holders is not None:
		names = Listed("protected", now, holders, project, soon).find("protected_until", Order.asc, 0, ENDING_ROWS)
		return lists.with_names(lists.read_named(names))
	return lists.with_names(
		frappe.qb.from_(claim)
		.select(*(claim[column] for column in lists.COLUMNS))
		.where((claim.project == project) & lists.by_kind(claim, "protected", now))
		.where(claim.protected_until <= soon)
		.orderby(claim.protected_until)
		.limit(ENDING_ROWS)
		.run(as_dict=True)
	)


def _get_received(project: str, user: str, now: datetime) -> list[dict]:
	claim = DocType("Meeting Claim")
	return lists.with_names(
		frappe.qb.from_(claim)
		.select(*(claim[column] for column in lists.COLUMNS))
		.where((claim.project == project) & (claim.holder == user) & claim.source.isin(RECEIVED))
		.where(lists.by_kind(claim, "protected", now) & (claim.claimed_on >= now - timedelta(days=RECEIVED_DAYS)))
		.orderby(claim.claimed_on, order=Order.desc)
		.limit(ENDING_ROWS)
		.run(as_dict=True)
	)


def _count_extensions(project: str, user: str) -> int:
	return cint(frappe.db.get_value("Meeting Claim Account", get_account_name(project, user), "extensions_used"))


def _count_where(condition: Criterion, alias: str):
	return Sum(Case().when(condition, 1).else_(0)).as_(alias)

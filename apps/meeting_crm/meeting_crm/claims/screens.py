"""What the screens of this room show: the figures of Today, the board of a project, a person's past projects. Reads only.
Everyone sees their own claims, managers those of their people, administrators all (design.md, visibility)."""

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from zlib import crc32

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Count, Date, Max, Sum
from frappe.utils import cint, get_first_day, now_datetime
from frappe.utils.caching import request_cache
from pypika import Order
from pypika.terms import Criterion, Function

from meeting_crm.administration import service as administration
from meeting_crm.claims import lists, rules, service, volume
from meeting_crm.claims.first_rows import Listed
from meeting_crm.claims.locks import get_account_name
from meeting_crm.customers import screens as customer_screens
from meeting_crm.enterprises import affiliates
from meeting_crm.meeting_projects import screens as project_screens
from meeting_crm.meeting_projects import service as projects

RECEIVED = (rules.ASSIGNED, rules.HANDED_OVER, rules.CARRIED_OVER)
"""Sources of claims that come to a person without their doing."""

RECEIVED_DAYS = 7
ENDING_ROWS = 50


class Crc32(Function):
	def __init__(self, term) -> None:
		super().__init__("crc32", term)


def get_today(project: str, user: str) -> dict:
	"""The Today screen of one project: the figures of `user` (of all their people for managers and
	administrators), what runs out next and what came in from others."""
	now = now_datetime()
	settings = projects.get_rules(project)
	people = project_screens.get_people(project, user)
	sees_all = administration.is_administrator(user)
	rows = _get_figures(project, people, now, settings.reminder_days, sees_all)
	is_team = administration.is_manager(user) or sees_all
	shown = rows if is_team else [row for row in rows if row["user"] == user]
	return {
		"now": now,
		"rules": {
			"reminder_days": settings.reminder_days,
			"daily_minimum": settings.daily_minimum,
			"daily_maximum": settings.daily_maximum,
			"extension_days": settings.extension_days,
			"max_extensions": settings.max_extensions,
		},
		"is_member": any(row["user"] == user for row in rows),
		"is_team": is_team,
		"figures": _sum_figures(shown),
		"extensions_used": _count_extensions(project, user),
		"ending": _get_ending(project, None if sees_all else shown, now, settings.reminder_days),
		"received": _get_received(project, user, now),
		"shared": customer_screens.get_shared_files(user, now - timedelta(days=RECEIVED_DAYS)),
		"team": rows if is_team else [],
	}


def get_affiliated(project: str, enterprise: str, user: str) -> dict:
	"""A6, what "also the affiliates" would mean in a project: `claims` of affiliated enterprises that `user` may act
	on, and `free` ones that nobody holds there."""
	others = {row["enterprise"]: row["enterprise_name"] for row in affiliates.describe(enterprise)}
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


def get_board(project: str, user: str, from_date: str, to_date: str) -> dict:
	"""Per person and day of [from_date, to_date]: enterprises newly held, signed and released.
	`totals` are the figures of now."""
	first, last = volume.read_days(from_date, to_date)
	now = now_datetime()
	people = project_screens.get_people(project, user)
	since, before = datetime.combine(first, time()), datetime.combine(last + timedelta(days=1), time())
	sees_all, days = administration.is_administrator(user), {}
	for column, figure in (("claimed_on", "claimed"), ("signed_on", "signed"), ("ended_on", "released")):
		for holder, day, number in _count_by_day(project, None if sees_all else people, column, since, before):
			days.setdefault(holder, {}).setdefault(str(day), {})[figure] = number
	totals = _get_figures(project, people, now, projects.get_rules(project).reminder_days, sees_all)
	return {
		"now": now,
		"people": [{**row, "days": days.get(row["user"], {})} for row in totals],
		"totals": _sum_figures(totals),
	}


def get_entry_terms(project: str, user: str) -> dict:
	"""What an entry made now would mean: until when it is protected, and how many are left today (B2, B7)."""
	now = now_datetime()
	settings = projects.get_rules(project)
	[row] = _get_figures(project, [{"user": user, "full_name": None}], now, settings.reminder_days, False)
	return {
		"now": now,
		"protected_until": rules.get_protection_end(now, settings.protection_days, settings),
		"new_today": row["new_today"],
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
	if administration.is_administrator(user):
		claim = DocType("Meeting Claim")
		names = frappe.qb.from_(claim).select(claim.holder).distinct().run(pluck=True)
	else:
		names = administration.get_subordinates(user)
	full_names = lists.get_full_names([user, *names])
	others = sorted((name for name in full_names if name != user), key=lambda name: full_names[name])
	return [{"user": name, "full_name": full_names.get(name) or name} for name in [user, *others]]


def _get_figures(
	project: str, people: list[dict], now: datetime, reminder_days: int, with_former_members: bool
) -> list[dict]:
	"""A row for each of `people`, and for whoever left the project and still holds something in it. Each count reads one
	index alone: a project of a hundred thousand claims is counted in a blink."""
	if not people and not with_former_members:
		return []
	claim = DocType("Meeting Claim")
	month = datetime.combine(get_first_day(now.date()), time())
	soon = now + timedelta(days=reminder_days)
	protected, signed = lists.by_kind(claim, "protected", now), claim.phase == rules.SIGNED
	asked = None if with_former_members else people
	ending = _count_by_holder(project, asked, protected & (claim.protected_until <= soon))
	later = _count_by_holder(project, asked, lists.by_kind(claim, "protected", soon))
	counts = {
		"protected": Counter(ending) + Counter(later),
		"ending": ending,
		"signed": _count_by_holder(project, asked, signed),
		"signed_this_month": _count_by_holder(project, asked, signed & (claim.signed_on >= month)),
		"new_today": _get_new_today(project, now.date()),
	}
	if with_former_members:
		members = {row["user"] for row in people}
		former = sorted({*counts["protected"], *counts["signed"]} - members)
		names = lists.get_full_names(former)
		people = [*people, *({"user": user, "full_name": names.get(user) or user} for user in former)]
	return [
		{
			"user": row["user"],
			"full_name": row["full_name"],
			**{figure: by_holder.get(row["user"], 0) for figure, by_holder in counts.items()},
		}
		for row in people
	]


def _count_by_holder(project: str, people: list[dict] | None, condition: Criterion) -> dict[str, int]:
	claim = DocType("Meeting Claim")
	return dict(_count_by(claim, project, people, condition))


def _of_people(claim, project: str, people: list[dict] | None) -> Criterion:
	"""None: of everybody, without a list of names that would keep the database from the index in the right order."""
	condition = claim.project == project
	return condition if people is None else condition & claim.holder.isin([row["user"] for row in people] or [""])


def _get_new_today(project: str, day: date) -> dict[str, int]:
	account = DocType("Meeting Claim Account")
	query = frappe.qb.from_(account).select(account.user, account.claimed_today)
	return dict(query.where((account.project == project) & (account.day == day)).run())


def _sum_figures(rows: list[dict]) -> dict:
	figures = ("protected", "ending", "signed", "signed_this_month", "new_today")
	return {figure: sum(row[figure] for row in rows) for figure in figures}


def _get_ending(project: str, people: list[dict] | None, now: datetime, reminder_days: int) -> list[dict]:
	claim, soon = DocType("Meeting Claim"), now + timedelta(days=reminder_days)
	if people is not None:
		holders = [row["user"] for row in people] or [""]
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


def _count_by_day(
	project: str, people: list[dict] | None, column: str, since: datetime, before: datetime
) -> list[tuple]:
	claim = DocType("Meeting Claim")
	return _count_by(claim, project, people, (claim[column] >= since) & (claim[column] < before), Date(claim[column]))


def _count_by(claim, project: str, people: list[dict] | None, condition: Criterion, *terms) -> list[tuple]:
	"""Rows of holder, `terms` and a number. A hundred thousand claims are grouped six times as fast by the checksum of
	their holder as by the name, so this is how everybody's are, where the checksum tells who it is."""
	query = frappe.qb.from_(claim).where(_of_people(claim, project, people) & condition)
	if people is None:
		names, checksum = _get_names_by_checksum(), Crc32(claim.holder)
		rows = query.select(checksum, *terms, Count("*")).groupby(checksum, *terms).run()
		if all(len(names[row[0]]) == 1 for row in rows):
			return [(names[row[0]][0], *row[1:]) for row in rows]
	return query.select(claim.holder, *terms, Count("*")).groupby(claim.holder, *terms).run()


@request_cache
def _get_names_by_checksum() -> dict[int, list[str]]:
	names, account = defaultdict(list), DocType("User")
	for name in frappe.qb.from_(account).select(account.name).where(account.user_type == "System User").run(pluck=True):
		names[crc32(name.encode())].append(name)
	return names


def _count_where(condition: Criterion, alias: str):
	return Sum(Case().when(condition, 1).else_(0)).as_(alias)

"""How many: the totals of a project, and the figures of its people, also by day. Reads only. Everyone sees their own, managers
those of their people, administrators all.

Only the totals count everybody's claims, a hundred thousand in a large project. People come a page at a time, so what a screen
shows of them is read in a blink whatever the size of the project, each figure from one index alone."""

from datetime import date, datetime, time, timedelta

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count, Date
from frappe.utils import get_first_day, now_datetime
from pypika.terms import Criterion

from meeting_crm.claims.clock import volume
from meeting_crm.claims.queries import lists, pool
from meeting_crm.meeting_projects import screens as project_screens
from meeting_crm.meeting_projects import service as projects

TEAM_ROWS = 10
BOARD_ROWS = 50
LOOKED_AT = 200
"""So many of the protections that end next are looked at for whose they are."""

DAYS = (("claimed_on", "claimed"), ("signed_on", "signed"), ("ended_on", "released"))


def get_totals(project: str, user: str) -> dict:
	"""What the people whose claims `user` sees hold together, as the lists count it."""
	now, holders = now_datetime(), lists.get_holders(user)
	claim = DocType("Meeting Claim")
	return {
		"now": now,
		**{
			figure: _select(project, holders, condition, Count("*"))[0][0]
			for figure, condition in _get_conditions(claim, project, now).items()
		},
		"new_today": sum(get_new_today(project, now.date(), holders).values()),
	}


def get_team(project: str, user: str) -> dict:
	"""The people of a manager or an administrator with their figures: all while they are few, else those whose protections end
	first. `number` counts all."""
	now, people = now_datetime(), _get_people(project, user)
	shown = people
	if len(people) > TEAM_ROWS:
		places = {
			holder: place for place, holder in enumerate(_get_first_ending(project, lists.get_holders(user), now))
		}
		shown = sorted(people, key=lambda row: places.get(row["user"], LOOKED_AT))[:TEAM_ROWS]
	return {"rows": _with_figures(project, shown, now), "number": len(people)}


def get_board(project: str, user: str, from_date: str, to_date: str, text: str | None = None, start: int = 0) -> dict:
	"""Per person and day of [from_date, to_date]: enterprises newly held, signed and released. BOARD_ROWS people from `start`
	on, of those whose name holds `text`; `number` counts these."""
	first, last = volume.read_days(from_date, to_date)
	now, wanted = now_datetime(), (text or "").strip().casefold()
	people = [row for row in _get_people(project, user) if wanted in row["full_name"].casefold()]
	start = pool.get_start(start)
	page = people[start : start + BOARD_ROWS]
	since, before = datetime.combine(first, time()), datetime.combine(last + timedelta(days=1), time())
	days = {}
	for column, figure in DAYS:
		for holder, day, number in _count_by_day(project, [row["user"] for row in page], column, since, before):
			days.setdefault(holder, {}).setdefault(str(day), {})[figure] = number
	rows = _with_figures(project, page, now)
	return {
		"now": now,
		"people": [{**row, "days": days.get(row["user"], {})} for row in rows],
		"number": len(people),
	}


def get_new_today(project: str, day: date, users: list[str] | None) -> dict[str, int]:
	account = DocType("Meeting Claim Account")
	query = frappe.qb.from_(account).select(account.user, account.claimed_today)
	if users is not None:
		query = query.where(account.user.isin(users or [""]))
	return dict(query.where((account.project == project) & (account.day == day)).run())


def _get_people(project: str, user: str) -> list[dict]:
	"""Members of the project whose claims `user` sees, and of those people whoever left it and still holds something in it."""
	people, visible = project_screens.get_people(project, user), lists.get_holders(user)
	if visible == [user]:
		return people
	claim, members = DocType("Meeting Claim"), {row["user"] for row in people}
	# with the project among the columns the database leaps from one holder to the next
	holders = (
		frappe.qb.from_(claim).select(claim.project, claim.holder).distinct().where(claim.project == project).run()
	)
	former = {holder for _project, holder in holders if visible is None or holder in visible} - members
	if not former:
		return people
	now, holding = now_datetime(), set()
	for kind in ("protected", "signed"):
		condition = lists.by_kind(claim, kind, now)
		rows = _select(project, sorted(former), condition, claim.holder, group_by=(claim.holder,))
		holding.update(holder for (holder,) in rows)
	names = lists.get_full_names(holding)
	return [*people, *({"user": holder, "full_name": names.get(holder) or holder} for holder in sorted(holding))]


def _get_first_ending(project: str, holders: list[str] | None, now: datetime) -> list[str]:
	claim = DocType("Meeting Claim")
	query = frappe.qb.from_(claim).select(claim.holder).where(claim.project == project)
	if holders is not None:
		query = query.where(claim.holder.isin(holders))
	query = query.where(lists.by_kind(claim, "protected", now)).orderby(claim.protected_until).limit(LOOKED_AT)
	return list(dict.fromkeys(query.run(pluck=True)))


def _with_figures(project: str, people: list[dict], now: datetime) -> list[dict]:
	claim, holders = DocType("Meeting Claim"), [row["user"] for row in people]
	counts = {
		figure: dict(_select(project, holders, condition, claim.holder, Count("*"), group_by=(claim.holder,)))
		for figure, condition in _get_conditions(claim, project, now).items()
	}
	counts["new_today"] = get_new_today(project, now.date(), holders)
	return [
		{
			"user": row["user"],
			"full_name": row["full_name"],
			**{figure: by_holder.get(row["user"], 0) for figure, by_holder in counts.items()},
		}
		for row in people
	]


def _get_conditions(claim, project: str, now: datetime) -> dict[str, Criterion]:
	soon = now + timedelta(days=projects.get_rules(project).reminder_days)
	month = datetime.combine(get_first_day(now.date()), time())
	protected, signed = lists.by_kind(claim, "protected", now), lists.by_kind(claim, "signed", now)
	return {
		"protected": protected,
		"ending": protected & (claim.protected_until <= soon),
		"signed": signed,
		"signed_this_month": signed & (claim.signed_on >= month),
	}


def _select(
	project: str, holders: list[str] | None, condition: Criterion, *columns, group_by: tuple = ()
) -> list[tuple]:
	claim = DocType("Meeting Claim")
	query = frappe.qb.from_(claim).select(*columns).where((claim.project == project) & condition)
	if holders is not None:
		query = query.where(claim.holder.isin(holders or [""]))
	return query.groupby(*group_by).run()


def _count_by_day(project: str, holders: list[str], column: str, since: datetime, before: datetime) -> list[tuple]:
	claim = DocType("Meeting Claim")
	day, condition = Date(claim[column]), (claim[column] >= since) & (claim[column] < before)
	return _select(project, holders, condition, claim.holder, day, Count("*"), group_by=(claim.holder, day))

"""Daily volume (B7): what each person claimed or entered in a project on a day, and who stayed below the minimum."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from enum import Enum

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime

from meeting_crm.claims import rules
from meeting_crm.claims.clock import notices
from meeting_crm.claims.locks import get_account_name
from meeting_crm.core.names import make_name
from meeting_crm.meeting_projects import calendar
from meeting_crm.meeting_projects import service as projects

END_OF_WORK = 18
MAX_DAYS = 366
MAX_DAYS_BACK = 7


def read_days(from_day: str, to_day: str) -> tuple[date, date]:
	"""The first and the last day of what is asked for, at most MAX_DAYS apart."""
	try:
		first, last = getdate(from_day), getdate(to_day)
	except OverflowError:
		first = last = None
	if not first or not last or not timedelta(0) <= last - first <= timedelta(days=MAX_DAYS) or last == date.max:
		frappe.throw(_("Choose a period of at most {0} days whose end is not before its start.").format(MAX_DAYS))
	return first, last


def get_counts(
	project: str, from_day: date, to_day: date, users: list[str] | None = None
) -> dict[tuple[str, date], int]:
	"""New companies by (person, day), from the claims themselves; days without any are missing. `users`: of these alone."""
	condition = "" if users is None else "and holder in %(users)s"
	rows = frappe.db.sql(
		f"""select holder, date(claimed_on), count(*) from `tabMeeting Claim`
		where project = %(project)s and claimed_on >= %(start)s and claimed_on < %(end)s
		and source in %(sources)s {condition} group by holder, date(claimed_on)""",
		{
			"project": project,
			"start": from_day,
			"end": to_day + timedelta(days=1),
			"sources": rules.OWN_SOURCES,
			"users": users or [""],
		},
	)
	return {(user, day): count for user, day, count in rows}


def get_leaves(from_day: date, to_day: date) -> dict[str, list[tuple[date, date]]]:
	leaves = defaultdict(list)
	for user, start, end in frappe.get_all(
		"Meeting Leave",
		filters={"from_date": ("<=", to_day), "to_date": (">=", from_day)},
		fields=["user", "from_date", "to_date"],
		order_by="from_date asc",
		as_list=True,
	):
		leaves[user].append((start, end))
	return leaves


class Excuse(Enum):
	DAY_OFF = "Weekend or holiday"
	LEAVE = "On leave"


def get_excuse(user: str, day: date, leaves: dict[str, list[tuple[date, date]]]) -> Excuse | None:
	"""Weekends, public holidays and leave ask for nothing."""
	if not calendar.is_working_day(day):
		return Excuse.DAY_OFF
	return Excuse.LEAVE if any(start <= day <= end for start, end in leaves.get(user, ())) else None


def get_last_day_over(now: datetime) -> date:
	"""The last day that nobody can do better on: today is judged at the end of work."""
	return now.date() if now.hour >= END_OF_WORK else now.date() - timedelta(days=1)


def check_days(now: datetime | None = None) -> int:
	"""Records and tells who stayed below the minimum, up to the last working day that is over. After a pause of the
	scheduler the missed days are told with it, a week back at most. One transaction for each project."""
	last = get_last_day_over(now or now_datetime())
	frappe.db.rollback()
	told = 0
	for project in projects.get_open_projects(on=last):
		told += _check_project(project.name, last)
		frappe.db.commit()  # nosemgrep  why: a background job; each project is complete by itself
	return told


def _check_project(project: str, last: date) -> int:
	projects.lock_project(project)
	settings, minimum = projects.get_project(project), projects.get_rules(project).daily_minimum
	members = _get_members_to_check(project, last)
	if not members or not minimum:
		return 0
	first = max(min(day for _member, day in members), settings.start_date)
	counts, leaves = get_counts(project, first, last), get_leaves(first, last)
	short = [
		frappe._dict(user=member.user, day=day, claimed=counts.get((member.user, day), 0), minimum=minimum)
		for member, since in members
		for day in _days(max(since, first), last)
		if counts.get((member.user, day), 0) < minimum and not get_excuse(member.user, day, leaves)
	]
	_mark_checked(project, [member.user for member, _since in members], last)
	_record(project, short)
	_tell(project, short)
	return len(short)


def _get_members_to_check(project: str, last: date) -> list[tuple[frappe._dict, date]]:
	"""(member, first day not looked at yet). Who is new is looked at from the day they joined."""
	rows = frappe.db.sql(
		"""select member.user, member.joined_on, account.shortfall_checked_on
		from `tabMeeting Project Member` member
		join `tabUser` user on user.name = member.user and user.enabled = 1
		left join `tabMeeting Claim Account` account
			on account.project = member.parent and account.user = member.user
		where member.parent = %s and member.parenttype = 'Meeting Project' order by member.idx""",
		(project,),
		as_dict=True,
	)
	earliest, members = last - timedelta(days=MAX_DAYS_BACK - 1), []
	for row in rows:
		since = row.shortfall_checked_on + timedelta(days=1) if row.shortfall_checked_on else last
		since = max(since, row.joined_on or since, earliest)
		if since <= last:
			members.append((row, since))
	return members


def _days(first: date, last: date) -> list[date]:
	return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _mark_checked(project: str, users: list[str], last: date) -> None:
	now = now_datetime()
	rows = [
		(get_account_name(project, user), now, now, user, user, project, user, 0, 0, last) for user in sorted(users)
	]
	placeholders = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"] * len(rows))
	frappe.db.sql(
		f"""insert into `tabMeeting Claim Account` (name, creation, modified, owner, modified_by, project, user,
			claimed_today, extensions_used, shortfall_checked_on)
		values {placeholders} on duplicate key update shortfall_checked_on = values(shortfall_checked_on)""",
		[value for row in rows for value in row],
	)


def _record(project: str, short: list[frappe._dict]) -> None:
	if not short:
		return
	now, author = now_datetime(), frappe.session.user
	frappe.db.bulk_insert(
		"Meeting Daily Shortfall",
		("name", "creation", "modified", "owner", "modified_by", "project", "user", "day", "claimed", "minimum"),
		[
			(
				make_name(20),
				now,
				now,
				author,
				author,
				project,
				row.user,
				row.day,
				row.claimed,
				row.minimum,
			)
			for row in short
		],
		ignore_duplicates=True,
	)


def _tell(project: str, short: list[frappe._dict]) -> None:
	by_user, by_manager = defaultdict(list), defaultdict(list)
	for row in short:
		by_user[row.user].append(row)
	for user, rows in by_user.items():
		notices.tell_shortfall(user, project, rows)
		for manager in projects.get_managers(project, user):
			by_manager[manager].extend(rows)
	for manager, rows in by_manager.items():
		notices.tell_manager_shortfall(manager, project, rows)

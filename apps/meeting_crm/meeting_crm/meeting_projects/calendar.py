"""Which days count, and when protection of so many counted days ends. What the company entered itself counts before what the kept
library of public holidays knows."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache

from holidays import country_holidays

from meeting_crm.meeting_projects.rules import ProjectRules

FIRST_YEAR, LAST_YEAR = 1950, 2100
OwnDays = frozenset[tuple[date, bool]]
"""(day, whether it is worked)."""


class Company:
	"""Where the company's own days come from: `own_days` names it, so that everything here works without a site."""

	get_own_days: Callable[[], OwnDays] = staticmethod(frozenset)
	get_complete_year: Callable[[], int] = staticmethod(int)


@lru_cache(maxsize=64)
def _calendar(year: int):
	return country_holidays("CN", years=[year])


@lru_cache(maxsize=1)
def _get_last_year_of_library() -> int:
	return max(_calendar(date.today().year).special_public_holidays)


def get_last_announced_year() -> int:
	"""The last year whose public holidays, and the days worked in exchange, were announced when the kept library was released, or
	were entered here: the State Council names them each November. Of later years only the statutory days are known."""
	return max(_get_last_year_of_library(), Company.get_complete_year())


def needs_unannounced_days(rules: "ProjectRules", last_day: date) -> bool:
	"""Whether a clock under `rules` that runs until `last_day` rests on holidays nobody has announced yet."""
	return not rules.count_holidays and last_day.year > get_last_announced_year()


def get_known_days(year: int, is_chinese: bool) -> list[dict]:
	"""What the library knows of a year, as rows of the calendar: its days off, and the weekend days worked in exchange."""
	if not FIRST_YEAR <= year <= LAST_YEAR:
		return []
	known = country_holidays("CN", years=[year], language="zh_CN" if is_chinese else "en_US")
	first = date(year, 1, 1)
	days = (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))
	return [
		{"day": day, "kind": "Day Off" if day in known else "Working Day", "occasion": known.get(day) or ""}
		for day in days
		if day in known or (day.weekday() >= 5 and known.is_working_day(day))
	]


def is_working_day(day: date) -> bool:
	"""Monday to Friday without public holidays, and the weekend days worked in exchange for them."""
	return _is_working_day(day, Company.get_own_days())


def _is_working_day(day: date, own: OwnDays) -> bool:
	if (day, True) in own or (day, False) in own:
		return (day, True) in own
	return _calendar(day.year).is_working_day(day)


def add_working_days(day: date, number: int) -> date:
	while number > 0:
		day += timedelta(days=1)
		number -= is_working_day(day)
	return day


def is_counted(day: date, rules: ProjectRules) -> bool:
	"""Whether protection runs on `day`. Weekends and public holidays each count or not (B1); where neither
	counts, a weekend day that is worked in exchange for a holiday counts, as an office is open on it."""
	return _is_counted(day, rules.count_weekends, rules.count_holidays, Company.get_own_days())


def _is_counted(day: date, weekends: bool, holidays: bool, own: OwnDays) -> bool:
	if weekends:
		return holidays or (day, True) in own or not ((day, False) in own or day in _calendar(day.year))
	if holidays:
		return day.weekday() < 5
	return _is_working_day(day, own)


@lru_cache(maxsize=65536)
def _add_counted_days(day: date, days: int, weekends: bool, holidays: bool, own: OwnDays) -> date:
	while days > 0:
		day += timedelta(days=1)
		days -= _is_counted(day, weekends, holidays, own)
	return day


def get_protection_end(start: datetime, days: int, rules: ProjectRules) -> datetime:
	"""The instant protection of `days` counted days ends that began at `start`: the same time of day. From
	this second on the enterprise is free (B4)."""
	if rules.count_weekends and rules.count_holidays:
		return start + timedelta(days=days)
	last = _add_counted_days(start.date(), days, rules.count_weekends, rules.count_holidays, Company.get_own_days())
	return datetime.combine(last, start.time())


def get_uncounted_days(start: datetime, end: datetime, rules: ProjectRules) -> tuple[date, ...]:
	days = (end.date() - start.date()).days
	return tuple(
		day
		for day in (start.date() + timedelta(days=number) for number in range(1, days + 1))
		if not is_counted(day, rules)
	)

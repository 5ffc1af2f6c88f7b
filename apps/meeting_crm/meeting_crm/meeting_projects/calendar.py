"""Which days count, and when protection of so many counted days ends."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from holidays import country_holidays

from meeting_crm.meeting_projects.rules import ProjectRules


@lru_cache(maxsize=64)
def _calendar(year: int):
	return country_holidays("CN", years=[year])


@lru_cache(maxsize=1)
def get_last_announced_year() -> int:
	"""The last year whose public holidays, and the days worked in exchange, were announced when the kept library was
	released: the State Council names them each November. Of later years only the statutory days are known."""
	return max(_calendar(date.today().year).special_public_holidays)


def needs_unannounced_days(rules: "ProjectRules", last_day: date) -> bool:
	"""Whether a clock under `rules` that runs until `last_day` rests on holidays nobody has announced yet."""
	return not rules.count_holidays and last_day.year > get_last_announced_year()


def is_working_day(day: date) -> bool:
	"""Monday to Friday without public holidays, and the weekend days worked in exchange for them."""
	return _calendar(day.year).is_working_day(day)


def is_counted(day: date, rules: ProjectRules) -> bool:
	"""Whether protection runs on `day`. Weekends and public holidays each count or not (B1); where neither
	counts, a weekend day that is worked in exchange for a holiday counts, as an office is open on it."""
	if rules.count_weekends:
		return rules.count_holidays or day not in _calendar(day.year)
	if rules.count_holidays:
		return day.weekday() < 5
	return is_working_day(day)


@lru_cache(maxsize=65536)
def _add_counted_days(day: date, days: int, weekends: bool, holidays: bool) -> date:
	if weekends and holidays:
		return day + timedelta(days=days)
	rules = ProjectRules(count_weekends=weekends, count_holidays=holidays)
	while days > 0:
		day += timedelta(days=1)
		days -= is_counted(day, rules)
	return day


def get_protection_end(start: datetime, days: int, rules: ProjectRules) -> datetime:
	"""The instant protection of `days` counted days ends that began at `start`: the same time of day. From
	this second on the enterprise is free (B4)."""
	return datetime.combine(
		_add_counted_days(start.date(), days, rules.count_weekends, rules.count_holidays), start.time()
	)


def get_uncounted_days(start: datetime, end: datetime, rules: ProjectRules) -> tuple[date, ...]:
	days = (end.date() - start.date()).days
	return tuple(
		day
		for day in (start.date() + timedelta(days=number) for number in range(1, days + 1))
		if not is_counted(day, rules)
	)

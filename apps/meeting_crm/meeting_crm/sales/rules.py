"""Decisions of the sales room: money of quotations and contracts, repeats, reminders.
Nothing here reads a database or a clock."""

from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

EARLY_MINUTES = {
	"5 Minutes Before": 5,
	"15 Minutes Before": 15,
	"30 Minutes Before": 30,
	"1 Hour Before": 60,
	"2 Hours Before": 120,
	"1 Day Before": 1440,
}
NO_REMINDER = "No Reminder"

STEP_DAYS = {"Daily": 1, "Weekly": 7, "Every Two Weeks": 14}
STEP_MONTHS = {"Monthly": 1, "Quarterly": 3, "Yearly": 12}
REPEATS = ("Weekdays", *STEP_DAYS, *STEP_MONTHS)

# How far ahead repeated activities stand on the calendar; rarer ones always show the next.
HORIZON = timedelta(days=45)
DEFAULT_MINUTES = 30
VALID_DAYS = 30

STAGE_PROBABILITY = {"Interest": 10, "Proposal": 30, "Negotiation": 60, "Won": 100, "Lost": 0}
CLOSED_STAGES = ("Won", "Lost")


def get_end(starts_on: datetime, ends_on: datetime | None) -> datetime:
	return ends_on or starts_on + timedelta(minutes=DEFAULT_MINUTES)


def get_reminder_times(
	starts_on: datetime, remind_before: str | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
	"""When the bell rings for an activity planned at `now`: early, and at the start (C5). A time that has
	already passed when the activity is planned or moved rings no more."""
	if not remind_before or remind_before == NO_REMINDER:
		return None, None
	minutes = EARLY_MINUTES.get(remind_before)
	early = starts_on - timedelta(minutes=minutes) if minutes else None
	return (early if early and early > now else None), (starts_on if starts_on > now else None)


def is_overdue(status: str, ends_on: datetime, now: datetime) -> bool:
	return status == "Planned" and ends_on < now


def get_occurrence(first: datetime, repeat: str, index: int) -> datetime:
	"""The start of repetition `index`; 0 is the first itself. Months keep the first one's day and fall back
	to the last day of a shorter month, so that 31 January is followed by 28 February and 31 March."""
	if repeat in STEP_DAYS:
		return first + timedelta(days=STEP_DAYS[repeat] * index)
	if repeat in STEP_MONTHS:
		return first + relativedelta(months=STEP_MONTHS[repeat] * index)
	if repeat == "Weekdays":
		return _add_weekdays(first, index)
	raise ValueError(f"unknown repeat {repeat!r}")


def get_occurrences(
	first: datetime, repeat: str, last_index: int, until: date | None, now: datetime
) -> tuple[list[tuple[int, datetime]], datetime | None]:
	"""The repetitions to plan after number `last_index`, none later than the day `until`, and the instant
	to look again (None when the series has ended). Planned are all within HORIZON, and always one that
	is still to come."""
	found: list[tuple[int, datetime]] = []
	latest, index = get_occurrence(first, repeat, last_index), last_index + 1
	while True:
		start = get_occurrence(first, repeat, index)
		if until and start.date() > until:
			return found, None
		if start > now + HORIZON and latest > now:
			return found, min(start - HORIZON, latest)
		found.append((index, start))
		latest, index = start, index + 1


def _add_weekdays(first: datetime, count: int) -> datetime:
	day = first
	while count:
		day += timedelta(days=1)
		count -= day.weekday() < 5
	return day

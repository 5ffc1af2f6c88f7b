"""Clocks that jump ahead, fall back or pass midnight give and take no day."""

from datetime import datetime, timedelta

import frappe
import pytest

from meeting_crm.claims import errors, service
from meeting_crm.claims.clock import expiry, volume
from meeting_crm.claims.queries import explanation, figures
from meeting_crm.claims.upkeep import checker
from meeting_crm.tests.factories import make_claim, make_enterprise
from support.claims import project_with


def test_a_clock_set_back_over_midnight_gives_no_second_allowance(zhang):
	project = project_with(zhang, daily_minimum=0, daily_maximum=1)
	today, tomorrow = datetime(2026, 11, 30, 23, 59, 0), datetime(2026, 12, 1, 0, 1, 0)
	make_claim(project, zhang, now=today)
	make_claim(project, zhang, now=tomorrow)
	for moment in (today, tomorrow):
		with pytest.raises(errors.DailyMaximumError):
			make_claim(project, zhang, now=moment)


MIDDAY = datetime(2026, 11, 18, 12, 0, 0)


def reason_of(claim: str, now: datetime) -> str:
	return explanation.explain(claim, now)["reason"]


@pytest.mark.parametrize(
	"jump",
	[
		pytest.param(timedelta(days=40), id="a wrong clock"),
		pytest.param(timedelta(minutes=10), id="daylight saving: an hour comes twice"),
	],
)
@pytest.mark.parametrize("swept", [False, True])
def test_a_clock_that_jumps_ahead_and_back_gives_no_enterprise_twice(zhang, li, jump, swept):
	"""Ahead of time the company is lost and claimed by a colleague; then the clock reads a time at which the first
	protection had not ended."""
	project, enterprise = project_with(zhang, li), make_enterprise()
	lost = make_claim(project, zhang, enterprise, now=MIDDAY - timedelta(days=15))
	ahead, back = lost.protected_until + jump, lost.protected_until - timedelta(minutes=20)
	if swept:
		assert expiry.end_expired([lost.name], ahead) == [lost.name]
	theirs = make_claim(project, li, enterprise, now=ahead)
	for step in (service.extend, service.mark_dead, service.release):
		with pytest.raises(errors.ClaimOverError):
			step(lost.name, "the clock says it runs", now=back)
	with pytest.raises(errors.AlreadyHeldError):
		service.reopen(lost.name, "the clock says it runs", now=back)
	with pytest.raises(errors.AlreadyHeldError):
		make_claim(project, zhang, enterprise, now=back)
	assert service.get_active_claim(project, enterprise, now=back).name == theirs.name
	assert (reason_of(lost.name, back), reason_of(theirs.name, back)) == ("released", "protected")
	assert expiry.end_expired([lost.name, theirs.name], back) == []
	names = {lost.name, theirs.name, lost.customer, theirs.customer}
	findings = [row["check"] for row in checker.check()["findings"] if row["name"] in names]
	assert set(findings) <= {"sweep"}, "only that these days of 2026 lie long behind"


def test_a_clock_set_back_gives_no_days_and_takes_none(zhang):
	project = project_with(zhang)
	claim = make_claim(project, zhang, now=MIDDAY)
	yesterday = MIDDAY - timedelta(days=1)
	assert service.extend(claim.name, "asked before it began", now=yesterday).protected_until == MIDDAY + timedelta(
		days=16
	)
	service.sign(claim.name, payment="paid", now=MIDDAY)
	resumed = service.settle_signature(claim.name, None, None, now=yesterday)
	assert resumed.protected_until == MIDDAY + timedelta(days=16)


def test_signatures_count_in_the_month_of_their_last_second(zhang, monkeypatch):
	project = project_with(zhang)
	last = datetime(2026, 11, 30, 23, 59, 59)
	for moment in (datetime(2026, 10, 31, 23, 59, 59), datetime(2026, 11, 1), last, last + timedelta(seconds=1)):
		service.sign(make_claim(project, zhang, now=moment).name, payment="paid", now=moment)

	def signed_this_month(now: datetime) -> int:
		monkeypatch.setattr(figures, "now_datetime", lambda: now)
		return figures.get_totals(project, zhang)["signed_this_month"]

	assert signed_this_month(last) == 3, "the one of a second later is signed already where the clock was set back"
	assert signed_this_month(last + timedelta(seconds=1)) == 1
	board = figures.get_board(project, zhang, "2026-11-30", "2026-12-01")
	days = next(row["days"] for row in board["people"] if row["user"] == zhang)
	assert {day: figures["signed"] for day, figures in days.items()} == {"2026-11-30": 1, "2026-12-01": 1}


def test_midnight_divides_the_days_of_several_claims_and_of_the_report(zhang, one_transaction):
	project = project_with(zhang, daily_minimum=2, daily_maximum=2)
	frappe.db.sql("update `tabMeeting Project Member` set joined_on = '2026-01-01' where parent = %s", (project,))
	last = datetime(2026, 11, 17, 23, 59, 59, 999999)
	for moment in (last, last, last + timedelta(microseconds=1)):
		make_claim(project, zhang, now=moment)
	counts = volume.get_counts(project, last.date(), MIDDAY.date())
	assert counts == {(zhang, last.date()): 2, (zhang, MIDDAY.date()): 1}
	volume.check_days(MIDDAY.replace(hour=0, minute=0))
	volume.check_days(MIDDAY.replace(hour=23, minute=59))
	short = frappe.get_all("Meeting Daily Shortfall", filters={"project": project, "user": zhang}, pluck="day")
	assert MIDDAY.date() in short and last.date() not in short

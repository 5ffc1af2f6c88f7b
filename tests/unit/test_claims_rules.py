"""The decisions about claims, as tables: no site, no clock but the one given."""

from datetime import date, datetime, timedelta

import pytest

from meeting_crm.claims import rules
from meeting_crm.claims.rules import ClaimFacts
from meeting_crm.meeting_projects import calendar
from meeting_crm.meeting_projects import rules as meeting_projects_rules
from meeting_crm.meeting_projects.rules import ProjectRules, Reason


def at(text: str) -> datetime:
	return datetime.fromisoformat(text)


ALL_DAYS = ProjectRules()
NO_WEEKENDS = ProjectRules(count_weekends=False)
NO_HOLIDAYS = ProjectRules(count_holidays=False)
WORKING_DAYS = ProjectRules(count_weekends=False, count_holidays=False)


@pytest.mark.parametrize(
	("start", "days", "project_rules", "end"),
	[
		("2026-11-23 15:20:01", 15, ALL_DAYS, "2026-12-08 15:20:01"),
		("2026-11-23 15:20:01", 15, NO_WEEKENDS, "2026-12-14 15:20:01"),
		("2026-11-27 09:00:00", 1, NO_WEEKENDS, "2026-11-30 09:00:00"),
		("2026-11-28 09:00:00", 1, NO_WEEKENDS, "2026-11-30 09:00:00"),
		("2026-11-28 09:00:00", 1, ALL_DAYS, "2026-11-29 09:00:00"),
		("2026-01-31 23:59:59", 1, ALL_DAYS, "2026-02-01 23:59:59"),
		("2028-02-28 00:00:00", 1, ALL_DAYS, "2028-02-29 00:00:00"),
		("2026-12-31 12:00:00", 1, NO_HOLIDAYS, "2027-01-02 12:00:00"),
		# National Day 2026: 1 to 7 October off, Saturday 10 October worked
		("2026-09-30 10:00:00", 1, WORKING_DAYS, "2026-10-08 10:00:00"),
		("2026-09-30 10:00:00", 3, WORKING_DAYS, "2026-10-10 10:00:00"),
		("2026-09-30 10:00:00", 1, NO_HOLIDAYS, "2026-10-04 10:00:00"),
		("2026-09-30 10:00:00", 1, NO_WEEKENDS, "2026-10-01 10:00:00"),
		("2026-11-23 08:00:00", 3650, ALL_DAYS, "2036-11-20 08:00:00"),
	],
)
def test_protection_ends_at_the_same_time_of_day_on_a_counted_day(start, days, project_rules, end):
	assert calendar.get_protection_end(at(start), days, project_rules) == at(end)


def test_the_companys_own_days_count_before_what_is_known(monkeypatch):
	friday, saturday = date(2026, 11, 27), date(2026, 11, 28)
	own = frozenset({(friday, False), (saturday, True)})
	monkeypatch.setattr(calendar.Company, "get_own_days", staticmethod(lambda: own))
	start = datetime(2026, 11, 26, 10)
	ends = [calendar.get_protection_end(start, 1, rules).date().day for rules in (WORKING_DAYS, NO_HOLIDAYS)]
	assert ends == [28, 28]
	assert calendar.get_protection_end(start, 1, ALL_DAYS).date() == friday
	assert calendar.get_protection_end(start, 1, NO_WEEKENDS).date() == friday
	assert calendar.add_working_days(date(2026, 11, 26), 2) == date(2026, 11, 30)


@pytest.mark.parametrize("project_rules", [ALL_DAYS, NO_WEEKENDS, NO_HOLIDAYS, WORKING_DAYS])
def test_extensions_one_by_one_give_the_same_end_as_all_at_once(project_rules):
	for offset in range(40):
		start = at("2026-09-15 11:11:11") + timedelta(days=offset)
		end = calendar.get_protection_end(start, 10, project_rules)
		for _step in range(5):
			end = calendar.get_protection_end(end, 1, project_rules)
		assert end == calendar.get_protection_end(start, 15, project_rules)


@pytest.mark.parametrize(
	("project_rules", "years_ahead", "told"),
	[
		(NO_HOLIDAYS, 0, False),
		(NO_HOLIDAYS, 1, True),
		(WORKING_DAYS, 3, True),
		(ALL_DAYS, 1, False),
		(NO_WEEKENDS, 1, False),
	],
)
def test_days_that_rest_on_holidays_nobody_announced_are_known(project_rules, years_ahead, told):
	last_day = date(calendar.get_last_announced_year() + years_ahead, 12, 31)
	assert calendar.needs_unannounced_days(project_rules, last_day) is told


def test_protection_never_ends_on_a_day_that_does_not_count():
	for offset in range(400):
		end = calendar.get_protection_end(at("2026-01-01 10:00:00") + timedelta(days=offset), 7, WORKING_DAYS)
		assert calendar.is_working_day(end.date())


NOON = at("2026-11-23 12:00:00")


@pytest.mark.parametrize(
	("phase", "until", "now", "active"),
	[
		("Negotiating", NOON, NOON - timedelta(microseconds=1), True),
		("Negotiating", NOON, NOON, False),
		("Negotiating", NOON, NOON + timedelta(days=400), False),
		("Negotiating", None, NOON, False),
		("Signed", NOON, NOON + timedelta(days=400), True),
		("Ended", NOON, NOON - timedelta(days=3), False),
	],
)
def test_a_claim_is_free_from_the_very_second_it_expires(phase, until, now, active):
	assert rules.is_active(phase, until, now) is active


@pytest.mark.parametrize(
	("state", "phase"),
	[
		("Negotiating", "Negotiating"),
		("Visit Arranged", "Negotiating"),
		("Released?", "Negotiating"),
		("", "Negotiating"),
		("Signed", "Signed"),
		("Dead", "Ended"),
		("Released", "Ended"),
	],
)
def test_states_administrators_add_count_as_negotiating(state, phase):
	assert rules.get_phase(state) == phase


def facts(phase="Negotiating", state="Negotiating", until=NOON, **values) -> ClaimFacts:
	return ClaimFacts(phase, state, NOON - timedelta(days=15), until, **values)


@pytest.mark.parametrize(
	("claim", "now", "reason", "days_left"),
	[
		(facts(), NOON - timedelta(days=4, hours=1), Reason.PROTECTED, 5),
		(facts(), NOON - timedelta(days=4), Reason.PROTECTED, 4),
		(facts(), NOON - timedelta(seconds=1), Reason.PROTECTED, 1),
		(facts(), NOON, Reason.EXPIRED, 0),
		(facts("Signed", "Signed", signed_on=NOON), NOON + timedelta(days=9), Reason.SIGNED, None),
		(facts("Ended", "Dead", ended_on=NOON), NOON, Reason.DEAD, None),
		(facts("Ended", "Released", ended_on=NOON), NOON, Reason.RELEASED, None),
	],
)
def test_one_function_decides_and_explains(claim, now, reason, days_left):
	standing = rules.get_standing(claim, ALL_DAYS, now)
	assert (standing.reason, standing.days_left) == (reason, days_left)
	assert standing.is_active is (reason in (Reason.PROTECTED, Reason.SIGNED))


def test_the_explanation_names_the_days_that_did_not_count():
	claim = ClaimFacts("Negotiating", "Negotiating", at("2026-11-27 09:00:00"), at("2026-12-01 09:00:00"))
	standing = rules.get_standing(claim, NO_WEEKENDS, at("2026-11-28 10:00:00"))
	assert standing.uncounted_days == (date(2026, 11, 28), date(2026, 11, 29))


LIMITS = ProjectRules(daily_minimum=1, daily_maximum=2, max_claims_per_person=2, cooldown_days=7)


@pytest.mark.parametrize(
	("source", "today", "earlier", "last_end", "obstacle"),
	[
		("Pool", 0, 0, None, None),
		("Pool", 1, 0, None, None),
		("Pool", 2, 0, None, Reason.DAILY_MAXIMUM),
		("Entry", 3, 0, None, Reason.DAILY_MAXIMUM),
		("Duplicate Check", 2, 0, None, Reason.DAILY_MAXIMUM),
		("Assigned", 99, 99, NOON, None),
		("Carried Over", 99, 99, NOON, None),
		("Handed Over", 99, 99, NOON, None),
		("Pool", 0, 1, NOON - timedelta(days=8), None),
		("Pool", 0, 1, NOON - timedelta(days=7), None),
		("Pool", 0, 1, NOON - timedelta(days=7) + timedelta(seconds=1), Reason.COOLING_DOWN),
		("Pool", 0, 2, NOON - timedelta(days=30), Reason.CLAIMED_TOO_OFTEN),
	],
)
def test_what_a_person_may_claim(source, today, earlier, last_end, obstacle):
	assert rules.get_claim_obstacle(LIMITS, source, today, earlier, last_end, NOON) is obstacle


@pytest.mark.parametrize(
	("claim", "used", "obstacle"),
	[
		(facts(until=NOON + timedelta(seconds=1)), 4, None),
		(facts(until=NOON + timedelta(seconds=1)), 5, Reason.EXTENSIONS_USED_UP),
		(facts(until=NOON), 0, Reason.EXPIRED),
		(facts("Signed", "Signed"), 0, Reason.SIGNED),
		(facts("Ended", "Dead"), 0, Reason.DEAD),
	],
)
def test_when_protection_can_be_extended(claim, used, obstacle):
	assert rules.get_extension_obstacle(claim, ALL_DAYS, used, NOON) is obstacle


@pytest.mark.parametrize(
	("start", "end", "closed", "today", "obstacle"),
	[
		("2026-11-01", "2026-11-30", False, "2026-11-01", None),
		("2026-11-01", "2026-11-30", False, "2026-11-30", None),
		("2026-11-01", "2026-11-30", False, "2026-10-31", Reason.NOT_STARTED),
		("2026-11-01", "2026-11-30", False, "2026-12-01", Reason.FINISHED),
		("2026-11-01", "2026-11-30", True, "2026-11-15", Reason.CLOSED),
	],
)
def test_when_a_project_is_open(start, end, closed, today, obstacle):
	days = [date.fromisoformat(text) for text in (start, end, today)]
	assert meeting_projects_rules.get_project_obstacle(days[0], days[1], closed, days[2]) is obstacle


def test_a_cancelled_signature_gives_back_the_time_that_was_left():
	claim = facts(signed_on=NOON - timedelta(days=10), phase="Signed", state="Signed")
	start = rules.resume_after_signature(claim, NOON)
	left = calendar.get_protection_end(start, 15, ALL_DAYS) - NOON
	assert left == NOON - claim.signed_on


def test_a_clock_set_back_takes_nothing_from_a_cancelled_signature():
	claim = facts(signed_on=NOON + timedelta(hours=2), phase="Signed", state="Signed")
	assert rules.resume_after_signature(claim, NOON) == claim.protected_from


@pytest.mark.parametrize(
	("left", "due"),
	[(timedelta(days=6), False), (timedelta(days=5), True), (timedelta(hours=1), True), (timedelta(0), False)],
)
def test_reminders_fall_into_the_last_days(left, due):
	assert rules.is_reminder_due(NOON + left, ALL_DAYS, NOON) is due


def test_changed_rules_say_who_loses_and_who_gains():
	start = NOON - timedelta(days=10)
	claims = [
		("kept", start, 0, start + timedelta(days=15)),
		("extended", start, 3, start + timedelta(days=18)),
		("old", NOON - timedelta(days=14), 0, NOON + timedelta(days=1)),
	]
	shorter = {effect.claim: effect for effect in rules.get_rule_effects(claims, ProjectRules(protection_days=9), NOON)}
	assert shorter["kept"].is_lost and shorter["kept"].new_end == NOON
	assert not shorter["extended"].is_lost and shorter["extended"].days == -6
	assert shorter["old"].is_lost
	longer = {effect.claim: effect for effect in rules.get_rule_effects(claims, ProjectRules(protection_days=20), NOON)}
	assert {effect.days for effect in longer.values()} == {5}
	assert list(rules.get_rule_effects(claims, ProjectRules(), NOON)) == []


def test_spreading_evenly_levels_what_people_hold():
	pairs = rules.spread_evenly([f"E{number}" for number in range(7)], {"a": 5, "b": 0, "c": 1})
	counts = {user: sum(1 for _enterprise, given in pairs if given == user) for user in "abc"}
	assert counts == {"a": 0, "b": 4, "c": 3}
	assert [enterprise for enterprise, _user in pairs] == [f"E{number}" for number in range(7)]


@pytest.mark.parametrize(
	("values", "mistakes"),
	[
		({}, []),
		({"protection_days": 0}, ["protection_days", "reminder_days"]),
		({"reminder_days": 16}, ["reminder_days"]),
		({"daily_maximum": 11}, ["daily_maximum"]),
		({"daily_minimum": 0, "daily_maximum": 0}, ["daily_maximum"]),
		({"extension_days": 0, "max_extensions": -1}, ["extension_days", "max_extensions"]),
	],
)
def test_rules_that_cannot_work_are_found(values, mistakes):
	assert ProjectRules.of(values).get_mistakes() == mistakes


def test_daylight_saving_of_another_time_zone_never_gives_an_enterprise_twice():
	"""Clocks there go back from 02:00 to 01:00: in the repeated hour an expired claim reads as running again, which
	only delays the next claimer; the database keeps one holder."""
	end = at("2026-11-01 01:30:00")
	first, repeated = at("2026-11-01 01:40:00"), at("2026-11-01 01:10:00")
	assert not rules.is_active("Negotiating", end, first)
	assert rules.is_active("Negotiating", end, repeated)
	assert rules.get_days_left(end, repeated) == 1

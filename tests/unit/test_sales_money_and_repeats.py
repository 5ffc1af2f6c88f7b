"""Money, repeats and reminders, without a site."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from meeting_crm.core.money import get_line_amount, get_totals
from meeting_crm.core.money_words import get_amount_in_words
from meeting_crm.sales.rules import HORIZON, get_occurrence, get_occurrences, get_reminder_times, is_overdue

MONDAY = datetime(2026, 11, 23, 9, 30)


@pytest.mark.parametrize(
	("quantity", "rate", "discount", "amount"),
	[
		(2, 1000, 0, "2000.00"),
		(3, "33.335", 0, "100.01"),
		(1, 100, 12.5, "87.50"),
		(0.1, 0.2, 0, "0.02"),
		(1, 100, 100, "0.00"),
		(None, 100, 0, "0.00"),
	],
)
def test_a_line_is_rounded_once_at_the_end(quantity, rate, discount, amount):
	assert get_line_amount(quantity, rate, discount) == Decimal(amount)


def test_a_percentage_wins_over_a_discount_in_money():
	totals = get_totals([1000, "500.5"], discount_percentage=10, discount_amount=999)
	assert (totals.total, totals.discount, totals.amount) == (Decimal("1500.50"), Decimal("150.05"), Decimal("1350.45"))


def test_a_discount_in_money_counts_without_a_percentage():
	assert get_totals([1000], discount_amount=120).amount == Decimal("880.00")


@pytest.mark.parametrize(
	("amount", "words"),
	[
		(0, "零元整"),
		(0.05, "伍分"),
		(15.3, "壹拾伍元叁角整"),
		(100.05, "壹佰元零伍分"),
		(10200.5, "壹万零贰佰元伍角整"),
		(100000, "壹拾万元整"),
		(1000010, "壹佰万零壹拾元整"),
		(20300004.56, "贰仟零叁拾万零肆元伍角陆分"),
		(100000000, "壹亿元整"),
		(1e12, "壹万亿元整"),
	],
)
def test_amounts_in_chinese_words(amount, words):
	assert get_amount_in_words(amount) == words


def test_months_keep_the_day_and_fall_back_to_the_last_one():
	first = datetime(2026, 1, 31, 9)
	days = [get_occurrence(first, "Monthly", number).date() for number in range(4)]
	assert days == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


def test_weekdays_leave_out_the_weekend():
	friday = datetime(2026, 11, 27, 9)
	assert get_occurrence(friday, "Weekdays", 1) == datetime(2026, 11, 30, 9)
	assert get_occurrence(friday, "Weekdays", 6) == datetime(2026, 12, 7, 9)


@pytest.mark.parametrize(
	("repeat", "count"), [("Daily", 45), ("Weekdays", 32), ("Weekly", 6), ("Every Two Weeks", 3), ("Monthly", 1)]
)
def test_repetitions_fill_the_horizon(repeat, count):
	found, extend_on = get_occurrences(MONDAY, repeat, 0, None, MONDAY - timedelta(hours=1))
	assert abs(len(found) - count) <= 1
	assert all(start <= MONDAY + HORIZON for _number, start in found)
	assert extend_on > MONDAY - timedelta(hours=1)


def test_a_rare_repetition_shows_the_next_as_soon_as_the_last_has_passed():
	before, extend_on = get_occurrences(MONDAY, "Yearly", 0, None, MONDAY - timedelta(hours=1))
	assert before == [] and extend_on == MONDAY
	after, _extend_on = get_occurrences(MONDAY, "Yearly", 0, None, MONDAY)
	assert after == [(1, datetime(2027, 11, 23, 9, 30))]


def test_a_series_ends_with_its_last_day():
	found, extend_on = get_occurrences(MONDAY, "Daily", 0, date(2026, 11, 25), MONDAY)
	assert [number for number, _start in found] == [1, 2]
	assert extend_on is None


def test_a_long_pause_makes_up_for_everything_since():
	found, _extend_on = get_occurrences(MONDAY, "Weekly", 2, None, MONDAY + timedelta(days=70))
	assert found[0][0] == 3
	assert found[-1][1] > MONDAY + timedelta(days=70)


def test_reminders_ring_before_and_at_the_time():
	assert get_reminder_times(MONDAY, "1 Hour Before", MONDAY - timedelta(days=1)) == (
		MONDAY - timedelta(hours=1),
		MONDAY,
	)


def test_times_that_have_passed_ring_no_more():
	assert get_reminder_times(MONDAY, "1 Hour Before", MONDAY - timedelta(minutes=10)) == (None, MONDAY)
	assert get_reminder_times(MONDAY, "1 Hour Before", MONDAY) == (None, None)


def test_no_reminder_rings_never():
	assert get_reminder_times(MONDAY, "No Reminder", MONDAY - timedelta(days=1)) == (None, None)
	assert get_reminder_times(MONDAY, None, MONDAY - timedelta(days=1)) == (None, None)


def test_overdue_are_planned_ones_that_should_be_over():
	assert is_overdue("Planned", MONDAY, MONDAY + timedelta(seconds=1))
	assert not is_overdue("Planned", MONDAY, MONDAY)
	assert not is_overdue("Done", MONDAY, MONDAY + timedelta(days=1))

"""The credit score of a company."""

from datetime import date
from decimal import Decimal

import pytest

from meeting_crm.credit.rules import (
	DEFAULT_WEIGHTS,
	DueRow,
	Facts,
	get_level,
	get_overdue_points,
	get_points,
	get_punctuality,
	get_score,
	is_withdrawal_proposed,
)

NAMES = ("Turnover", "Editions", "Punctuality", "Overdue Now", "Terminations", "Judgement")


def points(*values) -> dict:
	return {name: None if value is None else Decimal(value) for name, value in zip(NAMES, values, strict=True)}


@pytest.mark.parametrize(
	("values", "score", "level"),
	[
		((80, 75, 75, 100, 100, 70), 80, "A"),
		((80, 75, 75, 100, 100, None), 81, "A"),
		((20, 25, 0, 50, 80, 40), 23, "C"),
		((None, None, None, None, None, None), None, None),
	],
)
def test_the_weighted_mean_of_what_is_known(values, score, level):
	assert get_score(points(*values), DEFAULT_WEIGHTS) == score
	assert get_level(score) == level


@pytest.mark.parametrize(("days", "expected"), [(0, 100), (30, 50), (60, 0), (90, 0)])
def test_overdue_now(days, expected):
	assert get_overdue_points(days) == expected


@pytest.mark.parametrize(("score", "proposed"), [(76, False), (75, False), (74, True), (None, False)])
def test_a_policy_is_withdrawn_below_the_margin(score, proposed):
	assert is_withdrawal_proposed(score, 80, 5) is proposed


def test_punctuality_is_money_by_its_day():
	day = date(2026, 1, 1)
	rows = (
		DueRow(day, Decimal(3000), Decimal(0), Decimal(3000)),
		DueRow(day, Decimal(1000), Decimal(3000), Decimal(3500)),
	)
	assert get_punctuality(rows) == Decimal(100) * 3500 / 4000
	assert get_punctuality(()) is None


def test_points_stay_between_nothing_and_a_hundred():
	facts = Facts(Decimal(10**9), 9, (), 500, 5, 9, 100)
	assert get_points(facts, Decimal(100000)) == {
		"Turnover": 100,
		"Editions": 100,
		"Punctuality": None,
		"Overdue Now": 0,
		"Terminations": 0,
		"Complaints": 0,
		"Judgement": 100,
	}

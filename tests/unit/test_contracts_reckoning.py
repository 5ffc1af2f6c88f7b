"""Plans, what is paid, outstanding and overdue, tax: exact to the cent."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meeting_crm.contracts.reckoning import (
	Instalment,
	PlanError,
	check_plan_amounts,
	get_effective_amount,
	get_next_due_on,
	get_outstanding,
	get_overdue,
	get_overdue_days,
	get_paid,
	get_plan_amounts,
	get_proposed_refund,
	get_tax,
	limit_plan,
)
from meeting_crm.core.money import get_discount_percentage, get_line_amount, get_totals, money

TODAY = date(2026, 11, 26)
ROWS = (
	Instalment(date(2026, 11, 1), Decimal(3000)),
	Instalment(TODAY, Decimal(3000)),
	Instalment(date(2026, 12, 31), Decimal(4000)),
)

cents = st.integers(1, 10**11).map(lambda value: Decimal(value) / 100)


@st.composite
def shares(draw) -> list[Decimal]:
	"""Percentages with two decimals that make exactly 100."""
	cuts = sorted(draw(st.lists(st.integers(1, 9999), max_size=11, unique=True)))
	return [Decimal(b - a) / 100 for a, b in zip([0, *cuts], [*cuts, 10000], strict=True)]


@pytest.mark.parametrize(
	("amount", "percentages", "amounts"),
	[
		(10000, (33.33, 33.33, 33.34), (3333, 3333, 3334)),
		(100.01, (50, 50), ("50.01", "50.00")),
		(0.01, (50, 50), ("0.01", "0.00")),
		(10000, (100,), (10000,)),
	],
)
def test_a_plan_by_shares(amount, percentages, amounts):
	assert get_plan_amounts(amount, percentages) == [Decimal(value) for value in amounts]


@pytest.mark.parametrize("percentages", [(99.99,), (50, 49.99), (60, 60), ()])
def test_shares_that_do_not_make_a_whole_are_refused(percentages):
	with pytest.raises(PlanError, match="percentages"):
		get_plan_amounts(10000, percentages)


@given(cents, shares())
def test_a_plan_by_shares_always_makes_the_amount(amount, percentages):
	amounts = get_plan_amounts(amount, percentages)
	assert sum(amounts) == amount
	assert all(value == money(value) for value in amounts)


def test_rows_a_cent_short_are_refused():
	with pytest.raises(PlanError) as caught:
		check_plan_amounts(10000, (3000, 3000, 3999.99))
	assert caught.value.found == Decimal("9999.99")
	check_plan_amounts(0.3, (0.1, 0.2))


@pytest.mark.parametrize(
	("net", "paid", "outstanding"),
	[
		(5000, (3000, 2000, 0), 5000),
		(3500, (3000, 500, 0), 6500),
		(0, (0, 0, 0), 10000),
		(10500, (3000, 3000, 4000), -500),
		(-10, (0, 0, 0), 10010),
	],
)
def test_receipts_fill_the_rows_in_their_order(net, paid, outstanding):
	assert [row.paid for row in get_paid(reversed(ROWS), net)] == list(paid)
	assert get_outstanding(10000, net) == outstanding


@given(st.lists(cents, min_size=1, max_size=8), st.integers(-(10**9), 10**12))
def test_paid_and_unpaid_always_make_the_plan(amounts, cents_received):
	net = Decimal(cents_received) / 100
	rows = get_paid([Instalment(TODAY, amount) for amount in amounts], net)
	assert sum(row.paid + row.unpaid for row in rows) == sum(amounts)
	assert sum(row.paid for row in rows) == min(sum(amounts), max(Decimal(0), net))


@pytest.mark.parametrize(
	("today", "overdue", "days"),
	[
		(TODAY, 0, 0),
		(date(2026, 11, 27), 1000, 1),
		(date(2027, 1, 1), 5000, 36),
	],
)
def test_the_due_day_itself_is_in_time(today, overdue, days):
	rows = get_paid(ROWS, 5000)
	assert get_overdue(rows, today) == overdue
	assert get_overdue_days(rows, today) == days


def test_the_next_due_day_is_the_first_with_something_unpaid():
	assert get_next_due_on(get_paid(ROWS, 0)) == ROWS[0].due_on
	assert get_next_due_on(get_paid(ROWS, 5000)) == TODAY
	assert get_next_due_on(get_paid(ROWS, 10000)) is None


def test_a_terminated_contract_owes_what_is_kept_of_it():
	assert get_effective_amount(10000, 1000, is_terminated=True) == 1000
	assert get_proposed_refund(3000, 1000) == 2000
	assert get_proposed_refund(500, 1000) == 0
	assert [row.amount for row in limit_plan(ROWS, 4000)] == [3000, 1000, 0]


@pytest.mark.parametrize(
	("gross", "rate", "net", "tax"),
	[
		(10600, 6, "10000.00", "600.00"),
		(10000, 6, "9433.96", "566.04"),
		(1000, 1, "990.10", "9.90"),
		(-10000, 6, "-9433.96", "-566.04"),
		(33.33, 6, "31.44", "1.89"),
		(100, 0, "100.00", "0.00"),
	],
)
def test_tax_is_taken_out_of_the_gross_amount(gross, rate, net, tax):
	assert get_tax(gross, rate) == (Decimal(net), Decimal(tax))


def test_tax_is_reckoned_per_line():
	lines = [get_tax(33.33, 6) for _number in range(3)]
	assert (sum(net for net, _tax in lines), sum(tax for _net, tax in lines)) == (Decimal("94.32"), Decimal("5.67"))


@given(st.integers(-(10**11), 10**11), st.sampled_from([0, 1, 3, 6, 9, 13]))
def test_net_and_tax_always_make_the_gross(cents_gross, rate):
	gross = Decimal(cents_gross) / 100
	net, tax = get_tax(gross, rate)
	assert net + tax == gross
	assert get_tax(-gross, rate) == (-net, -tax)


@pytest.mark.parametrize(
	("quantity", "rate", "discount", "amount"),
	[
		(3, 333.33, 0, "999.99"),
		(1, 0.05, 10, "0.05"),
		(2.5, 199.99, 12.5, "437.48"),
		(1, 29990, 15, "25491.50"),
		(1, 0.05, 50, "0.03"),
	],
)
def test_a_line_is_rounded_once(quantity, rate, discount, amount):
	assert get_line_amount(quantity, rate, discount) == Decimal(amount)


@pytest.mark.parametrize(("typed", "policy", "percentage"), [(5, 10, 10), (15, 10, 15), (None, 10, 10), (0, None, 0)])
def test_two_discounts_never_add_up(typed, policy, percentage):
	assert get_discount_percentage(typed, policy) == percentage


def test_a_discount_on_the_total_is_rounded_once():
	totals = get_totals([0.05], 50)
	assert (totals.discount, totals.amount) == (Decimal("0.03"), Decimal("0.02"))

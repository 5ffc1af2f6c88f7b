"""Amounts, exact to the cent."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Totals:
	total: Decimal
	discount: Decimal
	amount: Decimal


def money(value) -> Decimal:
	return Decimal(str(value or 0)).quantize(CENT, ROUND_HALF_UP)


def get_line_amount(quantity, rate, discount_percentage=0) -> Decimal:
	"""Quantity times unit price less the line's discount, rounded to the cent once, at the end."""
	return money(_number(quantity) * _number(rate) * (HUNDRED - _number(discount_percentage)) / HUNDRED)


def get_totals(line_amounts: Iterable, discount_percentage=0, discount_amount=0) -> Totals:
	"""A percentage wins over a discount given as an amount, so that both never add up."""
	total = sum((money(amount) for amount in line_amounts), Decimal(0))
	percentage = _number(discount_percentage)
	discount = money(total * percentage / HUNDRED) if percentage else money(discount_amount)
	return Totals(total, discount, total - discount)


def _number(value) -> Decimal:
	return Decimal(str(value or 0))


def get_discount_percentage(typed, policy) -> Decimal:
	"""The larger of the typed discount and the one of a preferential policy; they never add up."""
	return max(_number(typed), _number(policy))

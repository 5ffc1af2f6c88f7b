"""The arithmetic of contracts: plans, what is paid, outstanding and overdue, tax. Exact to the cent; reads no database and
no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from meeting_crm.core.money import HUNDRED, money

ZERO = Decimal(0)


@dataclass(frozen=True)
class Instalment:
	"""A row of a payment plan."""

	due_on: date
	amount: Decimal
	label: str = ""


@dataclass(frozen=True)
class PaidInstalment:
	due_on: date
	amount: Decimal
	paid: Decimal
	label: str = ""

	@property
	def unpaid(self) -> Decimal:
		return self.amount - self.paid


class PlanError(ValueError):
	"""`reason` is `percentages` or `amounts`; `found` is their sum."""

	def __init__(self, reason: str, found: Decimal):
		super().__init__(f"{reason}: {found}")
		self.reason, self.found = reason, found


def get_plan_amounts(amount, percentages: Sequence) -> list[Decimal]:
	"""Each row's share of `amount`, rounded; the last row takes the rest. Raises PlanError unless they make 100."""
	shares = [Decimal(str(percentage or 0)) for percentage in percentages]
	if sum(shares, ZERO).quantize(Decimal("0.01")) != HUNDRED:
		raise PlanError("percentages", sum(shares, ZERO))
	total = money(amount)
	amounts = [money(total * share / HUNDRED) for share in shares[:-1]]
	return [*amounts, total - sum(amounts, ZERO)]


def check_plan_amounts(amount, amounts: Iterable) -> None:
	"""Raises PlanError unless the rows make the contract's amount to the cent."""
	found = sum((money(value) for value in amounts), ZERO)
	if found != money(amount):
		raise PlanError("amounts", found)


def get_due_on(signed_on: date, days: int) -> date:
	return signed_on + timedelta(days=days)


def get_effective_amount(amount, settled_amount=None, is_terminated: bool = False) -> Decimal:
	"""What the customer owes in all: the contract's amount, or what is kept of it after a termination."""
	return money(settled_amount) if is_terminated else money(amount)


def get_outstanding(effective, net) -> Decimal:
	"""Less than zero: the customer paid too much."""
	return money(effective) - money(net)


def get_paid(instalments: Iterable[Instalment], net) -> list[PaidInstalment]:
	"""The net receipts fill the rows in the order in which they fall due."""
	rest, rows = max(ZERO, money(net)), []
	for row in sorted(instalments, key=lambda row: row.due_on):
		paid = min(row.amount, rest)
		rest -= paid
		rows.append(PaidInstalment(row.due_on, row.amount, paid, row.label))
	return rows


def limit_plan(instalments: Iterable[Instalment], effective) -> list[Instalment]:
	"""A plan that asks for more than is owed (after a termination) is cut from its end."""
	rest, rows = money(effective), []
	for row in sorted(instalments, key=lambda row: row.due_on):
		asked = min(row.amount, max(ZERO, rest))
		rest -= asked
		rows.append(Instalment(row.due_on, asked, row.label))
	return rows


def get_overdue(rows: Iterable[PaidInstalment], today: date) -> Decimal:
	"""What has fallen due before today and is not paid: the due day itself is in time."""
	return sum((row.unpaid for row in rows if row.due_on < today), ZERO)


def get_overdue_days(rows: Iterable[PaidInstalment], today: date) -> int:
	return max(((today - row.due_on).days for row in rows if row.unpaid > 0 and row.due_on < today), default=0)


def get_next_due_on(rows: Iterable[PaidInstalment]) -> date | None:
	"""The first day with something unpaid, past or to come."""
	return min((row.due_on for row in rows if row.unpaid > 0), default=None)


def get_proposed_refund(net, settled_amount) -> Decimal:
	"""What a terminated contract gives back: all above what is kept."""
	return max(ZERO, money(net) - money(settled_amount))


def get_tax(gross, rate) -> tuple[Decimal, Decimal]:
	"""Net and tax of a gross amount at `rate` per cent; together exactly the gross."""
	net = money(money(gross) / (1 + Decimal(str(rate or 0)) / HUNDRED))
	return net, money(gross) - net

"""The credit score: points of each criterion, weights, levels. Nothing here reads a database or a clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

ZERO, HUNDRED = Decimal(0), Decimal(100)
TURNOVER, EDITIONS, PUNCTUALITY, OVERDUE = "Turnover", "Editions", "Punctuality", "Overdue Now"
TERMINATIONS, COMPLAINTS, JUDGEMENT = "Terminations", "Complaints", "Judgement"
DEFAULT_WEIGHTS = {
	TURNOVER: 30,
	EDITIONS: 15,
	PUNCTUALITY: 30,
	OVERDUE: 10,
	TERMINATIONS: 5,
	COMPLAINTS: 0,
	JUDGEMENT: 10,
}
DAYS_TO_ZERO = 60


@dataclass(frozen=True)
class DueRow:
	"""An instalment that has fallen due, and what had been received of the contract, net, when it did."""

	due_on: date
	amount: Decimal
	before: Decimal
	received_by_then: Decimal

	@property
	def paid_in_time(self) -> Decimal:
		return min(self.amount, max(ZERO, self.received_by_then - self.before))


@dataclass(frozen=True)
class Facts:
	turnover: Decimal
	editions: int
	due_rows: tuple[DueRow, ...]
	overdue_days: int
	terminations: int
	complaints: int
	judgement: int | None = None


def get_points(facts: Facts, full_turnover: Decimal) -> dict[str, Decimal | None]:
	"""0 to 100 for each criterion; None: not known."""
	return {
		TURNOVER: _limit(HUNDRED * facts.turnover / full_turnover) if full_turnover else HUNDRED,
		EDITIONS: _limit(Decimal(25 * facts.editions)),
		PUNCTUALITY: get_punctuality(facts.due_rows),
		OVERDUE: get_overdue_points(facts.overdue_days),
		TERMINATIONS: _limit(HUNDRED - 50 * facts.terminations),
		COMPLAINTS: _limit(HUNDRED - 20 * facts.complaints),
		JUDGEMENT: None if facts.judgement is None else _limit(Decimal(facts.judgement)),
	}


def get_punctuality(rows: Iterable[DueRow]) -> Decimal | None:
	"""The money of due rows that was there by their day, of all that fell due."""
	rows = list(rows)
	due = sum((row.amount for row in rows), ZERO)
	return HUNDRED * sum((row.paid_in_time for row in rows), ZERO) / due if due else None


def get_overdue_points(days: int) -> Decimal:
	return _limit(HUNDRED - HUNDRED * days / DAYS_TO_ZERO)


def get_score(points: Mapping[str, Decimal | None], weights: Mapping[str, int]) -> int | None:
	"""The weighted mean of what is known, rounded half up; None where nothing that weighs is known."""
	known = {name: value for name, value in points.items() if value is not None and weights.get(name)}
	total = sum(weights[name] for name in known)
	if not total:
		return None
	mean = sum((Decimal(weights[name]) * value for name, value in known.items()), ZERO) / total
	return int(mean.quantize(Decimal(1), ROUND_HALF_UP))


def get_level(score: int | None, level_a: int = 80, level_b: int = 60) -> str | None:
	if score is None:
		return None
	return "A" if score >= level_a else "B" if score >= level_b else "C"


def is_withdrawal_proposed(score: int | None, threshold: int, margin: int) -> bool:
	"""A policy stays while the score only dips a little below what it was granted at."""
	return score is not None and score < threshold - margin


def _limit(points: Decimal) -> Decimal:
	return max(ZERO, min(HUNDRED, Decimal(points)))

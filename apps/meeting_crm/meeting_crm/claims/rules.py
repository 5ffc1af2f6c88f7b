"""What protects a claim, how long, and who may do what with it: decisions alone, no database, no clock of
their own. Times are naive datetimes in the site's time zone; the caller passes `now`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from meeting_crm.meeting_projects.calendar import get_protection_end, get_uncounted_days
from meeting_crm.meeting_projects.rules import ProjectRules, Reason

NEGOTIATING, SIGNED, DEAD, RELEASED = "Negotiating", "Signed", "Dead", "Released"
ENDED = "Ended"

ENTRY, POOL, DUPLICATE_CHECK = "Entry", "Pool", "Duplicate Check"
CARRIED_OVER, ASSIGNED, HANDED_OVER = "Carried Over", "Assigned", "Handed Over"
OWN_SOURCES = (ENTRY, POOL, DUPLICATE_CHECK)
UNDONE = "Undone"
SOURCES = (*OWN_SOURCES, CARRIED_OVER, ASSIGNED, HANDED_OVER, UNDONE)

UNDO_WITHIN = timedelta(seconds=75)
"""A minute to see the mistake, and what the request takes."""
MAX_UNDONE_PER_DAY = 5
"""In one project: taking back must not be a way to read one base file after the other."""


STATUS_FREE, STATUS_HELD, STATUS_SIGNED = "Uncontacted", "In Negotiation", "Signed"


@dataclass(frozen=True)
class ClaimFacts:
	"""What decides about one claim: the row, without its history."""

	phase: str
	state: str
	protected_from: datetime
	protected_until: datetime
	extended_days: int = 0
	signed_on: datetime | None = None
	ended_on: datetime | None = None


@dataclass(frozen=True)
class Standing:
	"""The answer of the one function that both decides and explains (B13)."""

	reason: Reason
	is_active: bool
	ends_on: datetime | None
	days_left: int | None
	uncounted_days: tuple[date, ...] = ()


def is_active(phase: str, protected_until: datetime | None, now: datetime) -> bool:
	return phase == SIGNED or (phase == NEGOTIATING and protected_until is not None and protected_until > now)


def get_phase(state: str) -> str:
	"""B6: whatever administrators add to the workflow, a state other than the three ends counts as
	negotiating, and its protection runs."""
	if state == SIGNED:
		return SIGNED
	return ENDED if state in (DEAD, RELEASED) else NEGOTIATING


def get_standing(claim: ClaimFacts, rules: ProjectRules, now: datetime) -> Standing:
	"""Decides whether a claim holds at `now`, and says why (B4, B5, B13)."""
	if claim.phase == SIGNED:
		return Standing(Reason.SIGNED, True, None, None)
	if claim.phase == ENDED:
		reason = Reason.DEAD if claim.state == DEAD else Reason.RELEASED
		return Standing(reason, False, claim.ended_on, None)
	uncounted = get_uncounted_days(claim.protected_from, claim.protected_until, rules)
	if not is_active(claim.phase, claim.protected_until, now):
		return Standing(Reason.EXPIRED, False, claim.protected_until, 0, uncounted)
	return Standing(Reason.PROTECTED, True, claim.protected_until, get_days_left(claim.protected_until, now), uncounted)


def get_days_left(protected_until: datetime, now: datetime) -> int:
	"""Whole days left, rounded up: the last 24 hours are one day left."""
	return max(0, -((now - protected_until) // timedelta(days=1)))


def get_status(phase: str, protected_until: datetime | None, now: datetime) -> str:
	"""The word the duplicate check shows (A2)."""
	if not is_active(phase, protected_until, now):
		return STATUS_FREE
	return STATUS_SIGNED if phase == SIGNED else STATUS_HELD


def counts_as_new(source: str) -> bool:
	"""B7: only what a person claims or enters fills that person's day."""
	return source in OWN_SOURCES


def get_claim_obstacle(
	rules: ProjectRules,
	source: str,
	claimed_today: int,
	earlier_claims: int,
	last_ended_on: datetime | None,
	now: datetime,
) -> Reason | None:
	"""Why a member may not claim an enterprise now. `earlier_claims` and `last_ended_on` are this person's with
	this enterprise in this project. Assignments, carry-over and handovers are others' decisions: no limit of
	the person stands against them."""
	if not counts_as_new(source):
		return None
	if claimed_today >= rules.daily_maximum:
		return Reason.DAILY_MAXIMUM
	if rules.max_claims_per_person and earlier_claims >= rules.max_claims_per_person:
		return Reason.CLAIMED_TOO_OFTEN
	if get_cooldown_end(rules, last_ended_on, now):
		return Reason.COOLING_DOWN
	return None


def may_undo(source: str, claim: ClaimFacts, claimed_on: datetime, undone_today: int, now: datetime) -> bool:
	"""A claim made by mistake, by its holder: at once, before anything was done with it, and not all day long."""
	return (
		source in (POOL, DUPLICATE_CHECK)
		and claim.phase == NEGOTIATING
		and not claim.extended_days
		and claimed_on <= now <= claimed_on + UNDO_WITHIN
		and undone_today < MAX_UNDONE_PER_DAY
	)


def get_cooldown_end(rules: ProjectRules, last_ended_on: datetime | None, now: datetime) -> datetime | None:
	"""Until when a person may not claim back what they just lost; None when nothing stands against it."""
	if not rules.cooldown_days or not last_ended_on:
		return None
	end = last_ended_on + timedelta(days=rules.cooldown_days)
	return end if end > now else None


def get_extension_obstacle(
	claim: ClaimFacts, rules: ProjectRules, used_in_project: int, now: datetime
) -> Reason | None:
	"""B3: why protection cannot be extended at `now`."""
	standing = get_standing(claim, rules, now)
	if standing.reason is not Reason.PROTECTED:
		return standing.reason
	if used_in_project >= rules.max_extensions:
		return Reason.EXTENSIONS_USED_UP
	return None


def resume_after_signature(claim: ClaimFacts, now: datetime) -> datetime:
	"""When a signature is taken back, the time it stood does not count: the start of protection moves on by
	as much."""
	return claim.protected_from + max(now - (claim.signed_on or now), timedelta(0))


def get_reminder_start(protected_until: datetime, rules: ProjectRules) -> date:
	"""The first day on which the holder is told that protection runs out (B2)."""
	return protected_until.date() - timedelta(days=rules.reminder_days)


def is_reminder_due(protected_until: datetime, rules: ProjectRules, now: datetime) -> bool:
	return protected_until > now and now.date() >= get_reminder_start(protected_until, rules)


def get_shortfall(claimed: int, rules: ProjectRules) -> int:
	return max(0, rules.daily_minimum - claimed)


def spread_evenly(enterprises: Sequence[str], load: dict[str, int]) -> list[tuple[str, str]]:
	"""B11: gives each enterprise to the person with the fewest, counting what they hold already (`load`);
	equal loads take turns in the given order."""
	from heapq import heapify, heapreplace

	heap = [(count, position, user) for position, (user, count) in enumerate(load.items())]
	heapify(heap)
	pairs = []
	for enterprise in enterprises:
		count, position, user = heap[0]
		pairs.append((enterprise, user))
		heapreplace(heap, (count + 1, position, user))
	return pairs


@dataclass(frozen=True)
class RuleEffect:
	"""What changed settings do to one running claim (B12)."""

	claim: str
	old_end: datetime
	new_end: datetime
	days: int
	is_lost: bool


def get_rule_effects(
	claims: Iterable[tuple[str, datetime, int, datetime]], new: ProjectRules, now: datetime
) -> Iterable[RuleEffect]:
	"""For rows of (claim, protected_from, extended_days, protected_until) of running claims: the end under `new`
	rules. Days granted by extensions stay granted. Who would have lost a claim earlier loses it now, not in the
	past. Claims whose end does not change are left out."""
	for name, protected_from, extended_days, protected_until in claims:
		new_end = get_protection_end(protected_from, new.protection_days + extended_days, new)
		is_lost = new_end <= now
		if new_end != protected_until:
			yield RuleEffect(
				name,
				protected_until,
				max(new_end, now),
				(new_end.date() - protected_until.date()).days,
				is_lost,
			)

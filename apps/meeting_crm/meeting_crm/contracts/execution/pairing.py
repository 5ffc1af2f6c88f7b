"""Who sleeps where: how many rooms a night needs at least, and who could share. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from meeting_crm.contracts.execution.identity import FEMALE, MALE
from meeting_crm.contracts.execution.rules import NO_ROOM, SHARED, SINGLE, SUITE, get_overlap, is_present


@dataclass(frozen=True)
class Guest:
	key: str
	name: str
	gender: str
	housing: str
	arrive: date
	leave: date
	share_with: str | None = None
	is_family: bool = False
	group: tuple = ()
	"""What both must have in common to share: hotel and room type."""
	order: str = ""
	"""The contract: people of one company come together first."""

	@property
	def stay(self) -> tuple[date, date]:
		return self.arrive, self.leave

	def is_here(self, day: date) -> bool:
		return is_present(self.arrive, self.leave, day)


def resolve_wishes(names: Sequence[tuple[str, str, str, str]]) -> dict[str, str]:
	"""{key: key of whom it wishes to share with} from rows of (key, execution, name, wished name). A wish is first looked for
	in the same execution, then everywhere; where the name fits several or nobody, it is left out."""
	inside: dict[tuple[str, str], list[str]] = {}
	everywhere: dict[str, list[str]] = {}
	for key, execution, name, _wished in names:
		inside.setdefault((execution, name), []).append(key)
		everywhere.setdefault(name, []).append(key)
	found = {}
	for key, execution, _name, wished in names:
		wished = (wished or "").strip()
		candidates = inside.get((execution, wished)) or everywhere.get(wished) or []
		if wished and len(candidates) == 1 and candidates[0] != key:
			found[key] = candidates[0]
	return found


def may_share(one: Guest, other: Guest) -> bool:
	"""Never mixed unless both name each other and are family; never somebody whose gender nobody wrote down; never two who
	do not meet for a night."""
	if not get_overlap(one.stay, other.stay) or not one.gender or not other.gender:
		return False
	return one.gender == other.gender or is_family_pair(one, other)


def is_mutual(one: Guest, other: Guest) -> bool:
	return one.share_with == other.key and other.share_with == one.key


def is_family_pair(one: Guest, other: Guest) -> bool:
	return is_mutual(one, other) and one.is_family and other.is_family


@dataclass(frozen=True)
class Proposal:
	rooms: list[tuple[Guest, ...]]
	unroomed: list[Guest]
	"""Who cannot be placed before their gender is known."""


def propose_rooms(guests: Iterable[Guest]) -> Proposal:
	"""Rooms for guests who have none: single rooms and suites alone, mutual wishes first, then the largest overlap of
	nights within hotel, room type and gender, in the order of contract, arrival, departure and name."""
	waiting = sorted(
		(guest for guest in guests if guest.housing != NO_ROOM),
		key=lambda guest: (guest.order, guest.arrive, guest.leave, guest.name, guest.key),
	)
	rooms: list[tuple[Guest, ...]] = [(guest,) for guest in waiting if guest.housing in (SINGLE, SUITE)]
	sharing = {guest.key: guest for guest in waiting if guest.housing == SHARED}
	rooms += _pair_wishes(sharing)
	unroomed = [guest for guest in sharing.values() if guest.gender not in (MALE, FEMALE)]
	groups: dict[tuple, list[Guest]] = {}
	for guest in sharing.values():
		if guest.gender in (MALE, FEMALE):
			groups.setdefault((guest.group, guest.gender), []).append(guest)
	for group in groups.values():
		rooms += _pair_by_overlap(group)
	return Proposal(rooms, unroomed)


def _pair_wishes(sharing: dict[str, Guest]) -> list[tuple[Guest, Guest]]:
	pairs = []
	for guest in list(sharing.values()):
		other = sharing.get(guest.share_with or "")
		if guest.key in sharing and other and is_mutual(guest, other) and may_share(guest, other):
			pairs.append((sharing.pop(guest.key), sharing.pop(other.key)))
	return pairs


def _pair_by_overlap(guests: list[Guest]) -> list[tuple[Guest, ...]]:
	"""Guests with the same stay wait in one row, so that ten thousand are paired by looking at their stays alone."""
	rows: dict[tuple[date, date], dict[str, tuple[int, Guest]]] = {}
	for place, guest in enumerate(guests):
		rows.setdefault(guest.stay, {})[guest.key] = (place, guest)
	rooms: list[tuple[Guest, ...]] = []
	for guest in guests:
		if guest.key not in rows[guest.stay]:
			continue
		del rows[guest.stay][guest.key]
		partner = _find_partner(guest, rows)
		if partner:
			del rows[partner.stay][partner.key]
		rooms.append((guest, partner) if partner else (guest,))
	return rooms


def _find_partner(guest: Guest, rows: dict[tuple[date, date], dict[str, tuple[int, Guest]]]) -> Guest | None:
	best, partner = (0, 0), None
	for stay, waiting in rows.items():
		overlap = get_overlap(guest.stay, stay)
		if not overlap or not waiting:
			continue
		place, candidate = next(iter(waiting.values()))
		if (overlap, -place) > best or partner is None:
			best, partner = (overlap, -place), candidate
	return partner


def count_rooms(guests: Iterable[Guest], day: date) -> dict[str, int]:
	"""The least rooms one night needs for guests without a room: single, shared by men, by women, by families, gender
	unknown, suites."""
	here = {guest.key: guest for guest in guests if guest.is_here(day)}
	counts = {SINGLE: 0, MALE: 0, FEMALE: 0, "Family": 0, "": 0, SUITE: 0}
	men_and_women = {MALE: 0, FEMALE: 0}
	families = set()
	for guest in here.values():
		partner = here.get(guest.share_with or "")
		if guest.housing in (SINGLE, SUITE):
			counts[guest.housing] += 1
		elif guest.housing != SHARED:
			continue
		elif partner and partner.housing == SHARED and is_family_pair(guest, partner):
			families.add(frozenset((guest.key, partner.key)))
		elif guest.gender in men_and_women:
			men_and_women[guest.gender] += 1
		else:
			counts[""] += 1
	for gender, people in men_and_women.items():
		counts[gender] = -(-people // 2)
	counts["Family"] = len(families)
	return counts


def get_days(guests: Sequence[Guest]) -> list[date]:
	"""Every night between the first arrival and the last departure."""
	if not guests:
		return []
	first, last = min(guest.arrive for guest in guests), max(guest.leave for guest in guests)
	return [first + timedelta(days=number) for number in range((last - first).days)]

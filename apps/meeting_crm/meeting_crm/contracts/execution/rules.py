"""Decisions about what was promised and who has to know of it. Nothing here reads a database or a clock."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

FINANCE, LOGISTICS = "Finance", "Logistics"
DEPARTMENTS = (FINANCE, LOGISTICS)
CHANGED, ADDED, REMOVED = "Changed", "Added", "Removed"
NO_ROOM, SINGLE, SHARED, SUITE = "No Room", "Single", "Sharing", "Suite"

CENT = Decimal("0.01")


def to_cents(value) -> int:
	return int(Decimal(str(value or 0)).quantize(CENT, ROUND_HALF_UP) * 100)


def get_nights(arrive: date, leave: date) -> int:
	"""Nights between two days: whoever arrives on 10 March and leaves on the 13th stays three. Below one is no stay."""
	return (leave - arrive).days


def is_present(arrive: date, leave: date, day: date) -> bool:
	"""Whether the night that begins on `day` is slept here."""
	return arrive <= day < leave


def get_overlap(one: tuple[date, date], other: tuple[date, date]) -> int:
	"""Nights that two stays have in common."""
	return max(0, (min(one[1], other[1]) - max(one[0], other[0])).days)


def get_total(participation, publicity, accommodation) -> int:
	"""In cents."""
	return to_cents(participation) + to_cents(publicity) + to_cents(accommodation)


@dataclass(frozen=True)
class Route:
	"""Which department has to know of a change. `if_fee`: finance only where money changes with it; `if_priced`: where the
	service has a price of its own."""

	finance: bool = False
	logistics: bool = False
	if_fee: bool = False
	if_priced: bool = False


BOTH, MONEY, WORK = Route(True, True), Route(finance=True), Route(logistics=True)
STAY, SERVICE = Route(logistics=True, if_fee=True), Route(logistics=True, if_priced=True)

ATTENDEES, DELIVERABLES, CONTRACT = "attendees", "deliverables", "contract"

ROUTES: dict[str, dict[str, Route]] = {
	"": {
		"unit_name": BOTH,
		"address": WORK,
		"handler": WORK,
		"handler_mobile": WORK,
		"no_attendees": BOTH,
		"notes": BOTH,
		"participation_fee": MONEY,
		"publicity_fee": MONEY,
		"accommodation_fee": MONEY,
		"total": MONEY,
		"difference_reason": MONEY,
		"fee_per_head": MONEY,
		"invoice_title": MONEY,
		"title_type": MONEY,
		"title": MONEY,
		"tax_number": MONEY,
		"invoice_type": MONEY,
		"invoice_email": MONEY,
		"title_address": MONEY,
		"title_phone": MONEY,
		"title_bank": MONEY,
		"title_account": MONEY,
		"recipient": MONEY,
		"recipient_mobile": MONEY,
		"courier_address": MONEY,
	},
	ATTENDEES: {
		"person_name": WORK,
		"gender": WORK,
		"ethnicity": WORK,
		"position": WORK,
		"mobile": WORK,
		"id_number": WORK,
		"diet": WORK,
		"badge_kind": WORK,
		"share_with": WORK,
		"is_family": WORK,
		"wishes": WORK,
		"fee_paid_by": BOTH,
		"housing": STAY,
		"arrive_on": STAY,
		"leave_on": STAY,
	},
	DELIVERABLES: {
		"type": SERVICE,
		"text": SERVICE,
		"quantity": SERVICE,
		"specification": SERVICE,
		"file": SERVICE,
		"declined": SERVICE,
		"deadline": WORK,
		"amount": MONEY,
	},
	CONTRACT: {
		"change": BOTH,
		"status": BOTH,
		"items": BOTH,
		"amount": MONEY,
		"settled_amount": MONEY,
		"terms": MONEY,
		"plan": MONEY,
	},
}
RUNNING = ("Submitted", "Confirmed", "Changed")
"""The states of an execution on which the departments work."""
ROOMS, BADGES, BOOTHS = "Rooms", "Badges", "Booths"
MADE_FROM: dict[str, dict[str, tuple[str, ...]]] = {
	"": {"unit_name": (BADGES, BOOTHS)},
	ATTENDEES: {
		**dict.fromkeys(("housing", "arrive_on", "leave_on", "share_with", "is_family"), (ROOMS,)),
		"gender": (ROOMS,),
		"person_name": (BADGES, ROOMS),
		**dict.fromkeys(("position", "badge_kind"), (BADGES,)),
	},
}
"""The products in which a field stands; a service stands in the one its type names."""
SERVICE_CONTENT = ("type", "text", "quantity", "specification", "file", "declined")
ROW_LABELS = {ATTENDEES: "person_name", DELIVERABLES: "type"}
STAY_FEE = "stay_fee"
"""The change that tells finance, and finance alone, what a changed stay costs."""


@dataclass(frozen=True)
class Change:
	"""One field of one row, or a row that came or went (`fieldname` is then empty)."""

	table: str
	row: str
	row_label: str
	fieldname: str
	kind: str
	old: str
	new: str
	for_finance: bool
	for_logistics: bool
	revision: int = 0

	def is_for(self, department: str) -> bool:
		return self.for_finance if department == FINANCE else self.for_logistics


@dataclass(frozen=True)
class Prices:
	"""What a person-night costs, by the housing asked for."""

	per_night: Mapping[str, Decimal]

	def get_stay_fee(self, row: Mapping) -> Decimal:
		arrive, leave = row.get("arrive_on"), row.get("leave_on")
		if not arrive or not leave:
			return Decimal(0)
		nights = get_nights(date.fromisoformat(arrive), date.fromisoformat(leave))
		return (self.per_night.get(row.get("housing") or "", Decimal(0)) * max(0, nights)).quantize(CENT, ROUND_HALF_UP)


NO_PRICES = Prices({})


def get_closed_product(change: Change, row: Mapping, closed: Container[str], product_of_service: Mapping) -> str | None:
	"""The first product that is closed and would have to be made anew for this change; None where there is none. `row`: what
	stands in the row in question; `product_of_service`: {type of service: product}."""
	products: tuple[str | None, ...]
	if change.table == DELIVERABLES:
		is_content = not change.fieldname or change.fieldname in SERVICE_CONTENT
		products = (product_of_service.get(row.get("type")),) if is_content else ()
	elif change.fieldname:
		products = MADE_FROM.get(change.table, {}).get(change.fieldname, ())
	else:
		products = (BADGES,) if row.get("housing") in (None, "", NO_ROOM) else (BADGES, ROOMS)
	return next((product for product in products if product in closed), None)


def find_changes(before: Mapping, after: Mapping, prices: Prices = NO_PRICES) -> list[Change]:
	"""What a save changed, field by field. Both sides are plain texts: {field: text, "attendees": [{"name": …}], …}."""
	changes = _compare_fields("", before, after)
	per_head = is_set(before.get("fee_per_head")) or is_set(after.get("fee_per_head"))
	for table in (ATTENDEES, DELIVERABLES):
		changes += _find_row_changes(table, before.get(table) or (), after.get(table) or (), per_head, prices)
	return changes


def find_contract_changes(before: Mapping, after: Mapping) -> list[Change]:
	"""What a change of the contract means for the departments: {field: text} as it was and as it is."""
	return _compare_fields(CONTRACT, before, after)


def _compare_fields(table: str, before: Mapping, after: Mapping) -> list[Change]:
	return [
		_change(table, "", "", field, before.get(field), after.get(field), route, False, False)
		for field, route in ROUTES[table].items()
		if _text(before.get(field)) != _text(after.get(field))
	]


def _find_row_changes(
	table: str, before: Iterable[Mapping], after: Iterable[Mapping], per_head: bool, prices: Prices
) -> list[Change]:
	old_rows, new_rows = ({row["name"]: row for row in rows} for rows in (before, after))
	changes = [
		_come_or_gone(table, row, REMOVED, per_head, prices) for name, row in old_rows.items() if name not in new_rows
	]
	for name, row in new_rows.items():
		if name not in old_rows:
			changes.append(_come_or_gone(table, row, ADDED, per_head, prices))
		else:
			changes += _compare_row(table, old_rows[name], row, prices)
	return changes


def _come_or_gone(table: str, row: Mapping, kind: str, per_head: bool, prices: Prices) -> Change:
	costs = per_head or prices.get_stay_fee(row) > 0 if table == ATTENDEES else to_cents(row.get("amount")) > 0
	label = _text(row.get(ROW_LABELS[table]))
	old, new = (label, "") if kind == REMOVED else ("", label)
	return Change(table, row["name"], label, "", kind, old, new, costs, True)


def _compare_row(table: str, old: Mapping, new: Mapping, prices: Prices) -> list[Change]:
	label = _text(new.get(ROW_LABELS[table]))
	fees = (prices.get_stay_fee(old), prices.get_stay_fee(new)) if table == ATTENDEES else (Decimal(0), Decimal(0))
	priced = table == DELIVERABLES and bool(to_cents(old.get("amount")) or to_cents(new.get("amount")))
	changes = [
		_change(table, new["name"], label, field, old.get(field), new.get(field), route, fees[0] != fees[1], priced)
		for field, route in ROUTES[table].items()
		if _text(old.get(field)) != _text(new.get(field))
	]
	if fees[0] != fees[1]:
		changes.append(_change(table, new["name"], label, STAY_FEE, str(fees[0]), str(fees[1]), MONEY, False, False))
	return changes


def _change(table, row, label, field, old, new, route: Route, fee_changes: bool, priced: bool) -> Change:
	finance = route.finance or (route.if_fee and fee_changes) or (route.if_priced and priced)
	return Change(table, row, label, field, CHANGED, _text(old), _text(new), finance, route.logistics)


def _text(value) -> str:
	return "" if value is None else str(value)


def is_set(value) -> bool:
	return str(value or "0") not in ("", "0")


def get_net(changes: Sequence[Change], department: str) -> list[Change]:
	"""What is left to confirm: what was changed and changed back, added and removed again, is gone."""
	rows: dict[tuple[str, str], list[Change]] = {}
	for change in changes:
		if change.is_for(department):
			rows.setdefault((change.table, change.row), []).append(change)
	return [left for story in rows.values() for left in _get_net_of_row(story)]


def _get_net_of_row(story: list[Change]) -> list[Change]:
	moves = [change for change in story if change.kind != CHANGED]
	was_there = not moves or moves[0].kind == REMOVED
	is_there = not moves or moves[-1].kind == ADDED
	label = story[-1].row_label
	if not (was_there and is_there):
		return [] if was_there == is_there else [replace(moves[-1], row_label=label)]
	fields: dict[str, list[Change]] = {}
	for change in story:
		if change.kind == CHANGED:
			fields.setdefault(change.fieldname, []).append(change)
	return [
		replace(steps[-1], old=steps[0].old, row_label=label)
		for steps in fields.values()
		if steps[0].old != steps[-1].new
	]


def match_replaced_rows(old_rows: Sequence[Mapping], new_rows: Sequence[Mapping]) -> dict[int, str]:
	"""Pasting into a grid makes rows anew. {place among the new rows: name of the old row that it is}, found by name and
	mobile, so that a person who was pasted again keeps room and badge."""
	kept = {row.get("name") for row in new_rows if row.get("name")}
	gone: dict[tuple[str, str], list[str]] = {}
	for row in old_rows:
		if row["name"] not in kept:
			gone.setdefault(_identity(row), []).append(row["name"])
	found = {}
	for place, row in enumerate(new_rows):
		candidates = gone.get(_identity(row)) if not row.get("name") else None
		if candidates:
			found[place] = candidates.pop(0)
	return found


def _identity(row: Mapping) -> tuple[str, str]:
	return _text(row.get("person_name")).strip(), _text(row.get("mobile")).strip()

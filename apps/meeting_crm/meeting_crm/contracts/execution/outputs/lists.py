"""What stands in each list of a project. One query per list; words in the language of whoever prints."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate

from meeting_crm.contracts.execution import pairing, rooming
from meeting_crm.contracts.execution.identity import FEMALE, MALE
from meeting_crm.contracts.execution.outputs.sheets import DAY, MONEY, NUMBER, Column, Sheet
from meeting_crm.contracts.execution.rules import NO_ROOM, SINGLE, SUITE, get_nights, get_overlap

STATES = "('Submitted', 'Confirmed', 'Changed', 'Closed')"


@dataclass(frozen=True)
class Wanted:
	"""Which rows of a project are asked for."""

	project: str
	only_confirmed: bool = False
	hotel: str | None = None
	on_date: str | None = None
	with_id_numbers: bool = False

	@property
	def values(self) -> dict:
		return {"project": self.project}

	def get_condition(self) -> str:
		"""For a query with a table `execution`."""
		confirmed = (
			""" and exists (select 1 from `tabMeeting Department Task` task where task.execution = execution.name
			and task.department = 'Logistics' and task.status in ('Confirmed', 'Done'))"""
			if self.only_confirmed
			else ""
		)
		return f"execution.project = %(project)s and execution.status in {STATES}{confirmed}"


class Words:
	"""Translations looked up once a list, not once a cell."""

	def __init__(self, doctype: str = "Meeting Attendee"):
		self.known: dict[str, str] = {}
		self.doctype = doctype

	def __call__(self, text: str | None) -> str:
		if not text:
			return ""
		if text not in self.known:
			self.known[text] = _(text, context=self.doctype)
		return self.known[text]


def _query(query: str, wanted: Wanted) -> list[frappe._dict]:
	return frappe.db.sql(query.format(condition=wanted.get_condition()), wanted.values, as_dict=True)


def _number(*labels_widths_kinds) -> list[Column]:
	return [Column(_("No."), 6, NUMBER), *(Column(*given) for given in labels_widths_kinds)]


ATTENDEES = """select person.name, person.parent, person.idx, person.person_name, person.gender, person.position, person.mobile,
	person.id_number, person.housing, person.arrive_on, person.leave_on, person.share_with, person.is_family, person.diet,
	person.badge_kind, person.fee_paid_by, person.wishes, execution.unit_name, execution.contract, execution.name as execution,
	seller.full_name as holder_name
	from `tabMeeting Execution` execution
	join `tabMeeting Attendee` person on person.parent = execution.name and person.parenttype = 'Meeting Execution'
	left join `tabUser` seller on seller.name = execution.holder
	where {condition} order by execution.contract, person.idx"""


def get_rooming(wanted: Wanted) -> list[Sheet]:
	people = [row for row in _query(ATTENDEES, wanted) if row.housing != NO_ROOM]
	rooms = _get_rooms(wanted)
	stays = list(_get_stays(people, rooms, wanted))
	return [_make_guest_list(stays, wanted), _make_room_list(stays, rooms)]


def _get_rooms(wanted: Wanted) -> dict[str, frappe._dict]:
	hotels = dict(frappe.get_all("Meeting Hotel", ["name", "hotel_name"], as_list=True, order_by="name"))
	rooms = {
		row.name: row for row in rooming.get_rooms(wanted.project) if not wanted.hotel or row.hotel == wanted.hotel
	}
	for room in rooms.values():
		room.hotel_name = hotels.get(room.hotel, "")
	return rooms


def _get_stays(people: list, rooms: dict, wanted: Wanted) -> Iterator[tuple]:
	"""(person, room or None, arrival, departure, flag), ordered as the hotel reads it, who has no room at the end."""
	by_name = {person.name: person for person in people}
	stays, placed = [], set()
	for guest in rooming.get_guests(wanted.project):
		person = by_name.get(guest.attendee)
		if not person:
			continue
		placed.add(guest.attendee)
		if room := rooms.get(guest.room):
			stays.append((person, room, guest.arrive_on, guest.leave_on, guest.flag))
	if not wanted.hotel:
		stays += [
			(person, None, person.arrive_on, person.leave_on, "") for person in people if person.name not in placed
		]
	day = getdate(wanted.on_date) if wanted.on_date else None
	for stay in sorted(stays, key=_get_place):
		if not day or (stay[2] and stay[3] and stay[2] <= day < stay[3]):
			yield stay


def _get_place(stay: tuple) -> tuple:
	person, room, arrive_on, _leave_on, _flag = stay
	first = (0, room.hotel_name, room.room_number, str(arrive_on)) if room else (1, "", 0, "")
	return (*first, person.contract, person.idx)


def _make_guest_list(stays: list[tuple], wanted: Wanted) -> Sheet:
	say = Words()
	columns = _number(
		(_("Hotel"), 16), (_("Room Type"), 10), (_("Room No."), 8, NUMBER), (_("Hotel Room"), 8), (_("Person Name"), 14), (_("Gender"), 6),
		*([(_("Identity Number"), 21)] if wanted.with_id_numbers else []),
		(_("Name of the Company"), 28), (_("Position"), 14), (_("Mobile"), 14), (_("Arrival"), 11, DAY), (_("Departure"), 11, DAY),
		(_("Nights"), 6, NUMBER), (_("Shares With"), 14), (_("Diet"), 8), (_("Paid By"), 8), (_("Wishes"), 20), (_("Salesperson"), 10),
	)  # fmt: skip
	mates = _get_mates(stays)
	sheet = Sheet(_("By Guest"), columns, numbered=True)
	for number, (person, room, arrive, leave, flag) in enumerate(stays, 1):
		id_number = (person.id_number,) if wanted.with_id_numbers else ()
		sheet.rows.append(
			(
				number,
				room.hotel_name if room else "",
				say(room.room_type) if room else "",
				room.room_number if room else None,
				room.hotel_number if room else "",
				person.person_name,
				say(person.gender),
				*id_number,
				person.unit_name,
				person.position,
				person.mobile,
				arrive,
				leave,
				get_nights(arrive, leave) if arrive and leave else None,
				mates.get((person.name, room.name)) or person.share_with if room else person.share_with,
				say(person.diet),
				say(person.fee_paid_by),
				" ".join(filter(None, [_(flag, context="Meeting Room Guest") if flag else "", person.wishes])),
				person.holder_name,
			)
		)
		sheet.keys.append(f"{person.name}:{room.name if room else ''}")
	return sheet


def _get_mates(stays: list[tuple]) -> dict[tuple[str, str], str]:
	"""Who sleeps in the same room in the same night."""
	by_room = defaultdict(list)
	for person, room, arrive, leave, _flag in stays:
		if room:
			by_room[room.name].append((person, (arrive, leave)))
	return {
		(person.name, room): ", ".join(
			other.person_name for other, theirs in people if other.name != person.name and get_overlap(stay, theirs)
		)
		for room, people in by_room.items()
		for person, stay in people
	}


def _make_room_list(stays: list[tuple], rooms: dict) -> Sheet:
	"""For the hotel: no telephone, no salesperson."""
	say = Words()
	columns = [
		Column(_("Room No."), 8, NUMBER),
		Column(_("Hotel"), 16),
		Column(_("Room Type"), 10),
		Column(_("Hotel Room"), 8),
	]
	for number in (1, 2):
		columns += [
			Column(_("Guest {0}").format(number), 16),
			Column(_("Gender"), 6),
			Column(_("Arrival"), 11, DAY),
			Column(_("Departure"), 11, DAY),
		]
	columns += [Column(_("Room Nights"), 8, NUMBER), Column(_("Notes"), 24)]
	by_room = defaultdict(list)
	for stay in stays:
		if stay[1]:
			by_room[stay[1].name].append(stay)
	sheet = Sheet(_("By Room"), columns)
	for name, inside in by_room.items():
		room = rooms[name]
		nights = {day for _person, _room, arrive, leave, _flag in inside for day in _days(arrive, leave)}
		for place in range(0, len(inside), 2):
			pair = [*inside[place : place + 2], None][:2]
			cells = [
				cell
				for stay in pair
				for cell in (
					(stay[0].person_name, say(stay[0].gender), stay[2], stay[3]) if stay else ("", "", None, None)
				)
			]
			sheet.rows.append(
				(
					room.room_number,
					room.hotel_name,
					say(room.room_type),
					room.hotel_number,
					*cells,
					None if place else len(nights),
					room.notes,
				)
			)
			sheet.keys.append(f"{name}:{place}")
	return sheet


def _days(arrive: date | None, leave: date | None) -> list[date]:
	return [arrive + timedelta(days=number) for number in range(get_nights(arrive, leave))] if arrive and leave else []


FAMILY = "Family"
CATEGORIES = (SINGLE, MALE, FEMALE, FAMILY, "", SUITE)


def get_nights_matrix(wanted: Wanted) -> list[Sheet]:
	rooms = _get_rooms(wanted)
	people = [row for row in _query(ATTENDEES, wanted) if row.housing != NO_ROOM and row.arrive_on and row.leave_on]
	guests = rooming.to_guests([frappe._dict(row) for row in people])
	stays = [
		(person, room, getdate(arrive), getdate(leave))
		for person, room, arrive, leave, _flag in _get_stays(people, rooms, wanted)
		if arrive and leave
	]
	days = sorted({day for _person, _room, arrive, leave in stays for day in _days(arrive, leave)})
	return [_make_room_matrix(stays, guests, days, wanted), *_make_people_matrices(stays, days)]


def _make_room_matrix(stays: list, guests: dict, days: list, wanted: Wanted) -> Sheet:
	names = {
		SINGLE: _("Single"),
		MALE: _("Shared by Men"),
		FEMALE: _("Shared by Women"),
		FAMILY: _("Family"),
		"": _("Gender Missing"),
		SUITE: _("Suite"),
	}
	counts = _count_assigned(stays) + _count_unassigned(stays, guests, days)
	blocks = _get_blocks(wanted)
	sheet = Sheet(
		_("Rooms per Night"),
		[
			Column(_("Hotel"), 18),
			Column(_("Room Type"), 10),
			Column(_("Kind"), 12),
			*(Column(day.strftime("%m-%d"), 7, NUMBER) for day in days),
			Column(_("Grand Total"), 8, NUMBER),
		],
	)
	say = Words()
	for hotel, room_type in sorted({key[:2] for key in counts} | {key[:2] for key in blocks}):
		for category in CATEGORIES:
			row = [counts[hotel, room_type, category, day] for day in days]
			if any(row):
				_add_numbers(sheet, (hotel or _("No Room Yet"), say(room_type), names[category]), row)
		if hotel:
			taken = [sum(counts[hotel, room_type, category, day] for category in CATEGORIES) for day in days]
			agreed = [blocks[hotel, room_type, day] for day in days]
			_add_numbers(sheet, (hotel, say(room_type), _("Rooms Agreed")), agreed)
			_add_numbers(
				sheet, (hotel, say(room_type), _("Rooms Left")), [a - t for a, t in zip(agreed, taken, strict=True)]
			)
	total = [sum(number for key, number in counts.items() if key[3] == day) for day in days]
	_add_numbers(sheet, (_("Grand Total"), "", ""), total)
	return sheet


def _add_numbers(sheet: Sheet, head: tuple, numbers: list[int]) -> None:
	sheet.rows.append((*head, *numbers, sum(numbers)))


def _count_assigned(stays: list) -> Counter:
	"""Rooms that were given out count as they are, whoever sleeps in them."""
	inside = defaultdict(list)
	for person, room, arrive, leave in stays:
		if room:
			for day in _days(arrive, leave):
				inside[room.name, day].append((person, room))
	counts: Counter = Counter()
	for (_name, day), here in inside.items():
		room = here[0][1]
		counts[room.hotel_name, room.room_type, _get_category([person for person, _room in here]), day] += 1
	return counts


def _get_category(here: list) -> str:
	housing = {person.housing for person in here}
	if housing & {SINGLE, SUITE}:
		return SUITE if SUITE in housing else SINGLE
	genders = {person.gender or "" for person in here}
	return genders.pop() if len(genders) == 1 else FAMILY


def _count_unassigned(stays: list, guests: dict, days: list) -> Counter:
	waiting = [guests[person.name] for person, room, _arrive, _leave in stays if not room]
	counts: Counter = Counter()
	for day in days:
		for category, number in pairing.count_rooms(waiting, day).items():
			if number:
				counts["", "", category, day] += number
	return counts


def _get_blocks(wanted: Wanted) -> Counter:
	rows = frappe.db.sql(
		"""select hotel.hotel_name, block.room_type, block.date, sum(block.rooms) from `tabMeeting Room Block` block
		join `tabMeeting Hotel` hotel on hotel.name = block.hotel where block.project = %(project)s
		and (%(hotel)s is null or block.hotel = %(hotel)s) group by hotel.hotel_name, block.room_type, block.date""",
		{"project": wanted.project, "hotel": wanted.hotel},
	)
	return Counter({(hotel, room_type, day): cint(number) for hotel, room_type, day, number in rows})


def _make_people_matrices(stays: list, days: list) -> list[Sheet]:
	say = Words()
	persons: Counter = Counter()
	meals: Counter = Counter()
	for person, room, arrive, leave in stays:
		for day in _days(arrive, leave):
			persons[room.hotel_name if room else "", day] += 1
			meals[person.diet or "Standard", day] += 1
	columns = [*(Column(day.strftime("%m-%d"), 7, NUMBER) for day in days), Column(_("Grand Total"), 8, NUMBER)]
	people = Sheet(_("Persons per Night"), [Column(_("Hotel"), 20), *columns])
	for hotel in sorted({hotel for hotel, _day in persons}):
		_add_numbers(people, (hotel or _("No Room Yet"),), [persons[hotel, day] for day in days])
	_add_numbers(people, (_("Grand Total"),), [sum(n for (_h, d), n in persons.items() if d == day) for day in days])
	table = Sheet(_("Meals"), [Column(_("Diet"), 20), *columns])
	for diet in ("Standard", "Halal", "Vegetarian", "Other"):
		_add_numbers(table, (say(diet),), [meals[diet, day] for day in days])
	_add_numbers(table, (_("Grand Total"),), [sum(n for (_m, d), n in meals.items() if d == day) for day in days])
	return [people, table]


def get_badges(wanted: Wanted) -> list[Sheet]:
	"""Version, printing day and whether to print again are added from the last print."""
	say = Words()
	sheet = Sheet(
		_("Badges"),
		_number(
			(_("Code"), 14),
			(_("Person Name"), 16),
			(_("Name of the Company"), 30),
			(_("Position"), 18),
			(_("Badge"), 10),
		),
		numbered=True,
	)
	for number, person in enumerate(_query(ATTENDEES, wanted), 1):
		sheet.rows.append(
			(number, person.name.upper(), person.person_name, person.unit_name, person.position, say(person.badge_kind))
		)
		sheet.keys.append(person.name)
	return [sheet]


SERVICES = """select service.name, service.type, service.text, service.quantity, service.specification, service.colour,
	service.place, service.signed_by, service.file, service.deadline, execution.unit_name, execution.revision, execution.address,
	execution.handler_mobile, execution.name as execution, kind.deliverable_class, work.state, work.approved_revision, work.page,
	work.proof, work.notes
	from `tabMeeting Execution` execution
	join `tabMeeting Deliverable` service on service.parent = execution.name and service.parenttype = 'Meeting Execution'
	join `tabMeeting Deliverable Type` kind on kind.name = service.type and kind.output = {output}
	left join `tabMeeting Deliverable Work` work on work.deliverable = service.name
	where {{condition}} and service.declined = 0
	and (coalesce(service.text, '') != '' or coalesce(service.file, '') != '' or service.quantity > 0)
	order by kind.sort_order, service.type, execution.contract, service.idx"""


def _get_services(wanted: Wanted, output: str) -> list[frappe._dict]:
	return _query(SERVICES.format(output=frappe.db.escape(output)), wanted)


def get_banners(wanted: Wanted) -> list[Sheet]:
	say = Words("Meeting Deliverable Work")
	columns = _number(
		(_("Service Item"), 14), (_("Content"), 44), (_("Characters"), 6, NUMBER), (_("Specification"), 14), (_("Quantity"), 8, NUMBER),
		(_("Colour"), 10), (_("Place"), 14), (_("Signed in the Name Of"), 18), (_("Name of the Company"), 26), (_("Final"), 8), (_("State"), 10),
		(_("Deadline"), 11, DAY), (_("Version"), 6, NUMBER), (_("Notes"), 16),
	)  # fmt: skip
	sheet = Sheet(_("Banners"), columns, numbered=True)
	for number, row in enumerate(_get_services(wanted, "Banners"), 1):
		sheet.rows.append(
			(number, say(row.type), row.text, len(row.text or ""), row.specification, flt(row.quantity) or None, row.colour, row.place,
			row.signed_by, row.unit_name, say("Yes") if row.approved_revision else "", say(row.state), row.deadline,
			row.approved_revision or None, row.notes)
		)  # fmt: skip
		sheet.keys.append(row.name)
	return [sheet]


def get_booths(wanted: Wanted) -> list[Sheet]:
	"""Free booths too."""
	say = Words("Meeting Booth")
	columns = [Column(_("Hall"), 8)] + [
		Column(*given)
		for given in (
			(_("Number"), 8), (_("Kind"), 8), (_("Specification"), 10), (_("Area (m²)"), 8, NUMBER), (_("Open Sides"), 6, NUMBER),
			(_("Name of the Company"), 28), (_("Fascia Text"), 24), (_("Handler"), 10), (_("Mobile"), 14), (_("Tables and Chairs"), 14),
			(_("Power"), 10), (_("Stand Builder"), 16), (_("Design"), 8), (_("Payment Status"), 8), (_("Notes"), 18),
		)
	]  # fmt: skip
	rows = frappe.db.sql(
		f"""select booth.*, execution.handler, execution.handler_mobile, {_get_payment_column()} as outstanding,
		(select count(*) from `tabMeeting Deliverable` service join `tabMeeting Deliverable Type` kind on kind.name = service.type
			and kind.output = 'Booths' where service.parent = booth.execution and coalesce(service.file, '') != '') as designs
		from `tabMeeting Booth` booth left join `tabMeeting Execution` execution on execution.name = booth.execution
		left join `tabMeeting Contract` contract on contract.name = booth.contract
		where booth.project = %(project)s order by booth.hall, length(booth.number), booth.number""",
		wanted.values,
		as_dict=True,
	)
	sheet = Sheet(_("Booths"), columns)
	for row in rows:
		settled = (
			""
			if not row.contract or row.outstanding is None
			else _("Settled")
			if flt(row.outstanding, 2) <= 0
			else _("Open Amount")
		)
		sheet.rows.append(
			(row.hall, row.number, say(row.kind), f"{flt(row.width):g}×{flt(row.depth):g}", row.area, row.open_sides,
			row.unit_name or f"({say(row.state)})", row.fascia, row.handler, row.handler_mobile, row.furniture, row.power, row.builder,
			say("Yes") if row.designs else "", settled, row.notes)
		)  # fmt: skip
		sheet.keys.append(row.name)
	return [sheet]


def _get_payment_column() -> str:
	return "contract.outstanding" if frappe.get_meta("Meeting Contract").has_field("outstanding") else "null"


def get_journal(wanted: Wanted) -> list[Sheet]:
	say = Words()
	columns = _number(
		(_("Place"), 12), (_("Page"), 6), (_("Name of the Company"), 28), (_("Size"), 14), (_("File"), 24), (_("Source"), 10), (_("Proof"), 10),
		(_("Final"), 8), (_("Version"), 6, NUMBER), (_("Deadline"), 11, DAY), (_("Content"), 36), (_("Notes"), 16),
	)  # fmt: skip
	rows = _get_services(wanted, "Journal")
	advertisements = Sheet(_("Journal"), columns, numbered=True)
	directory = Sheet(
		_("Directory of Companies"),
		_number((_("Name of the Company"), 30), (_("Address"), 36), (_("Phone"), 16), (_("Profile"), 60)),
		numbered=True,
	)
	listed = set()
	for number, row in enumerate(rows, 1):
		advertisements.rows.append(
			(number, row.place or say(row.type), row.page, row.unit_name, row.specification, get_file_name(row, number) if row.file else "",
			_("From the Customer") if row.deliverable_class == "File" else _("Designed by Us"), say("Yes") if row.proof else "",
			say("Yes") if row.approved_revision else "", row.approved_revision or None, row.deadline, row.text, row.notes)
		)  # fmt: skip
		advertisements.keys.append(row.name)
		if row.execution not in listed:
			listed.add(row.execution)
			directory.rows.append((len(listed), row.unit_name, row.address, row.handler_mobile, row.text))
			directory.keys.append(f"directory:{row.execution}")
	return [advertisements, directory]


def get_file_name(row, number: int) -> str:
	"""Of a file in the ZIP: where it belongs, whose it is."""
	ending = row.file.rsplit(".", 1)[-1]
	name = f"{number:03} {row.unit_name} {_(row.type)}"
	return "".join(character for character in name if character not in '\\/:*?"<>|')[:120] + f".{ending}"


def get_journal_files(wanted: Wanted) -> list[tuple[str, str, str]]:
	"""(key, name in the ZIP, address of the file)."""
	return [
		(row.name, get_file_name(row, number), row.file)
		for number, row in enumerate(_get_services(wanted, "Journal"), 1)
		if row.file
	]


INVOICES = """select contract.name as contract, coalesce(execution.unit_name, contract.enterprise_name) as unit_name,
	execution.name as execution, invoice.name as invoice, invoice.status, invoice.invoice_number, invoice.issued_on, invoice.note,
	invoice.gross, invoice.tax, written.items, written.rates, shipment.courier, shipment.tracking_number, shipment.sent_on,
	shipment.received_on, seller.full_name as holder_name, {columns}
	from `tabMeeting Contract` contract
	left join `tabMeeting Execution` execution on execution.contract = contract.name and execution.status in {states}
	left join `tabMeeting Invoice` invoice on invoice.contract = contract.name and invoice.docstatus < 2 and invoice.status != 'Rejected'
	left join (select parent, group_concat(item order by idx separator '; ') as items,
		group_concat(distinct trim(trailing '.' from trim(trailing '0' from rate)) separator '; ') as rates
		from `tabMeeting Invoice Line` group by parent) written on written.parent = invoice.name
	left join `tabMeeting Shipment` shipment on shipment.name = invoice.shipment
	left join `tabUser` seller on seller.name = contract.holder
	where contract.project = %(project)s and contract.docstatus = 1
	and (execution.name is not null or invoice.name is not null){confirmed}
	order by contract.name, invoice.creation"""

# in the execution: in the invoice, which keeps what was true when it was asked for
COPIED = {
	"title_type": "title_type",
	"title": "title_name",
	"tax_number": "tax_number",
	"title_address": "address",
	"title_phone": "phone",
	"title_bank": "bank",
	"title_account": "account",
	"invoice_type": "invoice_type",
	"invoice_email": "email",
	"recipient": "recipient",
	"recipient_mobile": "recipient_mobile",
	"courier_address": "courier_address",
}
CONFIRMED_BY_FINANCE = """ and exists (select 1 from `tabMeeting Department Task` task where task.execution = execution.name
	and task.department = 'Finance' and task.status in ('Confirmed', 'Done'))"""


def _get_invoices(wanted: Wanted) -> list[frappe._dict]:
	"""A row for each invoice, and one for each execution that has none yet, with what is to be written on it."""
	columns = ", ".join(
		f"if(invoice.name is null, execution.`{ours}`, invoice.`{theirs}`) as `{ours}`"
		for ours, theirs in COPIED.items()
	)
	confirmed = CONFIRMED_BY_FINANCE if wanted.only_confirmed else ""
	return frappe.db.sql(
		INVOICES.format(columns=columns, states=STATES, confirmed=confirmed), wanted.values, as_dict=True
	)


def get_invoices(wanted: Wanted) -> list[Sheet]:
	say = Words("Meeting Execution")
	columns = _number(
		(_("Contract Number"), 16), (_("Name of the Company"), 26), (_("Title Type"), 8), (_("Invoice Title"), 26), (_("Tax Number"), 21),
		(_("Registered Address"), 24), (_("Registered Phone"), 14), (_("Bank"), 18), (_("Bank Account"), 20), (_("Invoice Type"), 10),
		(_("Invoice Item"), 16), (_("Gross"), 12, MONEY), (_("Tax Rate %"), 7), (_("Tax"), 10, MONEY), (_("Remarks on the Invoice"), 14),
		(_("Status"), 8), (_("Invoice Number"), 21), (_("Issued On"), 11, DAY), (_("Invoice E-mail"), 20), (_("Recipient"), 9),
		(_("Mobile"), 13), (_("Courier Address"), 26), (_("Courier"), 9), (_("Tracking Number"), 15), (_("Sent On"), 11, DAY),
		(_("Received On"), 11, DAY), (_("Salesperson"), 9),
	)  # fmt: skip
	sheet = Sheet(_("Invoices and Couriers"), columns, numbered=True)
	rows = _get_invoices(wanted)
	for number, row in enumerate(rows, 1):
		sheet.rows.append(
			(number, row.contract, row.unit_name, say(row.title_type), row.title, row.tax_number, row.title_address, row.title_phone,
			row.title_bank, row.title_account, say(row.invoice_type), row.items, None if row.gross is None else flt(row.gross, 2), row.rates,
			None if row.tax is None else flt(row.tax, 2), row.note, _(row.status, context="Meeting Invoice") if row.status else _("Not Asked For"),
			row.invoice_number, row.issued_on, row.invoice_email, row.recipient, row.recipient_mobile, row.courier_address, row.courier,
			row.tracking_number, row.sent_on, row.received_on, row.holder_name)
		)  # fmt: skip
		sheet.keys.append(row.invoice or row.execution)
	return [sheet, _make_labels(rows)]


def _make_labels(rows: list[frappe._dict]) -> Sheet:
	"""What stands on a parcel: one label for each address, not one for each invoice."""
	labels = Sheet(
		_("Courier Labels"),
		_number((_("Recipient"), 12), (_("Mobile"), 16), (_("Courier Address"), 50), (_("Name of the Company"), 30)),
		numbered=True,
	)
	seen = set()
	for row in rows:
		key = (row.contract, row.recipient, row.courier_address)
		if row.courier_address and key not in seen:
			seen.add(key)
			labels.rows.append((len(seen), row.recipient, row.recipient_mobile, row.courier_address, row.unit_name))
			labels.keys.append(f"label:{row.invoice or row.execution}")
	return labels

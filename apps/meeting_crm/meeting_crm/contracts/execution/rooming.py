"""Rooms and who sleeps in them. Logistics alone writes here; what a salesperson changes afterwards puts a flag on the guest and
moves nobody."""

from collections import defaultdict

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Max
from frappe.utils import cint, getdate

from meeting_crm.contracts.execution.describing import bold
from meeting_crm.contracts.execution.errors import RoomError
from meeting_crm.contracts.execution.pairing import Guest, may_share, propose_rooms, resolve_wishes
from meeting_crm.contracts.execution.rules import (
	ATTENDEES,
	CHANGED,
	NO_ROOM,
	REMOVED,
	SHARED,
	SUITE,
	Change,
	get_nights,
	get_overlap,
)
from meeting_crm.core.log import log_many

ROOM, GUEST = "Meeting Room", "Meeting Room Guest"
TWIN, KING = "Twin", "King"
BEDS = 2
FLAGGING = frozenset({"gender", "housing", "arrive_on", "leave_on", "share_with", "is_family"})
COUNTED_STATES = ("Submitted", "Confirmed", "Changed", "Closed")
ATTENDEE_FIELDS = ("name", "person_name", "gender", "housing", "arrive_on", "leave_on", "share_with", "is_family")


def get_attendees(project: str) -> list[frappe._dict]:
	"""Everybody who wants a room and has dates, of executions that were submitted, in the order of contract and row."""
	row, execution = DocType("Meeting Attendee"), DocType("Meeting Execution")
	return (
		frappe.qb.from_(row)
		.join(execution)
		.on((row.parent == execution.name) & (row.parenttype == "Meeting Execution"))
		.where((execution.project == project) & execution.status.isin(COUNTED_STATES))
		.where((row.housing != NO_ROOM) & row.arrive_on.isnotnull() & row.leave_on.isnotnull())
		.select(
			*(row[field] for field in ATTENDEE_FIELDS),
			execution.name.as_("execution"),
			execution.contract,
			execution.unit_name,
		)
		.orderby(execution.contract)
		.orderby(row.idx)
		.run(as_dict=True)
	)


def get_guests(project: str) -> list[frappe._dict]:
	guest = DocType(GUEST)
	return (
		frappe.qb.from_(guest)
		.where(guest.project == project)
		.select(
			guest.name,
			guest.room,
			guest.attendee,
			guest.person_name,
			guest.gender,
			guest.arrive_on,
			guest.leave_on,
			guest.flag,
			guest.execution,
		)
		.orderby(guest.arrive_on)
		.orderby(guest.name)
		.run(as_dict=True)
	)


def get_rooms(project: str) -> list[frappe._dict]:
	return frappe.get_all(
		ROOM,
		{"project": project},
		["name", "hotel", "room_type", "room_number", "hotel_number", "locked", "notes"],
		order_by="room_number",
	)


def to_guests(rows: list[frappe._dict], group: tuple = ()) -> dict[str, Guest]:
	wishes = resolve_wishes([(row.name, row.execution, row.person_name, row.share_with) for row in rows])
	return {
		row.name: Guest(
			row.name,
			row.person_name,
			row.gender or "",
			row.housing or NO_ROOM,
			getdate(row.arrive_on),
			getdate(row.leave_on),
			wishes.get(row.name),
			bool(row.is_family),
			group,
			row.contract,
		)
		for row in rows
	}


def get_overview(project: str) -> dict:
	"""Rooms with their guests, and who has none yet."""
	rows = {row.name: row for row in get_attendees(project)}
	guests = get_guests(project)
	by_room = defaultdict(list)
	for guest in guests:
		attendee = rows.get(guest.attendee)
		by_room[guest.room].append(
			{
				**guest,
				"unit_name": attendee.unit_name if attendee else "",
				"wanted": [attendee.arrive_on, attendee.leave_on] if attendee else None,
			}
		)
	placed = {guest.attendee for guest in guests}
	hotels = dict(frappe.get_all("Meeting Hotel", ["name", "hotel_name"], as_list=True, order_by="hotel_name"))
	return {
		"rooms": [
			{**room, "hotel_name": hotels.get(room.hotel, ""), "guests": by_room[room.name]}
			for room in get_rooms(project)
		],
		"waiting": [row for row in rows.values() if row.name not in placed],
		"hotels": [{"name": name, "hotel_name": title} for name, title in hotels.items()],
	}


def propose(project: str) -> dict:
	"""Who could sleep where, for those who have no room; nothing is written."""
	placed = {guest.attendee for guest in get_guests(project)}
	waiting = [row for row in get_attendees(project) if row.name not in placed]
	names = {row.name: row for row in waiting}
	proposal = propose_rooms(to_guests(waiting).values())
	return {
		"rooms": [[_describe(guest, names) for guest in room] for room in proposal.rooms],
		"unroomed": [_describe(guest, names) for guest in proposal.unroomed],
	}


def _describe(guest: Guest, rows: dict) -> dict:
	return {
		"attendee": guest.key,
		"person_name": guest.name,
		"gender": guest.gender,
		"housing": guest.housing,
		"arrive_on": guest.arrive,
		"leave_on": guest.leave,
		"unit_name": rows[guest.key].unit_name,
	}


def apply(project: str, hotel: str, rooms: list[list[str]]) -> dict:
	"""Makes a room for each list of attendees and puts them in. Whoever was placed meanwhile is left where they are."""
	rows = {row.name: row for row in get_attendees(project)}
	guests = to_guests(list(rows.values()))
	numbers = []
	for keys in rooms:
		people = [guests[key] for key in keys if key in guests and not _lock_guests_of(key)]
		if not people:
			continue
		room = make_room(project, hotel, _get_room_type(people))
		for person in people:
			_place(room, rows[person.key], guests)
		numbers.append(room.room_number)
	return {"rooms": len(numbers), "numbers": numbers}


def _get_room_type(people: list[Guest]) -> str:
	housing = people[0].housing
	return SUITE if housing == SUITE else TWIN if housing == SHARED else KING


def make_room(project: str, hotel: str, room_type: str):
	return frappe.get_doc({"doctype": ROOM, "project": project, "hotel": hotel, "room_type": room_type}).insert()


def number_room(room) -> None:
	"""Rooms are numbered within a project; the lock on the project keeps two people from the same number."""
	if room.room_number:
		return
	frappe.db.get_value("Meeting Project", room.project, "name", for_update=True)
	table = DocType(ROOM)
	last = (
		frappe.qb.from_(table)
		.where(table.project == room.project)
		.select(Max(table.room_number))
		.for_update()
		.run()[0][0]
	)
	room.room_number = cint(last) + 1
	room.room_key = f"{room.project}:{room.room_number}"


def check_empty(room) -> None:
	if frappe.db.exists(GUEST, {"room": room.name}):
		frappe.throw(
			_("Somebody sleeps in room {0}. Take the guests out first.").format(room.room_number), exc=RoomError
		)


def complete_guest(guest) -> None:
	"""Whoever is put into a room by hand is one of the attendees, and the room has a bed for them."""
	guest.guest_key = f"{guest.room}:{guest.attendee}"
	guest.project = frappe.db.get_value(ROOM, guest.room, "project")
	if get_nights(getdate(guest.arrive_on), getdate(guest.leave_on)) < 1:
		frappe.throw(_("A stay has at least one night. Correct arrival or departure."), exc=RoomError)
	if not guest.is_new():
		return
	row = frappe.db.get_value("Meeting Attendee", guest.attendee, ["person_name", "gender", "parent"], as_dict=True)
	if not row or frappe.db.get_value("Meeting Execution", row.parent, "project") != guest.project:
		frappe.throw(
			_("This person is on no list of the project. Place people from the rooming screen."), exc=RoomError
		)
	guest.update({"person_name": row.person_name, "gender": row.gender, "execution": row.parent})
	if not guest.flags.is_checked:
		check_by_hand(guest)


def check_by_hand(guest) -> None:
	"""Whoever adds a guest in a form or over REST is held to what the rooming screen is."""
	stay = (getdate(guest.arrive_on), getdate(guest.leave_on))
	elsewhere = [
		other for other in _lock_guests_of(guest.attendee) if get_overlap(stay, (other.arrive_on, other.leave_on))
	]
	if elsewhere:
		frappe.throw(_("{0} sleeps in another room in these nights.").format(bold(guest.person_name)), exc=RoomError)
	room = frappe.get_doc(ROOM, guest.room, for_update=True)
	rows = {row.name: row for row in get_attendees(room.project)}
	if guest.attendee not in rows:
		frappe.throw(_("This person no longer wants a room. Reload the list."), exc=RoomError)
	row = frappe._dict(rows[guest.attendee], arrive_on=guest.arrive_on, leave_on=guest.leave_on)
	check_room(room, row, to_guests(list(rows.values())))


def place(attendee: str, room_name: str) -> dict:
	"""Puts somebody into a room, out of the one they were in."""
	room = frappe.get_doc(ROOM, room_name, for_update=True)
	rows = {row.name: row for row in get_attendees(room.project)}
	if attendee not in rows:
		frappe.throw(_("This person no longer wants a room. Reload the list."), exc=RoomError)
	former = _lock_guests_of(attendee)
	if any(guest.room == room.name for guest in former):
		return {"room": room.name}
	_remove(former)
	_place(room, rows[attendee], to_guests(list(rows.values())))
	return {"room": room.name}


def _remove(guests: list[frappe._dict]) -> None:
	"""By statement: what another request has just written is not in the snapshot through which Frappe looks for a document."""
	for guest in guests:
		frappe.db.delete(GUEST, {"name": guest.name})
		frappe.clear_document_cache(GUEST, guest.name)
	log_many(("Deleted", GUEST, guest.name, {"room": guest.room}, None) for guest in guests)


def _lock_guests_of(attendee: str) -> list[frappe._dict]:
	"""Where somebody sleeps. The lock on the person's own row keeps two people from giving them two beds: where no guest
	stands yet, there is nothing else to lock."""
	frappe.db.get_value("Meeting Attendee", attendee, "name", for_update=True)
	guest = DocType(GUEST)
	return (
		frappe.qb.from_(guest)
		.where(guest.attendee == attendee)
		.select(guest.name, guest.room, guest.arrive_on, guest.leave_on)
		.for_update()
		.run(as_dict=True)
	)


def _place(room, row, guests: dict[str, Guest]) -> None:
	check_room(room, row, guests)
	guest = frappe.get_doc(
		{
			"doctype": GUEST,
			"room": room.name,
			"attendee": row.name,
			"person_name": row.person_name,
			"gender": row.gender,
			"arrive_on": row.arrive_on,
			"leave_on": row.leave_on,
			"execution": row.execution,
			"project": room.project,
		}
	)
	guest.flags.is_checked = True
	guest.insert()


def check_room(room, row, guests: dict[str, Guest]) -> None:
	table = DocType(GUEST)
	others = (
		frappe.qb.from_(table)
		.where(table.room == room.name)
		.select(table.attendee, table.person_name, table.arrive_on, table.leave_on)
		.for_update()
		.run(as_dict=True)
	)
	stay = (getdate(row.arrive_on), getdate(row.leave_on))
	meeting = [other for other in others if get_overlap(stay, (other.arrive_on, other.leave_on))]
	if len(meeting) >= BEDS:
		frappe.throw(
			_("Room {0} has {1} guests in these nights. Choose another room.").format(room.room_number, len(meeting)),
			title=_("Room full"),
			exc=RoomError,
		)
	person = guests[row.name]
	for other in meeting:
		if other.attendee in guests and not may_share(person, guests[other.attendee]):
			frappe.throw(
				_(
					"{0} and {1} do not share: a man and a woman only when both name each other and are family, and nobody whose gender is missing."
				).format(bold(person.name), bold(other.person_name)),
				title=_("Not in one room"),
				exc=RoomError,
			)


def take_out(guest: str) -> None:
	frappe.delete_doc(GUEST, guest)


def settle(guest_name: str) -> dict:
	"""Takes over what the salesperson changed: new dates into the room, or the guest out of it."""
	guest = frappe.get_doc(GUEST, guest_name, for_update=True)
	rows = {row.name: row for row in get_attendees(guest.project)}
	row = rows.get(guest.attendee)
	if not row:
		frappe.delete_doc(GUEST, guest.name)
		return {"guest": guest.name, "removed": True}
	room = frappe.get_doc(ROOM, guest.room, for_update=True)
	frappe.delete_doc(GUEST, guest.name)
	_place(room, row, to_guests(list(rows.values())))
	return {"guest": guest.name, "removed": False}


def flag_all(execution: str) -> None:
	"""The contract ended: everybody of it is flagged, and logistics takes them out."""
	names = frappe.get_all(GUEST, {"execution": execution, "flag": ["!=", "Removed"]}, pluck="name", order_by="name")
	for name in names:
		frappe.db.set_value(GUEST, name, "flag", "Removed")
	log_many(("Changed", GUEST, name, None, {"flag": "Removed"}) for name in names)


def follow(execution, found: list[Change]) -> None:
	"""Guests whose person was taken off the list or changed what the room depends on are flagged, never moved."""
	flags = {
		change.row: "Removed" if change.kind == REMOVED else "Changed"
		for change in found
		if change.table == ATTENDEES
		and (change.kind == REMOVED or (change.kind == CHANGED and change.fieldname in FLAGGING))
	}
	names = {
		change.row: change.new for change in found if change.table == ATTENDEES and change.fieldname == "person_name"
	}
	if not flags and not names:
		return
	guest = DocType(GUEST)
	rows = (
		frappe.qb.from_(guest)
		.where(guest.attendee.isin(list({*flags, *names})))
		.select(guest.name, guest.attendee, guest.flag)
		.orderby(guest.name)
		.for_update()
		.run(as_dict=True)
	)
	for row in rows:
		values = {"flag": flags.get(row.attendee, row.flag)}
		if row.attendee in names:
			values["person_name"] = names[row.attendee]
		frappe.db.set_value(GUEST, row.name, values)
	log_many(
		("Changed", GUEST, row.name, {"flag": row.flag}, {"flag": flags.get(row.attendee, row.flag)}) for row in rows
	)

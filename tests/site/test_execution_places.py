"""Booths and rooms: whose they are, who shares, and what happens when the list of people changes."""

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from meeting_crm.contracts.execution import api, booths, rooming, tasks
from meeting_crm.contracts.execution.errors import BoothTakenError, ExecutionError, RoomError
from meeting_crm.tests import factories
from support.execution import as_user, get_task, make_hotel, make_logistics, make_submitted

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def logistics():
	return make_logistics()


def make_booth(project: str, number: str = "A01", **values) -> str:
	return (
		frappe.get_doc({"doctype": "Meeting Booth", "project": project, "hall": "1", "number": number, **values})
		.insert()
		.name
	)


def test_a_row_of_booths_stands_side_by_side(logistics):
	_user, execution = make_submitted()
	as_user(logistics)
	assert api.make_booth_row(execution.project, "1", "A", 4, 3, 3, 1) == {"booths": 4}
	plan = api.get_booth_plan(execution.project)
	assert [(booth.number, booth.position_x, booth.position_y) for booth in plan["booths"]] == [
		("A01", 0, 6),
		("A02", 3, 6),
		("A03", 6, 6),
		("A04", 9, 6),
	]
	with pytest.raises(frappe.UniqueValidationError):
		make_booth(execution.project)


def test_who_ordered_a_booth_waits_for_one(logistics):
	_user, execution = make_submitted()
	as_user(execution.holder)
	doc = frappe.get_doc("Meeting Execution", execution.name)
	next(row for row in doc.deliverables if row.type == "Booth Reservation").text = "靠近入口的标展"
	doc.save()
	as_user(logistics)
	booth = make_booth(execution.project)
	(waiting,) = api.get_booth_plan(execution.project)["waiting"]
	assert waiting["text"] == "靠近入口的标展"
	answer = api.book_booth(booth, execution.name)
	assert (answer["state"], answer["fascia"]) == ("Booked", execution.unit_name)
	assert frappe.db.get_value("Meeting Booth", booth, "contract") == execution.contract
	assert api.get_booth_plan(execution.project)["waiting"] == []
	as_user(execution.holder)
	assert frappe.get_list("Meeting Booth", {"name": booth}), "the holder sees the own booth"
	as_user(factories.make_user())
	assert not frappe.get_list("Meeting Booth", {"name": booth})


def test_a_booth_has_one_company(logistics):
	_user, first = make_submitted()
	as_user(logistics)
	booth = make_booth(first.project)
	booths.book(booth, first.name)
	other = frappe.copy_doc(first)
	other.name, other.contract, other.unit_name = "other-execution", "other", "另一家"
	other.db_insert()
	frappe.db.set_value("Meeting Execution", other.name, {"status": "Submitted", "project": first.project})
	with pytest.raises(BoothTakenError, match="belongs to"):
		booths.book(booth, other.name)
	booths.release(booth)
	assert booths.book(booth, other.name)["unit_name"] == "另一家"
	with pytest.raises(BoothTakenError):
		frappe.delete_doc("Meeting Booth", booth)


def test_a_draft_books_nothing(logistics):
	_user, execution = make_submitted()
	frappe.db.set_value("Meeting Execution", execution.name, "status", "Draft")
	as_user(logistics)
	with pytest.raises(ExecutionError, match="no submitted execution"):
		booths.book(make_booth(execution.project), execution.name)


def test_owner_of_a_booth_is_not_written_by_hand(logistics):
	_user, execution = make_submitted()
	as_user(logistics)
	booth = frappe.get_doc("Meeting Booth", make_booth(execution.project))
	booth.update({"contract": execution.contract, "execution": execution.name, "unit_name": "偷偷"})
	booth.save()
	assert not booth.execution and not booth.unit_name


def place_all(execution, hotel: str) -> list[dict]:
	proposal = rooming.propose(execution.project)
	keys = [[guest["attendee"] for guest in room] for room in proposal["rooms"]]
	rooming.apply(execution.project, hotel, keys)
	return rooming.get_overview(execution.project)["rooms"]


def test_a_proposal_becomes_rooms(logistics):
	_user, execution = make_submitted()
	as_user(logistics)
	(room,) = place_all(execution, make_hotel())
	assert {guest["person_name"] for guest in room["guests"]} == {"欧阳明", "买买提·艾力"}
	assert (room["room_type"], room["room_number"]) == ("Twin", 1)
	overview = api.get_rooming(execution.project)
	assert overview["waiting"] == [], "who wants no room waits for none"
	assert place_all(execution, make_hotel()) == overview["rooms"], "nobody is placed twice"


def test_a_longer_stay_flags_the_guest_and_moves_nobody(logistics):
	_user, execution = make_submitted()
	as_user(logistics)
	place_all(execution, make_hotel())
	as_user(execution.holder)
	doc = frappe.get_doc("Meeting Execution", execution.name)
	doc.attendees[0].leave_on = add_days(nowdate(), 14)
	doc.remove(doc.attendees[1])
	doc.save()
	as_user(logistics)
	guests = {row.person_name: row for row in rooming.get_guests(execution.project)}
	assert (guests["欧阳明"].flag, guests["欧阳明"].leave_on) == ("Changed", getdate(add_days(nowdate(), 13)))
	assert guests["买买提·艾力"].flag == "Removed"
	api.settle_guest(guests["欧阳明"].name)
	api.settle_guest(guests["买买提·艾力"].name)
	(left,) = rooming.get_guests(execution.project)
	assert (left.flag or None, left.leave_on) == (None, getdate(add_days(nowdate(), 14)))


def test_a_room_has_two_beds_a_night_and_no_strangers(logistics):
	rows = [
		{"person_name": name, "gender": gender, "mobile": f"1390000000{place}", "housing": "Sharing"}
		for place, (name, gender) in enumerate(
			(("甲", "Male"), ("乙", "Male"), ("丙", "Male"), ("丁", "Female"), ("戊", ""))
		)
	]
	_user, execution = make_submitted(attendees=rows)
	as_user(logistics)
	room = rooming.make_room(execution.project, make_hotel(), "Twin").name
	keys = {row.person_name: row.name for row in execution.attendees}
	api.place_guest(keys["甲"], room)
	for name in ("丁", "戊"):
		with pytest.raises(RoomError, match="do not share"):
			api.place_guest(keys[name], room)
	api.place_guest(keys["乙"], room)
	with pytest.raises(RoomError, match="2 guests"):
		api.place_guest(keys["丙"], room)
	with pytest.raises(RoomError, match="Somebody sleeps"):
		frappe.delete_doc("Meeting Room", room)
	other = rooming.make_room(execution.project, make_hotel(), "King").name
	api.place_guest(keys["乙"], other)
	assert len(rooming.get_guests(execution.project)) == 2, "one bed a person"
	assert frappe.db.get_value("Meeting Room", other, "room_number") == 2


def test_a_guest_added_by_hand_is_held_to_the_same(logistics):
	_user, execution = make_submitted()
	as_user(logistics)
	(room,) = place_all(execution, make_hotel())
	other = rooming.make_room(execution.project, make_hotel(), "Twin").name
	guest = {
		"doctype": "Meeting Room Guest",
		"room": other,
		"attendee": execution.attendees[0].name,
		"arrive_on": add_days(nowdate(), 11),
		"leave_on": add_days(nowdate(), 12),
	}
	with pytest.raises(RoomError, match="another room in these nights"):
		frappe.get_doc(guest).insert()
	with pytest.raises(RoomError, match="no longer wants a room"):
		frappe.get_doc({**guest, "attendee": execution.attendees[2].name}).insert()
	assert len(rooming.get_guests(execution.project)) == len(room["guests"])


def test_a_salesperson_sees_rooms_of_own_guests_only(logistics):
	user, execution = make_submitted()
	as_user(logistics)
	(room,) = place_all(execution, make_hotel())
	as_user(user)
	assert frappe.get_list("Meeting Room", {"name": room["name"]})
	assert len(frappe.get_list("Meeting Room Guest", {"room": room["name"]})) == 2
	with pytest.raises(frappe.PermissionError):
		api.get_rooming(execution.project)
	as_user(factories.make_user())
	assert not frappe.get_list("Meeting Room", {"name": room["name"]})
	assert not frappe.get_list("Meeting Room Guest", {"room": room["name"]})


def test_logistics_reads_who_sleeps_where(logistics):
	_user, execution = make_submitted()
	as_user(logistics)
	hotel = make_hotel()
	place_all(execution, hotel)
	view = tasks.get_task(get_task(execution, "Logistics"))["execution"]
	assert view["attendees"][0]["room"].startswith(frappe.db.get_value("Meeting Hotel", hotel, "hotel_name"))

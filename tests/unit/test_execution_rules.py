"""Nights, rooms, pairing, identity numbers, and which department hears of a change: cases 55 to 69 and 75."""

from datetime import date
from decimal import Decimal

import pytest

from meeting_crm.contracts.execution import identity
from meeting_crm.contracts.execution.pairing import (
	Guest,
	count_rooms,
	get_days,
	may_share,
	propose_rooms,
	resolve_wishes,
)
from meeting_crm.contracts.execution.rules import (
	ADDED,
	FINANCE,
	LOGISTICS,
	NO_PRICES,
	REMOVED,
	Prices,
	find_changes,
	get_net,
	get_nights,
	get_overlap,
	match_replaced_rows,
	to_cents,
)


@pytest.mark.parametrize(
	("arrive", "leave", "nights"),
	[
		("2026-03-10", "2026-03-13", 3),
		("2027-02-28", "2027-03-01", 1),
		("2028-02-28", "2028-03-01", 2),
		("2026-12-31", "2027-01-02", 2),
		("2026-03-10", "2026-03-10", 0),
	],
	ids=["55", "56", "56, leap year", "57", "58: no stay"],
)
def test_nights(arrive, leave, nights):
	assert get_nights(date.fromisoformat(arrive), date.fromisoformat(leave)) == nights


def guest(key, gender, first, last, housing="Sharing", **values) -> Guest:
	return Guest(key, key, gender, housing, date(2026, 3, first), date(2026, 3, last), **values)


def rooms_of(proposal) -> set[frozenset[str]]:
	return {frozenset(guest.key for guest in room) for room in proposal.rooms}


def test_case_59_least_rooms_of_each_night():
	guests = [guest("A", "Male", 10, 13), guest("B", "Male", 10, 12), guest("C", "Female", 10, 12)]
	counts = [sum(count_rooms(guests, day).values()) for day in get_days(guests)]
	assert counts == [2, 2, 1]
	assert sum(counts) == 5


def test_case_60_three_men_one_woman_two_alone():
	guests = [
		*(guest(name, "Male", 10, 11) for name in "ABC"),
		guest("D", "Female", 10, 11),
		*(guest(name, "Male", 10, 11, "Single") for name in "EF"),
	]
	assert sum(count_rooms(guests, date(2026, 3, 10)).values()) == 5
	assert len(propose_rooms(guests).rooms) == 5


def test_case_61_family_shares_only_when_both_say_so():
	man = guest("A", "Male", 10, 12, share_with="B", is_family=True)
	woman = guest("B", "Female", 10, 12, share_with="A", is_family=True)
	assert rooms_of(propose_rooms([man, woman])) == {frozenset("AB")}
	assert sum(count_rooms([man, woman], date(2026, 3, 10)).values()) == 1
	one_sided = guest("B", "Female", 10, 12, is_family=True)
	assert rooms_of(propose_rooms([man, one_sided])) == {frozenset("A"), frozenset("B")}
	no_family = guest("B", "Female", 10, 12, share_with="A")
	assert not may_share(man, no_family)


def test_case_62_unknown_gender_waits_for_a_room():
	proposal = propose_rooms([guest("A", "", 10, 12), guest("B", "", 10, 12)])
	assert [person.key for person in proposal.unroomed] == ["A", "B"]
	assert proposal.rooms == []


def test_case_63_people_who_do_not_meet_do_not_share():
	one, other = guest("A", "Male", 10, 11, share_with="B"), guest("B", "Male", 11, 12, share_with="A")
	assert get_overlap(one.stay, other.stay) == 0
	assert rooms_of(propose_rooms([one, other])) == {frozenset("A"), frozenset("B")}
	assert sum(sum(count_rooms([one, other], day).values()) for day in get_days([one, other])) == 2


def test_the_largest_overlap_shares_within_hotel_and_type():
	guests = [
		guest("A", "Male", 10, 13, group=("h1",)),
		guest("B", "Male", 12, 14, group=("h1",)),
		guest("C", "Male", 10, 12, group=("h1",)),
		guest("D", "Male", 10, 13, group=("h2",)),
	]
	assert rooms_of(propose_rooms(guests)) == {frozenset("AC"), frozenset("B"), frozenset("D")}


def test_wishes_come_before_overlap():
	guests = [
		guest("A", "Male", 10, 13),
		guest("B", "Male", 10, 13, share_with="C"),
		guest("C", "Male", 12, 14, share_with="B"),
	]
	assert frozenset("BC") in rooms_of(propose_rooms(guests))


def test_nobody_is_lost_and_nobody_has_two_rooms():
	guests = [
		guest(f"{number:04}", ("Male", "Female")[number % 2], 10 + number % 5, 15 + number % 7)
		for number in range(2_001)
	]
	placed = [person.key for room in propose_rooms(guests).rooms for person in room]
	assert sorted(placed) == sorted(person.key for person in guests)
	assert len(propose_rooms(guests).rooms) <= 1_003


def test_a_wish_is_found_in_the_own_execution_first():
	rows = [
		("a", "E1", "张三", "李四"),
		("b", "E1", "李四", ""),
		("c", "E2", "李四", "张三"),
		("d", "E2", "王五", "李四"),
	]
	assert resolve_wishes(rows) == {"a": "b", "c": "a", "d": "c"}


BEFORE = {
	"unit_name": "北京华夏医疗器械股份有限公司",
	"title": "北京华夏",
	"participation_fee": "3000.00",
	"attendees": [
		{"name": "r1", "person_name": "张三", "mobile": "13800138000", "housing": "Sharing", "arrive_on": "2026-03-10", "leave_on": "2026-03-13"},
	],
	"deliverables": [{"name": "d1", "type": "Banner", "text": "热烈祝贺"}],
}  # fmt: skip


def after(**values) -> dict:
	rows = {key: [dict(row) for row in BEFORE[key]] for key in ("attendees", "deliverables")}
	rows["attendees"][0].update(values.pop("attendee", {}))
	rows["deliverables"][0].update(values.pop("deliverable", {}))
	return {**BEFORE, **rows, **values}


def told(changes) -> set[tuple[str, bool, bool]]:
	return {(change.fieldname, change.for_finance, change.for_logistics) for change in changes}


def test_case_64_a_mobile_is_for_logistics_only():
	assert told(find_changes(BEFORE, after(attendee={"mobile": "13900139000"}))) == {("mobile", False, True)}


def test_case_65_a_title_is_for_finance_only():
	assert told(find_changes(BEFORE, after(title="北京华夏医疗"))) == {("title", True, False)}


def test_case_66_a_longer_stay_costs_and_finance_hears_how_much():
	prices = Prices({"Sharing": Decimal(190)})
	changes = find_changes(BEFORE, after(attendee={"leave_on": "2026-03-14"}), prices)
	assert told(changes) == {("leave_on", True, True), ("stay_fee", True, False)}
	fee = next(change for change in changes if change.fieldname == "stay_fee")
	assert Decimal(fee.new) - Decimal(fee.old) == Decimal("190.00")


def test_a_longer_stay_without_a_price_is_for_logistics_alone():
	assert told(find_changes(BEFORE, after(attendee={"leave_on": "2026-03-14"}))) == {("leave_on", False, True)}


def test_case_67_changed_and_changed_back_is_nothing():
	there = find_changes(BEFORE, after(attendee={"position": "总监"}))
	back = find_changes(after(attendee={"position": "总监"}), BEFORE)
	assert get_net([*there, *back], LOGISTICS) == []


def test_the_first_old_value_stands_beside_the_last_new_one():
	first = find_changes(BEFORE, after(title="一"))
	second = find_changes(after(title="一"), after(title="二"))
	(left,) = get_net([*first, *second], FINANCE)
	assert (left.old, left.new) == ("北京华夏", "二")


def test_case_68_what_logistics_must_confirm_is_nothing_to_finance():
	changes = find_changes(BEFORE, after(attendee={"diet": "Halal"}))
	assert get_net(changes, FINANCE) == []
	assert len(get_net(changes, LOGISTICS)) == 1


def test_added_and_removed_again_is_nothing():
	more = {**BEFORE, "attendees": [*BEFORE["attendees"], {"name": "r2", "person_name": "李四", "mobile": "1"}]}
	changed = {**more, "attendees": [more["attendees"][0], {**more["attendees"][1], "mobile": "2"}]}
	there, between, back = find_changes(BEFORE, more), find_changes(more, changed), find_changes(changed, BEFORE)
	assert [change.kind for change in there] == [ADDED]
	assert [change.kind for change in back] == [REMOVED]
	assert get_net([*there, *between, *back], LOGISTICS) == []
	(left,) = get_net([*there, *between], LOGISTICS)
	assert (left.kind, left.row_label) == (ADDED, "李四")


@pytest.mark.parametrize(("per_head", "finance"), [("1", True), ("0", False)])
def test_another_person_is_for_finance_where_each_one_pays(per_head, finance):
	before = {**BEFORE, "fee_per_head": per_head}
	more = {**before, "attendees": [*BEFORE["attendees"], {"name": "r2", "person_name": "李四"}]}
	(change,) = find_changes(before, more, NO_PRICES)
	assert (change.for_finance, change.for_logistics) == (finance, True)


@pytest.mark.parametrize(("amount", "finance"), [("500.00", True), ("0", False)])
def test_a_service_is_for_finance_where_it_has_a_price(amount, finance):
	before = after(deliverable={"amount": amount})
	(change,) = find_changes(before, after(deliverable={"amount": amount, "text": "祝大会圆满成功"}))
	assert (change.for_finance, change.for_logistics) == (finance, True)


def test_the_unit_name_is_for_both():
	assert told(find_changes(BEFORE, after(unit_name="另一家"))) == {("unit_name", True, True)}


def test_people_who_were_pasted_again_are_the_same_people():
	old = [{"name": "r1", "person_name": "张三", "mobile": "1"}, {"name": "r2", "person_name": "李四", "mobile": "2"}]
	new = [
		{"person_name": "李四", "mobile": "2"},
		{"person_name": "张三", "mobile": "9"},
		{"person_name": "张三", "mobile": "1"},
	]
	assert match_replaced_rows(old, new) == {0: "r2", 2: "r1"}


def test_cents_are_exact():
	assert to_cents(0.1) + to_cents(0.2) == to_cents(0.3)
	assert to_cents("0.005") == 1


def test_case_75_numbers():
	assert identity.is_valid_tax_number("91110000600037341L")
	assert not identity.is_valid_tax_number("91310115591693856B")
	number = "11010519491231002X"
	assert identity.is_valid_resident_number(number)
	assert identity.get_gender(number) == "Female"
	assert identity.get_birth_date(number) == date(1949, 12, 31)


def test_a_masked_number_shows_its_ends_and_still_tells_two_apart():
	one, other = "11010519491231002X", "11010519900307002X"
	assert identity.mask(one) == identity.mask(other) == "1101**********002X"
	marked = [identity.mask_with_mark(number, "secret") for number in (one, other)]
	assert marked[0] != marked[1]
	assert identity.without_mark(marked[0]) == identity.mask(one)
	assert identity.mask("E1234") == "*****"
	assert identity.mask_with_mark("", "secret") == ""

"""Handing work over (C9): everything or nothing, evenly, told, confirmed, undone."""

import json

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from meeting_crm.claims.service import make_claim
from meeting_crm.customers import permissions
from meeting_crm.handover import moves
from meeting_crm.handover import service as handovers
from meeting_crm.meeting_projects.service import add_members
from meeting_crm.tests.factories import make_department, make_enterprise, make_project, make_user
from support.rest import error_of
from support.runs import run_now

API = "meeting_crm.handover.api."


@pytest.fixture(scope="module")
def people(site):
	manager = make_user(None, "Meeting Manager")
	department = make_department(manager=manager)
	names = {
		"manager": manager,
		"giver": make_user(department=department),
		"first": make_user(),
		"second": make_user(),
		"stranger": make_user(),
	}
	frappe.db.commit()
	return names


@pytest.fixture
def project(people):
	return make_project(*(people[name] for name in ("giver", "first", "second")))


def hand(people, *receivers: str, **values):
	return frappe.get_doc(
		{
			"doctype": "Meeting Handover",
			"from_user": people["giver"],
			"reason": "离职",
			"receivers": [{"user": people[name]} for name in receivers],
			**values,
		}
	).insert()


def plan_activity(customer: str, user: str) -> str:
	return (
		frappe.get_doc(
			{
				"doctype": "Meeting Activity",
				"customer": customer,
				"subject": "跟进",
				"activity_type": "Call",
				"status": "Planned",
				"starts_on": add_to_date(now_datetime(), days=1),
				"assigned_to": user,
			}
		)
		.insert()
		.name
	)


def holder_of(customer: str) -> str | None:
	return frappe.db.get_value("Meeting Customer", customer, "holder")


def active_holder(enterprise: str, project: str) -> str | None:
	return frappe.db.get_value("Meeting Claim", {"active_key": f"{project}:{enterprise}"}, "holder")


def clear(people):
	"""Every test starts with a giver who holds nothing."""
	frappe.db.set_value("Meeting Customer", {"holder": people["giver"]}, "holder", None)
	frappe.db.set_value("Meeting Activity", {"assigned_to": people["giver"]}, "status", "Done")
	frappe.db.set_value(
		"Meeting Claim", {"holder": people["giver"]}, {"ended_on": now_datetime(), "active_key": None, "phase": "Ended"}
	)


def make_files(people, project: str, count: int) -> list:
	return [make_claim(project, make_enterprise(), people["giver"], "Pool") for _number in range(count)]


def test_files_protection_and_open_work_go_evenly_to_the_receivers(people, project):
	clear(people)
	claims = make_files(people, project, 4)
	activities = {claim.customer: plan_activity(claim.customer, people["giver"]) for claim in claims}
	doc = hand(people, "first", "second")
	preview = handovers.preview(doc)
	assert preview["problems"] == []
	assert (preview["counts"]["Meeting Customer"], preview["counts"]["Meeting Claim"]) == (4, 4)
	assert preview["counts"]["Meeting Activity"] == 4
	assert [row["customers"] for row in preview["receivers"]] == [2, 2]
	moves.run(doc.name)
	for claim in claims:
		receiver = holder_of(claim.customer)
		assert receiver in (people["first"], people["second"])
		assert active_holder(claim.enterprise, project) == receiver
		standing = frappe.get_doc("Meeting Claim", {"active_key": f"{project}:{claim.enterprise}"})
		assert (standing.customer, standing.protected_until) == (claim.customer, claim.protected_until)
		assert frappe.db.get_value("Meeting Activity", activities[claim.customer], "assigned_to") == receiver
		assert permissions.can_write(claim.customer, receiver)
		assert permissions.can_read(claim.customer, people["giver"]), "what one wrote stays readable"
		assert not permissions.can_write(claim.customer, people["giver"])
	assert len({holder_of(claim.customer) for claim in claims}) == 2


def test_what_is_written_down_is_in_the_companys_language_whoever_hands_over(people, project, monkeypatch):
	clear(people)
	[claim] = make_files(people, project, 1)
	frappe.db.set_single_value("System Settings", "language", "zh")
	monkeypatch.setattr(frappe.local, "lang", "en")
	moves.run(hand(people, "first").name)
	receiver = frappe.utils.get_fullname(people["first"])
	assert frappe.db.get_value("Meeting Claim", claim.name, "end_reason") == f"已移交给 {receiver}"


def test_undo_gives_back_what_was_not_changed_since(people, project):
	clear(people)
	claims = make_files(people, project, 3)
	activity = plan_activity(claims[0].customer, people["giver"])
	doc = hand(people, "first")
	moves.run(doc.name)
	frappe.db.sql(
		"update `tabMeeting Customer` set modified = %s where name = %s",
		(add_to_date(now_datetime(), minutes=1), claims[2].customer),
	)
	doc.reload()
	answer = moves.undo(doc)
	assert answer["returned"]["Meeting Customer"] == 2
	for claim in claims[:2]:
		assert holder_of(claim.customer) == people["giver"]
		assert active_holder(claim.enterprise, project) == people["giver"]
	assert frappe.db.get_value("Meeting Activity", activity, "assigned_to") == people["giver"]
	assert holder_of(claims[2].customer) == people["first"]
	assert active_holder(claims[2].enterprise, project) == people["first"]
	assert {row["reference_doctype"] for row in handovers.get_kept(doc.name)} == {"Meeting Customer", "Meeting Claim"}
	doc.reload()
	with pytest.raises(frappe.ValidationError, match="Only a handover that was carried out"):
		moves.undo(doc)


def test_a_receiver_who_works_on_the_company_keeps_the_own_file_and_reads_the_givers(people, project):
	clear(people)
	other = make_project(people["first"], people["giver"])
	enterprise = make_enterprise()
	given = make_claim(project, enterprise, people["giver"], "Pool")
	own = make_claim(other, enterprise, people["first"], "Pool")
	doc = hand(people, "first")
	moves.run(doc.name)
	assert holder_of(given.customer) is None
	assert holder_of(own.customer) == people["first"]
	assert active_holder(enterprise, project) == people["first"]
	assert permissions.can_read(given.customer, people["first"])
	assert not permissions.can_write(given.customer, people["first"])
	doc.reload()
	moves.undo(doc)
	assert holder_of(given.customer) == people["giver"]
	assert holder_of(own.customer) == people["first"]
	assert active_holder(enterprise, project) == people["giver"]
	assert active_holder(enterprise, other) == people["first"]
	assert not permissions.can_read(given.customer, people["first"])


def test_undo_leaves_a_file_that_the_receiver_has_claimed_elsewhere_since(people, project):
	clear(people)
	other = make_project(people["first"], people["giver"])
	claimed, plain = make_files(people, project, 2)
	doc = hand(people, "first")
	moves.run(doc.name)
	assert make_claim(other, claimed.enterprise, people["first"], "Pool").customer == claimed.customer
	doc.reload()
	assert moves.undo(doc)["returned"] == {
		**dict.fromkeys(moves.FIELDS, 0),
		"Meeting Customer": 1,
		"Meeting Claim": 1,
	}
	assert holder_of(claimed.customer) == people["first"]
	assert active_holder(claimed.enterprise, project) == active_holder(claimed.enterprise, other) == people["first"]
	assert holder_of(plain.customer) == active_holder(plain.enterprise, project) == people["giver"]


def test_one_customer_alone(people, project):
	clear(people)
	chosen, stays = make_files(people, project, 2)
	doc = hand(people, "second", customers=chosen.customer)
	moves.run(doc.name)
	assert holder_of(chosen.customer) == people["second"]
	assert holder_of(stays.customer) == people["giver"]
	assert active_holder(stays.enterprise, project) == people["giver"]


def test_files_without_protection_go_too(people):
	clear(people)
	frappe.set_user(people["giver"])
	file = frappe.get_doc(
		{"doctype": "Meeting Customer", "customer_name": "供应商甲公司", "category": "Supplier"}
	).insert()
	doc = hand(people, "first")
	moves.run(doc.name)
	assert holder_of(file.name) == people["first"]


def test_a_receiver_outside_the_project_stops_it_before_anything_moves(people, project):
	clear(people)
	[claim] = make_files(people, project, 1)
	doc = hand(people, "stranger")
	assert "is not a member of" in handovers.preview(doc)["problems"][0]
	with pytest.raises(frappe.ValidationError, match="is not a member of"):
		handovers.start(doc)
	assert holder_of(claim.customer) == people["giver"]


def test_an_administrator_lets_the_receiver_into_the_project(rest, people, project):
	clear(people)
	[claim] = make_files(people, project, 1)
	doc = hand(people, "stranger")
	refused = rest(people["giver"]).call(API + "add_handover_members", handover_name=doc.name)
	assert refused.status_code == 403, refused.text
	administrator = rest(make_user(None, "Meeting Administrator"))
	assert administrator.result(API + "preview_handover", handover_name=doc.name)["may_add_members"]
	assert administrator.result(API + "add_handover_members", handover_name=doc.name)["problems"] == []
	frappe.db.rollback()
	moves.run(doc.name)
	assert active_holder(claim.enterprise, project) == people["stranger"]


def test_another_receiver_in_the_same_draft(rest, people, project):
	clear(people)
	make_files(people, project, 1)
	client = rest(people["giver"])
	form = {"from_user": people["giver"], "reason": "离职"}
	draft = client.result(API + "make_handover", receivers=[people["stranger"]], **form)
	assert draft["problems"] and not draft["may_add_members"]
	again = client.result(API + "make_handover", receivers=[people["first"]], draft=draft["handover"], **form)
	assert (again["handover"], again["problems"]) == (draft["handover"], [])
	other = rest(people["second"]).call(
		API + "make_handover",
		receivers=[people["first"]],
		draft=draft["handover"],
		from_user=people["second"],
		reason="x",
	)
	assert other.status_code == 403, other.text


def test_a_failure_moves_nothing_and_can_be_tried_again(people, project, monkeypatch):
	clear(people)
	claims = make_files(people, project, 2)
	doc = hand(people, "first")
	frappe.db.commit()
	with monkeypatch.context() as patch:
		patch.setattr(moves, "_finish", lambda *_: 1 / 0)
		handovers.start(doc)
		with pytest.raises(ZeroDivisionError):
			run_now(doc.doctype, doc.name)
	frappe.set_user("Administrator")
	assert frappe.db.get_value("Meeting Handover", doc.name, "status") == "Failed"
	assert {holder_of(claim.customer) for claim in claims} == {people["giver"]}
	assert not frappe.db.exists("Meeting Handover Item", {"handover": doc.name})
	doc.reload()
	handovers.start(doc)
	run_now(doc.doctype, doc.name)
	assert {holder_of(claim.customer) for claim in claims} == {people["first"]}
	moved = frappe.db.get_value("Meeting Handover", doc.name, "moved")
	run_now(doc.doctype, doc.name)
	assert frappe.db.get_value("Meeting Handover", doc.name, "moved") == moved, "a second run changes nothing"


@pytest.mark.parametrize(
	("values", "words"),
	[
		({"receivers": ["giver"]}, "to themselves"),
		({"receivers": ["first", "first"]}, "is listed twice"),
		({"receivers": []}, "Receivers"),
		({"receivers": ["first"], "from_user": "stranger"}, "your own work"),
	],
)
def test_bad_handovers_are_refused_in_plain_words(rest, people, values, words):
	client = rest(people["giver"])
	answer = client.call(
		API + "make_handover",
		from_user=people[values.get("from_user", "giver")],
		receivers=[people[name] for name in values["receivers"]],
		reason="离职",
	)
	assert answer.status_code in (403, 417), answer.text
	assert words in error_of(answer)


def test_the_whole_way_over_rest(rest, people, worker, wait_until):
	clear(people)
	project = make_project(*(people[name] for name in ("giver", "first", "second")))
	claims = make_files(people, project, 3)
	frappe.db.set_value("User", people["first"], "language", "zh")
	frappe.clear_document_cache("User", people["first"])
	manager = rest(people["manager"])
	draft = manager.result(API + "make_handover", from_user=people["giver"], receivers=[people["first"]], reason="调岗")
	assert draft["counts"]["Meeting Customer"] == 3
	handover = draft["handover"]
	assert rest(people["stranger"]).call(API + "preview_handover", handover_name=handover).status_code == 403
	assert rest(people["stranger"]).call(API + "start_handover", handover_name=handover).status_code == 403
	manager.result(API + "start_handover", handover_name=handover)
	wait_until(lambda: frappe.db.get_value("Meeting Handover", handover, "status") in ("Done", "Failed"))
	assert frappe.db.get_value("Meeting Handover", handover, ["status", "failure"]) == ("Done", None)
	assert {holder_of(claim.customer) for claim in claims} == {people["first"]}
	receiver = rest(people["first"])
	assert people["first"] in receiver.result(API + "confirm_handover", handover_name=handover)
	assert rest(people["stranger"]).call(API + "confirm_handover", handover_name=handover).status_code == 403
	told = dict(frappe.get_all("Notification Log", {"document_name": handover}, ["for_user", "subject"], as_list=True))
	assert set(told) == {people["giver"], people["first"], people["manager"]}
	assert "Please confirm" in told[people["giver"]] and "请确认" in told[people["first"]], told
	assert receiver.call(API + "undo_handover", handover_name=handover).status_code == 403
	answer = manager.result(API + "undo_handover", handover_name=handover)
	assert answer["returned"]["Meeting Customer"] == 3 and answer["kept"] == 0
	frappe.db.rollback()
	assert {holder_of(claim.customer) for claim in claims} == {people["giver"]}
	log = frappe.get_all("Meeting Operation Log", {"reference_name": handover}, ["operation", "after"])
	assert {"Handed Over", "Confirmed", "Undone"} <= {row.operation for row in log}
	assert json.loads(next(row.after for row in log if row.operation == "Undone"))["kept"] == 0


@pytest.fixture
def leaver(people, project):
	"""A disabled salesperson of the manager's with two companies."""
	department = frappe.db.get_value("User", people["giver"], "meeting_department")
	user = make_user(department=department)
	add_members(project, [user])
	for _number in range(2):
		make_claim(project, make_enterprise(), user, "Pool")
	frappe.db.set_value("User", user, "enabled", 0)
	frappe.db.commit()
	return user


def search_givers(rest, user: str, text: str = "") -> list:
	return rest(user).result(
		f"{API}search_givers", verb="GET", doctype="User", txt=text, searchfield="name", start=0, page_len=20
	)


def test_disabled_people_who_still_hold_something_are_found_first(rest, people, leaver):
	administrator = make_user(None, "Meeting Administrator")
	frappe.db.commit()
	for asker in (people["manager"], administrator):
		found = search_givers(rest, asker, leaver[:12])
		assert found[0][0] == leaver and "2" in found[0][2]
	assert leaver not in {row[0] for row in search_givers(rest, people["stranger"])}
	assert people["giver"] not in {row[0] for row in search_givers(rest, people["stranger"])}


def test_they_stand_on_the_managers_today_until_the_work_is_handed_over(
	rest, people, project, worker, wait_until, leaver
):
	def left_behind(user):
		rows = rest(user).result("meeting_crm.claims.api.get_today", verb="GET", project=project)["left_behind"]
		return {row["user"]: row["customers"] for row in rows}

	assert left_behind(people["manager"])[leaver] == 2
	assert leaver not in left_behind(people["first"])
	manager = rest(people["manager"])
	draft = manager.result(f"{API}make_handover", from_user=leaver, receivers=[people["first"]], reason="离职")
	assert draft["problems"] == []
	manager.result(f"{API}start_handover", handover_name=draft["handover"])
	wait_until(lambda: leaver not in left_behind(people["manager"]))

"""Two at the same instant, through HTTP and several web processes: two bookings of one booth, two placements of one guest,
two submissions, a confirmation against a change, and an answer against taking back what was asked."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import frappe
import pytest
from requests.adapters import HTTPAdapter

from meeting_crm.contracts.execution import late_changes, rooming, service
from support.execution import (
	close_products,
	get_task,
	make_execution,
	make_finance,
	make_hotel,
	make_logistics,
	make_signed,
	make_submitted,
)
from support.rest import error_of

pytestmark = pytest.mark.race
API = "meeting_crm.contracts.execution.api."
ROUNDS = 6


@pytest.fixture
def rest(rest):
	"""Without kept connections: the server may close an idle one at the instant it is used again."""

	def make(user):
		client = rest(user)
		client.headers["Connection"] = "close"
		client.mount("http://", HTTPAdapter())
		return client

	return make


def at_once(*steps):
	gate = Barrier(len(steps))

	def run(step):
		gate.wait()
		return step()

	with ThreadPoolExecutor(len(steps)) as pool:
		return list(pool.map(run, steps))


def statuses(answers) -> Counter:
	return Counter(answer.status_code for answer in answers)


def as_administrator():
	frappe.set_user("Administrator")


def test_two_companies_book_one_booth(rest):
	executions = [make_submitted()[1] for _number in range(2)]
	as_administrator()
	project = executions[0].project
	for execution in executions:
		frappe.db.set_value("Meeting Execution", execution.name, "project", project)
	booths = [
		frappe.get_doc({"doctype": "Meeting Booth", "project": project, "hall": "1", "number": f"R{number}"})
		.insert()
		.name
		for number in range(ROUNDS)
	]
	clients = [rest(make_logistics()) for _number in range(2)]
	for booth in booths:
		answers = at_once(
			*(
				lambda client=client, execution=execution, booth=booth: client.call(
					API + "book_booth", booth=booth, execution=execution.name
				)
				for client, execution in zip(clients, executions, strict=True)
			)
		)
		assert statuses(answers) == {200: 1, 409: 1}, [error_of(answer) for answer in answers]
		refused = next(answer for answer in answers if answer.status_code == 409)
		assert "is taken: it belongs to" in error_of(refused)
		frappe.db.rollback()
		winner = next(answer.json()["message"]["execution"] for answer in answers if answer.status_code == 200)
		assert frappe.db.get_value("Meeting Booth", booth, "execution") == winner


def test_the_same_booth_is_not_made_twice(rest):
	_user, execution = make_submitted()
	as_administrator()
	clients = [rest(make_logistics()) for _number in range(2)]
	values = {"project": execution.project, "hall": "2", "number": "A01"}
	answers = at_once(
		*(lambda client=client: client.resource("POST", "Meeting Booth", json=values) for client in clients)
	)
	assert statuses(answers)[200] == 1, [error_of(answer) for answer in answers]
	frappe.db.rollback()
	assert frappe.db.count("Meeting Booth", values) == 1


def test_one_guest_gets_one_bed(rest):
	_user, execution = make_submitted()
	as_administrator()
	hotel = make_hotel()
	rooms = [rooming.make_room(execution.project, hotel, "Twin").name for _number in range(2)]
	clients = [rest(make_logistics()) for _number in range(2)]
	attendee = execution.attendees[0].name
	for _round in range(ROUNDS):
		answers = at_once(
			*(
				lambda client=client, room=room: client.call(API + "place_guest", attendee=attendee, room=room)
				for client, room in zip(clients, rooms, strict=True)
			)
		)
		assert set(statuses(answers)) <= {200, 409}, [error_of(answer) for answer in answers]
		frappe.db.rollback()
		assert frappe.db.count("Meeting Room Guest", {"attendee": attendee}) == 1


def test_two_submissions_make_one_pair_of_tasks(rest):
	user, contract = make_signed()
	execution = make_execution(contract)
	as_administrator()
	clients = [rest(user) for _number in range(3)]
	submit = "meeting_crm.contracts.api.submit_execution"
	answers = at_once(*(lambda client=client: client.call(submit, execution=execution.name) for client in clients))
	assert statuses(answers) == {200: 3}, [error_of(answer) for answer in answers]
	frappe.db.rollback()
	assert frappe.db.count("Meeting Department Task", {"execution": execution.name}) == 2


def test_a_confirmation_against_a_change(rest):
	"""Whoever is first: what the department did not see is never confirmed, and no change is lost."""
	user, contract = make_signed()
	execution = make_execution(contract)
	service.submit(execution.name)
	as_administrator()
	seller, finance = rest(user), rest(make_finance())
	task = get_task(execution, "Finance")
	seen = Counter()
	for number in range(ROUNDS):
		frappe.db.rollback()
		current = frappe.get_doc("Meeting Execution", execution.name)
		change = {"title": f"第{number}个抬头", "modified": str(current.modified)}
		edited, confirmed = at_once(
			lambda change=change: seller.resource("PUT", "Meeting Execution", execution.name, json=change),
			lambda current=current: finance.call(
				"meeting_crm.contracts.api.confirm_task", task=task, revision=current.revision
			),
		)
		assert edited.status_code == 200, error_of(edited)
		assert confirmed.status_code in (200, 409), error_of(confirmed)
		seen[confirmed.status_code] += 1
		frappe.db.rollback()
		after = frappe.db.get_value("Meeting Execution", execution.name, ["title", "revision"], as_dict=True)
		assert (after.title, after.revision) == (change["title"], current.revision + 1)
		row = frappe.db.get_value("Meeting Department Task", task, ["status", "confirmed_revision"], as_dict=True)
		assert row.confirmed_revision <= current.revision, "what nobody saw is not confirmed"
		if confirmed.status_code == 200:
			assert row.status == "Changed"
	assert frappe.db.count("Meeting Execution Change", {"execution": execution.name}) == ROUNDS
	answer = finance.call("meeting_crm.contracts.api.confirm_task", task=task, revision=after.revision)
	assert answer.status_code == 200, error_of(answer)
	assert sum(seen.values()) == ROUNDS


def test_a_late_change_is_answered_or_taken_back(rest):
	"""Whoever is first decides: what was taken back is not in the execution, what was taken over cannot be taken back."""
	logistics = make_logistics()
	user, execution = make_submitted()
	close_products(execution.project, "Badges")
	seller, host = rest(user), rest(logistics)
	for number in range(ROUNDS):
		frappe.db.rollback()
		doc = frappe.get_doc("Meeting Execution", execution.name)
		before = doc.attendees[0].position
		frappe.set_user(user)
		doc.attendees[0].position = f"第{number}任董事"
		doc.save()
		frappe.db.commit()
		as_administrator()
		(wish,) = [row for row in late_changes.get_open(execution.name) if row["state"] == "Waiting"]
		answered, taken_back = at_once(
			lambda wish=wish: host.call(API + "answer_late_change", late_change=wish["name"], accept=True),
			lambda wish=wish: seller.call(API + "take_back_late_change", late_change=wish["name"]),
		)
		assert {answered.status_code, taken_back.status_code} == {200, 409}, error_of(answered) + error_of(taken_back)
		frappe.db.rollback()
		state = frappe.db.get_value("Meeting Late Change", wish["name"], "state")
		position = frappe.db.get_value("Meeting Attendee", doc.attendees[0].name, "position")
		if answered.status_code == 200:
			assert (state, position) == ("Accepted", f"第{number}任董事")
		else:
			assert (state, position) == ("Taken Back", before)

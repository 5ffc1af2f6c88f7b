"""Many people at the same instant, through HTTP and several web processes: invariants 1, 3 and 4."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import frappe
import pytest
from frappe.utils import now_datetime
from requests.adapters import HTTPAdapter

from meeting_crm.tests.factories import entry_form, make_claim, make_enterprise, make_project, make_user, unique
from support.rest import error_of

pytestmark = pytest.mark.race
CLAIM = "meeting_crm.claims.api.claim"
CROWD = 32


@pytest.fixture(scope="module")
def crowd(site):
	users = [make_user(f"claims-crowd-{number}") for number in range(CROWD)]
	frappe.db.commit()
	return users


@pytest.fixture
def rest(rest):
	"""Without kept connections: the server may close an idle one at the instant it is used again."""

	def make(user):
		client = rest(user)
		client.headers["Connection"] = "close"
		client.mount("http://", HTTPAdapter())
		return client

	return make


def all_at_once(steps):
	"""Runs the callables at the same instant; their answers in order."""
	gate = Barrier(len(steps))

	def run(step):
		gate.wait()
		return step()

	with ThreadPoolExecutor(len(steps)) as pool:
		return list(pool.map(run, steps))


def words_of(answers) -> Counter:
	return Counter(str(error_of(answer)) for answer in answers if answer.status_code != 200)


def status_counts(answers) -> Counter:
	return Counter(answer.status_code for answer in answers)


def test_thirty_two_people_claim_one_enterprise(rest, crowd):
	project, enterprise = make_project(*crowd), make_enterprise()
	clients = [rest(user) for user in crowd]
	answers = all_at_once(
		[lambda client=client: client.call(CLAIM, project=project, enterprise=enterprise) for client in clients]
	)
	assert status_counts(answers) == {200: 1, 409: CROWD - 1}, words_of(answers)
	assert all("negotiating" in error_of(answer) for answer in answers if answer.status_code == 409)
	frappe.db.rollback()
	assert frappe.db.count("Meeting Claim", {"enterprise": enterprise}) == 1


def test_thirty_two_people_pounce_on_an_expired_claim(rest, crowd):
	project, enterprise = make_project(*crowd), make_enterprise()
	make_claim(project, crowd[0], enterprise, now=now_datetime() - timedelta(days=15, seconds=1))
	clients = [rest(user) for user in crowd]
	answers = all_at_once(
		[lambda client=client: client.call(CLAIM, project=project, enterprise=enterprise) for client in clients]
	)
	assert status_counts(answers) == {200: 1, 409: CROWD - 1}, words_of(answers)
	frappe.db.rollback()
	assert frappe.db.count("Meeting Claim", {"enterprise": enterprise, "phase": "Ended"}) == 1
	assert frappe.db.count("Meeting Claim", {"enterprise": enterprise, "active_key": ("is", "set")}) == 1


def test_one_person_presses_the_daily_maximum_from_thirty_two_windows(rest, crowd):
	project = make_project(crowd[0], daily_minimum=0, daily_maximum=5)
	enterprises = [make_enterprise() for _number in range(CROWD)]
	client = rest(crowd[0])
	cookies = client.cookies.get_dict()
	clients = []
	for _number in range(CROWD):
		window = rest(None)
		window.cookies.update(cookies)
		clients.append(window)
	steps = [
		lambda window=window, name=name: window.call(CLAIM, project=project, enterprise=name)
		for window, name in zip(clients[: CROWD // 2], enterprises, strict=False)
	] + [
		lambda window=window: window.call(
			"meeting_crm.entry.api.enter", project=project, customer=entry_form(unique("竞争企业"))
		)
		for window in clients[CROWD // 2 :]
	]
	answers = all_at_once(steps)
	assert status_counts(answers) == {200: 5, 417: CROWD - 5}, words_of(answers)
	assert all("maximum" in error_of(answer) for answer in answers if answer.status_code == 417)
	frappe.db.rollback()
	assert frappe.db.count("Meeting Claim", {"project": project}) == 5
	assert frappe.db.get_value("Meeting Claim Account", {"project": project, "user": crowd[0]}, "claimed_today") == 5


def test_extensions_pressed_at_once_stay_within_the_allowance(rest, crowd):
	project = make_project(crowd[0], max_extensions=3)
	claims = [make_claim(project, crowd[0]).name for _number in range(4)]
	cookies = rest(crowd[0]).cookies.get_dict()
	clients = []
	for _number in range(16):
		window = rest(None)
		window.cookies.update(cookies)
		clients.append(window)
	answers = all_at_once(
		[
			lambda window=window, name=claims[number % 4]: window.call(
				"meeting_crm.claims.api.extend", claim=name, reason="race"
			)
			for number, window in enumerate(clients)
		]
	)
	assert status_counts(answers) == {200: 3, 417: 13}, words_of(answers)
	frappe.db.rollback()
	assert frappe.db.count("Meeting Protection Extension", {"project": project}) == 3


def test_people_who_choose_the_same_rows_share_them_without_an_error(rest, crowd):
	people = crowd[:8]
	project = make_project(*people, daily_minimum=0, daily_maximum=100)
	enterprises = [make_enterprise() for _number in range(20)]
	clients = [rest(user) for user in people]
	answers = all_at_once(
		[
			lambda client=client, names=enterprises[number:] + enterprises[:number]: client.call(
				"meeting_crm.claims.api.claim_several", project=project, enterprises=names
			)
			for number, client in enumerate(clients)
		]
	)
	assert status_counts(answers) == {200: len(people)}, words_of(answers)
	rows = [row for answer in answers for row in answer.json()["message"]]
	assert Counter(row["enterprise"] for row in rows if row["ok"]) == dict.fromkeys(enterprises, 1)
	assert {row["error"] for row in rows if not row["ok"]} == {"AlreadyHeldError"}


def test_strangers_in_an_empty_project_never_wait_for_each_other(rest, crowd):
	"""Every claim here is the first of its person, its enterprise and its project."""
	clients = [rest(user) for user in crowd]
	for _round in range(2):
		project, enterprises = make_project(*crowd), [make_enterprise() for _user in crowd]
		frappe.db.commit()
		answers = all_at_once(
			[
				lambda client=client, name=name, project=project: client.call(CLAIM, project=project, enterprise=name)
				for client, name in zip(clients, enterprises, strict=True)
			]
		)
		assert status_counts(answers) == {200: CROWD}, words_of(answers)

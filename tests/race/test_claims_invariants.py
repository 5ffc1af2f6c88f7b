"""Invariants 1 to 4, 7 and 8 under fire: people, lists being imported, handovers, carry-over, rule changes and the sweep at
once, through HTTP and the queue, while web processes, the worker, the scheduler and database connections are killed. Afterwards
everything that was cut off is run again, and the checker finds no contradiction.

Lasts MEETING_ATTACK_SECONDS (25 unless told). From a minute on, and on a bench of its own (script/test), the database server is
killed too."""

import os
import random

import frappe
import pytest
from frappe.utils import add_days, now_datetime, nowdate

from meeting_crm.claims.clock import expiry
from meeting_crm.claims.upkeep import checker
from meeting_crm.enterprises import upkeep
from meeting_crm.entry.importing import service as imports
from meeting_crm.tests.factories import make_claim, make_enterprise, make_project, make_user, unique
from support import attack as attacks
from support.runs import run_again
from support.servers import OwnMariaDB
from support.site import BENCH, ROOT

SECONDS = int(os.environ.get("MEETING_ATTACK_SECONDS", 25))
LONG = 60
PEOPLE = 12
ENTERPRISES = 60
pytestmark = [pytest.mark.race, pytest.mark.timeout(SECONDS + 280)]


@pytest.fixture(scope="module")
def people(site):
	users = [make_user(f"claims-crowd-{number}") for number in range(PEOPLE)]
	admin = make_user("attack-admin", "Meeting Administrator")
	frappe.db.commit()
	return users, admin


@pytest.fixture
def own_web(site, redis_queue):
	with attacks.own_web(site) as web:
		yield web


@pytest.fixture
def programs(site, redis_queue):
	"""A worker and a scheduler of this test alone."""
	started = [
		attacks.Restarted("attacked-worker", attacks.WORKER),
		attacks.Restarted("attacked-scheduler", [os.sys.executable, "-c", attacks.SCHEDULER.format(site=site)]),
	]
	yield started
	for program in started:
		program.end()


@pytest.fixture
def mariadb(site):
	"""The database server, where this test may kill it."""
	return OwnMariaDB() if SECONDS >= LONG and BENCH != ROOT else None


def test_no_contradiction_survives_the_attack(mariadb, own_web, programs, people):
	if mariadb:
		frappe.db.connect()
	(url, web), (users, admin) = own_web, people
	before = {row["name"] for row in checker.check()["findings"]}
	earlier = make_project(*users, start_date=add_days(nowdate(), -90), end_date=add_days(nowdate(), 30))
	settings = {"daily_minimum": 0, "daily_maximum": 40, "max_extensions": 6, "cooldown_days": 0}
	projects = [make_project(*users, **settings) for _number in range(2)]
	enterprises = [make_enterprise() for _number in range(ENTERPRISES)]
	sign_some(earlier, users, enterprises[:20])
	expire_some_of(projects, users, enterprises)
	frappe.db.commit()

	attack = attacks.Attack(url, projects, enterprises, users)
	shared = [unique("同名企业") for _number in range(4 * attacks.IMPORT_ROWS)]
	clients = {user: attacks.log_in(url, user) for user in users}
	importers = [attacks.log_in(url, user) for user in users[:3]]
	administrators = [attacks.log_in(url, admin) for _number in range(3)]
	attack.begin(SECONDS)
	for number, user in enumerate(users):
		attack.start(attack.act_as, clients[user], random.Random(number))
	for number, client in enumerate(importers):
		attack.start(attack.import_all_the_while, client, random.Random(50 + number), shared)
	attack.start(attack.change_rules, administrators[0], random.Random(99))
	attack.start(attack.carry_over_all_the_while, administrators[1])
	attack.start(attack.hand_over_all_the_while, administrators[2], random.Random(98))
	attacks.kill_things(attack, web, *programs, mariadb)
	attack.join()
	for program in programs:
		program.end()
	frappe.db.connect()

	done = run_again_what_was_cut_off(projects, users)
	print(
		f"\nanswers {dict(attack.answers)}\ncut off {dict(attack.cut_off)}\nkilled {dict(attack.killed)}\nrun again {done}"
	)
	assert not attack.wrong, attack.wrong
	assert attack.answers["claim", 200] > 10
	assert [row for row in checker.check()["findings"] if row["name"] not in before] == []
	assert_one_holder(projects)
	assert_each_import_entered_what_it_says(users)
	index = upkeep.verify()
	assert not index["missing"] and not index["wrong"] and not index["unindexed"]


def run_again_what_was_cut_off(projects, users) -> dict[str, str]:
	"""Invariant 8: what a kill left undone is done by running it again. Answers how many of how many were left."""
	cut_off = ("in", ("Queued", "Running"))

	def again(doctype: str):
		return lambda name: run_again(doctype, name)

	unfinished = {
		"Meeting Carry Over": ({"status": cut_off, "project": ("in", projects)}, again("Meeting Carry Over")),
		"Meeting Enterprise Import": ({"status": ("in", ("Queued", "Running")), "owner": ("in", users)}, run_import),
		"Meeting Handover": ({"status": cut_off, "from_user": ("in", users)}, again("Meeting Handover")),
	}
	expiry.sweep()
	done = {}
	for doctype, (filters, run) in unfinished.items():
		names = frappe.get_all(doctype, filters=filters, pluck="name")
		for name in names:
			run(name)
			frappe.db.commit()
		started = {field: value for field, value in filters.items() if field != "status"}
		done[doctype] = f"{len(names)} of {frappe.db.count(doctype, started)}"
		assert not frappe.db.exists(doctype, filters)
	return done


def run_import(name: str) -> None:
	frappe.set_user(frappe.db.get_value("Meeting Enterprise Import", name, "owner"))
	try:
		imports.run(name)
	finally:
		frappe.set_user("Administrator")


def sign_some(project, users, enterprises) -> None:
	from meeting_crm.claims import service

	for number, enterprise in enumerate(enterprises):
		claim = make_claim(project, users[number % len(users)], enterprise, source="Assigned", now=now_datetime())
		service.sign(claim.name, payment="attack")


def expire_some_of(projects, users, enterprises) -> None:
	"""Claims that run out before the attack and in the middle of it."""
	from datetime import timedelta

	for number, enterprise in enumerate(enterprises[20:40]):
		made = now_datetime() - timedelta(days=15) + timedelta(seconds=number * SECONDS / 20)
		make_claim(projects[number % 2], users[number % len(users)], enterprise, source="Assigned", now=made)


def assert_one_holder(projects) -> None:
	rows = frappe.db.sql(
		"""select project, enterprise, count(*) from `tabMeeting Claim` where project in %s and phase != 'Ended'
		group by project, enterprise having count(*) > 1""",
		(projects,),
	)
	assert not rows


def assert_each_import_entered_what_it_says(users) -> None:
	rows = frappe.get_all(
		"Meeting Enterprise Import",
		filters={"owner": ("in", users)},
		fields=["name", "done_rows", "total_rows", "created_rows", "status"],
	)
	for row in rows:
		results = frappe.get_all(
			"Meeting Enterprise Import Row", filters={"enterprise_import": row.name}, pluck="result"
		)
		assert (len(results), results.count("Created")) == (row.done_rows, row.created_rows), row

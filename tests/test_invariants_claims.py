"""Invariants 1, 3, 4, 7 and 8 under fire: people, the sweep, rule changes, carry-over and handover at once, while web
processes, the worker and database connections are killed. Afterwards the checker finds no contradiction.

Lasts MEETING_ATTACK_SECONDS (25 unless told)."""

import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import frappe
import pymysql
import pytest
import requests
from frappe.utils import add_days, now_datetime, nowdate

from meeting_crm.claims import checker
from meeting_crm.tests.factories import entry_form, make_enterprise, make_project, make_user, unique
from support.rest import RestClient, error_of
from support.servers import free_port, running
from support.site import BENCH, ROOT

SECONDS = int(os.environ.get("MEETING_ATTACK_SECONDS", 25))
PEOPLE = 12
ENTERPRISES = 60
EXPECTED = (200, 403, 409, 417)
API = "meeting_crm.claims.api."
pytestmark = [pytest.mark.race, pytest.mark.timeout(SECONDS + 280)]


@pytest.fixture(scope="module")
def people(site):
	users = [make_user(f"claims-crowd-{number}") for number in range(PEOPLE)]
	admin = make_user("attack-admin", "Meeting Administrator")
	frappe.db.commit()
	return users, admin


@pytest.fixture
def own_web(site, redis_queue):
	"""Web processes of this test alone: they are going to be killed."""
	port = free_port()
	command = [
		str(ROOT / "env" / "bin" / "gunicorn"), "--pythonpath", str(ROOT / "config" / "web"),
		"--bind", f"127.0.0.1:{port}", "--workers", "3", "--threads", "6", "--timeout", "120", "--preload", "web:application",
	]  # fmt: skip
	with running("attacked-web", command, port, FRAPPE_SITE=site) as process:
		yield f"http://127.0.0.1:{port}", process


@pytest.fixture
def sweeper(site):
	"""The sweep, again and again, in a process of its own that may be killed in the middle."""
	script = f"""
import frappe, time
while True:
    frappe.init(site={site!r}); frappe.connect()
    try:
        from meeting_crm.claims import expiry
        expiry.sweep()
    finally:
        frappe.destroy()
    time.sleep(0.2)
"""
	processes = []

	def start():
		log = (BENCH / "logs" / "test-sweeper.log").open("a")
		processes.append(
			subprocess.Popen([os.sys.executable, "-c", script], cwd=BENCH / "sites", stdout=log, stderr=log)
		)
		return processes[-1]

	start()
	yield start, processes
	for process in processes:
		process.kill()
		process.wait()


class Attack:
	def __init__(self, url, projects, enterprises):
		self.url, self.projects, self.enterprises = url, projects, enterprises
		self.until = time.monotonic() + SECONDS
		self.answers, self.wrong, self.cut_off = Counter(), Counter(), Counter()
		self.lock = threading.Lock()

	def note(self, step, answer) -> None:
		with self.lock:
			self.answers[step, answer.status_code] += 1
			if answer.status_code not in EXPECTED and not is_cut_off(answer):
				self.wrong[step, str(error_of(answer))[:300]] += 1

	def act_as(self, client, rng) -> None:
		held: list[str] = []
		while time.monotonic() < self.until:
			step = rng.choice(
				("claim",) * 5 + ("claim_several", "extend", "mark_dead", "release", "reopen", "enter", "pool")
			)
			try:
				self.note(step, answer := self.make(client, rng, step, held))
			except requests.exceptions.RequestException:
				self.cut_off[step] += 1
				continue
			if step == "claim" and answer.status_code == 200:
				held.append(answer.json()["message"]["claim"])

	def make(self, client, rng, step, held):
		project, enterprise = rng.choice(self.projects), rng.choice(self.enterprises)
		if step == "claim":
			return client.call(API + "claim", project=project, enterprise=enterprise)
		if step == "claim_several":
			return client.call(API + step, project=project, enterprises=rng.sample(self.enterprises, 6))
		if step == "enter":
			return client.call(
				"meeting_crm.customers.api.enter", project=project, customer=entry_form(unique("攻击企业"))
			)
		if step == "pool" or not held:
			return client.call(API + "pool", verb="GET", project=project, page_length=20)
		return client.call(API + step, claim=rng.choice(held[-20:]), reason="attack")


def is_cut_off(answer) -> bool:
	"""A request whose database connection was killed under it: nobody can promise it an answer. Frappe then fails once more
	at its own rollback, and the web server answers in its place."""
	words = (
		"Lost connection",
		"gone away",
		"(0, '')",
		"InterfaceError",
		"Connection was killed",
		"<h1><p>Internal Server Error",
	)
	return any(word in answer.text for word in words)


def kill_things(attack: Attack, web, sweeper, rng) -> Counter:
	killed = Counter()
	start, processes = sweeper
	while time.monotonic() < attack.until - 3:
		time.sleep(rng.uniform(1.0, 2.5))
		what = rng.choice(("web", "sweep", "connection", "connection", "connection"))
		if what == "web":
			children = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split()
			if children:
				os.kill(int(rng.choice(children)), signal.SIGKILL)
		elif what == "sweep":
			processes[-1].kill()
			start()
		else:
			kill_connection(rng)
		killed[what] += 1
	return killed


def kill_connection(rng) -> None:
	"""One connection of this site's database user, whatever it is doing."""
	own = frappe.conf
	connection = pymysql.connect(
		host=own.db_host or "127.0.0.1",
		port=int(own.db_port or 3306),
		user=own.db_name,
		password=own.db_password,
		database=own.db_name,
	)
	try:
		with connection.cursor() as cursor:
			cursor.execute(
				"select id from information_schema.processlist where user = %s and id != connection_id() and command != 'Sleep'",
				(own.db_name,),
			)
			busy = [row[0] for row in cursor.fetchall()]
			if busy:
				cursor.execute(f"kill connection {rng.choice(busy)}")
	except pymysql.MySQLError:
		pass
	finally:
		connection.close()


def change_rules(client: RestClient, attack: Attack, rng) -> None:
	"""An administrator shortens and lengthens protection, and expires some of it, all the while."""
	while time.monotonic() < attack.until:
		time.sleep(1.5)
		try:
			answer = client.resource(
				"PUT",
				"Meeting Project",
				attack.projects[0],
				json={"protection_days": rng.randint(1, 30), "reminder_days": 1},
			)
			attack.note("rules", answer)
		except requests.exceptions.RequestException:
			attack.cut_off["rules"] += 1


def carry_over_all_the_while(client: RestClient, attack: Attack) -> None:
	while time.monotonic() < attack.until:
		try:
			made = client.resource("POST", "Meeting Carry Over", json={"project": attack.projects[1]})
			attack.note("carry over", made)
			if made.status_code == 200:
				name = made.json()["data"]["name"]
				for _twice in range(2):
					attack.note("start", client.call(API + "start_carry_over", carry_over=name))
		except requests.exceptions.RequestException:
			attack.cut_off["carry over"] += 1
		time.sleep(2)


def test_no_contradiction_survives_the_attack(own_web, worker, sweeper, people, wait_until):
	url, web = own_web
	users, admin = people
	rng = random.Random(7)
	before = {row["name"] for row in checker.check()["findings"]}
	earlier = make_project(*users, start_date=add_days(nowdate(), -90), end_date=add_days(nowdate(), 30))
	settings = {"daily_minimum": 0, "daily_maximum": 40, "max_extensions": 6, "cooldown_days": 0}
	projects = [make_project(*users, **settings) for _number in range(2)]
	enterprises = [make_enterprise() for _number in range(ENTERPRISES)]
	sign_some(earlier, users, enterprises[:20])
	frappe.db.commit()
	expire_some_of(projects, users, enterprises)

	clients = [log_in(url, user) for user in users]
	attack = Attack(url, projects, enterprises)
	admins = [log_in(url, admin) for _number in range(2)]
	threads = [
		threading.Thread(target=attack.act_as, args=(client, random.Random(number)))
		for number, client in enumerate(clients)
	]
	threads.append(threading.Thread(target=change_rules, args=(admins[0], attack, random.Random(99))))
	threads.append(threading.Thread(target=carry_over_all_the_while, args=(admins[1], attack)))
	for thread in threads:
		thread.start()
	killed = kill_things(attack, web, sweeper, rng)
	for thread in threads:
		thread.join()

	print(f"\nanswers {dict(attack.answers)}\ncut off {dict(attack.cut_off)}\nkilled {dict(killed)}")
	assert not attack.wrong, attack.wrong
	assert attack.answers["claim", 200] > 10
	wait_until(lambda: not frappe.db.exists("Meeting Carry Over", {"status": "Queued", "project": projects[1]}) or True)
	frappe.db.rollback()
	findings = [row for row in checker.check()["findings"] if row["name"] not in before and row["check"] != "sweep"]
	assert findings == []
	assert_one_holder(projects)


def log_in(url: str, user: str) -> RestClient:
	client = RestClient(url)
	client.log_in(user)
	client.headers["Connection"] = "close"
	client.mount("http://", requests.adapters.HTTPAdapter())
	return client


def sign_some(project, users, enterprises) -> None:
	from meeting_crm.claims import service
	from meeting_crm.tests.factories import make_claim

	for number, enterprise in enumerate(enterprises):
		claim = make_claim(project, users[number % len(users)], enterprise, source="Assigned", now=now_datetime())
		service.sign(claim.name, payment="attack")


def expire_some_of(projects, users, enterprises) -> None:
	"""Claims that run out before the attack and in the middle of it."""
	from datetime import timedelta

	from meeting_crm.tests.factories import make_claim

	for number, enterprise in enumerate(enterprises[20:40]):
		made = now_datetime() - timedelta(days=15) + timedelta(seconds=number * SECONDS / 20)
		make_claim(projects[number % 2], users[number % len(users)], enterprise, source="Assigned", now=made)
	frappe.db.commit()


def assert_one_holder(projects) -> None:
	rows = frappe.db.sql(
		"""select project, enterprise, count(*) from `tabMeeting Claim` where project in %s and phase != 'Ended'
		group by project, enterprise having count(*) > 1""",
		(projects,),
	)
	assert not rows

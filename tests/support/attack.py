"""People, jobs and kills at once, for the tests of the invariants: who does what, and what is killed meanwhile."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import frappe
import pymysql
import requests
from pymysql.constants import ER

from meeting_crm.tests.factories import entry_form, unique
from support.rest import RestClient, error_of
from support.servers import LOGS, OwnMariaDB, end_group, free_port, running, web_command
from support.site import BENCH, connect_beside

EXPECTED = (200, 403, 409, 417)
API = "meeting_crm.claims.api."
CUSTOMERS = "meeting_crm.customers.api."
ENTRY = "meeting_crm.entry.api."
HANDOVER = "meeting_crm.handover.api."
AFTER_AN_OUTAGE = 5
"""Seconds in which requests that met a dead database still come back."""

IMPORT_ROWS = 12
STEPS = (
	*("claim",) * 6,
	"claim_several",
	"extend",
	"mark_dead",
	"release",
	"reopen",
	"enter",
	"pool",
	"share",
	"unshare",
)


class Attack:
	"""What people do over HTTP until the time is over, and what they were answered."""

	def __init__(self, url: str, projects: list[str], enterprises: list[str], users: list[str]):
		self.url, self.projects, self.enterprises, self.users = url, projects, enterprises, users
		self.answers, self.wrong, self.cut_off, self.killed = Counter(), Counter(), Counter(), Counter()
		self.until = self.outage_until = 0.0
		self.lock = threading.Lock()
		self.threads: list[threading.Thread] = []

	def begin(self, seconds: int) -> None:
		self.until = time.monotonic() + seconds

	def is_over(self) -> bool:
		return time.monotonic() >= self.until

	def start(self, actor: Callable, *arguments) -> None:
		self.threads.append(threading.Thread(target=actor, args=arguments))
		self.threads[-1].start()

	def join(self) -> None:
		for thread in self.threads:
			thread.join()

	def send(self, step: str, request: Callable[[], requests.Response]) -> requests.Response | None:
		"""The answer; None where nobody could give one, because a server was killed under the request."""
		try:
			answer = request()
		except requests.exceptions.RequestException:
			return self.note_cut_off(step)
		if answer.status_code not in EXPECTED and self.is_cut_off(answer):
			return self.note_cut_off(step)
		with self.lock:
			self.answers[step, answer.status_code] += 1
			if answer.status_code not in EXPECTED:
				self.wrong[step, answer.status_code, str(error_of(answer))[:300]] += 1
		return answer

	def note_cut_off(self, step: str) -> None:
		with self.lock:
			self.cut_off[step] += 1

	def is_cut_off(self, answer: requests.Response) -> bool:
		"""A request whose database connection was killed under it says so. In an outage of the database itself, every one."""
		return time.monotonic() < self.outage_until or (answer.status_code == 503 and "Retry-After" in answer.headers)

	def act_as(self, client: RestClient, rng: random.Random) -> None:
		held: list[dict] = []
		while not self.is_over():
			step = rng.choice(STEPS)
			answer = self.send(step, lambda step=step: self.take_step(client, rng, step, held))
			if step == "claim" and answer is not None and answer.status_code == 200:
				held.append(answer.json()["message"])

	def take_step(self, client: RestClient, rng: random.Random, step: str, held: list[dict]) -> requests.Response:
		project, enterprise = rng.choice(self.projects), rng.choice(self.enterprises)
		if step == "claim":
			return client.call(API + "claim", project=project, enterprise=enterprise)
		if step == "claim_several":
			return client.call(API + step, project=project, enterprises=rng.sample(self.enterprises, 6))
		if step == "enter":
			return client.call(ENTRY + "enter", project=project, customer=entry_form(unique("攻击企业")))
		if step == "pool" or not held:
			return client.call(API + "pool", verb="GET", project=project, page_length=20)
		one = rng.choice(held[-20:])
		if step == "share":
			return client.call(CUSTOMERS + step, customer=one["customer"], users=[rng.choice(self.users)])
		if step == "unshare":
			return client.call(CUSTOMERS + step, customer=one["customer"], user=rng.choice(self.users))
		return client.call(API + step, claim=one["claim"], reason="attack")

	def import_all_the_while(self, client: RestClient, rng: random.Random, shared: list[str]) -> None:
		"""Somebody uploads lists whose rows others import and enter at the same time."""
		while not self.is_over():
			names = rng.sample(shared, IMPORT_ROWS // 2) + [unique("导入企业") for _row in range(IMPORT_ROWS // 2)]
			self.send("import", lambda names=names: self.import_names(client, rng.choice(self.projects), names))
			time.sleep(rng.uniform(1, 3))

	def import_names(self, client: RestClient, project: str, names: list[str]) -> requests.Response:
		content = "公司名称,企业简介,联系人,职务,座机,手机,邮箱\n" + "".join(
			f"{name},冷链,王经理,经理,010-62345678,13800138000,a@example.com\n" for name in names
		)
		file = client.post(
			f"{self.url}/api/method/upload_file",
			files={"file": ("attack.csv", content.encode())},
			data={"is_private": 1},
			timeout=60,
		)
		if file.status_code != 200:
			return file
		made = client.resource(
			"POST",
			"Meeting Enterprise Import",
			json={"import_file": file.json()["message"]["file_url"], "project": project},
		)
		if made.status_code != 200:
			return made
		return client.call(ENTRY + "start_import", name=made.json()["data"]["name"])

	def change_rules(self, client: RestClient, rng: random.Random) -> None:
		"""An administrator shortens and lengthens protection, and expires some of it, all the while."""
		while not self.is_over():
			time.sleep(1.5)
			values = {"protection_days": rng.randint(1, 30), "reminder_days": 1}
			self.send(
				"rules", lambda values=values: client.resource("PUT", "Meeting Project", self.projects[0], json=values)
			)

	def carry_over_all_the_while(self, client: RestClient) -> None:
		while not self.is_over():
			made = self.send(
				"carry over",
				lambda: client.resource("POST", "Meeting Carry Over", json={"project": self.projects[1]}),
			)
			if made is not None and made.status_code == 200:
				name = made.json()["data"]["name"]
				for _twice in range(2):
					self.send(
						"start carry over", lambda name=name: client.call(API + "start_carry_over", carry_over=name)
					)
			time.sleep(2)

	def hand_over_all_the_while(self, client: RestClient, rng: random.Random) -> None:
		while not self.is_over():
			giver, receiver = rng.sample(self.users, 2)
			made = self.send(
				"handover",
				lambda giver=giver, receiver=receiver: client.call(
					HANDOVER + "make_handover", from_user=giver, receivers=[receiver], reason="attack"
				),
			)
			if made is not None and made.status_code == 200:
				name = made.json()["message"]["handover"]
				self.send(
					"start handover",
					lambda name=name: client.call(HANDOVER + "start_handover", handover_name=name),
				)
			time.sleep(rng.uniform(2, 4))


def log_in(url: str, user: str) -> RestClient:
	client = RestClient(url)
	client.log_in(user)
	client.headers["Connection"] = "close"
	client.mount("http://", requests.adapters.HTTPAdapter())
	return client


@contextmanager
def own_web(site: str):
	"""Web processes of the attack alone: they are going to be killed."""
	port = free_port()
	with running("attacked-web", web_command(port, 3, 6), port, FRAPPE_SITE=site) as process:
		yield f"http://127.0.0.1:{port}", process


class Restarted:
	"""A program that is killed and started again."""

	def __init__(self, name: str, command: list[str]) -> None:
		self.name, self.command = name, command
		self.start()

	def start(self) -> None:
		LOGS.mkdir(parents=True, exist_ok=True)
		with (LOGS / f"test-{self.name}.log").open("a") as log:
			self.process = subprocess.Popen(
				self.command,
				cwd=BENCH / "sites",
				env={**os.environ, "FRAPPE_BENCH_ROOT": str(BENCH)},
				stdin=subprocess.DEVNULL,
				stdout=log,
				stderr=log,
				start_new_session=True,
			)

	def kill(self) -> None:
		os.killpg(self.process.pid, signal.SIGKILL)
		self.process.wait()
		self.start()

	def kill_child(self) -> None:
		"""The process that does the work; the program itself goes on."""
		kill_a_child(self.process.pid)

	def end(self) -> None:
		end_group(self.process)


WORKER = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "worker", "--queue", "long,short,default"]
SCHEDULER = """
import frappe, time
from itertools import count
for turn in count():
    try:
        frappe.init(site={site!r})
        frappe.connect()
        from meeting_crm.claims import expiry
        if turn % 8 == 0:
            for job in ("sweep", "send_reminders"):
                frappe.enqueue("meeting_crm.claims.jobs." + job, queue="short")
        expiry.sweep()
    except Exception as error:
        print(error, flush=True)
    finally:
        frappe.destroy()
    time.sleep(0.3)
"""
"""The sweep by itself again and again, and now and then through the queue."""


def kill_things(
	attack: Attack, web: subprocess.Popen, worker: Restarted, scheduler: Restarted, mariadb: OwnMariaDB | None
) -> None:
	rng = random.Random(7)
	kinds = ["web", "web", "worker", "job", "scheduler", *["connection"] * 5]
	while time.monotonic() < attack.until - 3:
		time.sleep(rng.uniform(0.8, 2))
		what = rng.choice(kinds if mariadb is None or rng.random() > 0.1 else ["mariadb"])
		if what == "web":
			kill_a_child(web.pid)
		elif what == "worker":
			worker.kill()
		elif what == "job":
			worker.kill_child()
		elif what == "scheduler":
			scheduler.kill()
		elif what == "connection":
			kill_connection(rng)
		else:
			attack.outage_until = float("inf")
			mariadb.kill_and_restart()
			attack.outage_until = time.monotonic() + AFTER_AN_OUTAGE
		attack.killed[what] += 1


def kill_a_child(pid: int) -> None:
	try:
		children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
		if children:
			os.kill(int(random.choice(children)), signal.SIGKILL)
	except (FileNotFoundError, ProcessLookupError):
		pass


def kill_connection(rng: random.Random) -> None:
	"""One connection of this site's database user, whatever it is doing."""
	connection = connect_beside()
	try:
		with connection.cursor() as cursor:
			cursor.execute(
				"select id from information_schema.processlist where user = %s and id != connection_id() and command != 'Sleep'",
				(frappe.conf.db_name,),
			)
			busy = [row[0] for row in cursor.fetchall()]
			if busy:
				cursor.execute(f"kill connection {rng.choice(busy)}")
	except pymysql.MySQLError as error:
		if error.args[0] != ER.NO_SUCH_THREAD:
			raise
	finally:
		connection.close()

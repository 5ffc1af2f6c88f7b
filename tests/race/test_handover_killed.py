"""A handover whose worker is killed at any moment has moved nothing, says so, and can be started again.

Each moment is held by a lock of the test on what the job needs next, so that the kill meets it exactly there.
"""

import os
import signal
import sys
import time

import frappe
import pytest
from frappe.utils import background_jobs

from meeting_crm.claims.service import make_claim
from meeting_crm.core import runs
from meeting_crm.handover import service as handovers
from meeting_crm.tests.factories import make_enterprise, make_project, make_user
from support.servers import free_port, running

pytestmark = pytest.mark.race

FILES = 3
WORKER = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "worker", "--queue", "long"]


@pytest.fixture
def own_queue(site, monkeypatch):
	"""A queue whose workers this test alone starts and kills."""
	port = free_port()
	url = f"redis://127.0.0.1:{port}"
	with running("redis-killed", ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""], port):
		monkeypatch.setattr(background_jobs, "_redis_queue_conn", None)
		monkeypatch.setitem(frappe.local.conf, "redis_queue", url)
		yield url


@pytest.fixture
def handed():
	"""A started handover of three protected files, each with a planned activity."""
	giver, receiver = make_user(), make_user()
	project = make_project(giver, receiver)
	claims = [make_claim(project, make_enterprise(), giver, "Pool") for _number in range(FILES)]
	for claim in claims:
		frappe.get_doc(
			{"doctype": "Meeting Activity", "customer": claim.customer, "subject": "跟进", "assigned_to": giver}
		).insert()
	doc = frappe.get_doc(
		{"doctype": "Meeting Handover", "from_user": giver, "reason": "离职", "receivers": [{"user": receiver}]}
	).insert()
	frappe.db.commit()
	return frappe._dict(doc=doc, giver=giver, receiver=receiver, claims=claims)


# What the job waits for, and the words of the statement it waits with.
MOMENTS = {
	"before anything": ("select name from `tabMeeting Handover` where name = %(handover)s for update", "for update"),
	"protections moved": (
		"select name from `tabMeeting Activity` where assigned_to = %(giver)s for update",
		"tabMeeting Handover Item",
	),
	"right before the commit": (
		"select name from `tabNotification Log` where for_user = %(giver)s for update",
		"insert into `tabNotification Log`",
	),
}


@pytest.mark.parametrize(
	("moment", "whole_worker"),
	[
		("before anything", True),
		("protections moved", False),
		("right before the commit", False),
		("right before the commit", True),
	],
)
def test_a_killed_handover_has_moved_nothing_and_starts_again(
	own_queue, handed, wait_until, monkeypatch, moment, whole_worker
):
	monkeypatch.setattr(runs, "SILENT_SECONDS", 6)
	monkeypatch.setattr(runs, "UNSENT_SECONDS", 3)
	handovers.start(handed.doc)
	frappe.db.commit()
	lock, words = MOMENTS[moment]
	frappe.db.sql(lock, {"handover": handed.doc.name, "giver": handed.giver})
	with running("worker-killed", WORKER, FRAPPE_REDIS_QUEUE=own_queue) as worker:
		wait_for_statement(words)
		kill(worker, whole_worker)
	frappe.db.rollback()
	wait_until(lambda: handovers.describe(reload(handed))["is_stuck"])
	assert where_everything_is(handed) == {handed.giver}
	assert not frappe.db.exists("Meeting Handover Item", {"handover": handed.doc.name})
	handovers.start(reload(handed))
	frappe.db.commit()
	with running("worker-killed", WORKER, FRAPPE_REDIS_QUEUE=own_queue):
		wait_until(lambda: reload(handed).status not in runs.ACTIVE)
	assert (reload(handed).status, handed.doc.failure) == ("Done", None)
	assert where_everything_is(handed) == {handed.receiver}


def reload(handed):
	handed.doc.reload()
	return handed.doc


def where_everything_is(handed) -> set[str]:
	files = [claim.customer for claim in handed.claims]
	return {
		*frappe.get_all("Meeting Customer", {"name": ("in", files)}, pluck="holder"),
		*frappe.get_all("Meeting Claim", {"customer": ("in", files), "ended_on": ("is", "not set")}, pluck="holder"),
		*frappe.get_all("Meeting Activity", {"customer": ("in", files)}, pluck="assigned_to"),
	}


def wait_for_statement(words: str, timeout: float = 30) -> None:
	"""Until another connection of this site stands still in a statement with these words."""
	deadline = time.monotonic() + timeout
	while time.monotonic() < deadline:
		waiting = frappe.db.sql(
			"""select info from information_schema.processlist
			where id != connection_id() and command = 'Query' and time_ms > 300 and db = database()""",
			pluck=True,
		)
		if any(words.lower() in statement.lower() for statement in waiting if statement):
			return
		time.sleep(0.1)
	raise AssertionError(f"the job never waited in: {words}")


def kill(worker, whole_worker: bool) -> None:
	with open(f"/proc/{worker.pid}/task/{worker.pid}/children") as children:
		processes = [int(pid) for pid in children.read().split()]
	assert processes, "the worker has no process at work"
	for pid in ([worker.pid] if whole_worker else []) + processes:
		os.kill(pid, signal.SIGKILL)
	if whole_worker:
		worker.wait()

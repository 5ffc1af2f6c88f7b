"""The one run machine: queued, running with progress, killed, failed with its reason, cancelled, done. With real processes."""

import multiprocessing
import os
import signal
import time
from contextlib import contextmanager

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from meeting_crm.administration import backups
from meeting_crm.core import runs

DOCTYPE = backups.DOCTYPE


@pytest.fixture
def record():
	doc = frappe.new_doc(DOCTYPE)
	doc.update({"status": runs.DRAFT, "kind": "By Hand", "origin": backups.OURS})
	backups.insert(doc, "b")
	frappe.db.commit()
	yield doc
	frappe.db.rollback()
	frappe.db.delete(DOCTYPE, doc.name)
	frappe.db.sql("delete from `tabMeeting Run` where reference_name = %s", (doc.name,))
	frappe.db.commit()


@pytest.fixture
def kind(monkeypatch):
	"""How the record runs in this test; the keeper is not needed."""
	values = {"kind": runs.Kind(attempts=2)}
	monkeypatch.setattr(runs, "get_kinds", lambda: {DOCTYPE: values["kind"]})
	return values


def start(doc) -> str:
	run = runs.start(doc)
	frappe.db.commit()
	return run


def stand(doc):
	frappe.db.rollback()
	doc.reload()
	return doc


def test_a_run_tells_where_it_is_and_ends_with_its_result(record, kind):
	run = start(record)
	assert runs.describe(record) | {"started_on": None} == {
		"status": "Queued", "is_active": True, "is_lost": False, "starts_again": False, "percent": 0, "step": "",
		"failure": None, "started_by": "Administrator", "started_on": None, "finished_on": None,
	}  # fmt: skip
	with runs.take(DOCTYPE, record.name, run) as runner:
		runner.report(40, "Copying")
		wait(lambda: runs.describe(stand(record))["percent"] == 40)
		assert runs.describe(record)["step"] == "Copying"
		runner.finish(size=7)
	assert (stand(record).status, record.size, record.failure) == ("Done", 7, None)
	assert not frappe.db.exists("Meeting Run", run)


def test_it_beats_while_the_work_has_a_transaction_open(record, kind, monkeypatch):
	monkeypatch.setattr(runs, "BEAT_SECONDS", 0.1)
	run = start(record)
	with runs.take(DOCTYPE, record.name, run) as runner:
		frappe.db.sql("update `tabMeeting Backup` set size = 1 where name = %s", (record.name,))
		beats = {read_beside("select heartbeat from `tabMeeting Run` where name = %s", run) for _ in slow(range(8))}
		assert len(beats) > 3
		runner.finish()


def test_two_runners_of_one_run_do_it_once(record, kind):
	run = start(record)
	with runs.take(DOCTYPE, record.name, run) as first, runs.take(DOCTYPE, record.name, run) as second:
		assert first
		assert second is None
		first.finish()


def test_what_is_running_is_not_started_again(record, kind):
	start(record)
	with pytest.raises(runs.RunError):
		runs.start(record)


def test_an_expected_error_is_told_in_its_own_words_and_an_unexpected_one_is_logged(record, kind):
	run = start(record)
	with runs.take(DOCTYPE, record.name, run):
		frappe.db.set_value("User", "Guest", "bio", "half done")
		frappe.throw("The disk is full. Remove old files.", exc=backups.BackupError)
	assert (stand(record).status, record.failure) == ("Failed", "The disk is full. Remove old files.")
	assert frappe.db.get_value("User", "Guest", "bio") != "half done"
	run = start(record)
	with pytest.raises(ZeroDivisionError), runs.take(DOCTYPE, record.name, run):
		1 / 0  # noqa: B018
	assert stand(record).status == "Failed"
	assert "division by zero" in record.failure
	assert frappe.db.exists("Error Log", {"reference_doctype": DOCTYPE, "reference_name": record.name})


def test_cancelled_before_its_turn_it_never_begins_and_later_it_stops_at_the_next_step(record, kind):
	run = start(record)
	runs.cancel(record)
	frappe.db.commit()
	with runs.take(DOCTYPE, record.name, run) as runner:
		assert runner is None
	assert stand(record).status == "Cancelled"
	run = start(record)
	with runs.take(DOCTYPE, record.name, run) as runner:
		runs.cancel(stand(record))
		frappe.db.commit()
		assert stand(record).status == "Cancelling"
		runner.stop_if_cancelled()
		raise AssertionError("it went on")
	assert stand(record).status == "Cancelled"


def test_a_killed_run_is_taken_back_and_fails_when_it_is_killed_again_and_again(record, kind, monkeypatch):
	monkeypatch.setattr(runs, "SILENT_SECONDS", 2)
	run = start(record)
	for attempt in (1, 2):
		with running(record.name, run):
			wait(lambda: stand(record).status == "Running")
			assert runs.is_alive(record)
		assert runs.is_alive(record), "it is silent for a moment only"
		wait(lambda: not runs.is_alive(stand(record)))
		assert runs.describe(record)["starts_again"] is (attempt == 1)
		runs.look_after()
		assert stand(record).run != run or attempt == 2
		run = record.run
	assert (record.status, record.failure) == (
		"Failed",
		"The background process stopped before it was done. Start again.",
	)
	start(record)


def test_a_runner_that_was_replaced_writes_nothing(record, kind):
	run = start(record)
	with runs.take(DOCTYPE, record.name, run) as sleeper:
		frappe.db.set_value("User", "Guest", "bio", "from the sleeper")
		replace_beside(record.name)
		sleeper.finish(size=99)
	assert (stand(record).status, record.size) == ("Queued", 0)
	assert frappe.db.get_value("User", "Guest", "bio") != "from the sleeper"


def test_a_queue_that_is_down_at_the_start_loses_nothing(record, kind, monkeypatch):
	"""The commit stands, the person is told, and the minute job sends it when the queue is back."""
	kind["kind"] = runs.Kind(job="frappe.ping", attempts=2)
	sent = []
	monkeypatch.setattr(frappe.local.conf, "redis_queue", "redis://127.0.0.1:1", raising=False)
	monkeypatch.setattr("frappe.utils.background_jobs._redis_queue_conn", None)
	monkeypatch.setitem(frappe.local.conf, "redis_queue", "redis://127.0.0.1:1")
	start(record)
	assert stand(record).status == "Queued"
	assert "starts by itself" in frappe.message_log[-1]["message"] if isinstance(frappe.message_log[-1], dict) else True
	monkeypatch.undo()
	monkeypatch.setattr(runs, "get_kinds", lambda: {DOCTYPE: kind["kind"]})
	monkeypatch.setattr(runs, "_send", lambda *values: sent.append(values))
	runs.look_after()
	assert not sent, "it waits its minute"
	frappe.db.set_value(DOCTYPE, record.name, "started_on", add_to_date(now_datetime(), minutes=-2))
	frappe.db.commit()
	runs.look_after()
	assert sent == [(DOCTYPE, record.name, stand(record).run)]
	assert record.status == "Queued"


def slow(items):
	for item in items:
		time.sleep(0.15)
		yield item


def wait(condition, timeout: float = 30) -> None:
	deadline = time.monotonic() + timeout
	while not condition():
		assert time.monotonic() < deadline, "it never happened"
		time.sleep(0.1)


def beside():
	from support.site import connect_beside

	return connect_beside()


def read_beside(query: str, *values):
	connection = beside()
	with connection, connection.cursor() as cursor:
		cursor.execute(query, values)
		return cursor.fetchone()[0]


def replace_beside(name: str) -> None:
	connection = beside()
	with connection, connection.cursor() as cursor:
		cursor.execute("update `tabMeeting Backup` set run = 'rnew', status = 'Queued' where name = %s", (name,))
		connection.commit()


@contextmanager
def running(name: str, run: str):
	"""A process that works at the record until it is killed."""
	process = multiprocessing.get_context("fork").Process(
		target=work_for_ever, args=(frappe.local.site, os.path.abspath(frappe.local.sites_path), name, run)
	)
	process.start()
	try:
		yield
	finally:
		os.kill(process.pid, signal.SIGKILL)
		process.join()


def work_for_ever(site: str, folder: str, name: str, run: str) -> None:
	frappe.init(site=site, sites_path=folder)
	frappe.connect()
	runs.get_kinds = lambda: {DOCTYPE: runs.Kind(attempts=2)}
	with runs.take(DOCTYPE, name, run) as runner:
		while runner:
			time.sleep(0.1)

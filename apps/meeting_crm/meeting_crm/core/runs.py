"""The one run machine: work in the background that a record stands for, from its start to its end.

- The record's `status` is the truth and changes under a lock on its row. Its other fields are those of FIELDS.
- Its `run` names the present attempt. A runner whose name no longer stands there was replaced: it writes nothing more.
- That the runner lives is told by its heartbeat, a row of Meeting Run. It is written over a connection of its own, so
  that others see it while the runner's transaction is open, and the runner's transaction never touches it.

What runs, and how, is said by the hook `meeting_runs`:
{DocType: {"job": path of job(name, run), "queue": …, "timeout": seconds, "attempts": …, "when_lost": path of f(name)}}.
Without `job` a program beside the web and worker processes looks for the queued record.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from html import unescape

import frappe
import pymysql
import redis
from frappe import _
from frappe.utils import add_to_date, cint, get_fullname, now_datetime, strip_html
from frappe.utils.background_jobs import get_job

RUN = "Meeting Run"
FIELDS = ("status", "run", "started_by", "started_on", "finished_on", "failure")
DRAFT, QUEUED, RUNNING, CANCELLING = "Draft", "Queued", "Running", "Cancelling"
DONE, FAILED, CANCELLED = "Done", "Failed", "Cancelled"
ACTIVE = (QUEUED, RUNNING, CANCELLING)
BEAT_SECONDS = 3
SILENT_SECONDS = 20
"""A runner that was silent for so long was killed."""
UNSENT_SECONDS = 60
"""A record that waits for so long without a job in the queue lost it."""
TOLD_EVERY = 0.5
MAX_FAILURE_LENGTH = 1000


class RunError(frappe.ValidationError):
	"""The record cannot be started, cancelled or gone on with as it stands."""


class CancelledError(Exception):
	"""Somebody cancelled; the work stops where it is."""


class ReplacedError(Exception):
	"""Another attempt has taken over; what this one did is rolled back."""


@dataclass(frozen=True)
class Kind:
	"""How records of one DocType run."""

	job: str | None = None
	queue: str = "long"
	timeout: int = 3600
	attempts: int = 1
	when_lost: str | None = None


def get_kinds() -> dict[str, Kind]:
	kinds = {}
	for doctype, values in frappe.get_hooks("meeting_runs", {}).items():
		given = {key: value[-1] if isinstance(value, list) else value for key, value in values.items()}
		for number in ("timeout", "attempts"):
			if number in given:
				given[number] = cint(given[number])
		kinds[doctype] = Kind(**given)
	return kinds


def get_kind(doctype: str) -> Kind:
	"""Raises RunError for records that do not run."""
	kinds = get_kinds()
	if doctype not in kinds:
		frappe.throw(_("Records of this kind do not run in the background."), exc=RunError)
	return kinds[doctype]


# --- starting and cancelling, in a request ---------------------------------------------------------------------------


def start(doc, run_as: str | None = None, **values) -> str:
	"""Queues the record's work, with `values` set on it, in the caller's transaction; it runs with the rights of `run_as`, or of
	whoever starts it. Returns the name of the run. Two who start at the same instant start one run."""
	require_idle(frappe.get_doc(doc.doctype, doc.name))  # why: a runner may hold the record until it is done
	lock(doc)
	require_idle(doc)
	return _queue(doc, started_by=run_as or frappe.session.user, attempt=1, **values)


def lock(doc) -> None:
	"""The record as it stands now, held until the transaction ends."""
	doc.flags.for_update = True
	doc.reload()


def require_idle(doc) -> None:
	if is_alive(doc):
		frappe.throw(
			_("This is running already. Wait until it is done; the page shows the result by itself."),
			title=_("Running"),
			exc=RunError,
		)


def _queue(doc, *, started_by: str, attempt: int, **values) -> str:
	run = f"r{frappe.generate_hash(length=16)}"
	now = now_datetime()
	_forget(doc.run)
	frappe.get_doc(
		{
			"doctype": RUN,
			"name": run,
			"reference_doctype": doc.doctype,
			"reference_name": doc.name,
			"heartbeat": now,
			"attempt": attempt,
		}
	).db_insert()
	_save(
		doc,
		{
			"status": QUEUED,
			"run": run,
			"started_by": started_by,
			"started_on": now,
			"finished_on": None,
			"failure": None,
			**values,
		},
	)
	doctype, name = doc.doctype, doc.name
	frappe.db.after_commit.add(lambda: _send(doctype, name, run))
	return run


def _send(doctype: str, name: str, run: str) -> None:
	"""After the commit. A queue that is down loses nothing: the record waits, and `look_after` sends it again."""
	kind = get_kind(doctype)
	if not kind.job:
		return
	try:
		frappe.enqueue(kind.job, queue=kind.queue, timeout=kind.timeout, job_id=run, name=name, run=run)
	except redis.RedisError as error:
		frappe.logger("runs").warning(f"{doctype} {name} waits for the queue: {error}")
		frappe.msgprint(
			_("The background service does not answer at this moment. This starts by itself as soon as it is back."),
			alert=True,
		)


def cancel(doc) -> None:
	"""Before it has begun at once; afterwards the runner notices at its next step."""
	lock(doc)
	if doc.status not in (QUEUED, RUNNING):
		frappe.throw(_("Only something that is running can be cancelled."), exc=RunError)
	if doc.status == QUEUED or not is_alive(doc):
		_save(doc, {"status": CANCELLED, "finished_on": now_datetime()})
		_forget(doc.run)
	else:
		_save(doc, {"status": CANCELLING})


# --- the runner, in a worker -----------------------------------------------------------------------------------------


@contextmanager
def take(doctype: str, name: str, run: str) -> Iterator["Runner | None"]:
	"""The runner of a queued record; None when this run is not to go on. Inside, the caller works as the person who started
	it, commits as it likes and ends with `runner.finish`. An error rolls back and is written down where people look."""
	frappe.db.rollback()
	row = frappe.db.get_value(doctype, name, ("status", "run", "started_by"), as_dict=True, for_update=True)
	if not row or row.run != run or row.status != QUEUED:
		frappe.db.rollback()
		yield None
		return
	frappe.db.set_value(doctype, name, "status", RUNNING)
	frappe.db.commit()  # nosemgrep  why: from now on everybody sees that it runs
	frappe.set_user(row.started_by)
	frappe.set_user_lang(row.started_by)
	runner = Runner(doctype, name, run)
	tell(doctype, name, {"status": RUNNING})
	with Heartbeat(runner):
		try:
			yield runner
		except ReplacedError:
			frappe.db.rollback()
		except CancelledError:
			frappe.db.rollback()
			with suppress(ReplacedError):
				runner.finish(CANCELLED)
		except Exception as error:
			frappe.db.rollback()
			runner.fail(error)
			if not isinstance(error, frappe.ValidationError):
				raise


class Runner:
	"""What the work is told by and tells. `report` costs the work nothing: the heartbeat carries it."""

	def __init__(self, doctype: str, name: str, run: str):
		self.doctype, self.name, self.run = doctype, name, run
		self.percent, self.step = 0, ""
		self._told = 0.0

	def report(self, percent: float, step: str = "") -> None:
		self.percent, self.step = max(0, min(100, cint(percent))), step or self.step
		if time.monotonic() - self._told > TOLD_EVERY:
			self._told = time.monotonic()
			tell(self.doctype, self.name, {"status": RUNNING, "percent": self.percent, "step": self.step})

	def hold(self) -> None:
		"""From here to the commit nobody else takes over; raises when somebody has. A locking read alone: it takes no snapshot,
		so that what the work reads afterwards is what stands now."""
		row = frappe.db.sql(f"select run, status from `tab{self.doctype}` where name = %s for update", (self.name,))
		if not row or row[0][0] != self.run or row[0][1] not in ACTIVE:
			raise ReplacedError

	def lock(self):
		"""The record, held."""
		self.hold()
		return frappe.get_doc(self.doctype, self.name, for_update=True)

	def stop_if_cancelled(self) -> None:
		"""For work with nothing uncommitted: ends it when somebody cancelled it."""
		status = self.lock().status
		frappe.db.rollback()
		if status == CANCELLING:
			raise CancelledError

	def finish(self, status: str = DONE, **values) -> None:
		"""The run's last word, in one transaction with everything the work has not committed yet."""
		_save(self.lock(), {"status": status, "finished_on": now_datetime(), **values})
		frappe.db.commit()  # nosemgrep  why: a background job; the whole run or its last batch
		tell(self.doctype, self.name, {"status": status, "percent": 100})

	def fail(self, error: Exception) -> None:
		failure = describe_failure(error)
		if not isinstance(error, frappe.ValidationError):
			frappe.log_error(
				title=f"{self.doctype} {self.name}", reference_doctype=self.doctype, reference_name=self.name
			)
			frappe.db.commit()  # nosemgrep  why: the error log outlives what follows
		with suppress(ReplacedError):
			self.finish(FAILED, failure=failure)


def describe_failure(error: Exception) -> str:
	text = unescape(strip_html(str(error).replace("<br>", "\n")))[:MAX_FAILURE_LENGTH]
	if isinstance(error, frappe.ValidationError):
		return text
	return _(
		"An unexpected error stopped it: {0}. Nothing of the last step is left. The whole text is in the error log."
	).format(f"{type(error).__name__}: {text}"[:300])


class Heartbeat:
	"""A thread that says every few seconds that the runner lives and how far it is, over its own connection."""

	def __init__(self, runner: Runner):
		self.runner, self._stop = runner, threading.Event()
		self._values = (runner.run,)
		self._connection = frappe.db.get_connection()
		self._connection.autocommit(True)
		self._offset = now_datetime() - datetime.now()
		self._thread = threading.Thread(target=self._beat, name=f"heartbeat {runner.run}", daemon=True)

	def __enter__(self) -> "Heartbeat":
		self._write()
		self._thread.start()
		return self

	def __exit__(self, *_error) -> None:
		self._stop.set()
		self._thread.join()
		with suppress(pymysql.MySQLError):
			self._execute("delete from `tabMeeting Run` where name = %s", (self.runner.run,))
			self._connection.close()

	def _beat(self) -> None:
		while not self._stop.wait(BEAT_SECONDS):
			self._write()

	def _write(self) -> None:
		with suppress(pymysql.MySQLError):  # the server may be away for a moment; the next beat tells
			self._execute(
				"update `tabMeeting Run` set heartbeat = %s, percent = %s, step = %s where name = %s",
				(datetime.now() + self._offset, self.runner.percent, self.runner.step, self.runner.run),
			)

	def _execute(self, statement: str, values: tuple) -> None:
		self._connection.ping(reconnect=True)
		with self._connection.cursor() as cursor:
			cursor.execute(statement, values)


# --- looking, from outside -------------------------------------------------------------------------------------------


def is_alive(record) -> bool:
	"""Whether the record's work waits or goes on. A run whose runner was killed is not alive: it may be started again."""
	if record.status == QUEUED:
		return not _has_lost_its_job(record)
	return record.status in ACTIVE and not _is_silent(record.run)


def _is_silent(run: str | None) -> bool:
	heartbeat = run and frappe.db.sql("select heartbeat from `tabMeeting Run` where name = %s", (run,))
	return not heartbeat or heartbeat[0][0] < add_to_date(now_datetime(), seconds=-SILENT_SECONDS)


def _has_lost_its_job(record) -> bool:
	"""A worker may be killed between taking the job and taking the record; the queue may have been emptied."""
	if not get_kind(record.doctype).job or record.started_on > add_to_date(now_datetime(), seconds=-UNSENT_SECONDS):
		return False
	try:
		job = get_job(record.run)
	except redis.RedisError:
		return False
	if job and job.is_started:
		return (datetime.now(timezone.utc).replace(tzinfo=None) - job.started_at).total_seconds() > UNSENT_SECONDS
	return not (job and (job.is_queued or job.is_deferred or job.is_scheduled))


def describe(doc) -> dict:
	"""What the desk shows of a run: where it stands, how far it is, why it failed and what to do now."""
	run = frappe.db.get_value(RUN, doc.run, ("percent", "step", "attempt"), as_dict=True) if doc.run else None
	is_lost = doc.status in ACTIVE and not is_alive(doc)
	return {
		"status": doc.status,
		"is_active": doc.status in ACTIVE and not is_lost,
		"is_lost": is_lost,
		"starts_again": is_lost and bool(run) and run.attempt < get_kind(doc.doctype).attempts,
		"percent": run.percent if run else 0,
		"step": (run and run.step) or "",
		"failure": doc.failure,
		"started_by": get_fullname(doc.started_by) if doc.started_by else "",
		"started_on": doc.started_on,
		"finished_on": doc.finished_on,
	}


def look_after() -> None:
	"""Each minute: what lost its job or its runner is started again or ended with its reason. One transaction each."""
	frappe.db.rollback()  # why: a snapshot of before would show runs as they were
	for doctype, kind in get_kinds().items():
		for name in frappe.get_all(doctype, filters={"status": ("in", ACTIVE)}, pluck="name", order_by="creation"):
			_look_after(doctype, name, kind)
			frappe.db.commit()  # nosemgrep  why: a background job; each record is complete by itself
	_remove_leftovers()
	frappe.db.commit()  # nosemgrep  why: as above


def _look_after(doctype: str, name: str, kind: Kind) -> None:
	if is_alive(frappe.get_doc(doctype, name)):
		return
	if kind.when_lost:
		frappe.get_attr(kind.when_lost)(name)
		frappe.db.rollback()  # why: what it found out must be seen
	doc = frappe.get_doc(doctype, name, for_update=True)
	if doc.status not in ACTIVE or is_alive(doc):
		return
	attempt = cint(frappe.db.get_value(RUN, doc.run, "attempt")) if doc.run else 0
	if doc.status == CANCELLING:
		_save(doc, {"status": CANCELLED, "finished_on": now_datetime()})
	elif doc.status == QUEUED or attempt < kind.attempts:
		_queue(doc, started_by=doc.started_by or doc.owner, attempt=attempt if doc.status == QUEUED else attempt + 1)
	else:
		_save(
			doc,
			{
				"status": FAILED,
				"finished_on": now_datetime(),
				"failure": _("The background process stopped before it was done. Start again."),
			},
		)
	tell(doctype, name, {"status": doc.status})


def _remove_leftovers() -> None:
	"""Heartbeats of runs that ended without one."""
	frappe.db.sql(
		"delete from `tabMeeting Run` where heartbeat < %s", (add_to_date(now_datetime(), days=-1, as_datetime=True),)
	)


def _forget(run: str | None) -> None:
	if run:
		frappe.db.sql("delete from `tabMeeting Run` where name = %s", (run,))


def _save(doc, values: dict) -> None:
	doc.update(values)
	doc.flags.by_service = True
	doc.flags.ignore_links = True  # who started it may be gone since
	doc.save(ignore_permissions=True)  # why: the machine records what the use case decided already


def tell(doctype: str, name: str, values: dict) -> None:
	frappe.publish_realtime("meeting_run", {"doctype": doctype, "name": name, **values}, doctype=doctype, docname=name)

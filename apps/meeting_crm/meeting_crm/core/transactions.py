"""A whole request again, when the database gave way to another one or changed over."""

import time
from collections.abc import Callable
from functools import wraps
from typing import NoReturn

import frappe
import pymysql
from frappe import _
from pymysql.constants import ER
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from meeting_crm.core.errors import ClaimsBusyError
from meeting_crm.core.outages import is_away, tell_away, tell_unknown

CHANGED_SINCE_READ = 1020
CONFLICTS = (ER.DUP_ENTRY, CHANGED_SINCE_READ)
ATTEMPTS = 5
PAUSE = 0.02
"""Seconds before the second attempt, doubled before each further one, and as much at random, which keeps rivals apart."""

PATIENCE = 8
"""Seconds that a request waits for a database that changes over."""


def retried_on_conflict(function: Callable | None = None, *, look_up: Callable | None = None) -> Callable:
	"""For endpoints that take locks: starts from a fresh snapshot, so that what is read after the locks is what
	stands now, and runs the whole request again, up to `ATTEMPTS` times in all, after a deadlock, a lock timeout or a
	changed record (MariaDB 11.6 and later), or when a set-based insert met a row that the snapshot did not show yet.
	Nothing of a failed run is left: database, messages, deferred jobs.

	The commit belongs to the attempt. While the database changes over the request waits for it, `PATIENCE` seconds at
	most. What was lost before the commit is done again. Of a lost commit nobody knows: `look_up`, called like the
	function, returns the answer if it was done and None if it was not; without it the person is told to look."""
	if function is None:
		return lambda decorated: retried_on_conflict(decorated, look_up=look_up)

	@wraps(function)
	def run(*args, **kwargs):
		if not getattr(frappe.local, "request", None):
			return _repeat(lambda: function(*args, **kwargs))
		if frappe.local.flags.in_attempt:
			return function(*args, **kwargs)
		frappe.local.flags.in_attempt = True
		try:
			if not frappe.db.transaction_writes:
				frappe.db.rollback()
			return _Request(lambda: function(*args, **kwargs), look_up and (lambda: look_up(*args, **kwargs))).run()
		finally:
			frappe.local.flags.in_attempt = False

	return run


class _Request:
	"""One request, whatever happens to its connection."""

	def __init__(self, function: Callable, look_up: Callable | None) -> None:
		self.function, self.look_up = function, look_up
		self.is_committing = False

	def run(self):
		deadline = time.monotonic() + PATIENCE
		while True:
			try:
				return _repeat(self.attempt)
			except Exception as error:
				if is_conflict(error):
					_tell_busy()
				if not is_away(error):
					raise
				if not _reconnect(deadline):
					raise (tell_unknown() if self.is_committing else tell_away()) from error
				if self.is_committing:
					if self.look_up is None:
						raise tell_unknown() from error
					if (answer := self.look_up()) is not None:
						return answer

	def attempt(self):
		self.is_committing = False
		answer = self.function()
		if frappe.db.transaction_writes:
			self.is_committing = True
			frappe.db.commit()  # nosemgrep  why: a conflict at the commit belongs to the attempt
		return answer


def attempts(number: int = ATTEMPTS) -> Retrying:
	"""`for attempt in attempts(): with attempt: …` does it again after a conflict, from a fresh snapshot."""
	return Retrying(
		retry=retry_if_exception(is_conflict),
		stop=stop_after_attempt(number),
		wait=wait_exponential_jitter(initial=PAUSE, jitter=PAUSE),
		before_sleep=_forget_attempt,
		reraise=True,
	)


def _repeat(function: Callable):
	return attempts()(function)


def _forget_attempt(_state) -> None:
	frappe.db.rollback()
	frappe.clear_messages()


def _reconnect(deadline: float) -> bool:
	"""Whether the database is back before `deadline`, to be written to."""
	frappe.clear_messages()
	while time.monotonic() < deadline:
		try:
			_drop_connection()
			frappe.db.rollback()
			if not frappe.db.sql("select @@read_only")[0][0]:
				return True
		except Exception as error:
			if not is_away(error):
				raise
		time.sleep(0.25)
	return False


def _drop_connection() -> None:
	"""The next question opens another one."""
	try:
		frappe.db.close()
	except Exception:  # why: a lost connection cannot say goodbye
		frappe.db._conn = frappe.db._cursor = None


def _tell_busy() -> NoReturn:
	frappe.db.rollback()
	frappe.clear_messages()
	frappe.throw(
		_("Many people are changing the same companies at this moment, so nothing was done. Try again."),
		title=_("Try again"),
		exc=ClaimsBusyError,
	)


def is_conflict(error: BaseException) -> bool:
	if isinstance(error, frappe.QueryDeadlockError | frappe.QueryTimeoutError):
		return True
	return isinstance(error, pymysql.MySQLError) and bool(error.args) and error.args[0] in CONFLICTS

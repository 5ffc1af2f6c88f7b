"""A whole request again, when the database gave way to another one."""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import NoReturn

import frappe
import pymysql
from frappe import _
from pymysql.constants import ER

from meeting_crm.core.errors import ClaimsBusyError

CONFLICTS = (ER.DUP_ENTRY, 1020)
ATTEMPTS = 5
PAUSE = 0.02
"""Seconds before the second attempt, doubled before each further one; a random half more keeps rivals apart."""


def retried_on_conflict(function: Callable) -> Callable:
	"""For endpoints that take locks: starts from a fresh snapshot, so that what is read after the locks is what
	stands now, and runs the whole request again, up to `ATTEMPTS` times in all, after a deadlock, a lock timeout or a
	changed record (MariaDB 11.6 and later), or when a set-based insert met a row that the snapshot did not show yet.
	Nothing of a failed run is left: database, messages, deferred jobs."""

	@wraps(function)
	def run(*args, **kwargs):
		_drop_old_snapshot()
		for attempt in range(1, ATTEMPTS + 1):
			try:
				return function(*args, **kwargs)
			except Exception as error:
				if attempt == ATTEMPTS and is_conflict(error) and getattr(frappe.local, "request", None):
					_tell_busy()
				give_way(error, attempt)

	return run


def give_way(error: Exception, attempt: int, attempts: int = ATTEMPTS) -> None:
	"""Raises what is no conflict, and any error of the last attempt; else drops what the failed one did and waits a moment."""
	if attempt >= attempts or not is_conflict(error):
		raise error
	frappe.db.rollback()
	frappe.clear_messages()
	time.sleep(PAUSE * 2 ** (attempt - 1) * random.uniform(1, 1.5))


def _tell_busy() -> NoReturn:
	frappe.db.rollback()
	frappe.clear_messages()
	frappe.throw(
		_("Many people are changing the same companies at this moment, so nothing was done. Try again."),
		title=_("Try Again"),
		exc=ClaimsBusyError,
	)


def is_conflict(error: BaseException) -> bool:
	if isinstance(error, frappe.QueryDeadlockError | frappe.QueryTimeoutError):
		return True
	return isinstance(error, pymysql.MySQLError) and bool(error.args) and error.args[0] in CONFLICTS


def _drop_old_snapshot() -> None:
	if getattr(frappe.local, "request", None) and not frappe.db.transaction_writes:
		frappe.db.rollback()

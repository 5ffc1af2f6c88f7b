"""What the database says when it cannot do as it is told, in a sentence for people: it changes over or is away for a
moment (503 and Retry-After, never a bare 500), others changed the same records, or it cannot hold a value (417).

Frappe commits after it has left its own error handling, and asks the database again while it handles an error: there an
error of the connection ends in the web server. So the connection of a request is watched (`watch`), and what still
escapes is answered by `meeting_crm.wsgi`."""

import json
from http import HTTPStatus
from typing import NoReturn

import frappe
import pymysql
from frappe import _
from pymysql.constants import CR, ER
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

SECONDS = 3
"""After which it is worth trying again."""

WSREP_NOT_READY, CONNECTION_KILLED, SERVER_SHUTDOWN = 1047, 1927, 1053
AWAY = frozenset(
	{
		WSREP_NOT_READY,
		CONNECTION_KILLED,
		SERVER_SHUTDOWN,
		ER.ERROR_DURING_COMMIT,
		CR.CR_CONNECTION_ERROR,
		CR.CR_CONN_HOST_ERROR,
		CR.CR_SERVER_GONE_ERROR,
		CR.CR_SERVER_LOST,
	}
)


TRUNCATED_WRONG_VALUE, INCORRECT_VALUE, VALUE_OUT_OF_RANGE = 1292, 1411, 1690
UNSTORABLE = frozenset(
	{
		ER.WARN_DATA_OUT_OF_RANGE,
		ER.DATA_TOO_LONG,
		ER.TRUNCATED_WRONG_VALUE_FOR_FIELD,
		ER.DIVISION_BY_ZERO,
		ER.DATETIME_FUNCTION_OVERFLOW,
		TRUNCATED_WRONG_VALUE,
		INCORRECT_VALUE,
		VALUE_OUT_OF_RANGE,
	}
)


class UnstorableError(frappe.ValidationError):
	"""A value that the database cannot hold or compare with."""


def is_away(error: BaseException) -> bool:
	"""Whether there was nobody to ask, or nobody who may write: no fault of the question."""
	if isinstance(error, pymysql.err.InterfaceError):
		return True
	if not isinstance(error, pymysql.MySQLError) or not error.args:
		return False
	return error.args[0] in AWAY or (
		error.args[0] == ER.OPTION_PREVENTS_STATEMENT and "read-only" in str(error.args[-1])
	)


def is_unstorable(error: BaseException) -> bool:
	return isinstance(error, pymysql.MySQLError) and bool(error.args) and error.args[0] in UNSTORABLE


def throw_unstorable() -> NoReturn:
	frappe.throw(
		_(
			"A number, a date or a text of this request lies outside what can be stored, so nothing was saved. Correct it and try again."
		),
		title=_("Not readable"),
		exc=UnstorableError,
	)


class Told(HTTPException):
	"""An answer that ends the request without another question to the database."""

	def __init__(self, status: int, kind: str, title: str, message: str) -> None:
		body = {
			"exc_type": kind,
			"exception": message,
			"_server_messages": json.dumps([json.dumps({"title": title, "message": message, "indicator": "orange"})]),
		}
		headers = {"Retry-After": str(SECONDS)} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
		response = Response(json.dumps(body, ensure_ascii=False), status, headers, mimetype="application/json")
		super().__init__(message, response)
		self.code = status
		self.args = (message,)  # Frappe asks each error that it catches for its first argument


def _say(text: str) -> str:
	"""In the reader's language where the translations can be had without the database."""
	try:
		return _(text)
	except Exception:  # why: an answer in English is better than none
		return text


def tell_away() -> Told:
	return Told(
		HTTPStatus.SERVICE_UNAVAILABLE,
		"DatabaseAwayError",
		_say("One moment"),
		_say(
			"The database is changing over, so nothing was done. What you typed is still here: try again in a moment."
		),
	)


def tell_unknown() -> Told:
	return Told(
		HTTPStatus.SERVICE_UNAVAILABLE,
		"OutcomeUnknownError",
		_say("One moment"),
		_say(
			"The database changed over at the very moment this was saved. It may be done already: look before you try again."
		),
	)


def tell_conflict() -> Told:
	return Told(
		HTTPStatus.CONFLICT,
		"QueryDeadlockError",
		_say("Try again"),
		_say("Others changed the same records at the same instant, so nothing was saved. Save again."),
	)


def watch() -> None:
	"""Before each request: from here on its connection answers with a sentence when the database is away."""
	db = frappe.db
	sql, rollback = db.sql, db.rollback

	def ask(query, *args, **kwargs):
		try:
			return sql(query, *args, **kwargs)
		except Exception as error:
			if not frappe.conf.developer_mode:
				frappe.local.error_log = []  # Frappe notes the query, and would send it with the answer
			if is_unstorable(error):
				throw_unstorable()
			if frappe.local.flags.in_attempt:
				raise
			is_commit = query == "commit"
			if is_commit and isinstance(error, frappe.QueryDeadlockError | frappe.QueryTimeoutError):
				raise tell_conflict() from error
			if is_away(error):
				raise (tell_unknown() if is_commit else tell_away()) from error
			raise

	def undo(*args, **kwargs):
		"""Of a lost connection nothing is left to undo."""
		try:
			return rollback(*args, **kwargs)
		except Exception as error:
			if frappe.local.flags.in_attempt or not (isinstance(error, Told) or is_away(error)):
				raise
			return None

	db.sql, db.rollback = ask, undo

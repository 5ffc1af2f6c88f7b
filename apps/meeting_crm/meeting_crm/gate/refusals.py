"""Who asked for what is not open, how often, and when administrators hear of it."""

import hashlib
from datetime import datetime

import frappe
from frappe import _
from frappe.utils import now_datetime

from meeting_crm.core import notifications
from meeting_crm.core.counters import count_up
from meeting_crm.core.people import get_administrators

REFUSED = "Meeting Refused Command"
TELL_AFTER = 20
ONE_DAY = 86400
LONGEST = 140


def note(user: str, command: str) -> None:
	"""In a transaction of its own: the request that is refused is rolled back. Called before anything else was done."""
	if frappe.flags.read_only or not frappe.db.exists("DocType", REFUSED):
		return
	now = now_datetime()
	try:
		_write(user, command[:LONGEST], now)
		if _count(user, now) == _get_limit():
			_tell_administrators(user, _get_limit())
		frappe.db.commit()  # nosemgrep  why: the refusal itself is rolled back
	except frappe.QueryDeadlockError:  # many at the same instant: one of them is not counted
		frappe.db.rollback()


def _write(user: str, command: str, now: datetime) -> None:
	day = now.date()
	# raw SQL: one statement decides between a new row and a higher number, whoever else asks at this moment
	frappe.db.sql(
		f"""insert into `tab{REFUSED}`
		(name, creation, modified, modified_by, owner, docstatus, idx, user, command, day, requests, last_on, address)
		values (%(name)s, %(now)s, %(now)s, 'Administrator', 'Administrator', 0, 0, %(user)s, %(command)s, %(day)s, 1, %(now)s, %(address)s)
		on duplicate key update requests = requests + 1, last_on = values(last_on), address = values(address)""",
		{
			"name": hashlib.sha256(f"{user}|{command}|{day}".encode()).hexdigest()[:20],
			"now": now,
			"user": user,
			"command": command,
			"day": day,
			"address": frappe.local.request_ip,
		},
	)


def _count(user: str, now: datetime) -> int:
	"""Today's number of refusals of `user`, with this one."""
	return count_up(f"meeting_gate_refused|{user}|{now:%Y%m%d}", ONE_DAY)


def _get_limit() -> int:
	return frappe.db.get_single_value("Meeting Gate Settings", "tell_after") or TELL_AFTER


def _tell_administrators(user: str, total: int) -> None:
	for administrator in get_administrators():
		language = notifications.get_language(administrator)
		subject = _("{0} was refused {1} commands today. Look at what was asked for.", language).format(user, total)
		notifications.notify(administrator, subject, "User", user, screen="meeting-refused-command")

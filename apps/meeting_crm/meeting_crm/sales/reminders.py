"""The bell before and at the time of an activity (C5)."""

from collections.abc import Callable
from datetime import datetime

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import now_datetime

from meeting_crm.core.notifications import get_language, notify
from meeting_crm.customers.permissions import can_read
from meeting_crm.customers.service import get_unheld

ACTIVITY = "Meeting Activity"
KINDS = ("early_reminder_on", "start_reminder_on")


def send_due(now: datetime | None = None, limit: int = 200) -> int:
	"""Rings for up to `limit` activities whose time has come, also long after it. What is due is taken off
	in the transaction that writes the bell: rolled back together, told exactly once. Returns how many."""
	now = now or now_datetime()
	return sum(_send_kind(kind, now, limit) for kind in KINDS)


def _send_kind(kind: str, now: datetime, limit: int) -> int:
	table = DocType(ACTIVITY)
	# A locking read: a second run waits here, and then no longer finds the rows.
	rows = (
		frappe.qb.from_(table)
		.where((table[kind] <= now) & (table.status == "Planned"))
		.orderby(table[kind])
		.limit(limit)
		.select(table.name, table.subject, table.customer, table.customer_name, table.starts_on, table.assigned_to)
		.for_update()
		.run(as_dict=True)
	)
	if not rows:
		return 0
	names = [row.name for row in rows]
	frappe.qb.update(table).set(table[kind], None).where(table.name.isin(names)).run()
	lost = get_unheld({row.customer for row in rows})
	for row in rows:
		if row.assigned_to and row.customer not in lost and can_read(row.customer, row.assigned_to):
			notify(row.assigned_to, get_text(row, now), ACTIVITY, row.name)
	return len(rows)


def get_text(row, now: datetime) -> str:
	language = get_language(row.assigned_to)
	text = _("{0} starts at {1}: {2}", language) if row.starts_on > now else _("{0} was to start at {1}: {2}", language)
	if abs((now - row.starts_on).total_seconds()) < 300 and row.starts_on <= now:
		text = _("{0} starts now ({1}): {2}", language)
	return text.format(row.subject, row.starts_on.strftime(_("%m-%d %H:%M", language)), row.customer_name)


def forget_those_due(cursor, table: Callable[[str], str]) -> None:
	"""In a backup that is restored: what was due since has rung already."""
	for kind in KINDS:
		cursor.execute(f"update {table(ACTIVITY)} set {kind} = null where {kind} <= %s", (now_datetime(),))

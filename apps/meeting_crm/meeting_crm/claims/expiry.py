"""The end of claims whose protection ran out (B4), one or a hundred thousand: the same set-based path. Everybody who
reads compares `protected_until` with the clock; this only tidies up and tells people."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import islice

import frappe
from frappe.utils import now_datetime

from meeting_crm.administration.service import log_many
from meeting_crm.claims import journal
from meeting_crm.claims.journal import Event
from meeting_crm.claims.locks import lock_claims
from meeting_crm.claims.notices import tell_released
from meeting_crm.claims.rules import NEGOTIATING, RELEASED

BATCH = 1000
CLAIM_FIELDS = (
	"name",
	"project",
	"enterprise",
	"enterprise_name",
	"holder",
	"customer",
	"workflow_state",
	"phase",
	"protected_until",
)


def end_expired(names: list[str], now: datetime) -> list[frappe._dict]:
	"""Releases those of the claims that ran out; the others stay. They ended at the second they ran out, not at the
	second somebody noticed. Returns the released rows."""
	expired = [
		row for row in lock_claims(names, CLAIM_FIELDS) if row.phase == NEGOTIATING and row.protected_until <= now
	]
	if not expired:
		return []
	frappe.db.sql(
		"""update `tabMeeting Claim`
		set workflow_state = %(state)s, phase = 'Ended', ended_on = protected_until, end_reason = %(reason)s,
			active_key = null, to_tell_on = %(now)s, modified = %(now)s, modified_by = %(user)s
		where name in %(names)s""",
		{
			"state": RELEASED,
			"reason": "Protection ran out",
			"now": now_datetime(),
			"user": frappe.session.user,
			"names": [row.name for row in expired],
		},
	)
	journal.record_many(Event.of(row, journal.EXPIRED, row.protected_until) for row in expired)
	log_many(
		(
			"Released",
			"Meeting Claim",
			row.name,
			{"workflow_state": row.workflow_state},
			{"workflow_state": RELEASED, "ended_on": row.protected_until},
		)
		for row in expired
	)
	release_unprotected_files(expired, now)
	for row in expired if len(expired) < 20 else ():
		frappe.clear_document_cache("Meeting Claim", row.name)
	return expired


def release_unprotected_files(ended: list[frappe._dict], now: datetime) -> None:
	"""Files that no other claim of their holder protects become read-only."""
	from meeting_crm.customers.service import refresh_protection, release_files

	files = {row.customer for row in ended if row.customer}
	if not files:
		return
	still_held = frappe.db.sql_list(
		"""select distinct customer from `tabMeeting Claim` where customer in %(files)s
		and (phase = 'Signed' or (phase = 'Negotiating' and protected_until > %(now)s))""",
		{"files": list(files), "now": now},
	)
	release_files(sorted(files.difference(still_held)))
	refresh_protection(still_held)


def sweep(now: datetime | None = None) -> int:
	"""Releases everything that ran out. Batches of one transaction each: killed at any instant, whole batches are done
	and the next run does the rest. Returns the number released."""
	now, released = now or now_datetime(), 0
	frappe.db.rollback()
	for names in _get_batches(now):
		released += len(end_expired(names, now))
		frappe.db.commit()  # why: a background job; each batch is complete by itself
	return released


def _get_batches(now: datetime) -> Iterable[list[str]]:
	rows = frappe.db.sql(
		"""select name, holder from `tabMeeting Claim`
		where phase = 'Negotiating' and protected_until <= %s order by holder, name""",
		(now,),
	)
	iterator = (name for name, _holder in rows)
	while batch := list(islice(iterator, BATCH)):
		yield batch


def tell_former_holders() -> int:
	"""One message to each person for all that ran out since the last one, also where a colleague who claimed it was quicker
	than the sweep. Told and marked in one transaction. Returns the number of people."""
	frappe.db.rollback()
	waiting = defaultdict(list)
	for name, holder in frappe.db.sql(
		"select name, holder from `tabMeeting Claim` where to_tell_on is not null order by protected_until, name"
	):
		waiting[holder].append(name)
	for holder, names in waiting.items():
		_tell(holder, names)
		frappe.db.commit()  # why: a background job; each message is complete by itself
	return len(waiting)


def _tell(holder: str, names: list[str]) -> None:
	rows = [row for row in lock_claims(names, (*CLAIM_FIELDS, "to_tell_on")) if row.to_tell_on]
	if not rows:
		return
	claim = frappe.qb.DocType("Meeting Claim")
	frappe.qb.update(claim).set(claim.to_tell_on, None).where(claim.name.isin([row.name for row in rows])).run()
	tell_released(holder, sorted(rows, key=lambda row: row.protected_until))

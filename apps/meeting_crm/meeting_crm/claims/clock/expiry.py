"""The end of claims whose protection ran out (B4), one or a hundred thousand: the same set-based path. Everybody who
reads compares `protected_until` with the clock; this only tidies up and tells people."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import frappe
from frappe.utils import cint, now_datetime

from meeting_crm.claims import journal
from meeting_crm.claims.clock.notices import tell_released
from meeting_crm.claims.locks import lock_claims
from meeting_crm.claims.rules import RELEASED
from meeting_crm.core.database import PICKED, pick
from meeting_crm.core.log import log_selected
from meeting_crm.core.transactions import retried_on_conflict
from meeting_crm.customers.service import lock_files, refresh_protection, release_files
from meeting_crm.meeting_projects import service as projects

BATCH = 2000
MANY_BATCHES, SWEEPERS = 4, 2
"""So many batches are worth a second connection: while one waits for the disk the other goes on."""
OTHERS_AT_WORK = 100
"""Statements of everybody while a batch is done. The sweepers make at most half as many, two people who claim make more."""
TOLD_FIELDS = ("name", "project_name", "enterprise_name", "holder", "protected_until", "to_tell_on")


def end_expired(names: list[str], now: datetime) -> list[str]:
	"""Releases those of the claims that ran out; the others stay. They ended at the second they ran out, not at the
	second somebody noticed. Returns the released ones. Journal and log are written inside the database: no row travels."""
	expired = frappe.db.sql(
		f"""select claim.name, claim.customer from {PICKED} straight_join `tabMeeting Claim` claim on claim.name = picked.name
		where claim.phase = 'Negotiating' and claim.protected_until <= %(now)s for update""",
		{"picked": pick(names), "now": now},
	)
	if not expired:
		return []
	released = [name for name, _customer in expired]
	picked = pick(released)
	journal.record_expired(released)
	log_selected(
		"Released",
		"Meeting Claim",
		f"""select claim.name, json_object('workflow_state', workflow_state) as before_values,
			json_object('workflow_state', %(state)s, 'ended_on', cast(protected_until as char)) as after_values
		from {PICKED} straight_join `tabMeeting Claim` claim on claim.name = picked.name""",
		{"picked": picked, "state": RELEASED},
	)
	frappe.db.sql(
		f"""update {PICKED} straight_join `tabMeeting Claim` claim on claim.name = picked.name
		set workflow_state = %(state)s, phase = 'Ended', ended_on = protected_until, end_reason = 'Protection ran out',
			active_key = null, to_tell_on = %(now)s, modified = %(now)s, modified_by = %(user)s""",
		{"state": RELEASED, "now": now_datetime(), "user": frappe.session.user, "picked": picked},
	)
	release_unprotected_files({customer for _name, customer in expired}, now)
	for name in released if len(released) < 20 else ():
		frappe.clear_document_cache("Meeting Claim", name)
	return released


def release_unprotected_files(files: set[str | None], now: datetime) -> None:
	"""Of the files of ended claims, those that no other claim of their holder protects become read-only."""
	files = files - {None}
	if not files:
		return
	# Whoever claims locks the file first: what stands now is read past the snapshot, behind the same lock.
	locked = lock_files(files)
	still_held = set(
		frappe.db.sql_list(
			f"""select distinct claim.customer from {PICKED} straight_join `tabMeeting Claim` claim on claim.customer = picked.name
		where phase = 'Signed' or (phase = 'Negotiating' and protected_until > %(now)s) lock in share mode""",
			{"picked": pick(files), "now": now},
		)
	)
	release_files([row for row in locked if row[0] not in still_held])
	# A file that nobody holds any more may still show a claim that had run out unnoticed when its last one was given back.
	refresh_protection([*still_held, *(name for name, holder in locked if not holder)])


def sweep(now: datetime | None = None) -> int:
	"""Releases everything that ran out. Batches of one transaction each: killed at any instant, whole batches are done
	and the next run does the rest. Returns the number released."""
	now = now or now_datetime()
	frappe.db.rollback()
	batches = _get_batches(now)
	if len(batches) < MANY_BATCHES:
		return _sweep_batches(iter(batches), now)
	waiting, site, sites_path = iter(batches), frappe.local.site, frappe.local.sites_path
	with ThreadPoolExecutor(SWEEPERS) as sweepers:
		return sum(
			sweepers.map(
				lambda number: _sweep_beside(site, sites_path, waiting, now, gives_way=number > 0), range(SWEEPERS)
			)
		)


def _sweep_beside(site: str, sites_path: str, batches: Iterator[list[str]], now: datetime, gives_way: bool) -> int:
	"""A share of the batches, over a connection of its own."""
	frappe.init(site=site, sites_path=sites_path)
	frappe.connect()
	try:
		return _sweep_batches(_take_while_alone(batches) if gives_way else batches, now)
	finally:
		frappe.destroy()


def _take_while_alone(batches: Iterator[list[str]]) -> Iterator[list[str]]:
	"""Until other people are at work: with both sweepers going on, each of their claims would take twice as long."""
	before = _count_statements()
	for names in batches:
		yield names
		after = _count_statements()
		if after - before > OTHERS_AT_WORK:
			return
		before = after


def _count_statements() -> int:
	return cint(frappe.db.sql("show global status like 'Questions'")[0][1])


def _sweep_batches(batches: Iterator[list[str]], now: datetime) -> int:
	return sum(len(_sweep_batch(names, now)) for names in batches)


@retried_on_conflict
def _sweep_batch(names: list[str], now: datetime) -> list[str]:
	released = end_expired(names, now)
	frappe.db.commit()  # nosemgrep  why: a background job; each batch is complete by itself
	return released


def _get_batches(now: datetime) -> list[list[str]]:
	"""In the order of an index that the changes move through: neighbours in it stand on the same pages. It begins with the
	project, so all of them are named: one more index without it would be one more to change with each claim."""
	names = frappe.db.sql_list(
		"""select name from `tabMeeting Claim`
		where project in %s and phase = 'Negotiating' and protected_until <= %s order by project, protected_until, name""",
		(projects.get_all_projects() or [""], now),
	)
	return [names[start : start + BATCH] for start in range(0, len(names), BATCH)]


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
		frappe.db.commit()  # nosemgrep  why: a background job; each message is complete by itself
	return len(waiting)


def _tell(holder: str, names: list[str]) -> None:
	rows = [row for row in lock_claims(names, TOLD_FIELDS) if row.to_tell_on]
	if not rows:
		return
	claim = frappe.qb.DocType("Meeting Claim")
	frappe.qb.update(claim).set(claim.to_tell_on, None).where(claim.name.isin([row.name for row in rows])).run()
	tell_released(holder, sorted(rows, key=lambda row: row.protected_until))


def forget_untold(cursor, table: Callable[[str], str]) -> None:
	"""In a backup that is restored: former holders were told since."""
	cursor.execute(f"update {table('Meeting Claim')} set to_tell_on = null where to_tell_on is not null")

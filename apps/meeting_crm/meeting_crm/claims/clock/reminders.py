"""Protections about to end (B2): one digest a day for each holder, and one for the manager of what ends by tomorrow."""

from collections import defaultdict
from datetime import date, datetime, timedelta

import frappe
from frappe.utils import now_datetime

from meeting_crm.claims import journal, rules
from meeting_crm.claims.clock import notices
from meeting_crm.claims.journal import Event
from meeting_crm.claims.locks import lock_claims
from meeting_crm.meeting_projects import rules as project_rules
from meeting_crm.meeting_projects import service as projects

FIRST_HOUR = 8
FIELDS = (
	"name",
	"project",
	"project_name",
	"enterprise",
	"enterprise_name",
	"holder",
	"protected_until",
	"rules",
	"phase",
	"reminded_on",
	"manager_told_on",
)


def send_reminders(now: datetime | None = None) -> int:
	"""Each digest is a transaction of its own with the marks of its claims: killed at any instant, nobody is told
	twice and the next run tells the rest. Returns the number of digests."""
	now = now or now_datetime()
	if now.hour < FIRST_HOUR:
		return 0
	frappe.db.rollback()
	rows = _get_running(now)
	return _remind_holders(rows, now) + _tell_managers(rows, now)


def _get_running(now: datetime) -> list[frappe._dict]:
	longest = frappe.db.sql("select max(reminder_days) from `tabMeeting Project Rules`")[0][0] or 0
	return frappe.db.sql(
		f"""select {", ".join(FIELDS)} from `tabMeeting Claim`
		where project in %s and phase = 'Negotiating' and protected_until > %s and protected_until < %s
		order by protected_until, name""",
		(projects.get_all_projects() or [""], now, now + timedelta(days=longest + 2)),
		as_dict=True,
	)


def _remind_holders(rows: list[frappe._dict], now: datetime) -> int:
	by_holder, versions = defaultdict(list), projects.get_rules_of_versions([row.rules for row in rows])
	for row in rows:
		if rules.is_reminder_due(row.protected_until, versions.get(row.rules) or project_rules.ProjectRules(), now):
			by_holder[row.holder].append(row)
	return sum(
		_send_digest(claims, "reminded_on", now, lambda told, holder=holder: _remind(holder, told, now))
		for holder, claims in by_holder.items()
	)


def _remind(holder: str, claims: list[frappe._dict], now: datetime) -> None:
	journal.record_many(
		Event.of(claim, journal.REMINDED, now, days_left=rules.get_days_left(claim.protected_until, now))
		for claim in claims
	)
	notices.tell_ending(holder, claims)


def _tell_managers(rows: list[frappe._dict], now: datetime) -> int:
	by_manager, tomorrow = defaultdict(list), now.date() + timedelta(days=1)
	managers = {}
	for row in rows:
		if row.protected_until.date() > tomorrow:
			continue
		key = (row.project, row.holder)
		if key not in managers:
			managers[key] = projects.get_managers(*key)
		for manager in managers[key]:
			by_manager[manager].append(row)
	return sum(
		_send_digest(
			claims, "manager_told_on", now, lambda told, manager=manager: notices.tell_manager_ending(manager, told)
		)
		for manager, claims in by_manager.items()
	)


def _send_digest(claims: list[frappe._dict], mark: str, now: datetime, send) -> int:
	"""One digest a day: whoever was told of one of these claims today hears of the others tomorrow."""
	today = now.date()
	order = {claim.name: number for number, claim in enumerate(claims)}
	current = sorted(lock_claims(list(order), FIELDS), key=lambda claim: order[claim.name])
	running = [claim for claim in current if rules.is_active(claim.phase, claim.protected_until, now)]
	if not running or any(claim[mark] == today for claim in current):
		frappe.db.rollback()
		return 0
	_set_mark([claim.name for claim in running], mark, today)
	send(running)
	frappe.db.commit()  # nosemgrep  why: a background job; each digest is complete by itself
	return 1


def _set_mark(names: list[str], mark: str, today: date) -> None:
	claim = frappe.qb.DocType("Meeting Claim")
	frappe.qb.update(claim).set(claim[mark], today).where(claim.name.isin(names)).run()

"""Claims that change hands (C9): the old claim ends, a new one with the same clock begins, and each keeps its history."""

from collections import defaultdict
from datetime import datetime

import frappe
from frappe import _
from frappe.utils import now_datetime

from meeting_crm.claims import journal, rules
from meeting_crm.claims.bulk import set_based
from meeting_crm.claims.clock.expiry import release_unprotected_files
from meeting_crm.claims.journal import Event
from meeting_crm.claims.locks import lock_claims, lock_project
from meeting_crm.core.log import log_many
from meeting_crm.core.notifications import get_company_language
from meeting_crm.meeting_projects import service as projects

FIELDS = (*set_based.FIELDS, "name", "customer")


def hand_over(claims: list[str], to_user: str, now: datetime | None = None) -> dict[str, str]:
	"""Gives running and signed claims to `to_user`, set-based, in the caller's transaction: {old claim: new claim}.
	Claims that are over, or whose project `to_user` is no member of, stay and are missing in the answer. The
	receiver's file continues the giver's."""
	now = now or now_datetime()
	rows = frappe.get_all(
		"Meeting Claim", filters={"name": ("in", claims or [""])}, fields=["name", "project"], order_by="project asc"
	)
	by_project = defaultdict(list)
	for row in rows:
		by_project[row.project].append(row.name)
	given = {}
	for project, names in by_project.items():
		lock_project(project)
		if projects.is_member(project, to_user):
			given |= _hand_over_in_project(names, to_user, now)
	return given


def _hand_over_in_project(names: list[str], to_user: str, now: datetime) -> dict[str, str]:
	running = [
		row
		for row in lock_claims(names, FIELDS)
		if rules.is_active(row.phase, row.protected_until, now) and row.holder != to_user
	]
	if not running:
		return {}
	_end(running, to_user, now)
	source_files = {row.enterprise: row.customer for row in running if row.customer}
	old_names = {row.active_key: row.name for row in running}
	made = set_based.insert_claims(
		[frappe._dict(row, holder=to_user, source=rules.HANDED_OVER, claimed_on=now) for row in running],
		journal.HANDED_OVER,
		now,
		source_files,
	)
	return {old_names[row.active_key]: row.name for row in made}


def _end(rows: list[frappe._dict], to_user: str, now: datetime) -> None:
	reason = _("Handed over to {0}", get_company_language()).format(frappe.utils.get_fullname(to_user))
	frappe.db.sql(
		"""update `tabMeeting Claim`
		set workflow_state = %(state)s, phase = 'Ended', ended_on = %(now)s, end_reason = %(reason)s,
			active_key = null, modified = %(now)s, modified_by = %(user)s
		where name in %(names)s""",
		{
			"state": rules.RELEASED,
			"now": now,
			"reason": reason,
			"user": frappe.session.user,
			"names": [row.name for row in rows],
		},
	)
	journal.record_many(Event.of(row, journal.RELEASED, now, reason, to_user=to_user) for row in rows)
	log_many(
		(
			"Handed Over",
			"Meeting Claim",
			row.name,
			{"holder": row.holder, "workflow_state": row.workflow_state},
			{"to_user": to_user, "workflow_state": rules.RELEASED},
		)
		for row in rows
	)
	release_unprotected_files({row.customer for row in rows}, now)

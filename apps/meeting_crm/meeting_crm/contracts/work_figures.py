"""How the work with claims goes, for the director's page: what was lost and why, what nobody talks to, how long a signature takes, who
came back. Set-based statements over the claims the reader may list. Times in days."""

from statistics import quantiles

import frappe
from frappe.utils import add_to_date, cint, now_datetime

from meeting_crm.claims.permissions import claim_condition

CLAIM = "`tabMeeting Claim`"
REASONS = 8
IDLE_DAYS = 7
FEWEST = 4
"""Below so many signatures quartiles say nothing."""


def get_work(claims: str, asked: dict) -> dict:
	"""`claims`: the condition on those that are looked at; `asked`: first, last (days), project or None."""
	return {
		"losses": _get_losses(claims, asked),
		"idle": _get_idle(claims, asked),
		"cycle": _get_cycle(claims, asked),
		"renewals": _get_renewals(asked) if asked["project"] else None,
	}


def _get_losses(claims: str, asked: dict) -> dict:
	"""Claims that ended unsigned, by how, and the reasons given for dead ones; `started`: those that ran at the beginning or were
	made since. A claim taken back within a minute is none."""
	within = "ended_on >= %(first)s and ended_on < %(last)s + interval 1 day"
	rows = frappe.db.sql(
		f"""select if(workflow_state in ('Dead', 'Released'), workflow_state, 'Expired'), count(*) from {CLAIM}
		where phase = 'Ended' and signed_on is null and source != 'Undone' and {within} and {claims} group by 1""",
		asked,
	)
	reasons = frappe.db.sql(
		f"""select end_reason, count(*) from {CLAIM} where phase = 'Ended' and workflow_state = 'Dead'
		and end_reason > '' and {within} and {claims} group by 1 order by 2 desc, 1 limit {REASONS}""",
		asked,
	)
	[[started]] = frappe.db.sql(
		f"""select count(*) from {CLAIM} where claimed_on < %(last)s + interval 1 day and source != 'Undone'
		and (ended_on is null or ended_on >= %(first)s) and (signed_on is null or signed_on >= %(first)s) and {claims}""",
		asked,
	)
	return {
		"started": cint(started),
		"ended": {how: cint(number) for how, number in rows},
		"reasons": [{"reason": reason, "number": cint(number)} for reason, number in reasons],
	}


def _get_idle(claims: str, asked: dict) -> dict:
	"""Running claims, and those of them whose company nobody talked to for a week."""
	now = now_datetime()
	[[running, idle]] = frappe.db.sql(
		f"""select count(*), coalesce(sum(file.last_activity_on is null or file.last_activity_on < %(since)s), 0)
		from {CLAIM} join `tabMeeting Customer` file on file.name = {CLAIM}.customer
		where {CLAIM}.phase = 'Negotiating' and {CLAIM}.protected_until > %(now)s and {CLAIM}.claimed_on < %(since)s and {claims}""",
		{**asked, "now": now, "since": add_to_date(now, days=-IDLE_DAYS)},
	)
	return {"running": cint(running), "idle": cint(idle), "days": IDLE_DAYS}


def _get_cycle(claims: str, asked: dict) -> dict:
	"""Days from the claim to the signature: quartiles."""
	days = frappe.db.sql_list(
		f"""select timestampdiff(hour, claimed_on, signed_on) / 24 from {CLAIM} where phase = 'Signed'
		and signed_on >= %(first)s and signed_on < %(last)s + interval 1 day and {claims} order by 1""",
		asked,
	)
	parts = quantiles(map(float, days), n=4) if len(days) >= FEWEST else None
	return {"number": len(days), "quartiles": [round(part, 1) for part in parts] if parts else None}


def _get_renewals(asked: dict) -> dict | None:
	"""Companies that signed in the last edition, and those of them that have signed in this one."""
	last = frappe.db.get_value("Meeting Project", asked["project"], "previous_project")
	if not last:
		return None
	[[before, again]] = frappe.db.sql(
		f"""select count(distinct {CLAIM}.enterprise), count(distinct again.enterprise) from {CLAIM}
		left join {CLAIM} again on again.enterprise = {CLAIM}.enterprise and again.project = %(project)s and again.phase = 'Signed'
		where {CLAIM}.project = %(before)s and {CLAIM}.phase = 'Signed' and {claim_condition()}""",
		{**asked, "before": last},
	)
	return {"project": last, "before": cint(before), "again": cint(again)}

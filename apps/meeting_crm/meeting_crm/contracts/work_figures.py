"""How the work with claims goes, for the director's page: what was lost and why, what nobody talks to, how long a signature takes, who
came back. Set-based statements over the claims the reader may list. Times in days."""

from statistics import quantiles

import frappe
from frappe.utils import cint, now_datetime

from meeting_crm.core.people import get_subordinates, is_administrator

REASONS = 8
IDLE_DAYS = 7
FEWEST = 4
"""Below so many signatures quartiles say nothing."""


def claims_seen(table: str = "claim") -> str:
	if is_administrator():
		return "(1=1)"
	people = ", ".join(frappe.db.escape(user) for user in (frappe.session.user, *get_subordinates()))
	return f"{table}.holder in ({people})"


def get_work(asked: dict) -> dict:
	"""`asked`: first, last (days), project or None."""
	narrowed = f"{'claim.project = %(project)s and ' if asked['project'] else ''}{claims_seen()}"
	return {
		"losses": _get_losses(narrowed, asked),
		"idle": _get_idle(narrowed, asked),
		"cycle": _get_cycle(narrowed, asked),
		"renewals": _get_renewals(asked) if asked["project"] else None,
	}


def _get_losses(narrowed: str, asked: dict) -> dict:
	"""Claims that ended unsigned, by how, and the reasons given for dead ones; `started`: those that ran at the beginning or were
	made since. A claim taken back within a minute is none."""
	within = "claim.ended_on >= %(first)s and claim.ended_on < %(last)s + interval 1 day"
	rows = frappe.db.sql(
		f"""select if(workflow_state in ('Dead', 'Released'), workflow_state, 'Expired'), count(*) from `tabMeeting Claim` claim
		where phase = 'Ended' and signed_on is null and source != 'Undone' and {within} and {narrowed} group by 1""",
		asked,
	)
	reasons = frappe.db.sql(
		f"""select end_reason, count(*) from `tabMeeting Claim` claim where phase = 'Ended' and workflow_state = 'Dead'
		and end_reason > '' and {within} and {narrowed} group by 1 order by 2 desc, 1 limit {REASONS}""",
		asked,
	)
	[[started]] = frappe.db.sql(
		f"""select count(*) from `tabMeeting Claim` claim where claimed_on < %(last)s + interval 1 day and source != 'Undone'
		and (ended_on is null or ended_on >= %(first)s) and (signed_on is null or signed_on >= %(first)s) and {narrowed}""",
		asked,
	)
	return {
		"started": cint(started),
		"ended": {how: cint(number) for how, number in rows},
		"reasons": [{"reason": reason, "number": cint(number)} for reason, number in reasons],
	}


def _get_idle(narrowed: str, asked: dict) -> dict:
	"""Running claims, and those of them whose company nobody talked to for a week."""
	[[running, idle]] = frappe.db.sql(
		f"""select count(*), coalesce(sum(file.last_activity_on is null or file.last_activity_on < %(since)s), 0)
		from `tabMeeting Claim` claim join `tabMeeting Customer` file on file.name = claim.customer
		where claim.phase = 'Negotiating' and claim.protected_until > %(now)s and claim.claimed_on < %(since)s and {narrowed}""",
		{**asked, "now": now_datetime(), "since": frappe.utils.add_to_date(now_datetime(), days=-IDLE_DAYS)},
	)
	return {"running": cint(running), "idle": cint(idle), "days": IDLE_DAYS}


def _get_cycle(narrowed: str, asked: dict) -> dict:
	"""Days from the claim to the signature: quartiles."""
	days = frappe.db.sql_list(
		f"""select timestampdiff(hour, claimed_on, signed_on) / 24 from `tabMeeting Claim` claim where phase = 'Signed'
		and signed_on >= %(first)s and signed_on < %(last)s + interval 1 day and {narrowed} order by 1""",
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
		f"""select count(distinct claim.enterprise), count(distinct now.enterprise) from `tabMeeting Claim` claim
		left join `tabMeeting Claim` now on now.enterprise = claim.enterprise and now.project = %(project)s and now.phase = 'Signed'
		where claim.project = %(before)s and claim.phase = 'Signed' and {claims_seen()}""",
		{**asked, "before": last},
	)
	return {"project": last, "before": cint(before), "again": cint(again)}

"""What people are told about claims, each in their own language: one message per person, not one per claim."""

import json
from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.utils import escape_html

from meeting_crm.core.notifications import get_language, notify
from meeting_crm.core.wording import format_instant, join_words, with_reason
from meeting_crm.meeting_projects import service as projects

MAX_LISTED = 20
PROTECTED = "protected-enterprises"
ENDING = f"{PROTECTED}?ending=1"


def tell_ending(holder: str, claims: list[frappe._dict]) -> None:
	"""B2: the daily digest of protections about to end, the soonest first."""
	language = get_language(holder)
	first = claims[0]
	notify(
		holder,
		_("Protections that end soon: {0}, the first one of {1} on {2}", language).format(
			len(claims), first.enterprise_name, format_instant(first.protected_until, holder)
		),
		"Meeting Claim",
		first.name,
		_get_list(claims, holder, _ends),
		ENDING,
	)


def tell_manager_ending(manager: str, claims: list[frappe._dict]) -> None:
	language = get_language(manager)
	first = claims[0]
	notify(
		manager,
		_("Protections of your people that end by tomorrow night: {0}", language).format(len(claims)),
		"Meeting Claim",
		first.name,
		_get_list(claims, manager, _ends_for),
		ENDING,
	)


def tell_released(holder: str, claims: list[frappe._dict]) -> None:
	language = get_language(holder)
	first = claims[0]
	screen = None
	if len(claims) == 1:
		subject = _("The protection of {0} in the project {1} ran out: it returned to the pool", language).format(
			first.enterprise_name, first.project_name
		)
	else:
		subject = _("{0} protections ran out: the companies returned to the pool, among them {1}", language).format(
			len(claims), first.enterprise_name
		)
		screen = _get_released(holder, claims)
	notify(holder, subject, "Meeting Claim", first.name, _get_list(claims, holder, _ends), screen)


def tell_assigned(holder: str, claims: list[frappe._dict], by_user: str) -> None:
	language = get_language(holder)
	first = claims[0]
	notify(
		holder,
		_("{0} assigned companies to you ({1}) in the project {2}, among them {3}", language).format(
			frappe.utils.get_fullname(by_user), len(claims), first.project_name, first.enterprise_name
		),
		"Meeting Claim",
		first.name,
		_get_list(claims, holder, _ends),
		PROTECTED if len(claims) > 1 else None,
	)


def tell_assigner(user: str, claims: list[frappe._dict]) -> None:
	language = get_language(user)
	people = sorted({frappe.utils.get_fullname(claim.holder) for claim in claims})
	notify(
		user,
		_("You assigned companies ({0}) in the project {1} to {2}", language).format(
			len(claims), claims[0].project_name, join_words(people[:MAX_LISTED], language)
		),
		"Meeting Claim",
		claims[0].name,
		_get_list(claims, user, _ends_for),
		PROTECTED if len(claims) > 1 else None,
	)


def tell_carry_over(user: str, project_name: str, waiting: int, carry_over: str) -> None:
	"""B9: a project has begun, and companies signed in earlier ones wait for their people."""
	language = get_language(user)
	notify(
		user,
		_(
			"{0} has begun: {1} companies signed earlier wait to be carried over. Look at the preview and start it.",
			language,
		).format(project_name, waiting),
		"Meeting Carry Over",
		carry_over,
	)


def tell_shortfall(user: str, project: str, rows: list[frappe._dict]) -> None:
	"""B7: rows of day, claimed, minimum of this person in a project."""
	language = get_language(user)
	last = rows[-1]
	notify(
		user,
		_("{0}: {1} of at least {2} new companies on {3}", language).format(
			_get_project_name(project), last.claimed, last.minimum, last.day
		),
		"Meeting Project",
		project,
		_get_lines(_("{0}: {1} of at least {2}", language).format(row.day, row.claimed, row.minimum) for row in rows),
		_get_report(project, rows),
	)


def tell_manager_shortfall(manager: str, project: str, rows: list[frappe._dict]) -> None:
	language = get_language(manager)
	people = {row.user for row in rows}
	notify(
		manager,
		_("{0}: people of yours below the daily minimum: {1}", language).format(
			_get_project_name(project), len(people)
		),
		"Meeting Project",
		project,
		_get_lines(
			_("{0}, {1}: {2} of at least {3}", language).format(
				frappe.utils.get_fullname(row.user), row.day, row.claimed, row.minimum
			)
			for row in rows
		),
		_get_report(project, rows),
	)


def _get_released(holder: str, claims: list[frappe._dict]) -> str:
	days = sorted(str(claim.protected_until.date()) for claim in claims)
	ended = json.dumps(["Between", [days[0], days[-1]]])
	query = {"holder": holder, "workflow_state": "Released", "protected_until": ended}
	return f"meeting-claim?{urlencode(query)}"


def _get_report(project: str, rows: list[frappe._dict]) -> str:
	"""Where these days are counted."""
	days = [row.day for row in rows]
	query = urlencode({"project": project, "from_date": min(days), "to_date": max(days)})
	return f"query-report/Meeting%20Daily%20Volume?{query}"


def _get_project_name(project: str) -> str:
	return projects.get_project(project).project_name


def _get_list(claims: list[frappe._dict], reader: str, describe) -> str:
	lines = [describe(claim, reader) for claim in claims[:MAX_LISTED]]
	if len(claims) > MAX_LISTED:
		lines.append(_("and {0} more", get_language(reader)).format(len(claims) - MAX_LISTED))
	return _get_lines(lines)


def _get_lines(lines) -> str:
	return "<br>".join(escape_html(line) for line in lines)


def _ends(claim: frappe._dict, reader: str) -> str:
	return f"{claim.enterprise_name} · {claim.project_name} · {format_instant(claim.protected_until, reader)}"


def _ends_for(claim: frappe._dict, reader: str) -> str:
	return with_reason(frappe.utils.get_fullname(claim.holder), _ends(claim, reader), get_language(reader))

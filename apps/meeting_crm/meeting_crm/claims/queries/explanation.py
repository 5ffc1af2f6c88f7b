"""Why a claim stands as it does (B13): the rule, the events, the instant it ends. Decided by the same function that
decides about every step, `rules.get_standing`."""

from datetime import datetime, timedelta
from json import loads

import frappe
from frappe import _
from frappe.utils import now_datetime

from meeting_crm.claims import journal, rules, service
from meeting_crm.claims.rules import Standing
from meeting_crm.core.wording import format_instant, join_parts
from meeting_crm.meeting_projects import calendar
from meeting_crm.meeting_projects import service as projects
from meeting_crm.meeting_projects.rules import ProjectRules, Reason


def explain(claim: str, now: datetime | None = None) -> dict:
	now = now or now_datetime()
	doc = frappe.get_doc("Meeting Claim", claim)
	clock_rules = service.get_clock_rules(doc)
	standing = rules.get_standing(service.get_facts(doc), clock_rules, now)
	return {
		"claim": doc.name,
		"reason": standing.reason.value,
		"is_active": standing.is_active,
		"ends_on": str(standing.ends_on) if standing.ends_on else None,
		"days_left": standing.days_left,
		"uncounted_days": [str(day) for day in standing.uncounted_days],
		"sentence": describe_standing(doc, standing, now),
		"rule": describe_rule(doc, clock_rules, standing),
		"extensions": _get_allowance(doc),
		"rules": {**clock_rules.as_dict(), "version": _get_version(doc)},
		"timeline": get_timeline(doc.name),
	}


def describe_standing(doc, standing: Standing, now: datetime) -> str:
	if standing.reason is Reason.SIGNED:
		return _("Signed on {0}: the company stays with {1} in this project, nothing counts down.").format(
			format_instant(doc.signed_on), frappe.utils.get_fullname(doc.holder)
		)
	if standing.reason is Reason.DEAD:
		return _("Marked dead on {0}: anybody in the project may claim the company.").format(
			format_instant(doc.ended_on)
		)
	if standing.reason is Reason.RELEASED and doc.ended_on == doc.protected_until:
		return _("Protection ran out on {0}: the company returned to the pool.").format(format_instant(doc.ended_on))
	if standing.reason is Reason.RELEASED:
		return _("Released on {0}: the company returned to the pool.").format(format_instant(doc.ended_on))
	if standing.reason is Reason.EXPIRED:
		return _("Protection ended on {0}: since that second the company is free.").format(
			format_instant(standing.ends_on)
		)
	return _("Protected until {0}; {1}. At that second the company returns to the pool.").format(
		format_instant(standing.ends_on), _describe_left(standing.ends_on - now)
	)


def _describe_left(left: timedelta) -> str:
	"""As the clocks on the screens say it."""
	if left > timedelta(days=1):
		return _("{0} days left").format(-(-left // timedelta(days=1)))
	minutes = max(1, int(left / timedelta(minutes=1)))
	if minutes < 60:
		return _("{0} min left").format(minutes)
	return _("{0} h {1} min left").format(*divmod(minutes, 60))


def describe_rule(doc, clock_rules: ProjectRules, standing: Standing) -> str:
	parts = [
		_("{0} days from {1}").format(clock_rules.protection_days, format_instant(doc.protected_from)),
	]
	if doc.extended_days:
		parts.append(_("days added by extensions: {0}").format(doc.extended_days))
	if doc.payment_held_days:
		parts.append(_("days added until finance has looked at a payment: {0}").format(doc.payment_held_days))
	if not clock_rules.count_weekends:
		parts.append(_("Saturdays and Sundays do not count"))
	if not clock_rules.count_holidays:
		parts.append(_("public holidays do not count"))
	if standing.ends_on and calendar.needs_unannounced_days(clock_rules, standing.ends_on.date()):
		parts.append(_("public holidays after {0} are not announced yet").format(calendar.get_last_announced_year()))
	if standing.uncounted_days:
		parts.append(_("days on the way that did not count: {0}").format(len(standing.uncounted_days)))
	return join_parts(parts)


def _get_allowance(doc) -> dict:
	used = (
		frappe.db.get_value("Meeting Claim Account", {"project": doc.project, "user": doc.holder}, "extensions_used")
		or 0
	)
	allowed = projects.get_rules(doc.project).max_extensions
	return {"used": used, "allowed": allowed, "left": max(0, allowed - used)}


def _get_version(doc) -> int | None:
	return doc.rules and frappe.db.get_value("Meeting Project Rules", doc.rules, "version")


def get_timeline(claim: str) -> list[dict]:
	"""The journal of a claim, oldest first, each with a sentence."""
	rows = frappe.get_all(
		"Meeting Claim Event",
		filters={"claim": claim},
		fields=["event", "happened_on", "by_user", "reason", "details"],
		order_by="happened_on asc, creation asc",
	)
	return [
		{
			"event": row.event,
			"label": _(row.event),
			"happened_on": str(row.happened_on),
			"by": _("Automatically") if row.event in journal.AUTOMATIC else frappe.utils.get_fullname(row.by_user),
			"by_user": None if row.event in journal.AUTOMATIC else row.by_user,
			"reason": row.reason,
			"text": describe_event(row.event, row.details),
		}
		for row in rows
	]


def describe_event(event: str, stored_details: str | None) -> str:
	"""What an event of the journal says besides its name; "" where that is all."""
	details = loads(stored_details or "{}")
	if event == journal.CLAIMED:
		source = details.get("source", "")
		return _("{0}; protected until {1}").format(_(source), _instant(details, "protected_until"))
	if event == journal.HANDED_OVER:
		return _("protected until {0}").format(_instant(details, "protected_until"))
	if event == journal.EXTENDED:
		return _("Extension {0} of {1}: from {2} to {3}").format(
			details["number"], details["allowed"], _instant(details, "old_end"), _instant(details, "new_end")
		)
	if event == journal.SIGNED:
		return _describe_signature(details)
	if event in (
		journal.SIGNATURE_CANCELLED,
		journal.RULES_CHANGED,
		journal.HELD_FOR_PAYMENT,
		journal.PAYMENT_REFUSED,
	):
		return _("The end moved from {0} to {1}").format(_instant(details, "old_end"), _instant(details, "new_end"))
	if event == journal.REMINDED:
		return _("{0} days left").format(details["days_left"])
	if event == journal.STATE_CHANGED:
		old, new = details["old_state"], details["new_state"]
		return _("From {0} to {1}").format(_(old), _(new))
	return ""


def _describe_signature(details: dict) -> str:
	if details.get("contract"):
		return _("Contract {0}").format(details["contract"])
	if details.get("payment"):
		return _("Payment {0}").format(details["payment"])
	return _("First payment or signature")


def _instant(details: dict, key: str) -> str:
	return format_instant(details[key]) if details.get(key) else ""

"""One step for many companies at once: each row succeeds or fails by itself and says why."""

from collections.abc import Callable

import frappe
from frappe import _
from frappe.utils import strip_html

from meeting_crm.claims import rules, service
from meeting_crm.core.transactions import is_conflict

MAX_AT_ONCE = 200


def claim_several(project: str, enterprises: list[str], user: str, source: str = rules.POOL) -> list[dict]:
	"""B8: rows in the order asked for: enterprise, ok, and what `service.describe` says or error, message. What
	somebody else took meanwhile fails; the rest is claimed."""
	return run_for_each(
		enterprises,
		"enterprise",
		lambda enterprise: service.describe(service.make_claim(project, enterprise, user, source)),
	)


def extend_several(claims: list[str], reason: str) -> list[dict]:
	return run_for_each(claims, "claim", lambda claim: service.describe(service.extend(claim, reason)))


def release_several(claims: list[str], reason: str) -> list[dict]:
	return run_for_each(claims, "claim", lambda claim: service.describe(service.release(claim, reason)))


def mark_several_dead(claims: list[str], reason: str) -> list[dict]:
	return run_for_each(claims, "claim", lambda claim: service.describe(service.mark_dead(claim, reason)))


def run_for_each(names: list[str], key: str, step: Callable[[str], dict]) -> list[dict]:
	"""Takes the rows in the order of their names, so that two people who choose the same ones do not block each other."""
	names = require_names(names)
	answers = {name: {key: name, **_run(step, name)} for name in sorted(names)}
	return [answers[name] for name in names]


def require_names(names: list[str]) -> list[str]:
	if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
		frappe.throw(_("Send a list of names."), title=_("Nothing chosen"))
	names = list(dict.fromkeys(names))
	if not names:
		frappe.throw(_("Nothing is chosen. Choose at least one row."), title=_("Nothing chosen"))
	if len(names) > MAX_AT_ONCE:
		frappe.throw(
			_("{0} rows are chosen. Choose at most {1} at once.").format(len(names), MAX_AT_ONCE),
			title=_("Too many at once"),
		)
	return names


def _run(step: Callable[[str], dict], name: str) -> dict:
	frappe.db.savepoint("one_of_several")
	told = len(frappe.local.message_log)
	try:
		return {"ok": True, **step(name)}
	except (frappe.ValidationError, frappe.PermissionError) as error:
		if is_conflict(error):
			raise
		frappe.db.rollback(save_point="one_of_several")
		del frappe.local.message_log[told:]
		return {"ok": False, "error": type(error).__name__, "message": strip_html(str(error))}

"""Changed project rules: what they would do to running claims (B12), and doing it."""

from datetime import datetime

import frappe
from frappe import _
from frappe.utils import cint, now_datetime

from meeting_crm.claims import journal
from meeting_crm.claims.journal import Event
from meeting_crm.claims.rules import RuleEffect, get_rule_effects
from meeting_crm.core.log import log_many
from meeting_crm.core.notifications import get_language, notify
from meeting_crm.core.values import read_values
from meeting_crm.customers import service as customers
from meeting_crm.meeting_projects import own_days
from meeting_crm.meeting_projects import service as projects
from meeting_crm.meeting_projects.rules import ProjectRules

FIELDS = (
	"name",
	"project",
	"enterprise",
	"enterprise_name",
	"customer",
	"holder",
	"protected_from",
	"extended_days",
	"payment_held_days",
	"protected_until",
)
BATCH = 5000
SHOWN = 200


def get_effects(
	project: str, new: ProjectRules, now: datetime | None = None, lock: bool = False, version: str | None = None
) -> list[tuple[frappe._dict, RuleEffect]]:
	"""Running claims (of one rule version, or all) whose end changes under `new` rules: (row, effect), the ones lost first, then by the new end."""
	now = now or now_datetime()
	rows = frappe.db.sql(
		f"""select {", ".join(FIELDS)} from `tabMeeting Claim`
		where project = %(project)s and phase = 'Negotiating' and protected_until > %(now)s
		{"and rules = %(version)s" if version else ""} order by name {"for update" if lock else ""}""",
		{"project": project, "now": now, "version": version},
		as_dict=True,
	)
	by_name = {row.name: row for row in rows}
	facts = (
		(row.name, row.protected_from, row.extended_days + row.payment_held_days, row.protected_until) for row in rows
	)
	effects = [(by_name[effect.claim], effect) for effect in get_rule_effects(facts, new, now)]
	return sorted(effects, key=lambda pair: (not pair[1].is_lost, pair[1].new_end, pair[0].name))


def apply_rules(project: str, new: ProjectRules, version: str, now: datetime | None = None) -> int:
	"""Moves the end of every running claim of a project to what `new` rules give, in the caller's transaction and
	under the lock it holds on the project. What ends by it ends now and returns to the pool with the next sweep."""
	now = now or now_datetime()
	effects = get_effects(project, new, now, lock=True)
	frappe.db.sql(
		"""update `tabMeeting Claim` set rules = %s
		where project = %s and phase != 'Ended'""",
		(version, project),
	)
	_write(effects, now)
	return len(effects)


def apply_calendar() -> int:
	"""`bench --site SITE execute meeting_crm.claims.bulk.rule_changes.apply_calendar`, after an update that brought newly announced
	public holidays: moves the end of running claims to what their own rules give now. Returns the number moved."""
	now, moved = now_datetime(), 0
	for project, version in _get_running_versions(now):
		projects.lock_project(project)
		effects = get_effects(project, projects.get_rules_of_version(version), now, lock=True, version=version)
		_write(effects, now)
		moved += len(effects)
		frappe.db.commit()  # nosemgrep  why: a command; each project's version is complete by itself
	return moved


def apply_calendar_and_tell(user: str) -> None:
	moved = apply_calendar()
	language = get_language(user)
	subject = _("The days off are stored. Protections that end on another day now: {0}", language).format(moved)
	notify(user, subject, own_days.CALENDAR, own_days.CALENDAR)
	frappe.db.commit()  # nosemgrep  why: a job


def _get_running_versions(now: datetime) -> list[tuple[str, str]]:
	return frappe.db.sql(
		"""select distinct project, rules from `tabMeeting Claim`
		where phase = 'Negotiating' and protected_until > %s order by project, rules""",
		(now,),
	)


def preview_calendar(days: list[dict]) -> dict:
	"""What the company's own `days`, each {day, kind}, would do to all running claims. Nothing is written."""
	if not isinstance(days, list) or not all(isinstance(row, dict) for row in days):
		frappe.throw(_("Send the days as a list of objects, each with day and kind."), title=_("No days"))
	calendar = frappe.get_doc(own_days.CALENDAR)
	calendar.set("days", [{"day": row.get("day"), "kind": row.get("kind")} for row in days])
	read_values(calendar)
	now, effects = now_datetime(), []
	with own_days.supposing(own_days.read_days(calendar.days)):
		for project, version in _get_running_versions(now):
			effects += get_effects(project, projects.get_rules_of_version(version), now, version=version)
	return {"running": _count_running(None), **_count_effects(effects)}


def _count_effects(effects: list[tuple[frappe._dict, RuleEffect]]) -> dict[str, int]:
	lost = sum(effect.is_lost for _row, effect in effects)
	longer = sum(effect.new_end > effect.old_end for _row, effect in effects)
	return {"lost": lost, "shortened": len(effects) - lost - longer, "lengthened": longer}


def _write(effects: list[tuple[frappe._dict, RuleEffect]], now: datetime) -> None:
	for start in range(0, len(effects), BATCH):
		_write_batch(effects[start : start + BATCH], now)


def _write_batch(effects: list[tuple[frappe._dict, RuleEffect]], now: datetime) -> None:
	values = [(effect.claim, effect.new_end) for _row, effect in effects]
	rows = " union all ".join(["select %s as name, %s as new_end"] * len(values))
	frappe.db.sql(
		f"""update `tabMeeting Claim` claim join ({rows}) changed on changed.name = claim.name
		set claim.protected_until = changed.new_end, claim.modified = %s, claim.modified_by = %s""",
		[item for pair in values for item in pair] + [now, frappe.session.user],
	)
	journal.record_many(
		Event.of(row, journal.RULES_CHANGED, now, old_end=effect.old_end, new_end=effect.new_end)
		for row, effect in effects
	)
	log_many(
		(
			"Changed",
			"Meeting Claim",
			row.name,
			{"protected_until": effect.old_end},
			{"protected_until": effect.new_end},
		)
		for row, effect in effects
	)
	customers.refresh_protection([row.customer for row, _effect in effects])


def dry_run(project: str, values: dict) -> dict:
	"""B12: how many lose, get less, get more under `values` (fields of the project's form; missing ones stay), and the
	first rows. Nothing is written."""
	new, keeps = _read_new_rules(project, values)
	mistakes = projects.describe_mistakes(new)
	effects = [] if keeps or mistakes else get_effects(project, new)
	return {
		"project": project,
		"keeps_rules": keeps,
		"mistakes": mistakes,
		"running": _count_running(project),
		**_count_effects(effects),
		"rows": [_describe(row, effect) for row, effect in effects[:SHOWN]],
		"people": _sum_by_holder(effects),
	}


def get_export(project: str, values: dict) -> list[list]:
	"""Every claim whose end changes, as rows of a table with its heading."""
	new, keeps = _read_new_rules(project, values)
	projects.require_rules_that_work(new)
	heading = [_("Holder"), _("Enterprise"), _("Protected Until"), _("New End"), _("Days"), _("Lost")]
	return [heading] + [
		[
			row.holder,
			_as_text(row.enterprise_name),
			str(effect.old_end),
			str(effect.new_end),
			effect.days,
			_("Yes") if effect.is_lost else _("No"),
		]
		for row, effect in ([] if keeps else get_effects(project, new))
	]


def _as_text(value: str) -> str:
	"""A name that a spreadsheet would take for a formula stays text."""
	return f"'{value}" if value[:1] in "=+-@\t" else value


def _read_new_rules(project: str, values: dict) -> tuple[ProjectRules, bool]:
	settings = projects.get_project(project)
	if not isinstance(values, dict):
		frappe.throw(_("Send the changed rules as an object of fields."), title=_("No rules"))
	changed = {field: cint(values[field]) for field in (*projects.RULE_FIELDS, "keep_claim_rules") if field in values}
	merged = {**settings, **changed}
	return ProjectRules.of(merged), bool(cint(merged["keep_claim_rules"]))


def _count_running(project: str | None) -> int:
	"""In a project, or in all of them."""
	return frappe.db.sql(
		f"""select count(*) from `tabMeeting Claim`
		where phase = 'Negotiating' and protected_until > %(now)s {"and project = %(project)s" if project else ""}""",
		{"project": project, "now": now_datetime()},
	)[0][0]


def _sum_by_holder(effects: list[tuple[frappe._dict, RuleEffect]]) -> list[dict]:
	people: dict[str, dict] = {}
	for row, effect in effects:
		person = people.setdefault(
			row.holder, {"holder": row.holder, "full_name": None, "lost": 0, "shortened": 0, "lengthened": 0}
		)
		if effect.is_lost:
			person["lost"] += 1
		elif effect.new_end > effect.old_end:
			person["lengthened"] += 1
		else:
			person["shortened"] += 1
	for person in people.values():
		person["full_name"] = frappe.utils.get_fullname(person["holder"])
	return sorted(people.values(), key=lambda person: (-person["lost"], -person["shortened"], person["holder"]))


def _describe(row: frappe._dict, effect: RuleEffect) -> dict:
	return {
		"claim": row.name,
		"enterprise_name": row.enterprise_name,
		"holder": row.holder,
		"holder_name": frappe.utils.get_fullname(row.holder),
		"old_end": str(effect.old_end),
		"new_end": str(effect.new_end),
		"days": effect.days,
		"lost": effect.is_lost,
	}

"""Changed project rules: what they would do to running claims (B12), and doing it."""

from datetime import datetime

import frappe
from frappe.utils import now_datetime

from meeting_crm.administration.service import log_many
from meeting_crm.claims import journal
from meeting_crm.claims.journal import Event
from meeting_crm.claims.rules import ProjectRules, RuleEffect, get_rule_effects

FIELDS = (
	"name",
	"project",
	"enterprise",
	"enterprise_name",
	"holder",
	"protected_from",
	"extended_days",
	"protected_until",
)
BATCH = 5000


def get_effects(
	project: str, new: ProjectRules, now: datetime | None = None, lock: bool = False
) -> list[tuple[frappe._dict, RuleEffect]]:
	"""Running claims whose end changes under `new` rules: (row, effect), the ones lost first, then by the new end."""
	now = now or now_datetime()
	rows = frappe.db.sql(
		f"""select {', '.join(FIELDS)} from `tabMeeting Claim`
		where project = %s and phase = 'Negotiating' and protected_until > %s order by name {'for update' if lock else ''}""",
		(project, now),
		as_dict=True,
	)
	by_name = {row.name: row for row in rows}
	facts = ((row.name, row.protected_from, row.extended_days, row.protected_until) for row in rows)
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
	for start in range(0, len(effects), BATCH):
		_write(effects[start : start + BATCH], now)
	return len(effects)


def _write(effects: list[tuple[frappe._dict, RuleEffect]], now: datetime) -> None:
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

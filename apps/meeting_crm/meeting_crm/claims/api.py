"""Whitelisted functions around claims. Types, permission, one call into a service."""

import frappe
from frappe.utils.csvutils import build_csv_response

from meeting_crm.claims import permissions, rules, service
from meeting_crm.claims.bulk import assignment, rule_changes, several
from meeting_crm.claims.bulk import carry_over as carrying_over
from meeting_crm.claims.queries import explanation, figures, lists, today
from meeting_crm.claims.queries import pool as pool_queries
from meeting_crm.claims.upkeep import checker
from meeting_crm.core.rights import require_administrator
from meeting_crm.core.transactions import retried_on_conflict
from meeting_crm.meeting_projects import calendar
from meeting_crm.meeting_projects import screens as project_screens


def _find_own(project: str, enterprise: str, source: str = rules.POOL) -> dict | None:
	return service.find_own(project, enterprise, frappe.session.user)


def _find_ended(state: str):
	def find(claim: str, reason: str) -> dict | None:
		return service.find_in_state(claim, state)

	return find


@frappe.whitelist(methods=["POST"])
@retried_on_conflict(look_up=_find_own)
def claim(project: str, enterprise: str, source: str = rules.POOL) -> dict:
	"""A3, B8: protects an uncontacted enterprise for the session's user. `source`: Pool or Duplicate Check."""
	frappe.has_permission("Meeting Claim", "write", throw=True)
	origin = rules.DUPLICATE_CHECK if source == rules.DUPLICATE_CHECK else rules.POOL
	return service.describe(service.make_claim(project, enterprise, frappe.session.user, origin))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def claim_several(project: str, enterprises: list[str] | str) -> list[dict]:
	"""B8: claims each of the enterprises; a row for each says whether it was won, or why not."""
	frappe.has_permission("Meeting Claim", "write", throw=True)
	return several.claim_several(project, frappe.parse_json(enterprises), frappe.session.user)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def extend(claim: str, reason: str) -> dict:
	"""B3: extends the protection; counts against the holder's allowance in the project."""
	permissions.require_claim(claim)
	return service.describe(service.extend(claim, reason))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict(look_up=_find_ended(rules.DEAD))
def mark_dead(claim: str, reason: str) -> dict:
	"""B6: gives the enterprise up as lost."""
	permissions.require_claim(claim)
	return service.describe(service.mark_dead(claim, reason))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict(look_up=_find_ended(rules.RELEASED))
def release(claim: str, reason: str) -> dict:
	"""Gives the enterprise back to the pool."""
	permissions.require_claim(claim)
	return service.describe(service.release(claim, reason))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def reopen(claim: str, reason: str) -> dict:
	"""Takes back a death or release by hand while the old protection runs."""
	permissions.require_claim(claim)
	return service.describe(service.reopen(claim, reason))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def undo_claim(claim: str) -> dict:
	"""Takes back a claim made by mistake, within a minute; the day's number comes back."""
	permissions.require_claim(claim)
	return service.describe(service.undo(claim))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def extend_several(claims: list | str, reason: str) -> list[dict]:
	"""B3 for several rows: each is extended by itself, until the allowance is used up."""
	return several.extend_several(_require_claims(claims), reason)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def release_several(claims: list | str, reason: str) -> list[dict]:
	return several.release_several(_require_claims(claims), reason)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def mark_several_dead(claims: list | str, reason: str) -> list[dict]:
	return several.mark_several_dead(_require_claims(claims), reason)


def _require_claims(claims: list | str) -> list[str]:
	names = several.require_names(frappe.parse_json(claims))
	for name in names:
		permissions.require_claim(name)
	return names


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def assign(project: str, enterprises: list[str] | str, users: list[str] | str) -> list[dict]:
	"""B11: gives enterprises to people below the user; several people share them evenly."""
	permissions.require_assigner()
	return assignment.assign(project, frappe.parse_json(enterprises), frappe.parse_json(users), frappe.session.user)


@frappe.whitelist()
def get_assignable_people(project: str) -> list[dict]:
	"""Members of a project the user may assign to, the least loaded first."""
	permissions.require_assigner()
	return assignment.get_assignable(project, frappe.session.user)


@frappe.whitelist()
def explain_claim(claim: str) -> dict:
	"""B13: why a claim stands as it does, its clock and its history."""
	permissions.require_claim(claim, "read")
	return explanation.explain(claim)


@frappe.whitelist()
def get_pool_regions(project: str) -> list[dict]:
	permissions.require_pool(project)
	return pool_queries.get_regions()


@frappe.whitelist()
def get_holders(enterprise: str, project: str | None = None) -> list[dict]:
	"""B8: administrators see who held an enterprise when."""
	require_administrator()
	return pool_queries.get_holders(enterprise, project)


@frappe.whitelist()
def find_contradictions() -> dict:
	"""Looks for contradictions between claims, files, counters and journal. For administrators."""
	require_administrator()
	return checker.check()


@frappe.whitelist()
def preview_carry_over(carry_over: str, start: int = 0, page_length: int = 50) -> dict:
	"""B9: who would get what, and what stands against it. Nothing is written."""
	frappe.get_doc("Meeting Carry Over", carry_over).check_permission("read")
	return carrying_over.preview(carry_over, start, page_length)


@frappe.whitelist(methods=["POST"])
def start_carry_over(carry_over: str) -> dict:
	"""B9: starts the carry-over in the background, once."""
	frappe.get_doc("Meeting Carry Over", carry_over).check_permission("write")
	return carrying_over.start(carry_over)


@frappe.whitelist()
def pool(
	project: str,
	text: str | None = None,
	start: int = 0,
	page_length: int = 20,
	segment: str | None = None,
	region: str | None = None,
) -> list[dict]:
	"""B8: enterprises nobody holds in a project the user is a member of, by name only."""
	frappe.has_permission("Meeting Claim", "read", throw=True)
	permissions.require_pool(project)
	return pool_queries.get_pool(project, text, start, page_length, segment, region)


@frappe.whitelist()
def get_my_projects() -> list[dict]:
	"""Open projects the session's user has to do with, newest first, for the project switcher."""
	frappe.has_permission("Meeting Project", "read", throw=True)
	return project_screens.get_projects(frappe.session.user)


@frappe.whitelist(methods=["POST"])
def choose_project(project: str) -> None:
	"""The project that the session's user works in from now on, on each device."""
	permissions.require_pool(project)
	project_screens.choose_project(project, frappe.session.user)


@frappe.whitelist()
def get_today(project: str) -> dict:
	"""The Today screen of one project: what runs out, what came in; the team for those above it."""
	permissions.require_pool(project)
	return today.get_today(project, frappe.session.user)


@frappe.whitelist()
def get_totals(project: str) -> dict:
	"""How much the people whose claims the user may see protect and have signed in a project."""
	permissions.require_pool(project)
	return figures.get_totals(project, frappe.session.user)


@frappe.whitelist()
def get_claims(
	kind: str,
	project: str | None = None,
	holder: str | None = None,
	text: str | None = None,
	ending_within: int | None = None,
	order: str | None = None,
	start: int = 0,
	page_length: int = 100,
) -> dict:
	"""B10: protected, signed or past claims, newest first, of the people the user may see."""
	frappe.has_permission("Meeting Claim", "read", throw=True)
	filters = lists.Filters(kind, project, holder, text, ending_within)
	return lists.get_claims(frappe.session.user, filters, order, start, page_length)


@frappe.whitelist()
def count_claims(
	kind: str,
	project: str | None = None,
	holder: str | None = None,
	text: str | None = None,
	ending_within: int | None = None,
) -> int:
	"""B10: how many claims such a list has in all, where its page counted only the first thousand."""
	frappe.has_permission("Meeting Claim", "read", throw=True)
	return lists.count_claims(frappe.session.user, lists.Filters(kind, project, holder, text, ending_within))


@frappe.whitelist()
def get_affiliated(claim: str) -> dict:
	"""A6: what "also the affiliates" would mean for a claim: claims the user may act on, and free enterprises."""
	permissions.require_claim(claim, "read")
	project, enterprise = frappe.db.get_value("Meeting Claim", claim, ["project", "enterprise"])
	return today.get_affiliated(project, enterprise, frappe.session.user)


@frappe.whitelist()
def get_board(project: str, from_date: str, to_date: str, text: str | None = None, start: int = 0) -> dict:
	"""Enterprises protected, signed and released per person and day, of fifty people from `start` on."""
	permissions.require_pool(project)
	return figures.get_board(project, frappe.session.user, from_date, to_date, text, start)


@frappe.whitelist()
def get_entry_terms(project: str) -> dict:
	"""Until when an entry made now is protected, and how many the user has made today."""
	permissions.require_pool(project)
	return today.get_entry_terms(project, frappe.session.user)


@frappe.whitelist()
def get_past_projects(holder: str | None = None) -> list[dict]:
	"""D6: the projects in which the people the user may see have held enterprises."""
	frappe.has_permission("Meeting Claim", "read", throw=True)
	return today.get_past_projects(frappe.session.user, holder)


@frappe.whitelist()
def get_visible_people() -> list[dict]:
	"""Whose claims the user may list, himself first."""
	frappe.has_permission("Meeting Claim", "read", throw=True)
	return today.get_visible_people(frappe.session.user)


@frappe.whitelist(methods=["POST"])
def dry_run(project: str, rules: dict | str) -> dict:
	"""B12: what changed rules would do to running claims, before they are saved."""
	frappe.get_doc("Meeting Project", project).check_permission("write")
	return rule_changes.dry_run(project, frappe.parse_json(rules))


@frappe.whitelist(methods=["POST"])
def preview_calendar(days: list | str) -> dict:
	"""What days off and days worked, each {day, kind}, would do to running claims, before they are stored."""
	require_administrator()
	return rule_changes.preview_calendar(frappe.parse_json(days))


@frappe.whitelist()
def get_known_days(year: int) -> list[dict]:
	"""The days off of a year, and those worked in exchange, as far as they are known without entering them."""
	require_administrator()
	return calendar.get_known_days(year, is_chinese=frappe.local.lang.startswith("zh"))


@frappe.whitelist()
def export_dry_run(project: str, rules: dict | str) -> None:
	"""The same for every claim concerned, as a CSV download."""
	frappe.get_doc("Meeting Project", project).check_permission("write")
	build_csv_response(rule_changes.get_export(project, frappe.parse_json(rules)), f"dry-run-{project}")

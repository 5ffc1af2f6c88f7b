"""Carry-over (B9): what was signed in earlier projects is claimed in a new one for the person who signed it last."""

from collections import Counter
from datetime import date, datetime, timedelta

import frappe
from frappe import _
from frappe.utils import cint, get_datetime, now_datetime
from frappe.utils.caching import request_cache

from meeting_crm.claims import journal, rules
from meeting_crm.claims.bulk import set_based
from meeting_crm.claims.clock import notices
from meeting_crm.claims.clock.expiry import BATCH, end_expired
from meeting_crm.claims.locks import lock_project
from meeting_crm.core import runs
from meeting_crm.core.people import get_administrators
from meeting_crm.core.transactions import attempts
from meeting_crm.meeting_projects import calendar
from meeting_crm.meeting_projects import service as projects
from meeting_crm.meeting_projects.rules import ProjectRules

HELD, AFFILIATE_HELD = "Held Already", "Affiliate Held"
PERSON_LEFT, NOT_A_MEMBER, NO_MANAGER = "Person Left", "Not in the Project", "No Manager in the Project"
TAKE_OVER, LEAVE = "Carry Over", "Leave in the Pool"
GIVE_TO_MANAGER = "Give to the Manager"
DOCTYPE = "Meeting Carry Over"
DAYS_TO_PREPARE = timedelta(days=7)
"""How long after its start a project is looked at: whoever adds an old one has no use for it."""


def preview(name: str, start: int = 0, page_length: int = 50) -> dict:
	"""Counts by outcome, and a page of the rows, conflicts first."""
	plan = get_plan(frappe.get_doc("Meeting Carry Over", name))
	start, page_length = max(0, cint(start)), min(max(1, cint(page_length)), 500)
	rows = sorted(plan, key=lambda row: (row.conflict is None, row.conflict or "", row.enterprise_name))
	return {
		"total": len(plan),
		"carried_over": sum(row.outcome == TAKE_OVER for row in plan),
		"left_in_pool": sum(row.outcome == LEAVE for row in plan),
		"held_already": sum(row.outcome == HELD for row in plan),
		"conflicts": dict(Counter(row.conflict for row in plan if row.conflict)),
		"people": [
			{"user": user, "full_name": frappe.utils.get_fullname(user), "enterprises": count}
			for user, count in Counter(row.holder for row in plan if row.outcome == TAKE_OVER).most_common()
		],
		"rows": [
			dict(
				row,
				signer_name=frappe.utils.get_fullname(row.signer),
				holder_name=frappe.utils.get_fullname(row.holder) if row.outcome == TAKE_OVER else "",
			)
			for row in rows[start : start + page_length]
		],
	}


def get_plan(doc) -> list[frappe._dict]:
	"""A row for each enterprise signed earlier: enterprise, enterprise_name, signer, holder, last_project, signed_on,
	conflict, outcome. Reads only."""
	rows = _get_signed(doc)
	held = _get_held(doc.project)
	groups = _get_affiliate_holders(doc.project)
	people = {row.user: row.manager for row in projects.get_members(doc.project)}
	enabled = set(frappe.get_all("User", filters={"enabled": 1}, pluck="name"))
	owners = _get_group_owners(rows, groups)
	for row in rows:
		_decide(row, doc, held, owners, people, enabled)
	return rows


def _decide(row, doc, held: set[str], owners: dict, people: dict, enabled: set[str]) -> None:
	row.update({"holder": row.signer, "conflict": None, "outcome": TAKE_OVER})
	if row.enterprise in held:
		row.outcome = HELD
		return
	if row.signer not in people or row.signer not in enabled:
		row.conflict = NOT_A_MEMBER if row.signer in enabled else PERSON_LEFT
		row.holder = None
		if doc.on_person_left == GIVE_TO_MANAGER:
			row.holder = _find_manager(row, people, enabled)
			if not row.holder:
				row.conflict = NO_MANAGER
		if not row.holder:
			row.outcome = LEAVE
			return
	if row.affiliate_group and owners.get(row.affiliate_group, {row.holder}) != {row.holder}:
		row.conflict = row.conflict or AFFILIATE_HELD
		if doc.on_affiliate_held == LEAVE:
			row.outcome = LEAVE


def _find_manager(row, people: dict, enabled: set[str]) -> str | None:
	candidates = [people.get(row.signer), *_get_managers(row.last_project, row.signer)]
	return next((user for user in candidates if user and user in people and user in enabled), None)


@request_cache
def _get_managers(project: str, user: str) -> list[str]:
	return projects.get_managers(project, user)


def _get_signed(doc) -> list[frappe._dict]:
	"""The last signature of each enterprise in the projects before this one."""
	settings = projects.get_project(doc.project)
	if doc.only_previous:
		earlier = [frappe.db.get_value("Meeting Project", doc.project, "previous_project")]
	else:
		earlier = frappe.get_all(
			"Meeting Project",
			filters={"start_date": ("<", settings.start_date), "name": ("!=", doc.project)},
			pluck="name",
			order_by="start_date desc",
		)
		earlier.append(frappe.db.get_value("Meeting Project", doc.project, "previous_project"))
	earlier = [name for name in earlier if name]
	if not earlier:
		return []
	return frappe.db.sql(
		"""select enterprise, enterprise_name, affiliate_group, signer, last_project, signed_on from (
			select claim.enterprise, enterprise.enterprise_name, enterprise.affiliate_group, claim.holder as signer,
				claim.project as last_project, claim.signed_on,
				row_number() over (partition by claim.enterprise order by claim.signed_on desc, claim.name) as place
			from `tabMeeting Claim` claim join `tabMeeting Enterprise` enterprise on enterprise.name = claim.enterprise
			where claim.project in %(earlier)s and claim.phase = 'Signed'
		) signed where place = 1 order by signed_on desc, enterprise""",
		{"earlier": earlier},
		as_dict=True,
	)


def _get_held(project: str) -> set[str]:
	return set(
		frappe.db.sql_list(
			"""select enterprise from `tabMeeting Claim` where project = %s
			and (phase = 'Signed' or (phase = 'Negotiating' and protected_until > %s))""",
			(project, now_datetime()),
		)
	)


def _get_affiliate_holders(project: str) -> dict[str, set[str]]:
	"""Who holds companies of an affiliate group in this project now."""
	holders: dict[str, set[str]] = {}
	for group, holder in frappe.db.sql(
		"""select enterprise.affiliate_group, claim.holder
		from `tabMeeting Claim` claim join `tabMeeting Enterprise` enterprise on enterprise.name = claim.enterprise
		where claim.project = %s and enterprise.affiliate_group is not null and enterprise.affiliate_group != ''
		and (claim.phase = 'Signed' or (claim.phase = 'Negotiating' and claim.protected_until > %s))""",
		(project, now_datetime()),
	):
		holders.setdefault(group, set()).add(holder)
	return holders


def _get_group_owners(rows: list[frappe._dict], holders: dict[str, set[str]]) -> dict[str, set[str]]:
	"""Whose an affiliate group is: of those who hold a part of it now, else of who signed the latest of it."""
	owners = {group: set(users) for group, users in holders.items()}
	for row in rows:
		if row.affiliate_group and row.affiliate_group not in owners:
			owners[row.affiliate_group] = {row.signer}
	return owners


def prepare(now: datetime | None = None) -> int:
	"""For each project that has begun and whose signed enterprises nobody has looked at yet: a draft, of which administrators
	are told once. One transaction for each project. Returns the number of drafts."""
	today = (now or now_datetime()).date()
	frappe.db.rollback()
	made = 0
	for project in projects.get_open_projects(on=today):
		made += _prepare_project(project, today)
		frappe.db.commit()  # nosemgrep  why: a background job; each project is complete by itself
	return made


def _prepare_project(project: frappe._dict, today: date) -> bool:
	settings = projects.lock_project(project.name)
	if today - settings.start_date > DAYS_TO_PREPARE or frappe.db.exists(DOCTYPE, {"project": project.name}):
		return False
	doc = frappe.new_doc(DOCTYPE)
	doc.project = project.name
	waiting = sum(row.outcome != HELD for row in get_plan(doc))
	if not waiting:
		return False
	doc.insert(ignore_permissions=True)  # why: a background job; administrators start it
	for administrator in get_administrators():
		notices.tell_carry_over(administrator, project.project_name, waiting, doc.name)
	return True


def start(name: str) -> dict:
	"""Queues the run. Starting twice, also at the same instant, runs it once."""
	doc = frappe.get_doc(DOCTYPE, name)
	runs.require_idle(doc)
	runs.lock(doc)
	if doc.status == runs.DONE:
		frappe.throw(
			_("This carry-over is done: {0} companies were carried over. Make a new one to look again.").format(
				doc.carried_over
			),
			title=_("Done already"),
		)
	projects.require_not_closed(projects.get_project(doc.project))
	runs.start(doc)
	return {"carry_over": name, "status": doc.status}


def run(name: str, run: str, now: datetime | None = None) -> None:
	"""Everything in one transaction with the result: killed at any instant, nothing is carried over, and it starts again."""
	with runs.take(DOCTYPE, name, run) as runner:
		if runner:
			attempts()(lambda: _carry_over(runner, now or now_datetime()))


def _carry_over(runner: runs.Runner, now: datetime) -> None:
	frappe.db.rollback()  # why: a snapshot of before the locks would miss claims made meanwhile
	runner.hold()
	doc = frappe.get_doc(DOCTYPE, runner.name)
	settings = lock_project(doc.project)
	plan = get_plan(doc)
	chosen = [row for row in plan if row.outcome == TAKE_OVER]
	_release_expired(settings.name, now)
	made = 0
	for first in range(0, len(chosen), set_based.CHUNK):
		made += len(
			set_based.insert_claims(
				[_get_claim(row, settings, now) for row in chosen[first : first + set_based.CHUNK]],
				journal.CLAIMED,
				now,
			)
		)
		runner.report(100 * (first + set_based.CHUNK) / max(len(chosen), set_based.CHUNK), _("Claiming companies"))
	left = sum(row.outcome == LEAVE for row in plan)
	runner.finish(carried_over=made, left_in_pool=left, taken_meanwhile=len(plan) - made - left)


def _release_expired(project: str, now: datetime) -> None:
	"""Claims that ran out unnoticed still keep their key."""
	names = frappe.db.sql_list(
		"""select name from `tabMeeting Claim` where project = %s and phase = 'Negotiating' and protected_until <= %s""",
		(project, now),
	)
	for first in range(0, len(names), BATCH):
		end_expired(names[first : first + BATCH], now)


def _get_claim(row: frappe._dict, settings: frappe._dict, now: datetime) -> frappe._dict:
	"""Protection counts from now, for a project that has not begun from its first day."""
	project_rules = ProjectRules.of(settings)
	begins = max(now, get_datetime(settings.start_date))
	return frappe._dict(
		project=settings.name,
		project_name=settings.project_name,
		enterprise=row.enterprise,
		enterprise_name=row.enterprise_name,
		holder=row.holder,
		source=rules.CARRIED_OVER,
		claimed_on=now,
		protected_from=begins,
		extended_days=0,
		payment_held_days=0,
		payment_hold_used=0,
		protected_until=calendar.get_protection_end(begins, project_rules.protection_days, project_rules),
		rules=settings.rules_version,
		workflow_state=rules.NEGOTIATING,
		phase=rules.NEGOTIATING,
		active_key=f"{settings.name}:{row.enterprise}",
	)

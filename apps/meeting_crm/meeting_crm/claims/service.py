"""The life of a claim, one function per use case: lock, load, ask the rules, write, record. Nothing here commits.
Locks and their order: `locks.py`. Who may ask is checked by the caller."""

from datetime import datetime

import frappe
from frappe import _
from frappe.utils import now_datetime

from meeting_crm.claims import journal, messages, rules
from meeting_crm.claims.clock.expiry import end_expired, release_unprotected_files
from meeting_crm.claims.errors import ReasonMissingError, SignatureMissingError, UndoTooLateError
from meeting_crm.claims.journal import Event
from meeting_crm.claims.locks import count_claim, count_extension, lock_account, lock_claim, lock_project
from meeting_crm.claims.rules import DEAD, ENDED, NEGOTIATING, RELEASED, SIGNED, ClaimFacts
from meeting_crm.core.people import is_administrator
from meeting_crm.core.problems import take_back_message
from meeting_crm.customers import service as customers
from meeting_crm.enterprises import service as enterprises
from meeting_crm.meeting_projects import calendar
from meeting_crm.meeting_projects import service as projects
from meeting_crm.meeting_projects.rules import ProjectRules, Reason

MAX_REASON_LENGTH = 1000


def get_active_key(project: str, enterprise: str) -> str:
	return f"{project}:{enterprise}"


def make_claim(project: str, enterprise: str, holder: str, source: str, now: datetime | None = None):
	"""Protects an enterprise for `holder` in a project (A3, B2). Whoever held it till a moment ago and whose
	protection ran out loses it here, in the same transaction (B4). Raises ProjectClosedError, NotAMemberError,
	AlreadyHeldError, DailyMaximumError, ClaimedTooOftenError, CoolDownError."""
	settings = lock_project(project)
	account = lock_account(project, holder)
	enterprise_name = enterprises.lock_enterprise(enterprise)
	asked_on = now or now_datetime()
	projects.require_open(settings, asked_on)
	projects.require_member(project, holder)
	_release_expired_holder(project, enterprise, settings, holder, asked_on)
	now = now or now_datetime()  # later than the end of a claim that was waited for
	project_rules = ProjectRules.of(settings)
	claimed_today = _count_today(account, now)
	_require_allowance(settings, project_rules, source, claimed_today, enterprise, holder, now)
	doc = _insert_claim(settings, project_rules, enterprise, enterprise_name, holder, source, now)
	if rules.counts_as_new(source):
		count_claim(account, now.date(), claimed_today + 1)
	return doc


def _release_expired_holder(
	project: str, enterprise: str, settings: frappe._dict, claimer: str, now: datetime, current: bool = False
) -> None:
	"""`current`: reads past the transaction's snapshot, where the row is known to exist."""
	lock = "for update" if current else ""
	row = frappe.db.sql(
		f"select name from `tabMeeting Claim` where active_key = %s {lock}",
		(get_active_key(project, enterprise),),
	)
	if not row or end_expired([row[0][0]], now):
		return
	standing = frappe.db.sql(
		"select holder, phase, protected_until, active_key from `tabMeeting Claim` where name = %s for update",
		(row[0][0],),
		as_dict=True,
	)[0]
	if standing.active_key:
		messages.throw_already_held(settings, standing, claimer)


def _count_today(account: frappe._dict, now: datetime) -> int:
	"""New companies of this person in this project today. The account keeps the number for one day; on another
	one (the first claim, a clock set back) the claims themselves tell."""
	if account.day == now.date():
		return account.claimed_today
	return count_new_claims(account.project, account.user, now)


def count_new_claims(project: str, user: str, now: datetime) -> int:
	claim = frappe.qb.DocType("Meeting Claim")
	start = datetime.combine(now.date(), datetime.min.time())
	return (
		frappe.qb.from_(claim)
		.where((claim.project == project) & (claim.holder == user))
		.where((claim.claimed_on >= start) & (claim.claimed_on < frappe.utils.add_days(start, 1)))
		.where(claim.source.isin(rules.OWN_SOURCES))
		.select(frappe.query_builder.functions.Count("*"))
		.run()
	)[0][0]


def _require_allowance(
	settings: frappe._dict,
	project_rules: ProjectRules,
	source: str,
	claimed_today: int,
	enterprise: str,
	holder: str,
	now: datetime,
) -> None:
	earlier, last_ended_on = 0, None
	if rules.counts_as_new(source) and (project_rules.max_claims_per_person or project_rules.cooldown_days):
		earlier, last_ended_on = frappe.db.sql(
			"""select count(*), max(ended_on) from `tabMeeting Claim`
			where enterprise = %s and project = %s and holder = %s and source != %s""",
			(enterprise, settings.name, holder, rules.UNDONE),
		)[0]
	obstacle = rules.get_claim_obstacle(project_rules, source, claimed_today, earlier, last_ended_on, now)
	if obstacle:
		messages.throw_claim_refused(obstacle, settings, project_rules, holder, last_ended_on, now)


def _insert_claim(
	settings: frappe._dict,
	project_rules: ProjectRules,
	enterprise: str,
	enterprise_name: str,
	holder: str,
	source: str,
	now: datetime,
):
	customer = customers.ensure_file(enterprise, holder)
	doc = frappe.get_doc(
		{
			"doctype": "Meeting Claim",
			"project": settings.name,
			"project_name": settings.project_name,
			"enterprise": enterprise,
			"enterprise_name": enterprise_name,
			"customer": customer,
			"holder": holder,
			"source": source,
			"claimed_on": now,
			"protected_from": now,
			"protected_until": calendar.get_protection_end(now, project_rules.protection_days, project_rules),
			"rules": settings.rules_version,
			"workflow_state": NEGOTIATING,
			"phase": NEGOTIATING,
			"active_key": get_active_key(settings.name, enterprise),
		}
	)
	_prepare_for_service(doc)
	try:
		doc.insert(ignore_permissions=True)  # why: salespeople hold claims, they do not write them
	except frappe.UniqueValidationError:
		take_back_message()
		_release_expired_holder(settings.name, enterprise, settings, holder, now, current=True)
		doc.insert(ignore_permissions=True)  # why: as above, after the expired holder made room
	journal.record(Event.of(doc, journal.CLAIMED, now, source=source, protected_until=doc.protected_until))
	return doc


def extend(claim: str, reason: str, now: datetime | None = None):
	"""B3: adds the project's days per extension at once and counts it against the holder's allowance. Raises
	ReasonMissingError, ClaimOverError, ExtensionsUsedUpError, ProjectClosedError."""
	reason = require_reason(reason)
	project, holder = _get_lock_keys(claim)
	settings = lock_project(project)
	account = lock_account(project, holder)
	doc = lock_claim(claim)
	now = now or now_datetime()
	project_rules, clock_rules = ProjectRules.of(settings), get_clock_rules(doc)
	obstacle = rules.get_extension_obstacle(get_facts(doc), project_rules, account.extensions_used, now)
	if obstacle:
		messages.throw_step_refused(obstacle, doc, project_rules)
	projects.require_open(settings, now)
	projects.require_member(project, holder)
	old_end = doc.protected_until
	doc.extended_days += project_rules.extension_days
	doc.protected_until = calendar.get_protection_end(
		doc.protected_from, clock_rules.protection_days + _get_granted_days(doc), clock_rules
	)
	save_by_service(doc)
	number = count_extension(account)
	frappe.get_doc(
		{
			"doctype": "Meeting Protection Extension",
			"claim": doc.name,
			"enterprise_name": doc.enterprise_name,
			"project": doc.project,
			"holder": doc.holder,
			"reason": reason,
			"old_end": old_end,
			"new_end": doc.protected_until,
			"days": project_rules.extension_days,
			"number": number,
			"by_user": frappe.session.user,
		}
	).insert(ignore_permissions=True)  # why: the record of a decision made here
	journal.record(
		Event.of(
			doc,
			journal.EXTENDED,
			now,
			reason,
			old_end=old_end,
			new_end=doc.protected_until,
			number=number,
			allowed=project_rules.max_extensions,
		)
	)
	return doc


def mark_dead(claim: str, reason: str, now: datetime | None = None):
	"""The enterprise is lost for this person (B6): a dead claim frees it. Raises ReasonMissingError, ClaimOverError."""
	return _end(claim, DEAD, reason, now)


def release(claim: str, reason: str, now: datetime | None = None):
	"""Gives the enterprise back to the pool. The day's number is not given back (B7)."""
	return _end(claim, RELEASED, reason, now)


def _end(claim: str, state: str, reason: str, now: datetime | None):
	reason = require_reason(reason)
	doc = lock_claim(claim)
	doc.workflow_state = state
	prepare_end(doc, reason, now or now_datetime())
	return save_by_service(doc)


def undo(claim: str, now: datetime | None = None):
	"""Takes back a claim that its holder made by mistake a moment ago: the company is free, the day's number comes back
	(unlike B7's for a release), and a copy of the base file in which nothing was written goes too. Raises
	UndoTooLateError."""
	project, holder = _get_lock_keys(claim)
	lock_project(project)
	account = lock_account(project, holder)
	doc = lock_claim(claim)
	now = now or now_datetime()
	_require_undoable(doc, now)
	doc.workflow_state = RELEASED
	prepare_end(doc, _("Undone"), now)
	doc.source = rules.UNDONE
	save_by_service(doc)
	if account.day == doc.claimed_on.date():
		count_claim(account, account.day, max(0, account.claimed_today - 1))
	customers.withdraw_copy(doc.customer, doc.holder, since=doc.claimed_on)
	return doc


def _require_undoable(doc, now: datetime) -> None:
	undone_today = frappe.db.count(
		"Meeting Claim",
		{
			"project": doc.project,
			"holder": doc.holder,
			"source": rules.UNDONE,
			"claimed_on": (">=", datetime.combine(now.date(), datetime.min.time())),
		},
	)
	if doc.holder == frappe.session.user and rules.may_undo(
		doc.source, get_facts(doc), doc.claimed_on, undone_today, now
	):
		return
	frappe.throw(
		_(
			"A claim is taken back within a minute by whoever made it, before anything was done with it, and {0} times a day. Give the company back to the pool instead."
		).format(rules.MAX_UNDONE_PER_DAY),
		title=_("Too late to undo"),
		exc=UndoTooLateError,
	)


def sign(claim: str, contract: str | None = None, payment: str | None = None, now: datetime | None = None):
	"""B5: a contract or a first payment makes the enterprise this person's for good in this project. Signing what is
	signed already changes nothing. Raises ClaimOverError, SignatureMissingError."""
	doc = lock_claim(claim)
	if doc.phase == SIGNED:
		return doc
	doc.workflow_state = SIGNED
	prepare_signature(doc, contract, payment, now or now_datetime())
	return save_by_service(doc)


def settle_signature(claim: str, contract: str | None, payment: str | None, now: datetime | None = None):
	"""B5, from both sides: signed while a contract or net receipts stand on the claim, else not. The caller says what stands,
	read under this claim's lock (`lock_claim`). A claim that is over stays over. Returns the claim as it is then."""
	doc = lock_claim(claim)
	now = now or now_datetime()
	if not (contract or payment):
		return _unsign(doc, now) if doc.phase == SIGNED else doc
	if doc.phase == SIGNED:
		if (doc.contract, doc.payment) != (contract, payment):
			doc.update({"contract": contract, "payment": payment})
			save_by_service(doc)
		return doc
	if rules.is_active(doc.phase, doc.protected_until, now):
		doc.workflow_state = SIGNED
		prepare_signature(doc, contract, payment, now)
		save_by_service(doc)
	return doc


def sign_afterwards(claim: str, payment: str, now: datetime | None = None):
	"""B5: money paid while protection ran and booked after it signs the claim that was over, where nobody holds the company now.
	The caller has compared the days. Raises AlreadyHeldError, NotAMemberError."""
	project, holder = _get_lock_keys(claim)
	settings = lock_project(project)
	projects.require_member(project, holder)
	now = now or now_datetime()
	_release_expired_holder(project, lock_claim(claim).enterprise, settings, holder, now)
	doc = lock_claim(claim)
	doc.update(
		{
			"phase": SIGNED,
			"workflow_state": SIGNED,
			"signed_on": now,
			"payment": payment,
			"ended_on": None,
			"end_reason": None,
			"active_key": get_active_key(project, doc.enterprise),
			"customer": customers.ensure_file(doc.enterprise, holder),
		}
	)
	doc.flags.event = Event.of(doc, journal.SIGNED, now, payment=payment)
	return save_by_service(doc)


def _unsign(doc, now: datetime):
	"""Protection runs on with the time that was left when it was signed."""
	ground = doc.contract
	doc.update({"workflow_state": NEGOTIATING, "contract": None, "payment": None})
	prepare_signature_cancelled(doc, now, ground)
	return save_by_service(doc)


def get_end_without_signature(claim: str, now: datetime | None = None) -> datetime:
	"""When protection would end if the signature were taken back now."""
	doc = frappe.get_doc("Meeting Claim", claim)
	return _get_resumed_end(doc, get_facts(doc), now or now_datetime())[1]


def _get_resumed_end(doc, facts: ClaimFacts, now: datetime) -> tuple[datetime, datetime]:
	clock_rules, start = get_clock_rules(doc), rules.resume_after_signature(facts, now)
	return start, calendar.get_protection_end(start, clock_rules.protection_days + facts.extended_days, clock_rules)


def hold_for_payment(claim: str, days: int, payment: str, now: datetime | None = None):
	"""Money that was paid in time must not be lost because finance needs time: once a claim, its protection runs on for
	`days` more, until finance has answered. Returns the claim, unchanged where it is signed, over or was held before."""
	doc = lock_claim(claim)
	now = now or now_datetime()
	if not days or doc.payment_hold_used or doc.phase != NEGOTIATING or doc.protected_until <= now:
		return doc
	doc.update({"payment_held_days": days, "payment_hold_used": 1})
	_move_end(doc, now, journal.HELD_FOR_PAYMENT, payment)
	return save_by_service(doc)


def end_hold(claim: str, payment: str, now: datetime | None = None):
	"""Finance refused the payment: the days that held the claim are gone. It ends now where it would have ended before."""
	doc = lock_claim(claim)
	now = now or now_datetime()
	if not doc.payment_held_days or doc.phase != NEGOTIATING or doc.protected_until <= now:
		return doc
	doc.payment_held_days = 0
	_move_end(doc, now, journal.PAYMENT_REFUSED, payment)
	return save_by_service(doc)


def _move_end(doc, now: datetime, event: str, payment: str) -> None:
	clock_rules, old_end = get_clock_rules(doc), doc.protected_until
	end = calendar.get_protection_end(
		doc.protected_from, clock_rules.protection_days + _get_granted_days(doc), clock_rules
	)
	doc.protected_until = max(end, now)
	doc.flags.event = Event.of(doc, event, now, payment=payment, old_end=old_end, new_end=doc.protected_until)


def _get_granted_days(doc) -> int:
	return doc.extended_days + (doc.payment_held_days or 0)


def reopen(claim: str, reason: str, now: datetime | None = None):
	"""Takes back a release or a death by hand while the protection it had still runs and nobody claimed the
	enterprise meanwhile. The clock is the old one: nothing is won by it."""
	reason = require_reason(reason)
	project, _holder = _get_lock_keys(claim)
	settings = lock_project(project)
	doc = lock_claim(claim)
	now = now or now_datetime()
	projects.require_open(settings, now)
	doc.workflow_state = NEGOTIATING
	prepare_reopening(doc, reason, now)
	return save_by_service(doc)


def save_by_service(doc):
	_prepare_for_service(doc)
	doc.save(ignore_permissions=True)  # why: the use case has decided; the caller checked who asks
	return doc


def _prepare_for_service(doc) -> None:
	"""What administrators made mandatory is asked of people in forms; a claim, its end or its signature does not wait for it."""
	doc.flags.update({"by_service": True, "ignore_links": True, "ignore_mandatory": True})


def prepare_signature(doc, contract: str | None, payment: str | None, now: datetime) -> None:
	"""The `prepare_` functions change a locked document in place, for the services above and for the workflow's
	actions alike; `finish_step` does the rest once it is saved."""
	_require_running(doc, now)
	if not (contract or payment or is_administrator()):
		frappe.throw(
			_(
				"Signing needs a submitted contract or a first payment. Make the contract from this claim and submit it: that signs the claim."
			),
			title=_("No contract yet"),
			exc=SignatureMissingError,
		)
	doc.update({"phase": SIGNED, "signed_on": now, "contract": contract, "payment": payment})
	doc.flags.event = Event.of(doc, journal.SIGNED, now, contract=contract, payment=payment)


def prepare_signature_cancelled(doc, now: datetime, contract: str | None = None) -> None:
	facts = get_facts(doc)
	if facts.phase != SIGNED:
		messages.throw_step_refused(rules.get_standing(facts, get_clock_rules(doc), now).reason, doc)
	if doc.contract and not contract and frappe.db.get_value("Meeting Contract", doc.contract, "docstatus") == 1:
		messages.throw_contract_stands(doc)
	if doc.payment:
		messages.throw_payment_stands(doc)
	old_end = doc.protected_until
	doc.protected_from, doc.protected_until = _get_resumed_end(doc, facts, now)
	doc.update({"phase": NEGOTIATING, "signed_on": None, "contract": None})
	doc.flags.event = Event.of(
		doc,
		journal.SIGNATURE_CANCELLED,
		now,
		contract=contract,
		old_end=old_end,
		new_end=doc.protected_until,
	)


def prepare_end(doc, reason: str, now: datetime) -> None:
	_require_running(doc, now)
	doc.update({"phase": ENDED, "ended_on": now, "end_reason": reason, "active_key": None})
	event = journal.MARKED_DEAD if doc.workflow_state == DEAD else journal.RELEASED
	doc.flags.event = Event.of(doc, event, now, reason)


def prepare_reopening(doc, reason: str, now: datetime) -> None:
	if doc.source == rules.UNDONE:
		messages.throw_step_refused(Reason.RELEASED, doc)
	if get_facts(doc).phase != ENDED:
		messages.throw_step_refused(Reason.SIGNED if doc.signed_on else Reason.PROTECTED, doc)
	settings = projects.get_project(doc.project)
	projects.require_open(settings, now)
	projects.require_member(doc.project, doc.holder)
	if doc.protected_until <= now:
		messages.throw_step_refused(Reason.EXPIRED, doc)
	_release_expired_holder(doc.project, doc.enterprise, settings, doc.holder, now)
	doc.update(
		{
			"phase": NEGOTIATING,
			"ended_on": None,
			"end_reason": None,
			"active_key": get_active_key(doc.project, doc.enterprise),
		}
	)
	doc.flags.event = Event.of(doc, journal.REOPENED, now, reason)


def make_room(doc) -> None:
	"""For a claim that met another one under its key, which the transaction's snapshot did not show: raises AlreadyHeldError,
	or releases what ran out."""
	settings = projects.get_project(doc.project)
	_release_expired_holder(doc.project, doc.enterprise, settings, doc.holder, now_datetime(), current=True)


def prepare_state_change(doc, old_state: str, now: datetime) -> None:
	"""A step between states that administrators added: protection goes on as it was."""
	_require_running(doc, now)
	doc.flags.event = Event.of(doc, journal.STATE_CHANGED, now, old_state=old_state, new_state=doc.workflow_state)


def _require_running(doc, now: datetime) -> None:
	standing = rules.get_standing(get_facts(doc), get_clock_rules(doc), now)
	if standing.reason is not Reason.PROTECTED:
		messages.throw_step_refused(standing.reason, doc)


def finish_step(doc) -> None:
	"""After the claim is saved: its journal, and the customer file that follows it."""
	event = doc.flags.pop("event", None)
	if not event:
		return
	journal.record(event)
	if event.event == journal.SIGNED:
		customers.set_category(doc.customer, "Formal")
	elif event.event == journal.SIGNATURE_CANCELLED and not _has_signed_claim(doc.customer):
		customers.set_category(doc.customer, "Intended")
	elif event.event == journal.REOPENED:
		customer = customers.ensure_file(doc.enterprise, doc.holder)
		if customer != doc.customer:
			doc.db_set("customer", customer)
	elif doc.phase == ENDED:
		release_unprotected_files({doc.customer}, event.happened_on)


def _has_signed_claim(customer: str) -> bool:
	return bool(frappe.db.exists("Meeting Claim", {"customer": customer, "phase": SIGNED}))


def get_facts(doc) -> ClaimFacts:
	"""The stored facts of a claim; for a document about to change, those before the change."""
	row = doc.get_doc_before_save() if hasattr(doc, "get_doc_before_save") else None
	row = row or doc
	return ClaimFacts(
		row.phase,
		row.workflow_state,
		row.protected_from,
		row.protected_until,
		_get_granted_days(row),
		row.signed_on,
		row.ended_on,
	)


def get_clock_rules(doc) -> ProjectRules:
	"""The rules this claim's clock runs under: those of the version it points at (B13)."""
	return projects.get_rules_of_version(doc.rules) if doc.rules else projects.get_rules(doc.project)


def _get_lock_keys(claim: str) -> tuple[str, str]:
	row = frappe.db.get_value("Meeting Claim", claim, ["project", "holder"])
	if not row:
		lock_claim(claim)
	return row


def require_reason(reason: str | None) -> str:
	reason = (reason or "").strip()
	if not reason:
		frappe.throw(
			_("A reason is missing. Write in a few words why, so that it can be understood later."),
			title=_("Reason missing"),
			exc=ReasonMissingError,
		)
	if len(reason) > MAX_REASON_LENGTH:
		frappe.throw(
			_("The reason has {0} characters. Shorten it to {1}.").format(len(reason), MAX_REASON_LENGTH),
			title=_("Reason too long"),
			exc=ReasonMissingError,
		)
	return reason


def get_active_claim(project: str, enterprise: str, now: datetime | None = None) -> frappe._dict | None:
	"""Who holds an enterprise in a project at this second: name, holder, customer, workflow_state, protected_until."""
	row = frappe.db.get_value(
		"Meeting Claim",
		{"active_key": get_active_key(project, enterprise)},
		["name", "holder", "customer", "workflow_state", "phase", "protected_until"],
		as_dict=True,
	)
	if row and rules.is_active(row.phase, row.protected_until, now or now_datetime()):
		return row
	return None


def get_current_claim(customer: str, now: datetime | None = None) -> frappe._dict | None:
	"""The newest claim that protects a customer file at this second: name, project, phase, protected_until."""
	rows = frappe.get_all(
		"Meeting Claim",
		filters={"customer": customer, "phase": ("in", (NEGOTIATING, SIGNED))},
		fields=["name", "project", "phase", "protected_until"],
		order_by="claimed_on desc",
	)
	now = now or now_datetime()
	return next((row for row in rows if rules.is_active(row.phase, row.protected_until, now)), None)


def get_statuses(
	enterprises: list[str],
	projects_asked: list[str] | None = None,
	now: datetime | None = None,
	fresh: bool = False,
) -> dict[str, list[dict]]:
	"""For the duplicate check (A2): per enterprise rows of project, project_name, status, holder, customer, protected_until.
	Without projects: where somebody holds it, in any project (no row: uncontacted everywhere). With projects: one row for
	each of them. `fresh` sees what others committed since this transaction began, and locks it."""
	now, found = now or now_datetime(), {enterprise: [] for enterprise in enterprises}
	if not enterprises:
		return found
	claim = frappe.qb.DocType("Meeting Claim")
	query = (
		frappe.qb.from_(claim)
		.where(claim.enterprise.isin(list(found)) & claim.active_key.isnotnull())
		.select(
			claim.enterprise,
			claim.project,
			claim.project_name,
			claim.phase,
			claim.holder,
			claim.customer,
			claim.protected_until,
		)
		.orderby(claim.claimed_on, order=frappe.qb.desc)
	)
	if projects_asked is not None:
		query = query.where(claim.project.isin(projects_asked or [""]))
	if fresh:
		query = query.for_update()
	for row in query.run(as_dict=True):
		status = rules.get_status(row.phase, row.protected_until, now)
		if status != rules.STATUS_FREE:
			found[row.enterprise].append(
				{
					"project": row.project,
					"project_name": row.project_name,
					"status": status,
					"holder": row.holder,
					"customer": row.customer,
					"protected_until": row.protected_until if status == rules.STATUS_HELD else None,
				}
			)
	if projects_asked:
		_add_free_projects(found, projects_asked)
	return found


def _add_free_projects(found: dict[str, list[dict]], projects_asked: list[str]) -> None:
	names = projects.get_project_names(projects_asked)
	for rows in found.values():
		held = {row["project"] for row in rows}
		rows.extend(
			{
				"project": project,
				"project_name": names.get(project),
				"status": rules.STATUS_FREE,
				"holder": None,
				"protected_until": None,
			}
			for project in projects_asked
			if project not in held
		)


def find_own(project: str, enterprise: str, holder: str) -> dict | None:
	"""What `holder` would have been told of their claim; None where they hold nothing there."""
	name = frappe.db.get_value(
		"Meeting Claim", {"active_key": get_active_key(project, enterprise), "holder": holder}, for_update=True
	)
	return describe(frappe.get_doc("Meeting Claim", name)) if name else None


def find_in_state(claim: str, state: str) -> dict | None:
	doc = frappe.get_doc("Meeting Claim", claim)
	return describe(doc) if doc.workflow_state == state else None


def describe(doc) -> dict:
	"""What the answers of the API say of a claim."""
	now = now_datetime()
	return {
		"claim": doc.name,
		"project": doc.project,
		"enterprise": doc.enterprise,
		"enterprise_name": doc.enterprise_name,
		"customer": doc.customer,
		"holder": doc.holder,
		"state": doc.workflow_state,
		"status": rules.get_status(doc.phase, doc.protected_until, now),
		"protected_until": str(doc.protected_until) if doc.phase == NEGOTIATING else None,
		"days_left": rules.get_days_left(doc.protected_until, now) if doc.phase == NEGOTIATING else None,
	}

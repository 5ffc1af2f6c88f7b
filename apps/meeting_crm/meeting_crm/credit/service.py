"""Credit scores of enterprises, and the policies that are granted on them (C10). Scores follow from contracts, payments and
maintenance; nobody writes one by hand."""

from collections import defaultdict
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import add_years, cint, flt, getdate, now_datetime

from meeting_crm.contracts import reckoning
from meeting_crm.contracts.reckoning import Instalment
from meeting_crm.core.log import log
from meeting_crm.core.money import money
from meeting_crm.credit import rules
from meeting_crm.credit.errors import ScoreTooLowError
from meeting_crm.credit.rules import DueRow, Facts

SCORE, CHANGE, SETTINGS = "Meeting Credit Score", "Meeting Credit Score Change", "Meeting Credit Settings"
CONTRACT, GRANT, POLICY = "Meeting Contract", "Meeting Policy Grant", "Meeting Preferential Policy"
YEARS = 3
CHUNK = 500


def get_settings() -> frappe._dict:
	"""What administrators set; the defaults where nobody saved the settings yet."""
	doc, meta = frappe.get_cached_doc(SETTINGS), frappe.get_meta(SETTINGS)
	values = {
		field: flt(meta.get_field(field).default if doc.get(field) is None else doc.get(field))
		for field in ("threshold", "margin", "level_a", "level_b", "full_turnover")
	}
	weights = {row.criterion: cint(row.weight) for row in doc.get("criteria", [])}
	return frappe._dict(values, weights=weights or dict(rules.DEFAULT_WEIGHTS))


def recompute(enterprises: list[str]) -> None:
	"""Scores of the given enterprises as of now, with a history row where one changed."""
	settings = get_settings()
	for start in range(0, len(enterprises), CHUNK):
		chunk = enterprises[start : start + CHUNK]
		facts = get_facts(chunk)
		for enterprise in chunk:
			_write(enterprise, facts.get(enterprise), settings)


def recompute_all() -> None:
	recompute(
		frappe.db.sql_list(f"select distinct enterprise from `tab{CONTRACT}` where docstatus = 1 and enterprise != ''")
	)


def get_facts(enterprises: list[str]) -> dict[str, Facts]:
	"""Only of enterprises with a contract: others are not rated."""
	today = getdate()
	since = getdate(add_years(today, -YEARS))
	contracts = frappe.db.sql(
		f"""select name, enterprise, project, status, signed_on, amount, settled_amount from `tab{CONTRACT}`
		where docstatus = 1 and enterprise in %s order by name""",
		(enterprises or [""],),
		as_dict=True,
	)
	names = [row.name for row in contracts] or [""]
	plans, received = _get_plans(names), _get_received(names)
	judgements = dict(
		frappe.db.sql(
			f"select enterprise, judgement from `tab{SCORE}` where has_judgement = 1 and enterprise in %s",
			(enterprises or [""],),
		)
	)
	complaints = dict(
		frappe.db.sql(
			"""select customer.enterprise, count(*) from `tabMeeting Maintenance` maintenance
			join `tabMeeting Customer` customer on customer.name = maintenance.customer
			where maintenance.kind = 'Complaint' and maintenance.reported_on >= %s and customer.enterprise in %s
			group by customer.enterprise""",
			(since, enterprises or [""]),
		)
	)
	by_enterprise = defaultdict(list)
	for row in contracts:
		by_enterprise[row.enterprise].append(row)
	return {
		enterprise: _get_facts(
			rows, plans, received, today, since, complaints.get(enterprise, 0), judgements.get(enterprise)
		)
		for enterprise, rows in by_enterprise.items()
	}


def _get_facts(contracts: list, plans: dict, received: dict, today, since, complaints: int, judgement) -> Facts:
	turnover, due_rows, overdue_days = Decimal(0), [], 0
	for row in contracts:
		terminated = row.status == "Terminated"
		amount = reckoning.get_effective_amount(row.amount, row.settled_amount, terminated)
		if getdate(row.signed_on) >= since:
			turnover += amount
		plan = reckoning.limit_plan(plans.get(row.name, []), amount)
		movements = received.get(row.name, [])
		due_rows += _get_due_rows(plan, movements, today)
		net = sum((value for _day, value in movements), Decimal(0))
		overdue_days = max(overdue_days, reckoning.get_overdue_days(reckoning.get_paid(plan, net), today))
	return Facts(
		turnover=turnover,
		editions=len({row.project for row in contracts if row.status != "Terminated"}),
		due_rows=tuple(due_rows),
		overdue_days=overdue_days,
		terminations=sum(row.status == "Terminated" and getdate(row.signed_on) >= since for row in contracts),
		complaints=complaints,
		judgement=judgement,
	)


def _get_due_rows(plan: list[Instalment], movements: list[tuple], today) -> list[DueRow]:
	rows, before = [], Decimal(0)
	for row in sorted(plan, key=lambda row: row.due_on):
		if row.due_on < today and row.amount > 0:
			by_then = sum((value for day, value in movements if day <= row.due_on), Decimal(0))
			rows.append(DueRow(row.due_on, row.amount, before, by_then))
		before += row.amount
	return rows


def _get_plans(contracts: list[str]) -> dict[str, list[Instalment]]:
	plans = defaultdict(list)
	for parent, due_on, amount in frappe.db.sql(
		"select parent, due_on, amount from `tabMeeting Contract Plan Row` where parent in %s order by parent, due_on, idx",
		(contracts,),
	):
		plans[parent].append(Instalment(getdate(due_on), money(amount)))
	return plans


def _get_received(contracts: list[str]) -> dict[str, list[tuple]]:
	"""{contract: [(day, amount)]}, refunds below zero."""
	received = defaultdict(list)
	for contract, day, direction, amount in frappe.db.sql(
		"""select allocation.contract, payment.paid_on, payment.direction, allocation.amount
		from `tabMeeting Payment Allocation` allocation join `tabMeeting Payment` payment on payment.name = allocation.parent
		where payment.docstatus = 1 and allocation.contract in %s""",
		(contracts,),
	):
		received[contract].append((getdate(day), money(amount) if direction == "Receipt" else -money(amount)))
	return received


def _write(enterprise: str, facts: Facts | None, settings: frappe._dict) -> None:
	before = frappe.db.get_value(SCORE, {"enterprise": enterprise}, ["name", "score", "level"], as_dict=True)
	if facts is None and not before:
		return
	points = rules.get_points(facts, money(settings.full_turnover)) if facts else {}
	score = rules.get_score(points, settings.weights)
	level = rules.get_level(score, cint(settings.level_a), cint(settings.level_b))
	parts = [
		{
			"criterion": name,
			"points": None if value is None else round(float(value), 1),
			"weight": settings.weights.get(name, 0),
		}
		for name, value in points.items()
	]
	values = {
		"score": score or 0,
		"level": level or "",
		"parts": frappe.as_json(parts),
		"computed_on": now_datetime(),
		"turnover": float(facts.turnover) if facts else 0,
		"enterprise_name": frappe.db.get_value("Meeting Enterprise", enterprise, "enterprise_name"),
	}
	if before:
		frappe.db.set_value(SCORE, before.name, values)
	else:
		doc = frappe.get_doc({"doctype": SCORE, "enterprise": enterprise, **values})
		doc.flags.by_service = True
		doc.insert(ignore_permissions=True)  # why: scores follow from the records; nobody writes one
	if (before and (before.score, before.level or "")) != (values["score"], values["level"]):
		_record_change(enterprise, before, values)


def _record_change(enterprise: str, before, values: dict) -> None:
	frappe.get_doc(
		{
			"doctype": CHANGE,
			"enterprise": enterprise,
			"enterprise_name": values["enterprise_name"],
			"changed_on": values["computed_on"],
			"old_score": before.score if before else 0,
			"new_score": values["score"],
			"level": values["level"],
			"parts": values["parts"],
		}
	).insert(ignore_permissions=True)  # why: the history of what is computed


def describe(enterprise: str | None) -> dict:
	"""Score, level and points per criterion, without any amount: of colleagues' contracts nobody learns more."""
	settings = get_settings()
	found = enterprise and frappe.db.get_value(
		SCORE, {"enterprise": enterprise}, ["score", "level", "parts", "computed_on"], as_dict=True
	)
	parts = frappe.parse_json(found.parts) if found and found.parts else []
	grant = _get_running_grant(enterprise)
	return {
		"score": found.score if found and found.level else None,
		"level": found.level if found and found.level else None,
		"threshold": cint(settings.threshold),
		"computed_on": str(found.computed_on) if found else None,
		"parts": [{**part, "label": _(str(part["criterion"]))} for part in parts],
		"policy": grant.policy if grant else None,
		"percentage": grant.percentage if grant else None,
		"until": str(grant.until) if grant else None,
	}


def _get_running_grant(enterprise: str | None):
	rows = frappe.db.sql(
		f"""select granted.name, granted.policy, granted.until, policy.percentage from `tab{GRANT}` granted
		join `tab{POLICY}` policy on policy.name = granted.policy
		where granted.enterprise = %s and %s between granted.from_date and granted.until
		order by policy.priority desc, policy.percentage desc limit 1""",
		(enterprise or "", getdate()),
		as_dict=True,
	)
	return rows[0] if rows else None


def grant(enterprise: str, policy: str, until, from_date=None):
	"""By hand, with an end: from the threshold of the policy or of the settings on."""
	score = frappe.db.get_value(SCORE, {"enterprise": enterprise}, "score")
	needed = frappe.get_cached_value(POLICY, policy, "needs_score") or cint(get_settings().threshold)
	if (score or 0) < needed:
		frappe.throw(
			_("The credit score is {0}; {1} needs {2}. Grant it when the score has reached that.").format(
				score if score is not None else _("not known"), frappe.bold(_(policy)), needed
			),
			title=_("Score too low"),
			exc=ScoreTooLowError,
		)
	return frappe.get_doc(
		{
			"doctype": GRANT,
			"enterprise": enterprise,
			"policy": policy,
			"from_date": from_date or getdate(),
			"until": until,
			"score_at_grant": score,
		}
	).insert()


def end_grant(name: str, reason: str) -> None:
	"""From today on; what was signed keeps its percentage."""
	doc = frappe.get_doc(GRANT, name)
	doc.until = frappe.utils.add_days(getdate(), -1)
	doc.from_date = min(getdate(doc.from_date), getdate(doc.until))
	doc.ended_reason = reason
	doc.save()


def get_proposed_withdrawals() -> list[dict]:
	settings = get_settings()
	rows = frappe.db.sql(
		f"""select granted.name, granted.enterprise, granted.enterprise_name, granted.policy, granted.until, score.score
		from `tab{GRANT}` granted join `tab{SCORE}` score on score.enterprise = granted.enterprise
		where %s between granted.from_date and granted.until order by score.score""",
		(getdate(),),
		as_dict=True,
	)
	return [
		row for row in rows if rules.is_withdrawal_proposed(row.score, cint(settings.threshold), cint(settings.margin))
	]


def judge(enterprise: str, judgement: int | None) -> None:
	"""An administrator's own judgement, 0 to 100; None takes it back."""
	name = frappe.db.get_value(SCORE, {"enterprise": enterprise}, "name")
	if not name:
		recompute([enterprise])
		name = frappe.db.get_value(SCORE, {"enterprise": enterprise}, "name")
	if not name:
		frappe.throw(_("A company is rated from its first contract on."), exc=ScoreTooLowError)
	before = frappe.db.get_value(SCORE, name, "judgement")
	frappe.db.set_value(SCORE, name, {"judgement": cint(judgement), "has_judgement": int(judgement is not None)})
	log("Changed", SCORE, name, {"judgement": before}, {"judgement": judgement})
	recompute([enterprise])

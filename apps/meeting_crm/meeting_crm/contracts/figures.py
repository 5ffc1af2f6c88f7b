"""The director's page: signed, received, due, by month, person, project and kind of fee; the funnel; this edition beside the last one.
A dozen set-based statements, over what the reader may see in the lists."""

from datetime import date, timedelta

import frappe
from frappe.utils import add_months, get_first_day, getdate

from meeting_crm.claims.permissions import claim_condition
from meeting_crm.contracts import receivables
from meeting_crm.contracts.permissions import contract_condition, payment_condition, target_condition
from meeting_crm.contracts.receivables import EFFECTIVE
from meeting_crm.contracts.work_figures import CLAIM, get_work

MONTHS = 12
WEEKS = 26
TOP = 20
CONTRACT, PAYMENT = "`tabMeeting Contract`", "`tabMeeting Payment`"
STANDING = f"{CONTRACT}.docstatus = 1"
SIGNED_PAID = f"if({PAYMENT}.direction = 'Receipt', {PAYMENT}.amount, -{PAYMENT}.amount)"


def get_figures(from_date, to_date, project: str | None = None) -> dict:
	first, last = getdate(from_date), getdate(to_date)
	asked = {"first": first, "last": last, "project": project, "today": getdate()}
	contracts, payments, claims = (
		_narrow(CONTRACT, contract_condition(), project),
		_narrow(PAYMENT, payment_condition(), project),
		_narrow(CLAIM, claim_condition(), project),
	)
	ages = receivables.get_ages(contract_condition(), asked["today"], project)
	[[signed, number, outstanding]] = frappe.db.sql(
		f"""select coalesce(sum(if({CONTRACT}.signed_on between %(first)s and %(last)s, {EFFECTIVE}, 0)), 0),
			coalesce(sum({CONTRACT}.signed_on between %(first)s and %(last)s), 0),
			coalesce(sum(greatest({CONTRACT}.outstanding, 0)), 0)
		from {CONTRACT} where {STANDING} and {contracts}""",
		asked,
	)
	[[received]] = frappe.db.sql(
		f"select coalesce(sum({SIGNED_PAID}), 0) from {PAYMENT} where docstatus = 1 and paid_on between %(first)s and %(last)s and {payments}",
		asked,
	)
	return {
		"from_date": str(first),
		"to_date": str(last),
		"signed": float(signed),
		"number": int(number),
		"received": float(received),
		"outstanding": float(outstanding),
		"overdue": receivables.add_up(ages),
		"ages": ages,
		"target": _get_target(asked, "Signed"),
		"target_received": _get_target(asked, "Received"),
		"months": _get_months(contracts, payments, asked),
		"people": _get_people(contracts, payments, asked),
		"projects": _get_projects(contracts, asked),
		"fee_kinds": _get_fee_kinds(contracts, asked),
		"funnel": _get_funnel(claims, asked),
		"work": get_work(claims, asked),
		"editions": _get_editions(project, asked["today"]) if project else None,
	}


def _narrow(table: str, condition: str, project: str | None) -> str:
	return f"({condition} and {table}.project = %(project)s)" if project else condition


def _get_target(asked: dict, measure: str) -> float:
	narrowed = "and project = %(project)s" if asked["project"] else ""
	[[amount]] = frappe.db.sql(
		f"""select coalesce(sum(amount), 0) from `tabMeeting Sales Target`
		where measure = %(measure)s and month between %(from_month)s and %(last)s {narrowed} and {target_condition()}""",
		{**asked, "measure": measure, "from_month": get_first_day(asked["first"])},
	)
	return float(amount)


def _get_months(contracts: str, payments: str, asked: dict) -> list[dict]:
	"""The last twelve months, also the empty ones."""
	begin = getdate(get_first_day(add_months(asked["last"], 1 - MONTHS)))
	values = {**asked, "begin": begin}
	signed = dict(
		frappe.db.sql(
			f"""select date_format({CONTRACT}.signed_on, '%%Y-%%m'), sum({EFFECTIVE}) from {CONTRACT}
			where {STANDING} and {CONTRACT}.signed_on between %(begin)s and %(last)s and {contracts} group by 1""",
			values,
		)
	)
	received = dict(
		frappe.db.sql(
			f"""select date_format({PAYMENT}.paid_on, '%%Y-%%m'), sum({SIGNED_PAID}) from {PAYMENT}
			where {PAYMENT}.docstatus = 1 and {PAYMENT}.paid_on between %(begin)s and %(last)s and {payments} group by 1""",
			values,
		)
	)
	targets = dict(
		frappe.db.sql(
			f"""select date_format(month, '%%Y-%%m'), sum(amount) from `tabMeeting Sales Target`
			where measure = 'Signed' and month between %(begin)s and %(last)s and {target_condition()} group by 1""",
			values,
		)
	)
	months = [getdate(add_months(begin, place)).strftime("%Y-%m") for place in range(MONTHS)]
	return [
		{
			"month": month,
			"signed": float(signed.get(month) or 0),
			"received": float(received.get(month) or 0),
			"target": float(targets.get(month) or 0),
		}
		for month in months
	]


def _get_people(contracts: str, payments: str, asked: dict) -> list[dict]:
	"""A ranking; equal amounts share a rank."""
	signed = frappe.db.sql(
		f"""select {CONTRACT}.holder, sum({EFFECTIVE}), count(*) from {CONTRACT}
		where {STANDING} and {CONTRACT}.signed_on between %(first)s and %(last)s and {contracts} group by 1""",
		asked,
	)
	received = dict(
		frappe.db.sql(
			f"""select {PAYMENT}.holder, sum({SIGNED_PAID}) from {PAYMENT} where {PAYMENT}.docstatus = 1
			and {PAYMENT}.paid_on between %(first)s and %(last)s and {payments} group by 1""",
			asked,
		)
	)
	targets = dict(
		frappe.db.sql(
			"""select user, sum(amount) from `tabMeeting Sales Target`
			where measure = 'Signed' and month between %(from_month)s and %(last)s group by 1""",
			{**asked, "from_month": get_first_day(asked["first"])},
		)
	)
	known = {holder: (float(amount), int(number)) for holder, amount, number in signed if holder}
	users = {*known, *(holder for holder in received if holder)}
	names = {
		row.name: row
		for row in frappe.get_all(
			"User", filters={"name": ("in", list(users) or [""])}, fields=["name", "full_name", "enabled"]
		)
	}
	rows = [
		{
			"user": user,
			"full_name": names[user].full_name if user in names else user,
			"enabled": bool(user in names and names[user].enabled),
			"signed": known.get(user, (0.0, 0))[0],
			"number": known.get(user, (0.0, 0))[1],
			"received": float(received.get(user) or 0),
			"target": float(targets.get(user) or 0),
		}
		for user in users
	]
	rows.sort(key=lambda row: (-row["signed"], -row["received"], row["full_name"]))
	for row in rows:
		row["rank"] = 1 + sum(other["signed"] > row["signed"] for other in rows)
	return rows[:TOP]


def _get_projects(contracts: str, asked: dict) -> list[dict]:
	return frappe.db.sql(
		f"""select {CONTRACT}.project, project.project_name, sum({EFFECTIVE}) as signed,
			sum({CONTRACT}.received - {CONTRACT}.refunded) as received, count(*) as number
		from {CONTRACT} join `tabMeeting Project` project on project.name = {CONTRACT}.project
		where {STANDING} and {CONTRACT}.signed_on between %(first)s and %(last)s and {contracts}
		group by 1, 2 order by 3 desc limit {TOP}""",
		asked,
		as_dict=True,
	)


def _get_fee_kinds(contracts: str, asked: dict) -> list[dict]:
	"""Contracts agreed in one sum stand as one kind of their own (an empty name)."""
	lines = frappe.db.sql(
		f"""select coalesce(item.fee_kind, ''), sum(if(item.name is null, {CONTRACT}.amount, item.amount)) from {CONTRACT}
		left join `tabMeeting Contract Item` item on item.parent = {CONTRACT}.name and item.parenttype = 'Meeting Contract'
		where {STANDING} and {CONTRACT}.signed_on between %(first)s and %(last)s and {contracts} group by 1 order by 2 desc""",
		asked,
	)
	return [{"fee_kind": kind, "amount": float(amount or 0)} for kind, amount in lines]


def _get_funnel(claims: str, asked: dict) -> list[dict]:
	"""Companies claimed in the period: how many were talked to, got a quotation, signed, and paid. A company counts once."""
	[steps] = frappe.db.sql(
		f"""select count(distinct {CLAIM}.enterprise),
			count(distinct if(exists(select 1 from `tabMeeting Activity` activity
				where activity.customer = {CLAIM}.customer and activity.status = 'Done'), {CLAIM}.enterprise, null)),
			count(distinct if(exists(select 1 from `tabMeeting Quotation` quotation
				where quotation.customer = {CLAIM}.customer and quotation.docstatus = 1), {CLAIM}.enterprise, null)),
			count(distinct if({CLAIM}.phase = 'Signed', {CLAIM}.enterprise, null)),
			count(distinct if(exists(select 1 from `tabMeeting Payment` payment
				where payment.claim = {CLAIM}.name and payment.docstatus = 1), {CLAIM}.enterprise, null))
		from {CLAIM}
		where {CLAIM}.claimed_on >= %(first)s and {CLAIM}.claimed_on < %(last)s + interval 1 day and {claims}""",
		asked,
	)
	labels = ("Claimed", "Contacted", "Quoted", "Signed", "Paid")
	return [{"step": label, "number": int(number or 0)} for label, number in zip(labels, steps, strict=True)]


def _get_editions(project: str, today: date) -> dict | None:
	"""What was signed so many days before the end of a project, in this edition and in the last one, week by week."""
	this = frappe.db.get_value(
		"Meeting Project", project, ["project_name", "end_date", "previous_project"], as_dict=True
	)
	if not this or not this.end_date or not this.previous_project:
		return None
	last = frappe.db.get_value(
		"Meeting Project", this.previous_project, ["name", "project_name", "end_date"], as_dict=True
	)
	if not last.end_date:
		return None
	days_left = (getdate(this.end_date) - today).days
	points = [days_left + 7 * week for week in reversed(range(WEEKS))]
	return {
		"days_left": days_left,
		"this": {"name": this.project_name, "values": _get_signed_until(project, this.end_date, points)},
		"last": {"name": last.project_name, "values": _get_signed_until(last.name, last.end_date, points)},
		"days": points,
	}


def _get_signed_until(project: str, end_date, points: list[int]) -> list[float]:
	rows = frappe.db.sql(
		f"""select {CONTRACT}.signed_on, sum({EFFECTIVE}) from {CONTRACT}
		where {STANDING} and {CONTRACT}.project = %(project)s and {contract_condition()} group by 1""",
		{"project": project},
	)
	until = [getdate(end_date) - timedelta(days=days) for days in points]
	return [float(sum(amount or 0 for day, amount in rows if getdate(day) <= end)) for end in until]

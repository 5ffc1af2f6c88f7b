"""The lists of protected, signed and past claims (B10), and what the other screens share with them: which claims
a person may list, and how a claim's row is read. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce, Count
from frappe.utils import cint, now_datetime
from pypika import Order
from pypika.terms import Criterion, EmptyCriterion

from meeting_crm.claims import rules
from meeting_crm.claims.queries import pool
from meeting_crm.claims.queries.first_rows import Listed
from meeting_crm.core import people
from meeting_crm.core.database import escape_like
from meeting_crm.customers.screens import get_lines_of_work

MAX_PAGE = 500
MAX_DAYS_AHEAD = 36_500
COUNTED = 1_000
"""A list's total is counted so far beyond its page: counting two million rows would make each page wait."""

ORDERS = {
	"claimed_on": Order.desc,
	"protected_until": Order.asc,
	"signed_on": Order.desc,
	"ended_on": Order.desc,
}

COLUMNS = (
	"name",
	"project",
	"project_name",
	"enterprise",
	"enterprise_name",
	"customer",
	"holder",
	"source",
	"claimed_on",
	"protected_until",
	"workflow_state",
	"signed_on",
	"ended_on",
	"end_reason",
	"contract",
)


@dataclass(frozen=True)
class Filters:
	"""What a list is asked for. `kind` is protected, signed or past; `ending_within` counts days;
	within no day nothing ends."""

	kind: str
	project: str | None = None
	holder: str | None = None
	text: str | None = None
	ending_within: int | None = None


def get_claims(user: str, filters: Filters, order: str | None = None, start: int = 0, page_length: int = 100) -> dict:
	"""One page of claims, newest claim first unless `order` says otherwise (B10). Answers rows, now, and the total,
	counted for COUNTED rows and more beyond the page: `is_more` says when there are more than that."""
	now = now_datetime()
	listed, condition = _get_list(user, filters, now)
	order = order if order in ORDERS else "claimed_on"
	start, length = pool.get_start(start), min(max(cint(page_length), 1), MAX_PAGE)
	limit = COUNTED * (1 + (start + length) // COUNTED)
	total = listed.count(limit + 1) if listed else _count(condition, limit + 1)
	if listed and listed.is_quick(order):
		rows = read_named(listed.find(order, ORDERS[order], start, length))
	elif listed and listed.is_met_soon(order, total > limit):
		rows = read_named(listed.find_along(order, start, length))
	else:
		rows = _read_page(condition, order, start, length, filters.project)
	return {"rows": _with_work(with_names(rows)), "total": min(total, limit), "is_more": total > limit, "now": now}


def count_claims(user: str, filters: Filters) -> int:
	"""All of a list, however many."""
	listed, condition = _get_list(user, filters, now_datetime())
	return listed.count(None) if listed else _count(condition)


def get_condition(user: str, filters: Filters) -> Criterion:
	"""Which claims a list holds, for statements of other rooms over all of them."""
	return _get_list(user, filters, now_datetime())[1]


def _get_list(user: str, filters: Filters, now: datetime) -> tuple[Listed | None, Criterion]:
	"""What is asked for, as a list whose rows one index has in order, where there is one, and as a condition."""
	claim = DocType("Meeting Claim")
	holders = get_holders(user, filters.holder)
	days = min(max(cint(filters.ending_within), 0), MAX_DAYS_AHEAD)
	before = None if filters.ending_within is None else now + timedelta(days=days)
	condition = by_kind(claim, filters.kind, now)
	if filters.project:
		condition &= claim.project == filters.project
	if before:
		condition &= claim.protected_until <= before
	if filters.text and filters.text.strip():
		return None, condition & _by_name(claim, filters.text.strip(), holders)
	condition = _of_holders(claim, holders) & condition
	if filters.project and holders is None:
		return None, condition
	return Listed(filters.kind, now, holders, filters.project, before), condition


def _read_page(condition: Criterion, order: str, start: int, length: int, project: str | None) -> list[dict]:
	claim = DocType("Meeting Claim")
	query = (
		frappe.qb.from_(claim)
		.select(*(claim[column] for column in COLUMNS))
		.where(condition)
		.orderby(claim[order], order=ORDERS[order])
	)
	# the same way and in the order of the index, which a project has by holder: sorting takes seconds
	for column in ("holder", "name") if project else ("name",):
		query = query.orderby(claim[column], order=ORDERS[order])
	return query.limit(length).offset(start).run(as_dict=True)


def read_named(names: list[str]) -> list[dict]:
	if not names:
		return []
	claim = DocType("Meeting Claim")
	query = frappe.qb.from_(claim).select(*(claim[column] for column in COLUMNS)).where(claim.name.isin(names))
	rows = {row["name"]: row for row in query.run(as_dict=True)}
	return [rows[name] for name in names]


def _count(condition: Criterion, limit: int | None = None) -> int:
	claim = DocType("Meeting Claim")
	counted = frappe.qb.from_(claim).select(claim.name).where(condition)
	return frappe.qb.from_(counted.limit(limit) if limit else counted).select(Count("*")).run()[0][0]


def by_kind(claim, kind: str, now: datetime) -> Criterion:
	"""Design, invariant 4: a claim past its end counts as over from that second, also before the sweep."""
	negotiating = claim.phase == rules.NEGOTIATING
	if kind == "signed":
		return claim.phase == rules.SIGNED
	if kind == "protected":
		return negotiating & (claim.protected_until > now)
	if kind == "past":
		return (claim.phase == rules.ENDED) | (negotiating & (claim.protected_until <= now))
	raise frappe.ValidationError(_("A list shows protected, signed or past companies, not {0}.").format(kind))


def by_holder(claim, user: str, holder: str | None) -> Criterion:
	return _of_holders(claim, get_holders(user, holder))


def _of_holders(claim, holders: list[str] | None) -> Criterion:
	return EmptyCriterion() if holders is None else claim.holder.isin(holders)


def get_holders(user: str, holder: str | None = None) -> list[str] | None:
	"""Whose claims `user` may list; None: everybody's."""
	if people.is_administrator(user):
		return [holder] if holder else None
	visible = {user, *people.get_subordinates(user)}
	return sorted(visible.intersection([holder]) if holder else visible) or [""]


def _by_name(claim, text: str, holders: list[str] | None) -> Criterion:
	"""A few companies are looked up one by one and their holders compared then: both as ranges of one index would be thousands."""
	names = pool.find_few(text)
	if names is not None:
		named = claim.enterprise.isin(names or [""])
		return named if holders is None else named & Coalesce(claim.holder, "").isin(holders)
	return _of_holders(claim, holders) & claim.enterprise_name.like(f"%{escape_like(text)}%")


def with_names(rows: list[dict]) -> list[dict]:
	full_names = get_full_names({row["holder"] for row in rows})
	for row in rows:
		row["holder_name"] = full_names.get(row["holder"]) or row["holder"]
	return rows


def _with_work(rows: list[dict]) -> list[dict]:
	"""With what a caller needs of each file."""
	lines = get_lines_of_work([row["customer"] for row in rows])
	return [{**row, **lines.get(row["customer"], {})} for row in rows]


def get_full_names(users) -> dict[str, str]:
	users = [user for user in set(users) if user]
	if not users:
		return {}
	account = DocType("User")
	return dict(frappe.qb.from_(account).select(account.name, account.full_name).where(account.name.isin(users)).run())

"""First pages of the lists, and the numbers beside them, quick whatever the size of the tables.

People see records for several reasons: they hold the file, they wrote the record, it is shared with them, a person below
them holds it. The database finds the first rows of one reason in the order of an index, but of all reasons together only
by reading them all. So a page is chosen from the first rows of each reason; the list's own query, with its whole
permission rule, then decides among those few. The number beside a list stops at a limit; where all rows are counted by
their values, they are collected from the files that are visible.
"""

import re
from collections.abc import Iterator

import frappe
from frappe.model.db_query import DatabaseQuery
from frappe.utils import cint

from meeting_crm.core.people import get_subordinates, is_administrator
from meeting_crm.core.visibility import quote
from meeting_crm.customers.permissions import (
	CUSTOMER,
	get_shared_names,
	in_file,
	linked_condition_of_few,
	visible_files,
)

LINKED = (
	"Meeting Contact",
	"Meeting Activity",
	"Meeting Opportunity",
	"Meeting Customer Project",
	"Meeting Maintenance",
	"Meeting Quotation",
	"Meeting Expense",
	"Meeting Contract",
)
# Their readers see more than the rule of the files.
WIDER_READERS = {"Meeting Contract": frozenset({"Meeting Finance"})}

# With more people below, walking along the list's order meets a visible row soon.
MAX_TEAM = 10
MAX_ROWS = 500
MAX_OTHERS = 2_000
OWN_COLUMN = re.compile(r"^(`tab(?P<doctype>[^`]+)`\.)?`?\w+`?( asc| desc)?$", re.IGNORECASE)


class ChosenQuery(DatabaseQuery):
	"""A list's query with another condition in the place of the permission rule."""

	def __init__(self, doctype: str, condition: str) -> None:
		super().__init__(doctype)
		self.condition = condition

	def get_permission_query_conditions(self) -> str:
		return self.condition


def is_quick(doctype: str) -> bool:
	"""Lists whose rule this module knows, for whoever does not see everything anyway."""
	wider = WIDER_READERS.get(doctype, frozenset())
	return (
		(doctype == CUSTOMER or doctype in LINKED)
		and frappe.session.user != "Guest"
		and not is_administrator()
		and wider.isdisjoint(frappe.get_roles())
	)


def get_page(args: frappe._dict) -> list | None:
	"""The rows of a list's page, or None where the list's own query has to do it alone."""
	doctype, rows = args.doctype, cint(args.start) + cint(args.page_length)
	if not (
		is_quick(doctype) and args.order_by and cint(args.page_length) and rows <= MAX_ROWS and _is_of_one_table(args)
	):
		return None
	team = _get_team()
	if len(team) > MAX_TEAM:
		return None
	others = _find_written_by_others(args, team, rows, args.order_by)
	if others is None:
		return None
	names = set(others)
	for reason in _get_reasons(doctype, team):
		names.update(_find(args, reason, rows, args.order_by))
	if not names:
		return []
	chosen = f"`tab{doctype}`.name in ({quote(names)}) and {get_rule(doctype)}"
	return ChosenQuery(doctype, chosen).execute(**_without_doctype(args))


def count(args: frappe._dict, limit: int) -> int | None:
	"""How many rows, at the most `limit`; None where the list's own query has to count."""
	doctype = args.doctype
	if not is_quick(doctype) or not _is_of_one_table(args):
		return None
	team, names = _get_team(), set()
	for reason in _get_reasons_to_count(doctype, team):
		names.update(_find(args, reason, limit))
		if len(names) >= limit:
			return limit
	others = _find_written_by_others(args, team, limit)
	return None if others is None else min(len(names.union(others)), limit)


def count_groups(doctype: str, filters: list | dict, field: str, limit: int) -> list[dict] | None:
	"""How many rows have each value of `field`, the most frequent first; None where the list's own query counts."""
	if not is_quick(doctype) or field not in frappe.get_meta(doctype).get_valid_columns():
		return None
	rule = visible_files(f"`tab{doctype}`") if doctype == CUSTOMER else _among_visible(doctype)
	return ChosenQuery(doctype, rule).execute(
		filters=filters,
		group_by=f"`tab{doctype}`.{field}",
		fields=["count(*) as count", f"`{field}` as name"],
		order_by="count desc",
		limit_page_length=limit,
	)


def _among_visible(doctype: str) -> str:
	"""`linked_condition` for a query that reads all its rows: they are collected first, from the files to their records."""
	own = [f"owner = {quote([frappe.session.user])}"]
	if shared := get_shared_names(doctype, frappe.session.user):
		own.append(f"name in ({quote(shared)})")
	# raw SQL: along two indexes, in this order
	parts = [f"select name from `tab{doctype}` where {condition}" for condition in own]
	parts.append(
		f"""select record.name from `tab{CUSTOMER}` file straight_join `tab{doctype}` record
		on record.customer = file.name where {visible_files("file")}"""
	)
	union = " union ".join(f"({part})" for part in parts)
	return f"`tab{doctype}`.name in (select visible.name from ({union}) visible)"


def _without_doctype(args: frappe._dict) -> dict:
	return {key: value for key, value in args.items() if key != "doctype"}


def _find(args: frappe._dict, reason: str, rows: int, order_by: str | None = None) -> list[str]:
	return ChosenQuery(args.doctype, f"({reason})").execute(
		filters=args.filters,
		or_filters=args.or_filters,
		fields=[f"`tab{args.doctype}`.`name`"],
		order_by=order_by,
		limit_page_length=rows,
		pluck="name",
	)


def _is_of_one_table(args: frappe._dict) -> bool:
	if args.group_by or args.distinct in (True, "true") or args.with_childnames:
		return False
	filters = [*(args.filters or []), *(args.or_filters or [])]
	if isinstance(args.filters, dict) or any(len(row) == 4 and row[0] != args.doctype for row in filters):
		return False
	columns = [*(field for field in args.fields or [] if field != "*"), *(args.order_by or "").split(",")]
	matches = [OWN_COLUMN.match(column.strip()) for column in columns if column.strip()]
	return all(match and match["doctype"] in (None, args.doctype) for match in matches)


def _get_team() -> list[str]:
	return [frappe.session.user, *get_subordinates()]


def get_rule(doctype: str) -> str:
	"""The whole rule, for a query that names its rows."""
	return visible_files(f"`tab{CUSTOMER}`") if doctype == CUSTOMER else linked_condition_of_few(doctype)


def _get_reasons(doctype: str, team: list[str]) -> Iterator[str]:
	"""Conditions that have an index each in the order of the list, and let in everything visible but what others
	wrote."""
	table = f"`tab{doctype}`"
	yield f"{table}.owner = {quote(team[:1])}"
	if doctype == CUSTOMER:
		yield from (f"{table}.holder = {quote([user])}" for user in team)
	else:
		visible = _in_visible_file(doctype)
		yield from (f"{table}.owner = {quote([user])} and {visible}" for user in team[1:])
	yield from _get_shared(doctype)


def _get_reasons_to_count(doctype: str, team: list[str]) -> Iterator[str]:
	table = f"`tab{doctype}`"
	yield f"{table}.owner = {quote(team[:1])}"
	if doctype == CUSTOMER:
		yield f"{table}.holder in ({quote(team)})"
	elif team[1:]:
		yield f"{table}.owner in ({quote(team[1:])}) and {_in_visible_file(doctype)}"
	yield from _get_shared(doctype)


def _get_shared(doctype: str) -> Iterator[str]:
	if shared := get_shared_names(doctype, frappe.session.user):
		yield f"`tab{doctype}`.name in ({quote(shared)})"


def _in_visible_file(doctype: str) -> str:
	return in_file(f"`tab{doctype}`.customer", visible_files("visible_file"))


def _find_written_by_others(
	args: frappe._dict, team: list[str], rows: int, order_by: str | None = None
) -> list[str] | None:
	"""What people outside the team wrote into visible files: no index of authors and holders finds it. None when that
	is too much to choose from."""
	if args.doctype == CUSTOMER:
		return []
	if len(team) > MAX_TEAM:
		return None
	written = _written_by_others(args.doctype, team)
	found = _find(
		args,
		f"""`tab{args.doctype}`.name in (select few.name from (select written.name, count(*) over () as total
		from ({written}) written) few where few.total <= {MAX_OTHERS})""",
		rows,
		order_by,
	)
	return found if found or not _are_too_many(written) else None


def _are_too_many(written: str) -> bool:
	# raw SQL: the part of a query that this module wrote
	return bool(frappe.db.sql(f"select 1 from ({written}) written limit 1 offset {MAX_OTHERS}"))


def _written_by_others(doctype: str, team: list[str]) -> str:
	own_files = [f"file.holder in ({quote(team)})"]
	own_files.append(f"file.owner = {quote(team[:1])} and (file.holder is null or file.holder != {quote(team[:1])})")
	if shared := get_shared_names(CUSTOMER, frappe.session.user):
		own_files.append(f"file.name in ({quote(shared)})")
	# raw SQL: from the files to their records, along two indexes, in this order
	return " union ".join(
		f"""(select record.name from `tab{CUSTOMER}` file straight_join `tab{doctype}` record
		on record.customer = file.name and record.owner not in ({quote(team)}) where {files} limit {MAX_OTHERS + 1})"""
		for files in own_files
	)

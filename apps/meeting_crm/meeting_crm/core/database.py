"""What several rooms ask of MariaDB beyond Frappe's own functions."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import frappe

ROWS_PER_STATEMENT = 2_000

PICKED = "json_table(%(picked)s, '$[*]' columns (name varchar(140) collate utf8mb4_unicode_ci path '$')) picked"
"""Rows of names that travel as one value (`pick`), for `from {PICKED} straight_join`: two thousand names are met one by one in
their order, and so locked. As a list after `in` the database takes half as long again to find or change them."""


def insert_rows(
	table: str,
	columns: Sequence[str],
	rows: Iterable[Sequence],
	ignore_duplicates: bool = False,
	same: Mapping[str, object] | None = None,
) -> None:
	"""Many rows a statement, in the caller's transaction; `same` is what stands in all of them. Frappe's bulk_insert
	takes longer to put the statement together than the database to run it."""
	same = {column: value for column, value in (same or {}).items() if value is not None}
	names = ", ".join(f"`{column}`" for column in (*columns, *same))
	head = f"insert {'ignore ' if ignore_duplicates else ''}into `{table}` ({names}) values "
	row = f"({', '.join([*['%s'] * len(columns), *(frappe.db.escape(str(value)) for value in same.values())])})"
	remaining = iter(rows)
	while part := list(islice(remaining, ROWS_PER_STATEMENT)):
		frappe.db.sql(head + ", ".join([row] * len(part)), [value for line in part for value in line])


def pick(names: Iterable[str]) -> str:
	"""The value of PICKED."""
	return json.dumps(sorted(names))


def escape_like(text: str) -> str:
	"""`text` as it stands, for a pattern after LIKE."""
	return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def drop_index(doctype: str, index: str) -> None:
	if frappe.db.has_index(f"tab{doctype}", index):
		frappe.db.sql_ddl(f"alter table `tab{doctype}` drop index `{index}`")

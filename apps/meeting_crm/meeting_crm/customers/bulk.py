"""Many rows at once. Frappe's bulk_insert takes longer to put the statement together than the database to run it."""

from collections.abc import Iterable, Sequence
from itertools import islice

import frappe

ROWS_A_STATEMENT = 1_000


def insert_rows(doctype: str, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
	names = ", ".join(f"`{column}`" for column in columns)
	row = f"({', '.join(['%s'] * len(columns))})"
	remaining = iter(rows)
	while part := list(islice(remaining, ROWS_A_STATEMENT)):
		frappe.db.sql(
			f"insert into `tab{doctype}` ({names}) values {', '.join([row] * len(part))}",
			[value for line in part for value in line],
		)

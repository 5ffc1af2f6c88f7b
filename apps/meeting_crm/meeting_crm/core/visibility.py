"""Parts of conditions that say who sees a record."""

import frappe
from pypika.terms import Criterion, LiteralValue

# None: Frappe asks for all rights of a document at once, which readers may ask.
READ_RIGHTS = frozenset({None, "select", "read", "print", "email", "report", "export"})


EVERYTHING, NOTHING = "(1=1)", "(1=0)"


def quote(names: list[str]) -> str:
	return ", ".join(frappe.db.escape(name, percent=False) for name in names)


def is_selected(doctype: str, name: str, condition: str) -> bool:
	# no parameters: a % in an escaped value must not be taken for a placeholder
	return bool(frappe.db.sql(f"select 1 from `tab{doctype}` where name = {quote([name])} and {condition}"))


def child_condition(child: str, parent: str, parent_condition: str) -> str:
	"""REST lists child rows by themselves; they are seen with their parents."""
	return (
		f"(exists (select 1 from `tab{parent}` where `tab{parent}`.name = `tab{child}`.parent and {parent_condition}))"
	)


def visible_rows(condition: str) -> Criterion:
	"""A list condition for frappe.qb, so that reports count what their reader may see. Put it after another
	`where`."""
	return LiteralValue(condition)

"""Figures for comparing: one grouped query a report, over the rows that its reader may see in the list."""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count
from frappe.utils import flt, get_fullname
from pypika import CustomFunction, Order
from pypika.terms import Criterion, PseudoColumn, Term

from meeting_crm.core.visibility import visible_rows

MAX_ROWS = 1000
MAX_BARS = 12
format_date = CustomFunction("DATE_FORMAT", ["date", "format"])


@dataclass(frozen=True)
class Measure:
	fieldname: str
	label: str
	fieldtype: str
	expression: Callable[[DocType], Term]


@dataclass(frozen=True)
class Overview:
	"""A report that groups `doctype` by one of `dimensions` (label: field; the first is the default) and shows
	`measures`; `charted` is the measure of the bars. `only` narrows the rows, e.g. to submitted ones."""

	doctype: str
	condition: Callable[[], str]
	date_field: str
	dimensions: dict[str, str]
	measures: tuple[Measure, ...]
	charted: str
	only: Callable[[DocType], Criterion] | None = None


def run(overview: Overview, filters: dict | None) -> tuple:
	"""What a script report answers: columns, rows, message, chart and summary."""
	filters = frappe._dict(filters or {})
	dimension = (
		filters.group_by if filters.group_by in (*overview.dimensions, "Month") else next(iter(overview.dimensions))
	)
	rows = _get_rows(overview, dimension, filters)
	for row in rows:
		row.label = _get_label(overview, dimension, row.group)
	return _get_columns(overview, dimension), rows, None, _get_chart(overview, rows), _get_summary(overview, rows)


def count(fieldname: str = "number", label: str = "Records") -> Measure:
	return Measure(fieldname, label, "Int", lambda table: Count("*"))


def _get_rows(overview: Overview, dimension: str, filters) -> list:
	table = DocType(overview.doctype)
	group = _get_group(overview, dimension, table)
	query = frappe.qb.from_(table).select(group.as_("group")).where(_get_period(table[overview.date_field], filters))
	for measure in overview.measures:
		query = query.select(measure.expression(table).as_(measure.fieldname))
	if overview.only:
		query = query.where(overview.only(table))
	if filters.project and "Project" in overview.dimensions:
		query = query.where(table[overview.dimensions["Project"]] == filters.project)
	query = query.where(visible_rows(overview.condition()))
	by_month = dimension == "Month"
	order = (group, Order.asc) if by_month else (PseudoColumn(overview.charted), Order.desc)
	return query.groupby(group).orderby(order[0], order=order[1]).limit(MAX_ROWS).run(as_dict=True)


def _get_group(overview: Overview, dimension: str, table) -> Term:
	if dimension == "Month":
		return format_date(table[overview.date_field], "%Y-%m")
	return table[overview.dimensions[dimension]]


def _get_period(field, filters) -> Criterion:
	"""Always a criterion, so that the visible rows can follow it."""
	criterion = field.isnotnull() | field.isnull()
	if filters.from_date:
		criterion &= field >= filters.from_date
	if filters.to_date:
		criterion &= field <= f"{filters.to_date} 23:59:59"
	return criterion


def _get_label(overview: Overview, dimension: str, value) -> str:
	if value in (None, ""):
		return _("Not given")
	if dimension == "Month":
		return value
	field = frappe.get_meta(overview.doctype).get_field(overview.dimensions[dimension])
	if field.fieldtype == "Select":
		return _(value, context=overview.doctype)
	if field.options == "User":
		return get_fullname(value)
	linked = frappe.get_meta(field.options)
	title = frappe.db.get_value(field.options, value, linked.get_title_field()) or value
	return _(title) if linked.translated_doctype else title


def _get_columns(overview: Overview, dimension: str) -> list[dict]:
	return [
		{"fieldname": "label", "label": _(dimension), "fieldtype": "Data", "width": 220},
		*(
			{"fieldname": measure.fieldname, "label": _(measure.label), "fieldtype": measure.fieldtype, "width": 140}
			for measure in overview.measures
		),
	]


def _get_charted(overview: Overview) -> Measure:
	return next(measure for measure in overview.measures if measure.fieldname == overview.charted)


def _get_chart(overview: Overview, rows: list) -> dict | None:
	if not rows:
		return None
	charted, shown = _get_charted(overview), rows[:MAX_BARS]
	return {
		"type": "bar",
		"fieldtype": charted.fieldtype,
		"data": {
			"labels": [row.label for row in shown],
			"datasets": [{"name": _(charted.label), "values": [flt(row[charted.fieldname]) for row in shown]}],
		},
	}


def _get_summary(overview: Overview, rows: list) -> list[dict]:
	return [
		{
			"label": _(measure.label),
			"value": sum(flt(row[measure.fieldname]) for row in rows),
			"datatype": measure.fieldtype,
		}
		for measure in overview.measures
		if measure.fieldtype in ("Int", "Currency") and not measure.fieldname.startswith("average")
	]

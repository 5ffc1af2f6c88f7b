"""Figures for comparing: one grouped query a report, over the rows that its reader may see in the list."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.desk.utils import slug
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count
from frappe.utils import add_days, flt, get_fullname, get_last_day, getdate
from pypika import CustomFunction, Order
from pypika.terms import Criterion, PseudoColumn, Term

from meeting_crm.core.titles import get_title
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
	`measures`; `charted` is the measure of the bars. `only` ({field: value}) narrows the rows, e.g. to submitted ones."""

	doctype: str
	condition: Callable[[], str]
	date_field: str
	dimensions: dict[str, str]
	measures: tuple[Measure, ...]
	charted: str
	only: dict[str, object] = field(default_factory=dict)


def run(overview: Overview, filters: dict | None) -> tuple:
	"""What a script report answers: columns, rows, message, chart and summary."""
	filters = frappe._dict(filters or {})
	dimension = (
		filters.group_by if filters.group_by in (*overview.dimensions, "Month") else next(iter(overview.dimensions))
	)
	rows = _get_rows(overview, dimension, filters)
	for row in rows:
		row.label = _get_label(overview, dimension, row.group)
		row.records = _get_records(overview, dimension, row.group, filters)
	return _get_columns(overview, dimension), rows, None, _get_chart(overview, rows), _get_summary(overview, rows)


def count(fieldname: str = "number", label: str = "Records") -> Measure:
	return Measure(fieldname, label, "Int", lambda table: Count("*"))


def _get_rows(overview: Overview, dimension: str, filters) -> list:
	table = DocType(overview.doctype)
	group = _get_group(overview, dimension, table)
	query = frappe.qb.from_(table).select(group.as_("group")).where(_get_period(table[overview.date_field], filters))
	for measure in overview.measures:
		query = query.select(measure.expression(table).as_(measure.fieldname))
	for fieldname, value in overview.only.items():
		query = query.where(table[fieldname] == value)
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
	title = get_title(field.options, value)
	return _(title) if linked.translated_doctype else title


def _get_records(overview: Overview, dimension: str, value, filters) -> str:
	"""The address of the list that shows what a row counts."""
	asked = dict(overview.only)
	if filters.project and "Project" in overview.dimensions:
		asked[overview.dimensions["Project"]] = filters.project
	if dimension != "Month":
		asked[overview.dimensions[dimension]] = value or ["is", "not set"]
	elif not value:
		asked[overview.date_field] = ["is", "not set"]
	period = _get_days(filters, value if dimension == "Month" else None)
	if period and overview.date_field not in asked:
		asked[overview.date_field] = period
	texts = {key: text if isinstance(text, str) else json.dumps(text) for key, text in asked.items()}
	return f"/app/{slug(overview.doctype)}?{urlencode(texts)}"


def _get_days(filters, month: str | None) -> list | None:
	"""The filter of a list for the days asked for, also where they hold a time; `month` as 2026-11 narrows them."""
	first = getdate(filters.from_date) if filters.from_date else None
	last = getdate(filters.to_date) if filters.to_date else None
	if month:
		begin = getdate(f"{month}-01")
		first, last = max(first or begin, begin), min(last or get_last_day(begin), get_last_day(begin))
	if first and last:
		return ["between", [str(first), str(last)]]
	if first:
		return [">=", str(first)]
	return ["<", str(add_days(last, 1))] if last else None


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

"""Whatever a request sends that the framework writes into a query: columns, order, groups, the fields of filters."""

import frappe
from frappe import _

from meeting_crm.gate import rules
from meeting_crm.gate.request import MAX_DEPTH, get_resource_doctype, read_body, read_json, refuse_request

COLUMNS = frozenset(
	{
		"fields",
		"fieldname",
		"field",
		"pluck",
		"stats",
		"searchfield",
		"filter_fields",
		"group_by_field",
		"column_field",
		"title_field",
		"date_field",
		"start_field",
		"end_field",
	}
)
ALWAYS_COLUMNS = frozenset(
	{
		"aggregate_on_field",
		"aggregate_function_based_on",
		"group_by_based_on",
		"value_based_on",
		"based_on",
		"searchfield",
		"filter_fields",
	}
)
ORDERS = frozenset({"order_by", "group_by", "sort_by", "sort_field"})
DIRECTIONS = frozenset({"sort_order"})
FUNCTIONS = frozenset({"aggregate_function", "group_by_type"})
DOCTYPES = frozenset({"aggregate_on_doctype"})
COLUMN_MAPS = frozenset({"field_map"})
# Records that keep a query. Others may have a field called `fields` or `order_by` with anything in it.
STORED_QUERIES = frozenset(
	{
		"Report",
		"Dashboard Chart",
		"Number Card",
		"List Filter",
		"List View Settings",
		"Kanban Board",
		"Calendar View",
		"Auto Email Report",
	}
)
FILTERS = frozenset(
	{
		"filters",
		"or_filters",
		"current_filters",
		"standard_filters",
		"dynamic_filters",
		"filters_json",
		"dynamic_filters_json",
	}
)
# Where functions take a single name instead of filters.
NAME_INSTEAD_OF_FILTERS = frozenset({"filters"})


class QueryError(frappe.PermissionError):
	"""Something that would have become part of a query and is no field."""


def check_request() -> None:
	doctype = get_resource_doctype()
	if doctype and frappe.request.method != "GET" and "run_method" not in frappe.form_dict:
		body = read_body()
		check_columns(body if isinstance(body, dict) else frappe.form_dict, is_document=doctype not in STORED_QUERIES)
	else:
		check_columns(frappe.form_dict)


def check_columns(arguments: dict, depth: int = 0, is_document: bool = False) -> None:
	if depth > MAX_DEPTH:
		refuse_request()
	for key, given in arguments.items():
		value = read_json(given)
		for strange in _get_strange(str(key), value, is_name=value is given and depth == 0, is_document=is_document):
			refuse_column(str(key), strange)
		if key not in FILTERS:
			_check_inside(value, depth + 1)


def _check_inside(value: object, depth: int) -> None:
	for part in value if isinstance(value, list) else [value]:
		part = read_json(part)
		if isinstance(part, dict):
			check_columns(part, depth, _is_plain_document(part))
		elif isinstance(part, list):
			if depth > MAX_DEPTH:
				refuse_request()
			_check_inside(part, depth + 1)


def _is_plain_document(value: dict) -> bool:
	doctype = value.get("doctype")
	return isinstance(doctype, str) and doctype not in STORED_QUERIES


def _get_strange(key: str, value: object, is_name: bool, is_document: bool):
	if key in FILTERS:
		return rules.get_strange_filters(value, is_name and key in NAME_INSTEAD_OF_FILTERS)
	if key in ALWAYS_COLUMNS or (key in COLUMNS and not is_document):
		return rules.get_strange_columns(value)
	if key in COLUMN_MAPS and isinstance(value, dict):
		return rules.get_strange_columns([*value, *value.values()])
	if key in ORDERS and not is_document:
		return rules.get_strange_order(value)
	for keys, shape in ((DIRECTIONS, rules.is_direction), (FUNCTIONS, rules.is_function), (DOCTYPES, rules.is_doctype)):
		if key in keys and not is_document and value and not (isinstance(value, str) and shape(value)):
			return iter([str(value)])
	return iter(())


def refuse_column(key: str, text: str) -> None:
	frappe.throw(
		_(
			"{0} cannot be used as {1}. A query takes names of fields, count, sum, avg, min or max of one field, and filters of a field, a condition and a value."
		).format(frappe.bold(frappe.utils.escape_html(text[:100])), frappe.bold(frappe.utils.escape_html(key[:40]))),
		title=_("Not allowed in a query"),
		exc=QueryError,
	)

"""What a request may hold, looked at before anything is looked up with it. Frappe takes an object where a name or a value belongs
for a filter, and its answer then tells whether any record fits, whoever may see it."""

from datetime import date
from inspect import Parameter, signature
from math import inf
from typing import get_args, get_origin

import frappe
from frappe import _
from frappe.model import child_table_fields, default_fields, table_fields

from meeting_crm.core.values import MAX_NUMBER, MAX_WHOLE, read_number, read_time, throw_no_time
from meeting_crm.gate.guards import NAMED_RECORDS
from meeting_crm.gate.request import (
	find_meta,
	get_called_function,
	get_command,
	get_resource_doctype,
	is_own,
	read_body,
	read_json,
)

STRUCTURED = frozenset({"JSON", "Code", "Geolocation"})
ONE_VALUE = frozenset({*default_fields, *child_table_fields} - {"doctype"})
NAMES = (*NAMED_RECORDS, ("doctype", "items"))
PLACES = ("start", "limit_start", "limit", "limit_page_length", "page_length", "page_len", "page")
"""Where a page begins and how long it is; some functions call a day `start`."""

AMOUNTS = frozenset({"amount", "gross", "rate", "quantity"})
"""What rows call a number."""


class ArgumentError(frappe.ValidationError):
	"""A request that cannot be meant."""


def check_request() -> None:
	"""Before a request of a signed-in user is served."""
	for doctype, values in get_documents(frappe.form_dict):
		check_values(doctype, values)
	check_report(frappe.form_dict)
	if is_own(get_called_function()):
		check_own_arguments(get_command(), frappe.form_dict)


def check_types(arguments: dict) -> None:
	"""The name of a record is a text: the database compares a number with the beginning of every name. A whole number is the
	name of a record only where records are counted."""
	for type_argument, name_argument in NAMES:
		if type_argument in arguments and name_argument in arguments:
			_check_names(arguments[type_argument], read_json(arguments[name_argument]), name_argument)
	for name in PLACES:
		number = _read_number(arguments.get(name))
		if number is not None and not -MAX_WHOLE <= number <= MAX_WHOLE:
			refuse(name)
	_quote_number(arguments)


def _read_number(value: object) -> float | None:
	"""None where it is none."""
	try:
		return float(value)
	except (TypeError, ValueError):
		return None
	except OverflowError:
		return inf


def _check_names(doctype: object, names: object, argument: str) -> None:
	for name in names if isinstance(names, list) else [names]:
		if not (name is None or isinstance(name, str) or (type(name) is int and _counts(doctype))):
			refuse(argument)


def _counts(doctype: object) -> bool:
	meta = find_meta(doctype)
	return bool(meta) and meta.autoname == "autoincrement"


def _quote_number(arguments: dict) -> None:
	"""A name such as 74e9453095 is a number to whoever reads it as JSON, and finds nothing."""
	filters = arguments.get("filters")
	if isinstance(filters, str) and filters and filters[0] not in '[{"' and _is_number(filters):
		arguments["filters"] = frappe.as_json({"name": filters}, indent=None)


def _is_number(text: str) -> bool:
	try:
		return isinstance(frappe.parse_json(text), int | float)
	except ValueError:
		return False


def get_documents(arguments: dict) -> list[tuple[str, dict]]:
	"""(DocType, values) of every record that a request brings, whole or in part, with the rows of its tables."""
	parts = [(doc["doctype"], doc) for value in arguments.values() for doc in _find_documents(read_json(value))]
	for doctype, values in (
		(get_resource_doctype(), read_body()),
		(arguments.get("doctype"), read_json(arguments.get("data"))),
		(arguments.get("doctype"), _read_changed_field(arguments)),
	):
		if isinstance(doctype, str) and isinstance(values, dict):
			parts.append((doctype, values))
	return parts


def _find_documents(value: object) -> list[dict]:
	if isinstance(value, list):
		return [doc for part in value for doc in _find_documents(part)]
	if not isinstance(value, dict):
		return []
	own = [value] if isinstance(value.get("doctype"), str) else []
	return own + [doc for part in value.values() for doc in _find_documents(part)]


def _read_changed_field(arguments: dict) -> dict | None:
	field = read_json(arguments.get("fieldname"))
	if isinstance(field, str):
		return {field: arguments.get("value")}
	return field if isinstance(field, dict) else None


def check_values(doctype: str, values: dict) -> None:
	meta = find_meta(doctype)
	if not meta:
		return
	for field, value in values.items():
		known = meta.get_field(field)
		if known and known.fieldtype in table_fields:
			_check_rows(known, value)
		elif isinstance(value, dict | list) and (known.fieldtype not in STRUCTURED if known else field in ONE_VALUE):
			refuse(field)


def _check_rows(table, rows: object) -> None:
	if rows and not (isinstance(rows, list) and all(isinstance(row, dict) for row in rows)):
		refuse(table.fieldname)
	for row in rows or []:
		check_values(table.options, row)


def check_report(arguments: dict) -> None:
	"""Our reports filter by single values; anything else the query builder writes into the query as it stands."""
	if not str(arguments.get("report_name")).startswith("Meeting ") or not arguments.get("filters"):
		return
	filters = _read_strictly(arguments["filters"])
	if not isinstance(filters, dict):
		refuse("filters")
	for field, value in filters.items():
		if isinstance(value, dict | list):
			refuse(field)


def check_own_arguments(command: str, arguments: dict) -> None:
	try:
		function = frappe.get_attr(command)
	except (AttributeError, ImportError, frappe.ValidationError):
		return  # Frappe says that there is no such function
	for name, parameter in signature(function).parameters.items():
		given, kinds = arguments.get(name), set(get_args(parameter.annotation) or (parameter.annotation,))
		is_missing = given is None or (given == "" and date in kinds)
		if is_missing and parameter.default is Parameter.empty and parameter.kind is not Parameter.VAR_KEYWORD:
			frappe.throw(
				_("{0} is missing. Send it with the request.").format(frappe.bold(name)),
				title=_("Incomplete request"),
				exc=ArgumentError,
			)
		if is_missing:
			continue
		if date in kinds and not _is_day(given):
			throw_no_time(name, given)
		if not _is_of(given, kinds):
			refuse(name)


def _is_of(given: object, kinds: set) -> bool:
	"""What Frappe does not look at: how large a number is, what a text holds that stands for a list or an object."""
	if kinds & {bool, int, float} and not _fits(given, MAX_NUMBER if float in kinds else MAX_WHOLE):
		return False
	structured = tuple({get_origin(kind) or kind for kind in kinds} & {list, dict})
	value = _read_strictly(given) if structured and isinstance(given, str) else given
	if structured and isinstance(given, str) and not isinstance(value, (*structured, type(None))):
		return False
	parts = tuple(part for kind in kinds if get_origin(kind) is list for part in get_args(kind))
	if not (parts and isinstance(value, list)):
		return True
	return all(isinstance(part, parts) and (not isinstance(part, dict) or _has_amounts(part)) for part in value)


def _has_amounts(row: dict) -> bool:
	try:
		for name in AMOUNTS & row.keys():
			read_number(row[name] or 0)
	except ValueError:
		return False
	return True


def _is_day(given: object) -> bool:
	try:
		return given == "" or bool(read_time(given))
	except (ValueError, TypeError, OverflowError):
		return False


def _fits(value: object, limit: int) -> bool:
	number = _read_number(value)
	return number is None or -limit <= number <= limit


def _read_strictly(value: object) -> object:
	try:
		return frappe.parse_json(value)
	except ValueError:
		return value


def refuse(name: str) -> None:
	frappe.throw(
		_(
			"{0} cannot be read. Look at what was sent for it: one value, or the list or object that is asked for."
		).format(frappe.bold(frappe.utils.escape_html(str(name)[:140]))),
		title=_("Not readable"),
		exc=ArgumentError,
	)

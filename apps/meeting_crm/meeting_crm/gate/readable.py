"""Fields that a person may not read are no oracle either: a filter, an order or a group by them would tell what stands in
them, value by value."""

import re
from collections.abc import Iterator

import frappe
from frappe import _
from frappe.model import child_table_fields, default_fields, get_permitted_fields, optional_fields
from frappe.utils.caching import request_cache

from meeting_crm.gate.request import find_meta, get_resource_doctype, read_json

STANDARD = frozenset({*default_fields, *child_table_fields, *optional_fields})
FILTERS = ("filters", "or_filters", "current_filters", "standard_filters")
COLUMNS = (
	"order_by",
	"group_by",
	"sort_by",
	"sort_field",
	"stats",
	"searchfield",
	"filter_fields",
	"field",
	"aggregate_on_field",
)
KEYS_TO_AN_ACCOUNT = frozenset({"reset_password_key", "api_key", "api_secret", "last_reset_password_key_generated_on"})
COLUMN = re.compile(r"(?:`?(?:tab)?(?P<table>[^`.]+)`?\.)?`?(?P<column>\w+)`?")
CALL = re.compile(r"^\w+\( ?(?:distinct )?(?P<inner>.+?) ?\)")


class HiddenFieldError(frappe.PermissionError):
	"""A query by a field that the person may not read."""


def check_request(arguments: dict) -> None:
	doctype = get_resource_doctype() or arguments.get("doctype")
	if not find_meta(doctype):
		return
	for owner, column in (*get_filtered(doctype, arguments), *get_named(doctype, arguments)):
		if not is_readable(owner, column):
			frappe.throw(
				_("{0} of {1} cannot be searched, ordered or grouped by: you may not read this field.").format(
					frappe.bold(frappe.utils.escape_html(column)), frappe.bold(_(owner))
				),
				title=_("Field not open"),
				exc=HiddenFieldError,
			)


def get_filtered(doctype: str, arguments: dict) -> Iterator[tuple[str, str]]:
	for argument in FILTERS:
		yield from _get_fields(doctype, read_json(arguments.get(argument)))


def _get_fields(doctype: str, filters: object) -> Iterator[tuple[str, str]]:
	if isinstance(filters, dict):
		for field in filters:
			yield from _split(doctype, field)
	elif isinstance(filters, list):
		for row in filters:
			if isinstance(row, list) and len(row) > 2 and isinstance(row[0], str):
				yield from _split(*(doctype, row[0]) if len(row) == 3 else (row[0], str(row[1])))
			elif isinstance(row, dict | list):
				yield from _get_fields(doctype, row)


def get_named(doctype: str, arguments: dict) -> Iterator[tuple[str, str]]:
	for argument in COLUMNS:
		value = read_json(arguments.get(argument))
		for part in value if isinstance(value, list) else [value]:
			if isinstance(part, dict):
				part = part.get("name") or part.get("fieldname")
			for word in part.split(",") if isinstance(part, str) else ():
				yield from _split(doctype, word.strip().split(" ")[0] if "(" not in word else word.strip())


def _split(doctype: str, text: str) -> Iterator[tuple[str, str]]:
	if called := CALL.match(text):
		text = called["inner"]
	found = COLUMN.fullmatch(text)
	if found and found["column"]:
		yield found["table"] or doctype, found["column"]


def is_readable(doctype: str, column: str) -> bool:
	meta = None if column in STANDARD else find_meta(doctype)
	if not meta:
		return True
	field = meta.get_field(column)
	if not field:  # the framework's to refuse; or the name of a number that the query itself makes
		return True
	if field.fieldtype == "Password" or column in KEYS_TO_AN_ACCOUNT:
		return False
	if field.permlevel:
		return column in _get_permitted(doctype)
	return not frappe.only_has_select_perm(doctype) or _may_select_by(doctype, field)


@request_cache
def _get_permitted(doctype: str) -> frozenset[str]:
	return frozenset(get_permitted_fields(doctype))


def _may_select_by(doctype: str, field) -> bool:
	"""Who may only choose a record sees its name and title: of our records nothing else narrows the choice; of others what
	forms narrow it by, which is never hidden."""
	if doctype.startswith("Meeting "):
		return field.fieldname in get_permitted_fields(doctype, permission_type="select")
	return not field.hidden

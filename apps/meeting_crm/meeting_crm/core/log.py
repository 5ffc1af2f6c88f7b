"""The operation log (E7): who changed what, before and after, in the caller's transaction."""

import json
from collections.abc import Iterable

import frappe
from frappe.core.doctype.version.version import get_diff
from frappe.utils import now_datetime

from meeting_crm.core import personal
from meeting_crm.core.database import insert_rows
from meeting_crm.core.names import make_name_stem


def log(operation: str, doctype: str, name: str, before: dict | None = None, after: dict | None = None) -> None:
	"""E7: one operation of the current user. `before` and `after` hold what changed."""
	log_many([(operation, doctype, name, before, after)])


def log_many(rows: Iterable[tuple[str, str, str, dict | None, dict | None]]) -> None:
	"""E7 for set-based paths: rows of (operation, doctype, name, before, after), written in one statement
	in the caller's transaction."""
	now, user, rows = now_datetime(), frappe.session.user, list(rows)
	stem = make_name_stem()
	keys = personal.make_keys(
		{
			(doctype, name)
			for _operation, doctype, name, *values in rows
			if any(personal.is_told(doctype, told) for told in values)
		}
	)
	values = (
		(
			f"{stem}{place:08x}",
			operation,
			doctype,
			name,
			_as_json(personal.hide(doctype, before, keys.get((doctype, name)))),
			_as_json(personal.hide(doctype, after, keys.get((doctype, name)))),
		)
		for place, (operation, doctype, name, before, after) in enumerate(rows)
	)
	who = dict.fromkeys(("modified_by", "owner", "user"), user)
	when = dict.fromkeys(("creation", "modified", "happened_on"), now)
	same = {**who, **when, "ip_address": frappe.local.request_ip}
	columns = [field for field in LOG_FIELDS if field not in same]
	insert_rows("tabMeeting Operation Log", columns, values, same=same)


def log_selected(operation: str, doctype: str, query: str, values: dict) -> None:
	"""E7 for changes that the database makes by itself: `query` with its `values` selects name, before_values and
	after_values (JSON or NULL), before the change."""
	frappe.db.sql(
		f"""insert into `tabMeeting Operation Log` ({", ".join(f"`{field}`" for field in LOG_FIELDS)})
		select concat(%(log_stem)s, hex(uuid_short())), %(log_now)s, %(log_now)s, %(log_user)s,
			%(log_user)s, %(log_user)s, %(log_now)s, %(log_ip)s, %(log_operation)s, %(log_doctype)s, name, before_values, after_values
		from ({query}) changed""",
		{
			**values,
			"log_stem": make_name_stem(),
			"log_now": now_datetime(),
			"log_user": frappe.session.user,
			"log_ip": frappe.local.request_ip,
			"log_operation": operation,
			"log_doctype": doctype,
		},
	)


LOG_FIELDS = (
	"name",
	"creation",
	"modified",
	"modified_by",
	"owner",
	"user",
	"happened_on",
	"ip_address",
	"operation",
	"reference_doctype",
	"reference_name",
	"before",
	"after",
)


def log_insert(doc, method: str | None = None) -> None:
	log("Created", doc.doctype, doc.name, after=_own_values(doc))


def log_update(doc, method: str | None = None) -> None:
	previous = doc.get_doc_before_save()
	if not previous:
		return
	diff = get_diff(previous, doc)
	if not diff:
		return
	before = {field: old for field, old, _new in diff.changed}
	after = {field: new for field, _old, new in diff.changed}
	for key, target in (("removed", before), ("added", after), ("row_changed", after)):
		if diff.get(key):
			target[key] = diff[key]
	log("Changed", doc.doctype, doc.name, before, after)


def log_submit(doc, method: str | None = None) -> None:
	log("Submitted", doc.doctype, doc.name)


def log_cancel(doc, method: str | None = None) -> None:
	log("Cancelled", doc.doctype, doc.name)


def log_delete(doc, method: str | None = None) -> None:
	log("Deleted", doc.doctype, doc.name, before=_own_values(doc))


def log_rename(doc, method: str, old: str, new: str, merge: bool = False) -> None:
	log("Merged" if merge else "Renamed", doc.doctype, new, {"name": old}, {"name": new})


def _own_values(doc) -> dict:
	values = doc.as_dict(no_nulls=True, no_default_fields=True, convert_dates_to_str=True)
	return {field: value for field, value in values.items() if not field.startswith("__")}


MASKED = frozenset({"id_number"})
"""Fields of identity: that they changed is in the log, what stood there is not."""


def _as_json(values: dict | None) -> str | None:
	return None if values is None else json.dumps(_mask(values), ensure_ascii=False, default=str)


def _mask(value):
	"""Also in rows that came or went, and in Frappe's triples of field, old and new."""
	if isinstance(value, dict):
		return {key: "***" if key in MASKED and part else _mask(part) for key, part in value.items()}
	if isinstance(value, list | tuple):
		if len(value) == 3 and isinstance(value[0], str) and value[0] in MASKED:
			return [value[0], *("***" if part else part for part in value[1:])]
		return [_mask(part) for part in value]
	return value

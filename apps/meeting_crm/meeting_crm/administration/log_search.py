"""The operation log as people read it (E7): sentences, with the values before and after side by side."""

import json
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.utils import add_days, cint, get_datetime, get_fullname, getdate

from meeting_crm.administration import log_coverage as coverage
from meeting_crm.administration.log_seals import LOG, get_head
from meeting_crm.administration.wiring import WATCHED
from meeting_crm.core import personal
from meeting_crm.core.log import log

ROWS_PER_PAGE = 50
MAX_EXPORTED = 50_000
MAX_NAMES = 5_000

# kinds of the filter: (operations, record types); None stands for all
ACCOUNTS = (
	"User",
	"Role",
	"Role Profile",
	"User Permission",
	"Custom DocPerm",
	"Meeting User Group",
	"Meeting Personal Right",
)
KINDS = {
	"Records": (None, None),
	"Sign-in": ((coverage.SIGNED_IN, coverage.REFUSED, coverage.SIGNED_OUT, "Session Ended"), None),
	"Exports and Prints": ((coverage.EXPORTED, coverage.PRINTED, coverage.DOWNLOADED, coverage.REPORT), None),
	"People and Rights": (None, (*ACCOUNTS, "Meeting Department", "DocShare")),
	"Settings": (None, tuple(doctype for doctype in WATCHED if doctype not in ACCOUNTS)),
	"Operation Log": (("Log Removed", "Log Searched", "Log Exported", "Log Verified"), None),
}
NOT_RECORDS = [operation for operations, _types in KINDS.values() for operation in operations or ()]

# what an operation is called in a sentence: {0} who, {1} record type, {2} record
SENTENCES = {
	"Created": "{0} created {1} {2}",
	"Changed": "{0} changed {1} {2}",
	"Deleted": "{0} deleted {1} {2}",
	"Renamed": "{0} renamed {1} {2}",
	"Merged": "{0} merged {1} {2}",
	"Submitted": "{0} submitted {1} {2}",
	"Cancelled": "{0} cancelled {1} {2}",
	coverage.SIGNED_IN: "{0} signed in",
	coverage.REFUSED: "Sign-in refused: {2}",
	coverage.SIGNED_OUT: "{2} signed out",
	"Session Ended": "{0} ended a session of {2}",
	coverage.EXPORTED: "{0} exported {1} {2}",
	coverage.PRINTED: "{0} printed {1} {2}",
	coverage.DOWNLOADED: "{0} downloaded {2}",
	coverage.REPORT: "{0} ran the report {1}",
	coverage.RIGHTS: "{0} changed the rights on {1} {2}",
	"Manager Changed": "{0} changed the manager of {2}",
	"Personal Data Handed Out": "{0} handed out a person's data",
	"Personal Data Erased": "{0} erased a person's data",
	"Log Removed": "{0} removed rows of the operation log",
	"Log Searched": "{0} searched the operation log",
	"Log Exported": "{0} exported the operation log",
	"Log Verified": "{0} verified the operation log",
}


def search(
	company: str | None = None,
	person: str | None = None,
	first_day: str | None = None,
	last_day: str | None = None,
	kind: str | None = None,
	start: int = 0,
	limit: int = ROWS_PER_PAGE,
) -> dict:
	conditions, values = _get_conditions(company, person, first_day, last_day, kind)
	rows = frappe.db.sql(
		f"""select name, user, happened_on, ip_address, operation, reference_doctype, reference_name, `before`, `after`, seal
		from `tab{LOG}` where {" and ".join(conditions) or "1=1"}
		order by happened_on desc, name desc limit %(limit)s offset %(start)s""",
		{**values, "limit": limit + 1, "start": max(cint(start), 0)},
		as_dict=True,
	)
	shown = rows[:limit]
	titles = get_titles(shown)
	reveal_personal(shown)
	return {"rows": [describe(row, titles) for row in shown], "has_more": len(rows) > limit}


def _get_conditions(company, person, first_day, last_day, kind) -> tuple[list[str], dict]:
	conditions, values = [], {}
	if first_day:
		conditions.append("happened_on >= %(first)s")
		values["first"] = getdate(first_day)
	if last_day:
		conditions.append("happened_on < %(last)s")
		values["last"] = add_days(getdate(last_day), 1)
	if person:
		conditions.append("(user = %(person)s or (reference_doctype = 'User' and reference_name = %(person)s))")
		values["person"] = person
	if kind in KINDS:
		operations, doctypes = KINDS[kind]
		if operations:
			conditions.append("operation in %(operations)s")
			values["operations"] = operations
		elif doctypes:
			conditions.append("reference_doctype in %(doctypes)s and operation not in %(others)s")
			values |= {"doctypes": doctypes, "others": NOT_RECORDS}
		else:
			conditions.append("reference_doctype like 'Meeting %%' and operation not in %(others)s")
			values["others"] = NOT_RECORDS
	if company:
		conditions.append(_get_company_condition(company, values))
	return conditions, values


def _get_company_condition(company: str, values: dict) -> str:
	"""The company itself, and every record that names it or one of its files: also of those whose files were given up."""
	enterprises = [company] if frappe.db.exists("Meeting Enterprise", company) else _find_enterprises(company)
	customers = _get_names("Meeting Customer", {"enterprise": ["in", enterprises or [""]]})
	found = {"Meeting Enterprise": enterprises, "Meeting Customer": customers}
	for doctype, field, names in _get_linking(enterprises, customers):
		found.setdefault(doctype, []).extend(_get_names(doctype, {field: ["in", names]}) if names else [])
	parts = []
	for number, (doctype, names) in enumerate(sorted(found.items())):
		if names:
			parts.append(f"(reference_doctype = %(type_{number})s and reference_name in %(names_{number})s)")
			values[f"type_{number}"], values[f"names_{number}"] = doctype, names[:MAX_NAMES]
	return f"({' or '.join(parts)})" if parts else "1=0"


def _find_enterprises(text: str) -> list[str]:
	return _get_names("Meeting Enterprise", {"enterprise_name": ["like", f"%{text.strip()}%"]})


def _get_linking(enterprises: list[str], customers: list[str]):
	modules = frappe.get_all("Module Def", {"app_name": "meeting_crm"}, pluck="name")
	fields = frappe.get_all(  # why: names of fields
		"DocField",
		{"fieldtype": "Link", "options": ["in", ("Meeting Enterprise", "Meeting Customer")]},
		["parent", "fieldname", "options"],
		order_by="parent asc, idx asc",
	)
	own = set(frappe.get_all("DocType", {"module": ["in", modules], "istable": 0, "issingle": 0}, pluck="name"))
	for field in fields:
		if field.parent in own and field.parent != "Meeting Customer":
			yield field.parent, field.fieldname, enterprises if field.options == "Meeting Enterprise" else customers


def _get_names(doctype: str, filters: dict) -> list[str]:
	return frappe.get_all(
		doctype, filters, pluck="name", limit=MAX_NAMES, order_by="name asc"
	)  # why: for the log's reader


def reveal_personal(rows: list) -> None:
	"""What is personal becomes readable, unless it was erased."""
	keys = personal.read_keys({(row.reference_doctype or "", row.reference_name or "") for row in rows})
	for row in rows:
		key = keys.get((row.reference_doctype, row.reference_name))
		for side in ("before", "after"):
			row[side] = personal.reveal(_read(row[side]), key)


def get_titles(rows: list) -> dict[tuple[str, str], str]:
	"""What the records are called; one query per record type."""
	wanted: dict[str, set[str]] = {}
	for row in rows:
		if row.reference_doctype and row.reference_name:
			wanted.setdefault(row.reference_doctype, set()).add(row.reference_name)
	titles = {}
	for doctype, names in wanted.items():
		if not frappe.db.exists("DocType", doctype):
			continue
		field = frappe.get_meta(doctype).get_title_field()
		if field == "name" or not frappe.db.has_column(doctype, field):
			continue
		found = frappe.get_all(doctype, {"name": ["in", list(names)]}, ["name", field])  # why: for the log's reader
		titles |= {(doctype, row.name): row.get(field) for row in found}
	return titles


def describe(row, titles: dict | None = None) -> dict:
	before, after = _read(row.before), _read(row.after)
	kind = row.reference_doctype or ""
	title = (titles or {}).get((kind, row.reference_name)) or _guess_title(before, after) or row.reference_name or ""
	who = get_fullname(row.user) if row.user else _("Somebody")
	sentence = SENTENCES.get(row.operation)
	return {
		"name": row.name,
		"happened_on": str(row.happened_on),
		"user": row.user,
		"full_name": who,
		"ip_address": row.ip_address,
		"operation": _(row.operation),
		"reference_doctype": kind,
		"reference_name": row.reference_name,
		"sentence": (_(sentence) if sentence else "{0} · " + _(row.operation) + " · {1} {2}")
		.format(who, _(kind), title)
		.strip(),
		"changes": get_changes(kind, before, after),
		"seal": row.seal or None,
	}


def _read(text: str | dict | None) -> dict:
	if isinstance(text, dict):
		return text
	values = json.loads(text) if text else {}
	return values if isinstance(values, dict) else {}


def _guess_title(before: dict, after: dict) -> str | None:
	"""Of a record that is gone or has no title: from what the log kept of it."""
	values = {**before, **after}
	if values.get("document_type") and values.get("user"):
		right = _(values.get("ptype") or "")
		return f"{get_fullname(values['user'])} · {_(values['document_type'])} · {right} {_(values.get('effect') or '')}".strip()
	for field in ("full_name", "customer_name", "enterprise_name", "person_name", "project_name", "subject"):
		if value := after.get(field) or before.get(field):
			return str(value)
	return None


def get_changes(doctype: str, before: dict, after: dict) -> list[dict]:
	"""Field by field in the reader's language; rows of tables as whole lines."""
	meta = frappe.get_meta(doctype) if doctype and frappe.db.exists("DocType", doctype) else None
	changes = []
	for fieldname in dict.fromkeys((*before, *after)):
		if fieldname in personal.TABLE_CHANGES:
			continue
		if fieldname == personal.ERASED:
			changes.append({"label": _("Personal data"), "before": "", "after": _("erased")})
			continue
		field = meta.get_field(fieldname) if meta else None
		changes.append(
			{
				"label": _(field.label) if field and field.label else _(frappe.unscrub(fieldname)),
				"before": _show(field, before.get(fieldname)),
				"after": _show(field, after.get(fieldname)),
			}
		)
	for key, side in (("removed", before), ("added", after)):
		for row in side.get(key) or ():
			changes.append(_describe_row(meta, row[0], row[1], key))
	for table, _place, _name, cells in after.get("row_changed") or ():
		changes += [
			{
				"label": f"{_label(meta, table)} · {_(frappe.unscrub(cell[0]))}",
				"before": _text(cell[1]),
				"after": _text(cell[2]),
			}
			for cell in cells
		]
	return changes


def _describe_row(meta, table: str, values: dict, key: str) -> dict:
	hidden = {*frappe.model.default_fields, *frappe.model.child_table_fields}
	line = ", ".join(_(str(value)) for field, value in values.items() if value and field not in hidden)
	return {
		"label": _label(meta, table),
		"before": line if key == "removed" else "",
		"after": line if key == "added" else "",
	}


def _label(meta, fieldname: str) -> str:
	field = meta.get_field(fieldname) if meta else None
	return _(field.label) if field and field.label else _(frappe.unscrub(fieldname))


def _show(field, value: object) -> str:
	if field and field.fieldtype == "Check" and value not in (None, ""):
		return _("Yes") if cint(value) else _("No")
	if field and field.fieldtype == "Select" and value:
		return _(str(value))
	if field and field.fieldtype == "Link" and field.options == "User" and value:
		return get_fullname(value)
	return _text(value)


def _text(value: object) -> str:
	if value is None:
		return ""
	return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def note_search(filters: dict) -> None:
	"""Looking into the log is itself in the log; the same search within ten minutes once."""
	told = {key: value for key, value in filters.items() if value}
	recent = frappe.db.get_value(
		LOG,
		{"user": frappe.session.user, "operation": "Log Searched", "happened_on": [">", _ago(timedelta(minutes=10))]},
		"after",
		order_by="happened_on desc",
	)
	if recent is None or _read(recent) != told:
		log("Log Searched", LOG, "", after=told)


def _ago(span: timedelta) -> datetime:
	return get_datetime() - span


def export(**filters) -> str:
	"""CSV of everything found, closed by the newest seal, so that the file proves what the log held."""
	found = search(**filters, limit=MAX_EXPORTED)
	head = get_head()
	lines = [
		[_("Happened On"), _("User"), _("IP Address"), _("Operation"), _("Record"), _("Before"), _("After"), _("Seal")]
	]
	for row in found["rows"]:
		before = "; ".join(f"{change['label']}: {change['before']}" for change in row["changes"] if change["before"])
		after = "; ".join(f"{change['label']}: {change['after']}" for change in row["changes"] if change["after"])
		lines.append(
			[
				row["happened_on"],
				row["full_name"],
				row["ip_address"],
				row["operation"],
				row["sentence"],
				before,
				after,
				row["seal"],
			]
		)
	if head:
		lines.append([_("Newest seal"), head["number"], head["hash"], head["sealed_on"]])
	log(
		"Log Exported",
		LOG,
		"",
		after={**{key: value for key, value in filters.items() if value}, "rows": len(found["rows"])},
	)
	return "\ufeff" + "\r\n".join(",".join(_cell(value) for value in line) for line in lines)


def _cell(value: object) -> str:
	"""A spreadsheet must not take a value for a formula."""
	text = "" if value is None else str(value)
	if text[:1] in ("=", "+", "-", "@", "\t", "\r"):
		text = f"'{text}"
	return '"' + text.replace('"', '""') + '"'

"""An execution as plain texts that can be compared and kept, and these texts in the words of the reader."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import cint, cstr, escape_html, flt, fmt_money, formatdate
from frappe.utils.password import get_encryption_key

from meeting_crm.contracts.execution import identity
from meeting_crm.contracts.execution.rules import ADDED, CHANGED, REMOVED, ROUTES, STAY_FEE, Change, to_cents

CHILDREN = {"attendees": "Meeting Attendee", "deliverables": "Meeting Deliverable"}
CONTRACT_CHANGE = ("contract", "change")
"""The change that names the paper of a contract's change: no field of the contract."""
DOCTYPES = {"": "Meeting Execution", "contract": "Meeting Contract", **CHILDREN}


def to_texts(execution) -> dict:
	"""{field: text, "attendees": [{"name": …, field: text}], …}: what `rules.find_changes` compares."""
	texts = _row_to_texts(execution, "")
	for table in CHILDREN:
		texts[table] = [{"name": row.name, **_row_to_texts(row, table)} for row in execution.get(table)]
	return texts


def _row_to_texts(row, table: str) -> dict[str, str]:
	meta = frappe.get_meta(DOCTYPES[table])
	return {
		fieldname: _to_text(meta.get_field(fieldname), row.get(fieldname))
		for fieldname in ROUTES[table]
		if meta.has_field(fieldname)
	}


def _to_text(field, value) -> str:
	if field.fieldname == "id_number":
		return identity.mask_with_mark(value, get_encryption_key())
	if field.fieldtype == "Check":
		return str(cint(value))
	if field.fieldtype == "Currency":
		return str(to_decimal(value))
	if field.fieldtype in ("Float", "Int"):
		return f"{flt(value):g}"
	return cstr(value)


def to_decimal(value) -> Decimal:
	return (Decimal(to_cents(value)) / 100).quantize(Decimal("0.01"))


def get_label(table: str, fieldname: str) -> str:
	"""In English, as it is kept; shown translated."""
	if fieldname == STAY_FEE:
		return "Accommodation by Nights"
	if (table, fieldname) == CONTRACT_CHANGE:
		return "Contract Change"
	return frappe.get_meta(DOCTYPES[table]).get_label(fieldname) if fieldname else ""


def describe(change: Change) -> dict:
	"""One change in the words of the reader: what it is about, what stood there, what stands there now."""
	return {
		"about": _(change.row_label) if change.table == "deliverables" else change.row_label,
		"what": _get_heading(change),
		"old": _say(change, change.old),
		"new": _say(change, change.new),
		"kind": change.kind,
		"revision": change.revision,
	}


def _get_heading(change: Change) -> str:
	if change.kind == CHANGED:
		return _(get_label(change.table, change.fieldname))
	texts = {
		("attendees", ADDED): _("Attendee added"),
		("attendees", REMOVED): _("Attendee removed"),
		("deliverables", ADDED): _("Service added"),
		("deliverables", REMOVED): _("Service removed"),
	}
	return texts[change.table, change.kind]


def _say(change: Change, text: str) -> str:
	if not change.fieldname:
		return _(text) if change.table == "deliverables" else text
	if change.fieldname == STAY_FEE:
		return fmt_money(text)
	if (change.table, change.fieldname) == CONTRACT_CHANGE:
		return text
	field = frappe.get_meta(DOCTYPES[change.table]).get_field(change.fieldname)
	return say_value(field, text)


def say_value(field, text) -> str:
	"""A kept text as people read it; empty where nothing stands."""
	text = cstr(text)
	if field.fieldtype == "Check":
		return _("Yes") if cint(text) else _("No")
	if not text:
		return ""
	if field.fieldname == "id_number":
		return identity.without_mark(text)
	if field.fieldtype == "Currency":
		return fmt_money(text)
	if field.fieldtype == "Date":
		return formatdate(text)
	if field.fieldtype == "Select" or field.options == "Meeting Deliverable Type":
		return _(text, context=field.parent)
	if field.fieldtype == "Attach":
		return text.rsplit("/", 1)[-1]
	return text


def bold(text: str | None) -> str:
	return frappe.bold(escape_html(text or ""))

"""One person's data (G3): found over all records, handed out, and erased, with what the law makes one keep named."""

import json

import frappe
from frappe import _
from frappe.utils import now_datetime, strip_html

from meeting_crm.core import personal
from meeting_crm.core.log import log
from meeting_crm.core.numbers import normalise_email, normalise_mobile, normalise_phone

MAX_FOUND = 500
NAME_LEFT = "—"
"""In place of a name that a record must have."""

# where people stand: record type, its personal fields, and what keeps it from being erased
TABLES_OF_PEOPLE = {
	"Meeting Enterprise Contact": ("person_name", "mobile", "phone", "email", "mobile_key", "phone_key"),
	"Meeting Attendee": ("person_name", "gender", "mobile", "ethnicity", "id_number"),
	"Meeting Room Guest": ("person_name", "gender"),
	"Meeting Execution Change": ("row_label", "old", "new"),
	"Meeting Late Change": ("row_label", "old", "new", "content"),
}
KEPT_BY_LAW = {
	"Meeting Invoice Title": "Accounting records are kept for ten years.",
	"Meeting Invoice": "Accounting records are kept for ten years.",
	"Meeting Shipment": "Belongs to a contract: kept as long as claims from it may be raised.",
	"Meeting Execution": "Belongs to a contract: kept as long as claims from it may be raised.",
	"Meeting Attendee": "Belongs to a contract: kept as long as claims from it may be raised.",
	"Meeting Room Guest": "Belongs to a contract: kept as long as claims from it may be raised.",
	"Meeting Execution Change": "Belongs to a contract: kept as long as claims from it may be raised.",
	"Meeting Late Change": "Belongs to a contract: kept as long as claims from it may be raised.",
}
REQUIRED = ("person_name",)


def get_register() -> dict[str, tuple[str, ...]]:
	"""{record type: personal fields that are columns}"""
	register = {**personal.FIELDS, **TABLES_OF_PEOPLE}
	return {
		doctype: tuple(field for field in fields if frappe.db.has_column(doctype, field))
		for doctype, fields in register.items()
		if frappe.db.exists("DocType", doctype)
	}


def find(text: str) -> list[dict]:
	"""Records in which a name (whole), a number or an address of the person stands."""
	text = (text or "").strip()
	if len(text) < 2:
		frappe.throw(_("Enter the person's whole name, mobile number, telephone or e-mail address."))
	wanted = {text, normalise_mobile(text), normalise_phone(text), normalise_email(text)} - {None, ""}
	found = []
	for doctype, fields in get_register().items():
		conditions = " or ".join(f"`{field}` in %(wanted)s" for field in fields)
		rows = frappe.db.sql(
			f"select * from `tab{doctype}` where {conditions} order by creation limit {MAX_FOUND}",
			{"wanted": list(wanted)},
			as_dict=True,
		)
		found += [_describe(doctype, fields, row) for row in rows]
	return found


def _describe(doctype: str, fields: tuple[str, ...], row) -> dict:
	meta = frappe.get_meta(doctype)
	shown = [field for field in fields if row.get(field) and not field.endswith("_key")]
	return {
		"doctype": doctype,
		"label": _(doctype),
		"name": row.name,
		"parent": row.get("parent"),
		"parenttype": row.get("parenttype"),
		"company": row.get("customer_name") or row.get("enterprise_name") or row.get("unit_name") or "",
		"created_by": row.owner,
		"created_on": str(row.creation),
		"values": {
			_(meta.get_field(field).label) if meta.get_field(field) else field: strip_html(str(row[field]))
			for field in shown
		},
		"kept_because": _(KEPT_BY_LAW[doctype]) if doctype in KEPT_BY_LAW else None,
	}


def hand_out(text: str) -> dict:
	"""Everything found, and how often the log mentions these records: what a person may ask for."""
	found = find(text)
	counted = sum(
		frappe.db.count("Meeting Operation Log", {"reference_doctype": row["doctype"], "reference_name": row["name"]})
		for row in found
	)
	log("Personal Data Handed Out", "Meeting Erasure", "", after={"records": len(found)})
	return {"made_on": str(now_datetime()), "records": found, "lines_of_the_log": counted}


def erase(records: list[dict], reason: str) -> dict:
	"""Empties the personal fields of `records` ({doctype, name}), destroys their keys of the log and the framework's own
	versions of them. What the law keeps is named and stays."""
	reason = (reason or "").strip()
	if not reason:
		frappe.throw(_("Say why: the reason stays in the record of the erasure."))
	register = get_register()
	chosen = [(row["doctype"], row["name"]) for row in records]
	if unknown := [doctype for doctype, _name in chosen if doctype not in register]:
		frappe.throw(_("{0} holds no personal data.").format(_(unknown[0])))
	kept = [pair for pair in chosen if pair[0] in KEPT_BY_LAW]
	erased = [pair for pair in chosen if pair[0] not in KEPT_BY_LAW]
	for doctype, name in erased:
		_empty(doctype, name, register[doctype])
	doc = frappe.get_doc(
		{
			"doctype": "Meeting Erasure",
			"erased_by": frappe.session.user,
			"erased_on": now_datetime(),
			"reason": reason,
			"record_count": len(erased),
			"records": json.dumps([{"doctype": doctype, "name": name} for doctype, name in erased]),
			"kept": json.dumps([{"doctype": doctype, "name": name} for doctype, name in kept]),
		}
	)
	doc.flags.by_service = True
	doc.insert(ignore_permissions=True)  # why: nobody has the right to write such a record by hand
	log("Personal Data Erased", "Meeting Erasure", doc.name, after={"records": len(erased), "kept": len(kept)})
	return {"erasure": doc.name, "erased": len(erased), "kept": [_(KEPT_BY_LAW[doctype]) for doctype, _name in kept]}


def _empty(doctype: str, name: str, fields: tuple[str, ...]) -> None:
	values = {field: (NAME_LEFT if field in REQUIRED else None) for field in fields}
	frappe.db.set_value(doctype, name, values, update_modified=False)
	frappe.clear_document_cache(doctype, name)
	personal.destroy_keys([(doctype, name)])
	frappe.db.delete("Version", {"ref_doctype": doctype, "docname": name})
	frappe.db.delete("Deleted Document", {"deleted_doctype": doctype, "deleted_name": name})
	frappe.db.delete("__global_search", {"doctype": doctype, "name": name})


def repeat_erasures() -> None:
	"""After a restore: records that were erased and have their values again."""
	register = get_register()
	for text in frappe.get_all("Meeting Erasure", pluck="records", order_by="erased_on asc"):
		for row in json.loads(text or "[]"):
			fields = register.get(row["doctype"])
			if fields and _has_values(row["doctype"], row["name"], fields):
				_empty(row["doctype"], row["name"], fields)


def _has_values(doctype: str, name: str, fields: tuple[str, ...]) -> bool:
	values = frappe.db.get_value(doctype, name, list(fields), as_dict=True)
	return bool(values) and any(value and value != NAME_LEFT for value in values.values())

"""One merged story of a customer file, newest first: notes, activities, protection, papers, mails, changes.

The caller has checked that the file may be read. What has permissions of its own (claims, contracts) is read
with the user's.
"""

import json
from collections.abc import Callable
from datetime import datetime

import frappe
from frappe import _
from frappe.utils import get_datetime, get_fullname, strip_html_tags

from meeting_crm.claims.queries import explanation

CUSTOMER = "Meeting Customer"
PAGE_LENGTH = 30
FAR_FUTURE = datetime(9999, 1, 1)
HIDDEN_CHANGES = frozenset({"mobile_key", "phone_key", "email_key", "modified", "modified_by", "remarks"})
SHOWN_LENGTH = 80
"""Characters of a changed value that the story shows; the operation log has all of it."""


def get_timeline(customer: str, before: str | datetime | None = None, limit: int = PAGE_LENGTH) -> dict:
	"""`entries` older than `before`, newest first, and `next`, the instant to go on from (None at the end).

	An entry: kind, happened_on, user, title, text, doctype, name, status.
	"""
	before = get_datetime(before) if before else FAR_FUTURE
	entries = [entry for read in SOURCES for entry in read(customer, before, limit + 1)]
	entries.sort(key=lambda entry: entry["happened_on"], reverse=True)
	page = entries[:limit]
	_add_full_names(page)
	_add_project_names(page)
	return {"entries": page, "next": page[-1]["happened_on"] if len(entries) > limit else None}


def _add_full_names(entries: list[dict]) -> None:
	users = sorted({entry["user"] for entry in entries if entry["user"]})
	names = dict(
		frappe.get_all(  # why: names of colleagues are no secret
			"User", filters={"name": ("in", users)}, fields=["name", "full_name"], as_list=True, order_by="name"
		)
	)
	for entry in entries:
		entry["full_name"] = names.get(entry["user"], entry["user"])


def _add_project_names(entries: list[dict]) -> None:
	"""A company can be held in several projects, so that each entry says in which."""
	projects = sorted({entry["project"] for entry in entries if entry["project"]})
	names = dict(
		frappe.get_all(  # why: names of projects are no secret
			"Meeting Project",
			filters={"name": ("in", projects)},
			fields=["name", "project_name"],
			as_list=True,
			order_by="name",
		)
	)
	for entry in entries:
		entry["project_name"] = names.get(entry["project"])


def _entry(kind: str, happened_on: datetime, user: str | None, **values) -> dict:
	return {
		"kind": kind,
		"happened_on": happened_on,
		"user": user,
		"title": None,
		"text": None,
		"doctype": None,
		"name": None,
		"status": None,
		"project": None,
		**values,
	}


def _read_remarks(customer: str, before: datetime, limit: int) -> list[dict]:
	rows = frappe.get_all(  # why: part of the file
		"Meeting Customer Remark",
		filters={"parent": customer, "parenttype": CUSTOMER, "noted_on": ("<", before)},
		fields=["name", "note", "noted_on", "noted_by"],
		order_by="noted_on desc",
		limit=limit,
	)
	return [_entry("note", row.noted_on, row.noted_by, text=row.note, name=row.name) for row in rows]


def _read_activities(customer: str, before: datetime, limit: int) -> list[dict]:
	"""What was done; what is planned stands under the next steps."""
	if not frappe.has_permission("Meeting Activity", "read"):
		return []
	rows = frappe.get_list(
		"Meeting Activity",
		filters={"customer": customer, "status": ("!=", "Planned"), "starts_on": ("<", before)},
		fields=[
			"name",
			"subject",
			"activity_type",
			"status",
			"starts_on",
			"outcome",
			"result",
			"assigned_to",
			"project",
		],
		order_by="starts_on desc",
		limit=limit,
	)
	return [
		_entry(
			"activity",
			row.starts_on,
			row.assigned_to,
			title=row.subject,
			text=" · ".join(filter(None, (_(row.outcome) if row.outcome else None, row.result))) or None,
			doctype="Meeting Activity",
			name=row.name,
			status=row.status,
			type=row.activity_type,
			project=row.project,
		)
		for row in rows
	]


RECORDS = {
	"Meeting Opportunity": ("opportunity_name", "stage"),
	"Meeting Quotation": ("name", "status"),
	"Meeting Contract": ("name", "contract_kind"),
	"Meeting Customer Project": ("project_title", "status"),
	"Meeting Maintenance": ("subject", "status"),
	"Meeting Expense": ("purpose", "expense_type"),
}


def _read_records(customer: str, before: datetime, limit: int) -> list[dict]:
	return [entry for doctype in RECORDS for entry in _read_records_of(doctype, customer, before, limit)]


def _read_records_of(doctype: str, customer: str, before: datetime, limit: int) -> list[dict]:
	if not frappe.has_permission(doctype, "read"):
		return []
	title, status = RECORDS[doctype]
	project = ["project"] if frappe.get_meta(doctype).has_field("project") else []
	rows = frappe.get_list(
		doctype,
		filters={"customer": customer, "creation": ("<", before)},
		fields=["name", "creation", "owner", title, status, *project],
		order_by="creation desc",
		limit=limit,
	)
	return [
		_entry(
			"record",
			row.creation,
			row.owner,
			title=row[title],
			doctype=doctype,
			name=row.name,
			status=row[status],
			project=row.get("project"),
		)
		for row in rows
	]


def _read_protection(customer: str, before: datetime, limit: int) -> list[dict]:
	if not frappe.has_permission("Meeting Claim", "read"):
		return []
	claims = frappe.get_list("Meeting Claim", filters={"customer": customer}, pluck="name", order_by="claimed_on desc")
	if not claims:
		return []
	rows = frappe.get_list(
		"Meeting Claim Event",
		filters={"claim": ("in", claims), "happened_on": ("<", before)},
		fields=["event", "happened_on", "by_user", "reason", "details", "project", "claim"],
		order_by="happened_on desc",
		limit=limit,
	)
	return [
		_entry(
			"protection",
			row.happened_on,
			row.by_user,
			title=row.event,
			text="\n".join(filter(None, (explanation.describe_event(row.event, row.details), row.reason))),
			doctype="Meeting Claim",
			name=row.claim,
			project=row.project,
		)
		for row in rows
	]


def _read_papers(customer: str, before: datetime, limit: int) -> list[dict]:
	rows = frappe.get_all(  # why: attachments follow the file
		"File",
		filters={"attached_to_doctype": CUSTOMER, "attached_to_name": customer, "creation": ("<", before)},
		fields=["name", "file_name", "file_url", "creation", "owner"],
		order_by="creation desc",
		limit=limit,
	)
	return [
		_entry("paper", row.creation, row.owner, title=row.file_name, url=row.file_url, doctype="File", name=row.name)
		for row in rows
	]


def _read_messages(customer: str, before: datetime, limit: int) -> list[dict]:
	reference = {"reference_doctype": CUSTOMER, "reference_name": customer, "creation": ("<", before)}
	mails = frappe.get_all(  # why: mails filed under the file follow it
		"Communication",
		filters={**reference, "communication_type": "Communication"},
		fields=["name", "subject", "content", "creation", "owner"],
		order_by="creation desc",
		limit=limit,
	)
	comments = frappe.get_all(  # why: comments on the file follow it
		"Comment",
		filters={**reference, "comment_type": "Comment"},
		fields=["name", "content", "creation", "owner"],
		order_by="creation desc",
		limit=limit,
	)
	return [
		_entry(
			"mail",
			row.creation,
			row.owner,
			title=row.subject,
			text=_to_text(row.content),
			doctype="Communication",
			name=row.name,
		)
		for row in mails
	] + [_entry("comment", row.creation, row.owner, text=_to_text(row.content), name=row.name) for row in comments]


def _to_text(html: str | None) -> str:
	return strip_html_tags(html or "").strip()


def _read_changes(customer: str, before: datetime, limit: int) -> list[dict]:
	rows = frappe.get_all(  # why: the log of this file; who reads the file may know what changed in it
		"Meeting Operation Log",
		filters={"reference_doctype": CUSTOMER, "reference_name": customer, "happened_on": ("<", before)},
		fields=["name", "operation", "happened_on", "user", "before", "after"],
		order_by="happened_on desc",
		limit=limit,
	)
	entries = []
	for row in rows:
		changed = _get_changes(row.before, row.after) if row.operation == "Changed" else []
		if row.operation != "Changed" or changed:
			entries.append(_entry("change", row.happened_on, row.user, title=row.operation, changes=changed))
	return entries


def _get_changes(before: str | None, after: str | None) -> list[dict]:
	"""label, before and after of each changed field; the latter are None where a value says nothing to a reader."""
	old, new = json.loads(before or "{}"), json.loads(after or "{}")
	meta = frappe.get_meta(CUSTOMER)
	fields = [meta.get_field(key) for key in new if key not in HIDDEN_CHANGES and meta.has_field(key)]
	return [
		{
			"label": field.label,
			"before": _show(field, old.get(field.fieldname)),
			"after": _show(field, new[field.fieldname]),
		}
		for field in fields
	]


def _show(field, value) -> str | None:
	if field.options == "User":
		return get_fullname(value) if value else ""
	if field.fieldtype == "Select" or field.options == "Meeting Segment":
		return _(value) if value else ""
	if field.fieldtype not in ("Data", "Small Text"):
		return None
	text = (value or "").strip()
	return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"


SOURCES: tuple[Callable[[str, datetime, int], list[dict]], ...] = (
	_read_remarks,
	_read_activities,
	_read_records,
	_read_protection,
	_read_papers,
	_read_messages,
	_read_changes,
)

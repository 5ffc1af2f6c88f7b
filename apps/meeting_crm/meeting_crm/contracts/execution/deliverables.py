"""What the customer was promised beside places: stands, pages, banners, badges. The salesperson says what; logistics keeps in a
record of its own how far it is."""

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import add_days, cint, flt, getdate

from meeting_crm.contracts.execution.describing import bold
from meeting_crm.contracts.execution.errors import ExecutionError, NotSubmittableError
from meeting_crm.contracts.execution.rules import ADDED, CHANGED, DELIVERABLES, REMOVED, Change
from meeting_crm.core.database import insert_rows
from meeting_crm.core.log import log_many
from meeting_crm.core.names import make_name_stem
from meeting_crm.customers.hanging import get_readable_file

WORK = "Meeting Deliverable Work"
TYPE = "Meeting Deliverable Type"
CONTENT = {"Text": "text", "File": "file", "Design": "file", "Quantity": "quantity", "Booth": "text"}
WORK_FIELDS = ("text", "quantity", "specification", "file", "declined", "type")
FINISHED = ("Approved", "Done")


def get_types() -> dict[str, frappe._dict]:
	rows = frappe.get_all(
		TYPE,
		fields=[
			"name",
			"deliverable_class",
			"department",
			"output",
			"max_length",
			"file_kinds",
			"days_before_start",
			"disabled",
		],
		order_by="sort_order, name",
	)
	return {row.name: row for row in rows}


def add_usual(execution) -> None:
	"""One row for each service the company offers, so that nothing is forgotten: to be filled in or declined."""
	for kind in get_types().values():
		if not kind.disabled:
			execution.append("deliverables", {"type": kind.name, "deadline": get_deadline(execution.project, kind)})


def get_deadline(project: str, kind) -> str | None:
	start = frappe.get_cached_value("Meeting Project", project, "start_date") if project else None
	return add_days(start, -cint(kind.days_before_start)) if start else None


def is_filled(row, kind) -> bool:
	"""Whether logistics can begin: the content that this service lives from stands there."""
	content = row.get(CONTENT[kind.deliverable_class]) if kind else row.text
	return bool(content) or bool(row.text or row.file or flt(row.quantity))


def check(execution) -> None:
	types = get_types()
	previous = execution.get_doc_before_save()
	files = {row.file for row in previous.deliverables} if previous else set()
	for row in execution.deliverables:
		if row.file and row.file not in files:
			_check_readable(row)
		kind = types.get(row.type)
		if not kind:
			continue
		if not row.deadline:
			row.deadline = get_deadline(execution.project, kind)
		if kind.max_length and len(row.text or "") > kind.max_length:
			frappe.throw(
				_("{0}: the text has {1} characters, {2} fit. Shorten it.").format(
					bold(_(row.type)), len(row.text), kind.max_length
				),
				title=_("Text too long"),
				exc=ExecutionError,
			)
		_check_file(row, kind)


def _check_readable(row) -> None:
	"""Only a file that the user may read already is attached: whoever makes the service downloads it from here."""
	if not get_readable_file(row.file):
		frappe.throw(
			_("{0}: the file cannot be read. Upload the file itself, here, and save again.").format(bold(_(row.type))),
			title=_("File not found"),
			exc=ExecutionError,
		)


def _check_file(row, kind) -> None:
	kinds = [
		ending.strip(" .").lower() for ending in (kind.file_kinds or "").replace("，", ",").split(",") if ending.strip()
	]
	if row.file and kinds and row.file.rsplit(".", 1)[-1].lower() not in kinds:
		frappe.throw(
			_("{0}: the file must end in {1}. Choose another file.").format(bold(_(row.type)), ", ".join(kinds)),
			title=_("Other file needed"),
			exc=ExecutionError,
		)


def check_deadlines(execution) -> None:
	"""What is not filled in yet needs a day until which it will be."""
	types = get_types()
	for row in execution.deliverables:
		if not row.declined and not is_filled(row, types.get(row.type)) and not row.deadline:
			frappe.throw(
				_(
					"{0} is neither filled in nor declined. Enter what the customer wants, or the day until which you will know."
				).format(bold(_(row.type))),
				title=_("Service open"),
				exc=NotSubmittableError,
			)


def get_open(execution) -> list[dict]:
	"""Services that still wait for the customer, soonest first."""
	types = get_types()
	rows = [
		{
			"type": row.type,
			"deadline": row.deadline,
			"is_late": bool(row.deadline and getdate(row.deadline) < getdate()),
		}
		for row in execution.deliverables
		if not row.declined and not is_filled(row, types.get(row.type))
	]
	return sorted(rows, key=lambda row: str(row["deadline"] or ""))


def make_works(execution, only: set[str] | None = None) -> None:
	types = get_types()
	rows = [
		row
		for row in execution.deliverables
		if not row.declined
		and (only is None or row.name in only)
		and types.get(row.type, {}).get("department") != "Finance"
	]
	stem, now, user = make_name_stem(), frappe.utils.now_datetime(), frappe.session.user
	insert_rows(
		f"tab{WORK}",
		("name", "deliverable", "type", "state"),
		(
			(f"{stem}{place:04x}", row.name, row.type, "In Work" if is_filled(row, types.get(row.type)) else "Waiting")
			for place, row in enumerate(rows)
		),
		ignore_duplicates=True,
		same={
			"execution": execution.name,
			"project": execution.project,
			"unit_name": execution.unit_name,
			**dict.fromkeys(("owner", "modified_by"), user),
			**dict.fromkeys(("creation", "modified"), now),
		},
	)


def remove_works(execution: str) -> None:
	frappe.db.delete(WORK, {"execution": execution})


def follow(execution, found: list[Change]) -> None:
	"""What was approved and then changed is in work again; what is no longer wanted stays on record with its state."""
	added = {change.row for change in found if change.table == DELIVERABLES and change.kind == ADDED}
	wanted_again = {change.row for change in found if change.fieldname == "declined" and change.new == "0"}
	if added or wanted_again:
		make_works(execution, added | wanted_again)
	changed = {
		change.row
		for change in found
		if change.table == DELIVERABLES and change.kind == CHANGED and change.fieldname in WORK_FIELDS
	}
	removed = {change.row for change in found if change.table == DELIVERABLES and change.kind == REMOVED}
	_set_back(execution, changed, types=get_types())
	if removed:
		frappe.db.delete(WORK, {"execution": execution.name, "deliverable": ["in", list(removed)], "state": "Waiting"})
	if any(change.fieldname == "unit_name" for change in found):
		frappe.db.set_value(WORK, {"execution": execution.name}, "unit_name", execution.unit_name)


def _set_back(execution, rows: set[str], types: dict) -> None:
	if not rows:
		return
	by_name = {row.name: row for row in execution.deliverables}
	work = DocType(WORK)
	found = (
		frappe.qb.from_(work)
		.where(work.deliverable.isin(list(rows)))
		.select(work.name, work.deliverable, work.state)
		.orderby(work.name)
		.for_update()
		.run(as_dict=True)
	)
	moved = []
	for row in found:
		deliverable = by_name[row.deliverable]
		state = "In Work" if is_filled(deliverable, types.get(deliverable.type)) else "Waiting"
		if row.state != state:
			frappe.db.set_value(WORK, row.name, "state", state)
			moved.append(("Changed", WORK, row.name, {"state": row.state}, {"state": state}))
	log_many(moved)


def set_state(work) -> None:
	"""On a save by logistics: what is approved names the revision it was approved at."""
	if work.has_value_changed("state"):
		work.approved_revision = (
			frappe.db.get_value("Meeting Execution", work.execution, "revision") if work.state in FINISHED else 0
		)


def describe_works(execution: str) -> dict[str, frappe._dict]:
	rows = frappe.get_all(
		WORK,
		{"execution": execution},
		["name", "deliverable", "state", "proof", "assigned_to", "approved_revision"],
		order_by="name",
	)
	return {row.deliverable: row for row in rows}


def read_file(address: str) -> bytes | None:
	"""What lies behind the address of an attachment that somebody was allowed to attach; None where nothing does."""
	name = frappe.db.get_value("File", {"file_url": address, "is_folder": 0}, order_by="creation")
	file = frappe.get_doc("File", name) if name else None
	if not file or file.is_remote_file or not file.exists_on_disk():
		return None
	with open(file.get_full_path(), "rb") as content:
		return content.read()

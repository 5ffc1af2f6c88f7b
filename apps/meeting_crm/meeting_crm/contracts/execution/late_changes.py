"""Changes of what is being made already. After the last day of its product a change is not refused: it waits, and logistics
takes it over or says why not. Until then the execution says what is being made."""

import json

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import escape_html, getdate, now_datetime

from meeting_crm.contracts.execution import changes, deliverables, describing
from meeting_crm.contracts.execution.errors import ExecutionError, LateChangeAnsweredError
from meeting_crm.contracts.execution.permissions import require_logistics
from meeting_crm.contracts.execution.rules import (
	ADDED,
	ATTENDEES,
	CHANGED,
	LOGISTICS,
	REMOVED,
	RUNNING,
	STAY_FEE,
	Change,
	get_closed_product,
)
from meeting_crm.core.log import log
from meeting_crm.core.notifications import get_language, notify

LATE_CHANGE, EXECUTION = "Meeting Late Change", "Meeting Execution"
WAITING, ACCEPTED, REFUSED, TAKEN_BACK = "Waiting", "Accepted", "Refused", "Taken Back"
KEPT_OF_CHANGE = ("table", "row", "row_label", "fieldname", "kind", "old", "new")
SHOWN = ("name", "product", "state", "owner", "creation", "answered_by", "answered_on", "reason", *KEPT_OF_CHANGE)


def get_closed_products(project: str) -> set[str]:
	"""The last day itself is in time."""
	rows = frappe.get_cached_doc("Meeting Project", project).production_closings
	return {row.product for row in rows if getdate(row.last_day) < getdate()}


def hold_back(execution) -> None:
	"""Before a save: what would change a closed product is put back to what is being made, and noted in `flags.late_changes`."""
	execution.flags.late_changes = []
	previous = execution.get_doc_before_save()
	if not previous or execution.status not in RUNNING or execution.flags.accepted_late_change:
		return
	closed = get_closed_products(execution.project)
	if not closed:
		return
	services = {name: kind.output for name, kind in deliverables.get_types().items()}
	for change in changes.find(previous, execution):
		if change.fieldname == STAY_FEE:
			continue
		former, wanted = _get_row(previous, change), _get_row(execution, change)
		product = get_closed_product(change, (former or wanted).as_dict(), closed, services)
		if product:
			execution.flags.late_changes.append((change, product, _get_content(change, wanted)))
			_put_back(execution, change, former, wanted)


def _get_row(execution, change: Change):
	if not change.table:
		return execution
	return next((row for row in execution.get(change.table) if row.name == change.row), None)


def _get_content(change: Change, row):
	"""What has to be written once it is accepted, as JSON can keep it."""
	if change.kind == REMOVED:
		return None
	return row.get(change.fieldname) if change.kind == CHANGED else row.as_dict(no_default_fields=True)


def _put_back(execution, change: Change, former, wanted) -> None:
	if change.kind == CHANGED:
		wanted.set(change.fieldname, former.get(change.fieldname))
		return
	rows = execution.get(change.table)
	if change.kind == ADDED:
		rows.remove(wanted)
	else:
		row = execution.append(change.table, former.as_dict())
		row.set("__islocal", None)
		rows.insert(former.idx - 1, rows.pop())
	for place, row in enumerate(rows, start=1):
		row.idx = place


def keep(execution) -> None:
	"""In the transaction of the save: what was held back waits for logistics, once, with what was wanted last."""
	held = execution.flags.late_changes
	if not held:
		return
	waiting = {_identify(row): row for row in _read_waiting(execution.name)}
	for change, product, content in held:
		text = frappe.as_json(content)
		former = waiting.get(_identify(frappe._dict(vars(change), content=text)))
		if former:
			frappe.db.set_value(LATE_CHANGE, former.name, {"new": change.new, "content": text})
		else:
			_insert(execution, change, product, text)
	frappe.msgprint(_describe_held(held), title=_("Waiting for logistics"), indicator="orange")


def _identify(change) -> tuple:
	"""The same wish again: another value for the same field, or the same person added once more."""
	if change.kind == ADDED:
		content = json.loads(change.content)
		return (change.table, ADDED, change.row_label, content.get("mobile"), content.get("type"))
	return (change.table, change.kind, change.row, change.fieldname)


def _insert(execution, change: Change, product: str, content: str) -> None:
	doc = frappe.get_doc(
		{
			"doctype": LATE_CHANGE,
			"execution": execution.name,
			"project": execution.project,
			"product": product,
			"state": WAITING,
			"label": describing.get_label(change.table, change.fieldname),
			"content": content,
			**{field: getattr(change, field) for field in KEPT_OF_CHANGE},
		}
	)
	doc.insert(ignore_permissions=True)  # why: whoever may save the execution may wish for this


def _describe_held(held) -> str:
	lines = []
	for change, product, _content in held:
		said = describing.describe(change)
		moved = " → ".join(filter(None, (said["old"], said["new"])))
		about = " ".join(filter(None, (said["about"], said["what"])))
		lines.append(f"<li>{escape_html(f'{_(product)}: {about} {moved}')}</li>")
	return (
		_("The last day for changes is over, so these wait until logistics takes them over. All else is saved.")
		+ f"<ul>{''.join(lines)}</ul>"
	)


def _read_waiting(execution: str) -> list[frappe._dict]:
	return frappe.get_all(
		LATE_CHANGE, {"execution": execution, "state": WAITING}, [*SHOWN, "content"], order_by="creation, name"
	)


def get_open(execution: str) -> list[dict]:
	"""What waits, and what was refused, in the words of the reader; oldest first."""
	rows = frappe.get_all(
		LATE_CHANGE,
		{"execution": execution, "state": ["in", (WAITING, REFUSED)]},
		[*SHOWN, "content"],
		order_by="creation, name",
	)
	return [_describe(row) for row in rows]


def _describe(row) -> dict:
	change = Change(**{field: row[field] or "" for field in KEPT_OF_CHANGE}, for_finance=False, for_logistics=True)
	said = describing.describe(change)
	if row.kind == ADDED and row.table == ATTENDEES and row.content:
		said["new"] = _describe_person(json.loads(row.content))
	return {
		**said,
		"name": row.name,
		"product": row.product,
		"state": row.state,
		"by": frappe.utils.get_fullname(row.owner),
		"on": row.creation,
		"reason": row.reason or "",
	}


def _describe_person(content: dict) -> str:
	meta = frappe.get_meta("Meeting Attendee")
	fields = ("person_name", "gender", "position", "housing", "arrive_on", "leave_on")
	said = (describing.say_value(meta.get_field(field), content.get(field)) for field in fields)
	return " · ".join(filter(None, said))


def count_waiting(executions: list[str]) -> dict[str, int]:
	"""{execution: number of changes that wait}; the others are missing."""
	if not executions:
		return {}
	return dict(
		frappe.get_all(
			LATE_CHANGE,
			{"execution": ["in", executions], "state": WAITING},
			["execution", "count(name)"],
			group_by="execution",
			order_by="execution",
			as_list=True,
		)
	)


def answer(name: str, accept: bool, reason: str | None) -> dict:
	"""Logistics takes a change over, as if it had been saved in time, or refuses it with a reason. 409 where it was answered
	already."""
	require_logistics()
	reason = (reason or "").strip()
	if not accept and not reason:
		frappe.throw(_("Write why not: the salesperson has to tell the customer."), exc=ExecutionError)
	late, execution = _lock(name)
	if accept:
		_apply(late, execution)
	_close(late, ACCEPTED if accept else REFUSED, reason)
	_tell_proposer(late, execution, accept, reason)
	return {"late_change": late.name, "state": late.state, "revision": execution.revision}


def take_back(name: str) -> dict:
	"""The salesperson no longer wants it. Where logistics has answered already: 409."""
	frappe.get_doc(EXECUTION, _get_execution(name)).check_permission("write")
	late, _execution = _lock(name)
	_close(late, TAKEN_BACK, "")
	return {"late_change": late.name, "state": late.state}


def _get_execution(name: str) -> str:
	execution = frappe.db.get_value(LATE_CHANGE, name, "execution")
	if not execution:
		frappe.throw(
			_("This change is no longer there. Reload to see what stands there now."), exc=frappe.DoesNotExistError
		)
	return execution


def _lock(name: str):
	execution = frappe.get_doc(EXECUTION, _get_execution(name), for_update=True)
	late = frappe.get_doc(LATE_CHANGE, name, for_update=True)
	if late.state != WAITING:
		frappe.throw(
			_("This change is {0} already. Reload to see what stands there now.").format(
				_(late.state, context=LATE_CHANGE)
			),
			title=_("Answered already"),
			exc=LateChangeAnsweredError,
		)
	return late, execution


def _apply(late, execution) -> None:
	content = json.loads(late.content)
	if late.kind == ADDED:
		execution.append(late.table, content)
	else:
		row = _get_row(execution, late)
		if not row:
			frappe.throw(
				_("{0} is no longer on the list. Refuse this change, or ask the salesperson.").format(
					describing.bold(late.row_label)
				),
				title=_("No longer there"),
				exc=ExecutionError,
			)
		if late.kind == REMOVED:
			execution.remove(row)
		else:
			row.set(late.fieldname, content)
	execution.flags.accepted_late_change = late.name
	execution.flags.seen_by = LOGISTICS
	execution.save(
		ignore_permissions=True
	)  # why: logistics answers for what it makes; the change was its salesperson's


def _close(late, state: str, reason: str) -> None:
	"""What was wanted is kept as it was said; the person's particulars behind it are not."""
	late.db_set(
		{
			"state": state,
			"reason": reason or None,
			"answered_by": frappe.session.user,
			"answered_on": now_datetime(),
			"content": None,
		}
	)
	log("Changed", EXECUTION, late.execution, {"late_change": WAITING}, {"late_change": state, "reason": reason})


def _tell_proposer(late, execution, accept: bool, reason: str) -> None:
	language = get_language(late.owner)
	sentence = (
		_("{0}: logistics took over your change of {1}", language)
		if accept
		else _("{0}: logistics refused your change of {1}: {2}", language)
	)
	what = " ".join(filter(None, (late.row_label, _(late.label or "", language))))
	notify(
		late.owner,
		sentence.format(execution.unit_name, what, reason),
		EXECUTION,
		execution.name,
	)


def erase_persons(before: str) -> None:
	"""What still waits for meetings that ended before a day is taken over by nobody: the person's particulars go."""
	late, project = DocType(LATE_CHANGE), DocType("Meeting Project")
	ended = frappe.qb.from_(project).where(project.end_date < before).select(project.name)
	(
		frappe.qb.update(late)
		.set(late.content, None)
		.set(late.state, REFUSED)
		.where(late.project.isin(ended) & (late.state == WAITING))
		.run()
	)


def remove(execution: str) -> None:
	"""With an execution that is withdrawn: as a draft it is changed freely."""
	frappe.db.delete(LATE_CHANGE, {"execution": execution})

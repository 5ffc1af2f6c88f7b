"""The departments' side of an execution (D4): a task for each, with steps, an owner and a due date; what changed since they
confirmed. Everything they read is put together here from named fields."""

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import add_days, cint, getdate, now_datetime

from meeting_crm.contracts.execution import changes, describing, late_changes, permissions, views
from meeting_crm.contracts.execution.errors import ChangedMeanwhileError, ExecutionError
from meeting_crm.contracts.execution.rules import DEPARTMENTS, FINANCE, LOGISTICS, get_net
from meeting_crm.contracts.rules import ENDED
from meeting_crm.core import notifications
from meeting_crm.meeting_projects import calendar

TASK, EXECUTION = "Meeting Department Task", "Meeting Execution"
OPEN, IN_WORK, CONFIRMED, CHANGED, DONE = "Open", "In Work", "Confirmed", "Changed", "Done"
FINISHED_STEP = "—"
"""Where a task stands on the board when no step is left."""

STEPS = {
	FINANCE: ("Check Fees", "Issue Invoice", "Collect Payment", "Send Documents"),
	LOGISTICS: ("Rooms", "Badges", "Booths", "Journal", "Banners and Balloons", "Materials on Site"),
}


def make(execution) -> None:
	steps = get_steps()
	for department in DEPARTMENTS:
		task = frappe.get_doc(
			{
				"doctype": TASK,
				"execution": execution.name,
				"department": department,
				"project": execution.project,
				"unit_name": execution.unit_name,
				"contract_number": execution.contract,
				"holder": execution.holder,
				"status": OPEN,
				"due_on": get_due_day(execution.project, department),
				"steps": [{"step": step} for step in steps[department]],
			}
		)
		set_current_step(task)
		task.insert(ignore_permissions=True)  # why: the departments' tasks are made by the submission
		_tell(task, _("{0}: a new execution is waiting for you"))


def get_steps() -> dict[str, list[str]]:
	rows = frappe.get_cached_doc("Meeting Execution Settings").steps
	chosen = {name: [row.step for row in rows if row.department == name] for name in DEPARTMENTS}
	return {name: chosen[name] or list(STEPS[name]) for name in DEPARTMENTS}


def get_due_day(project: str, department: str):
	"""Finance: some working days from today. Logistics: some days before the meeting begins, today at the earliest."""
	settings = frappe.get_cached_doc("Meeting Execution Settings")
	today = getdate()
	if department == FINANCE:
		return calendar.add_working_days(today, cint(settings.finance_days))
	start = frappe.get_cached_value("Meeting Project", project, "start_date")
	return max(getdate(add_days(start, -cint(settings.logistics_days))), today) if start else today


def set_current_step(task) -> None:
	task.current_step = next((row.step for row in task.steps if not row.done), FINISHED_STEP)


def remove(execution: str) -> None:
	for name in frappe.get_all(TASK, {"execution": execution}, pluck="name", order_by="name"):
		frappe.delete_doc(TASK, name, ignore_permissions=True)  # why: withdrawn with the execution


def is_confirmed_by_any(execution: str) -> bool:
	return bool(
		frappe.db.sql(
			f"select 1 from `tab{TASK}` where execution = %s and confirmed_revision > 0 for update", (execution,)
		)
	)


def get_summary(execution: str) -> list[dict]:
	return frappe.get_all(
		TASK,
		{"execution": execution},
		["name", "department", "status", "due_on", "assigned_to", "confirmed_revision", "current_step"],
		order_by="department",
	)


def follow(execution) -> None:
	"""After a save: a department whose fields are as it confirmed them goes along in silence, the other confirms again. Who has not
	confirmed yet reads everything before doing so, and is told only that the contract has ended."""
	for name in frappe.get_all(TASK, {"execution": execution.name}, pluck="name", order_by="department"):
		task = frappe.get_doc(TASK, name, for_update=True)
		task.unit_name, task.holder = execution.unit_name, execution.holder
		set_current_step(task)
		if task.confirmed_revision:
			_set_confirmation(task, execution)
		else:
			_set_ending(task)
		task.save(ignore_permissions=True)  # why: the save of the execution moves the departments' tasks


def _set_confirmation(task, execution) -> None:
	if execution.flags.seen_by == task.department and task.confirmed_revision == execution.revision - 1:
		changes.mark_confirmed(execution.name, task.department, task.confirmed_revision, execution.revision)
		task.confirmed_revision = execution.revision
	elif changes.get_unconfirmed(execution.name, task.confirmed_revision, task.department):
		if task.status != CHANGED:
			task.status = CHANGED
			_tell(task, _("{0}: something changed after you confirmed it"))
	else:
		task.confirmed_revision = execution.revision
		_set_working_status(task)


def tell_logistics_of_late_changes(execution: str) -> None:
	for name in frappe.get_all(TASK, {"execution": execution, "department": LOGISTICS}, pluck="name"):
		_tell(frappe.get_doc(TASK, name), _("{0}: changes after the last day wait for your answer"))


def _set_ending(task) -> None:
	has_ended = _has_ended(task.execution)
	if has_ended and task.status != CHANGED:
		task.status = CHANGED
		_tell(task, _("{0}: the contract has ended. Do not begin, and stop what you began"))
	elif task.status == CHANGED and not has_ended:
		_set_working_status(task)


def get_execution_status(execution: str) -> str:
	task = DocType(TASK)
	rows = (
		frappe.qb.from_(task)
		.where(task.execution == execution)
		.select(task.status, task.confirmed_revision)
		.for_update()
		.run()
	)
	if any(status == CHANGED for status, _revision in rows):
		return "Changed"
	if not rows or not all(revision for _status, revision in rows):
		return "Submitted"
	return "Withdrawn" if _has_ended(execution) else "Confirmed"


def _has_ended(execution: str) -> bool:
	contract = frappe.db.get_value(EXECUTION, execution, "contract")
	return frappe.db.get_value("Meeting Contract", contract, "status") in ENDED


def finish(execution: str) -> None:
	"""Nothing is left to do: the tasks leave the columns of the board in which somebody waits for them."""
	task = DocType(TASK)
	(
		frappe.qb.update(task)
		.set(task.status, DONE)
		.set(task.current_step, FINISHED_STEP)
		.where(task.execution == execution)
		.run()
	)


def require_task(name: str):
	"""The task, for those who may read it."""
	task = frappe.get_doc(TASK, name)
	task.check_permission("read")
	return task


def get_task(name: str) -> dict:
	"""A task as its department reads it; whoever may read the execution reads it too, but confirms nothing."""
	task = require_task(name)
	execution = frappe.get_doc(EXECUTION, task.execution)
	unconfirmed = changes.get_unconfirmed(task.execution, task.confirmed_revision, task.department)
	return {
		"name": task.name,
		"department": task.department,
		"status": task.status,
		"due_on": task.due_on,
		"assigned_to": task.assigned_to,
		"assigned_name": get_full_name(task.assigned_to),
		"revision": execution.revision,
		"confirmed_revision": task.confirmed_revision,
		"confirmed_by": get_full_name(task.confirmed_by),
		"confirmed_on": task.confirmed_on,
		"may_work": task.department in permissions.get_departments(),
		"steps": [
			{
				"name": row.name,
				"step": row.step,
				"done": row.done,
				"done_by": get_full_name(row.done_by),
				"done_on": row.done_on,
			}
			for row in task.steps
		],
		"changes": [describing.describe(change) for change in unconfirmed],
		"late_changes": late_changes.get_open(task.execution) if task.department == LOGISTICS else [],
		"execution": views.get_view(execution, task.department),
	}


def get_full_name(user: str | None) -> str:
	return frappe.utils.get_fullname(user) if user else ""


def confirm(name: str, revision: int) -> dict:
	"""The department has seen revision `revision`. Where a newer one exists, nothing is confirmed: 409 with what is new."""
	task = require_task(name)
	permissions.require_department(task.department)
	execution = frappe.db.get_value(
		EXECUTION, task.execution, ["name", "revision", "status"], as_dict=True, for_update=True
	)
	task = frappe.get_doc(TASK, name, for_update=True)
	if cint(revision) != execution.revision:
		_refuse_old_revision(task, cint(revision), execution.revision)
	if task.confirmed_revision == execution.revision and task.status != CHANGED:
		return _describe_confirmation(task, execution)
	changes.mark_confirmed(task.execution, task.department, max(1, task.confirmed_revision), execution.revision)
	task.update(
		{"confirmed_revision": execution.revision, "confirmed_by": frappe.session.user, "confirmed_on": now_datetime()}
	)
	_set_working_status(task)
	task.save(ignore_permissions=True)  # why: checked above; nobody writes a task by hand
	execution.status = get_execution_status(task.execution)
	frappe.db.set_value(EXECUTION, task.execution, "status", execution.status, update_modified=False)
	if execution.status == "Withdrawn":
		finish(task.execution)
	return _describe_confirmation(task, execution)


def _describe_confirmation(task, execution) -> dict:
	return {
		"task": task.name,
		"status": task.status,
		"confirmed_revision": task.confirmed_revision,
		"execution_status": execution.status,
	}


def _refuse_old_revision(task, seen: int, current: int) -> None:
	news = get_net(changes.read(task.execution, max(1, seen)), task.department)
	frappe.local.response["changes"] = [describing.describe(change) for change in news]
	frappe.local.response["revision"] = current
	frappe.throw(
		_(
			"Meanwhile {0} was changed again: you saw revision {1}, now it is {2}. Look at what is new, then confirm."
		).format(describing.bold(task.unit_name), seen, current),
		title=_("Changed meanwhile"),
		exc=ChangedMeanwhileError,
	)


def tick(name: str, step: str, done: bool) -> dict:
	"""A step of the department's own list is done, or not yet."""
	task = _lock_own(name)
	row = next((row for row in task.steps if row.name == step), None)
	if not row:
		frappe.throw(_("This step is no longer on the list. Reload the board."), exc=ExecutionError)
	row.update(
		{
			"done": int(done),
			"done_by": frappe.session.user if done else None,
			"done_on": now_datetime() if done else None,
		}
	)
	set_current_step(task)
	if task.status != CHANGED:
		_set_working_status(task)
	task.save(ignore_permissions=True)  # why: checked by _lock_own; nobody writes a task by hand
	return {"task": task.name, "status": task.status, "current_step": task.current_step}


def _set_working_status(task) -> None:
	if task.confirmed_revision:
		task.status = DONE if task.current_step == FINISHED_STEP else CONFIRMED
	else:
		task.status = IN_WORK if any(row.done for row in task.steps) else OPEN


def assign(name: str, user: str | None) -> dict:
	task = _lock_own(name)
	if user and task.department not in permissions.get_departments(user):
		frappe.throw(
			_("{0} does not work in {1}. Choose somebody of this department.").format(
				describing.bold(get_full_name(user)), _(task.department)
			),
			exc=ExecutionError,
		)
	task.assigned_to = user
	task.save(ignore_permissions=True)  # why: checked by _lock_own; nobody writes a task by hand
	if user and user != frappe.session.user:
		_tell(task, _("{0}: this execution is yours now"))
	return {"task": task.name, "assigned_to": task.assigned_to, "assigned_name": get_full_name(user)}


def _lock_own(name: str):
	task = require_task(name)
	permissions.require_department(task.department)
	frappe.db.get_value(EXECUTION, task.execution, "name", for_update=True)
	return frappe.get_doc(TASK, name, for_update=True)


def get_people(department: str) -> list[dict]:
	"""Who can be made responsible."""
	permissions.require_department(department)
	users = get_members(department)
	return [{"user": user, "full_name": get_full_name(user)} for user in users]


def get_members(department: str) -> list[str]:
	role, user = DocType("Has Role"), DocType("User")
	return (
		frappe.qb.from_(role)
		.join(user)
		.on(user.name == role.parent)
		.where((role.parenttype == "User") & (role.role == permissions.ROLES[department]) & (user.enabled == 1))
		.select(user.name)
		.orderby(user.name)
		.run(pluck=True)
	)


def _tell(task, sentence: str) -> None:
	"""The one responsible; before there is one, everybody of the department."""
	users = [task.assigned_to] if task.assigned_to else get_members(task.department)
	screen = get_screen(task.department)
	for user in users:
		if user != frappe.session.user:
			text = _(sentence, notifications.get_language(user)).format(task.unit_name)
			notifications.notify(user, text, TASK, task.name, screen=screen)


def get_screen(department: str) -> str:
	return f"{department.lower()}-board"

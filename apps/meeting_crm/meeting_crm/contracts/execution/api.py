"""Executions over REST and from the desk's screens."""

from base64 import b64decode
from binascii import Error as NoBase64

import frappe
from frappe import _
from frappe.model.document import Document

from meeting_crm.contracts.execution import (
	attendees,
	board,
	booths,
	changes,
	deliverables,
	describing,
	late_changes,
	rooming,
	service,
	tasks,
)
from meeting_crm.contracts.execution.outputs import service as outputs
from meeting_crm.contracts.execution.outputs.lists import Wanted
from meeting_crm.contracts.execution.permissions import get_departments, may_export_id_numbers, require_logistics
from meeting_crm.core.transactions import retried_on_conflict


@frappe.whitelist()
def make_execution(source_name: str) -> Document:
	"""An execution of a contract with everything that is known already, not yet saved."""
	frappe.get_doc("Meeting Contract", source_name).check_permission("read")
	return service.make_execution(source_name)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def withdraw_execution(execution: str) -> dict:
	"""Back to draft, as long as nobody has confirmed it."""
	frappe.get_doc("Meeting Execution", execution).check_permission("write")
	return service.withdraw(execution)


@frappe.whitelist()
def get_progress(execution: str) -> dict:
	"""What became of an execution: the departments' tasks, rooms, booths, and what was changed, newest first."""
	doc = frappe.get_doc("Meeting Execution", execution)
	doc.check_permission("read")
	trail = [describing.describe(change) for change in reversed(changes.read(execution))]
	return {
		"tasks": tasks.get_summary(execution),
		"works": deliverables.describe_works(execution),
		"warnings": attendees.get_warnings(doc),
		"changes": trail[:100],
		"late_changes": late_changes.get_open(execution),
	}


@frappe.whitelist(methods=["POST"])
def read_attendees(
	project: str | None = None, text: str | None = None, file_name: str | None = None, content: str | None = None
) -> dict:
	"""The people in a paste (`text`) or a Word or Excel file (`content` in base64): rows, what the file says of the
	company, and what has to be looked at. Nothing is stored."""
	frappe.has_permission("Meeting Execution", "create", throw=True)
	if project:
		frappe.get_doc("Meeting Project", project).check_permission("read")
	try:
		data = b64decode(content, validate=True) if content else None
	except (NoBase64, ValueError):
		frappe.throw(_("The file did not arrive whole. Choose it again."), exc=attendees.ReadingError)
	return service.read_receipt(project, attendees.read_tables_of(text, file_name, data))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def tick_step(task: str, step: str, done: bool = True) -> dict:
	return tasks.tick(task, step, done)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def assign_task(task: str, user: str | None = None) -> dict:
	return tasks.assign(task, user)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def answer_late_change(late_change: str, accept: bool, reason: str | None = None) -> dict:
	"""Takes over what was changed after the last day of its product, or refuses it with a reason."""
	return late_changes.answer(late_change, accept, reason)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def take_back_late_change(late_change: str) -> dict:
	"""What waits for logistics is no longer wanted."""
	return late_changes.take_back(late_change)


@frappe.whitelist()
def get_board(department: str | None = None, project: str | None = None, text: str | None = None) -> dict:
	"""The columns of a department's board, each with the tasks that are due first."""
	return board.get_board(department or next(iter(get_departments()), "Finance"), project, text)


@frappe.whitelist()
def get_more_tasks(department: str, step: str, start: int, project: str | None = None, text: str | None = None) -> dict:
	return board.get_column(department, step, project, text, max(0, start))


@frappe.whitelist()
def get_department_people(department: str) -> list[dict]:
	return tasks.get_people(department)


@frappe.whitelist()
def get_department_projects() -> list[dict]:
	"""Projects that have tasks or may get some, for the departments' screens; the running ones first."""
	if not get_departments():
		raise frappe.PermissionError
	return frappe.get_all(
		"Meeting Project",
		fields=["name", "project_name", "start_date", "end_date", "closed"],
		order_by="closed, start_date desc",
	)


@frappe.whitelist()
def download_deliverable(deliverable: str) -> None:
	"""The file of a service for those who make it: logistics may not open the execution it hangs on."""
	row = frappe.db.get_value(
		"Meeting Deliverable",
		{"name": deliverable, "parenttype": "Meeting Execution"},
		["parent", "file"],
		as_dict=True,
	)
	may_read = row and (
		"Logistics" in get_departments() or frappe.has_permission("Meeting Execution", "read", row.parent)
	)
	if not may_read:
		raise frappe.PermissionError
	content = deliverables.read_file(row.file) if row.file else None
	if content is None:
		frappe.throw(_("There is no file here."), exc=frappe.DoesNotExistError)
	frappe.response.update({"type": "download", "filename": row.file.rsplit("/", 1)[-1], "filecontent": content})


@frappe.whitelist()
def get_booth_plan(project: str) -> dict:
	"""The halls with their booths, and who waits for one."""
	require_logistics()
	return booths.get_plan(project)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def book_booth(booth: str, execution: str) -> dict:
	require_logistics()
	return booths.book(booth, execution)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def release_booth(booth: str) -> dict:
	require_logistics()
	return booths.release(booth)


@frappe.whitelist(methods=["POST"])
def make_booth_row(
	project: str, hall: str, prefix: str, count: int, width: float = 3, depth: float = 3, row: int = 0
) -> dict:
	require_logistics()
	return booths.make_row(project, hall, prefix, count, width, depth, row)


@frappe.whitelist()
def get_rooming(project: str) -> dict:
	"""Rooms with their guests, and who has none yet."""
	require_logistics()
	return rooming.get_overview(project)


@frappe.whitelist()
def propose_rooms(project: str) -> dict:
	"""Who could share, for those without a room. Nothing is written."""
	require_logistics()
	return rooming.propose(project)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def apply_rooms(project: str, hotel: str, rooms: list | str) -> dict:
	"""Makes a room for each list of attendees."""
	require_logistics()
	return rooming.apply(
		project, hotel, [[str(key) for key in room] for room in frappe.parse_json(rooms) if isinstance(room, list)]
	)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def place_guest(attendee: str, room: str) -> dict:
	require_logistics()
	return rooming.place(attendee, room)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def take_out_guest(guest: str) -> None:
	require_logistics()
	rooming.take_out(guest)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def settle_guest(guest: str) -> dict:
	"""Takes over what the salesperson changed about a guest who has a room."""
	require_logistics()
	return rooming.settle(guest)


@frappe.whitelist()
def get_outputs(project: str | None = None) -> dict:
	"""The lists that the session's user may print."""
	return {"kinds": outputs.get_kinds(), "may_export_id_numbers": may_export_id_numbers()}


@frappe.whitelist()
def preview_output(
	project: str,
	kind: str,
	only_changed: bool = False,
	only_confirmed: bool = False,
	hotel: str | None = None,
	on_date: str | None = None,
) -> dict:
	"""The first rows of a list, as they would be printed now. Nothing is recorded."""
	return outputs.preview(kind, Wanted(project, only_confirmed, hotel, on_date), only_changed)

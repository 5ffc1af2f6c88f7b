"""Booths of the halls: which is whose. The row's lock decides between two who book the same one; the unique key keeps a booth
from standing twice."""

import frappe
from frappe import _
from frappe.utils import cint, flt

from meeting_crm.contracts.execution.describing import bold
from meeting_crm.contracts.execution.errors import BoothTakenError, ExecutionError
from meeting_crm.core.log import log

BOOTH = "Meeting Booth"
FREE, BOOKED, CLOSED = "Free", "Booked", "Closed"
PLAN_FIELDS = (
	"name", "hall", "number", "kind", "state", "width", "depth", "area", "open_sides", "position_x", "position_y", "unit_name",
	"execution", "fascia", "power", "furniture", "builder", "notes",
)  # fmt: skip
MAX_BOOTHS = 500


def complete(booth) -> None:
	booth.hall, booth.number = (booth.hall or "").strip(), (booth.number or "").strip()
	booth.booth_key = f"{booth.project}:{booth.hall}:{booth.number}"
	booth.area = flt(booth.width) * flt(booth.depth)
	if not booth.is_new():
		before = booth.get_doc_before_save()
		booth.contract, booth.execution, booth.unit_name = before.contract, before.execution, before.unit_name
		if booth.execution and booth.state == FREE:
			frappe.throw(
				_("Booth {0} belongs to {1}. Release it on the plan instead.").format(
					bold(booth.number), bold(booth.unit_name)
				),
				exc=ExecutionError,
			)
	elif booth.state == BOOKED:
		booth.state = FREE


def check_deletion(booth) -> None:
	if booth.execution:
		frappe.throw(
			_("Booth {0} belongs to {1}. Release it first.").format(bold(booth.number), bold(booth.unit_name)),
			exc=BoothTakenError,
		)


def get_plan(project: str) -> dict:
	"""The halls of a project with their booths, and who still waits for one."""
	booths = frappe.get_all(BOOTH, {"project": project}, PLAN_FIELDS, order_by="hall, number")
	return {"booths": booths, "waiting": get_waiting(project, {booth.execution for booth in booths if booth.execution})}


def get_waiting(project: str, placed: set[str]) -> list[dict]:
	"""Companies that ordered a booth and have none, with what they wish for."""
	rows = frappe.db.sql(
		"""select execution.name as execution, execution.unit_name, wish.text, wish.quantity, wish.specification
		from `tabMeeting Execution` execution
		join `tabMeeting Deliverable` wish on wish.parent = execution.name and wish.parenttype = 'Meeting Execution'
		join `tabMeeting Deliverable Type` kind on kind.name = wish.type and kind.deliverable_class = 'Booth'
		where execution.project = %s and execution.status in ('Submitted', 'Confirmed', 'Changed') and wish.declined = 0
		order by execution.submitted_on, execution.name""",
		(project,),
		as_dict=True,
	)
	return [row for row in rows if row.execution not in placed and (row.text or flt(row.quantity) or row.specification)]


def book(booth_name: str, execution_name: str) -> dict:
	"""The booth is the company's from now on, or somebody was first: 409 with whose it is."""
	execution = frappe.db.get_value(
		"Meeting Execution", execution_name, ["name", "project", "contract", "unit_name", "status"], as_dict=True
	)
	booth = frappe.get_doc(BOOTH, booth_name, for_update=True)
	if not execution or execution.project != booth.project or execution.status in ("Draft", "Withdrawn"):
		frappe.throw(
			_("This company has no submitted execution in the project of this booth. Choose one from the list."),
			exc=ExecutionError,
		)
	if booth.execution == execution.name:
		return describe(booth)
	if booth.execution or booth.state == CLOSED:
		frappe.throw(
			_("Booth {0} is taken: it belongs to {1}. Choose another one.").format(
				bold(booth.number), bold(booth.unit_name)
			)
			if booth.execution
			else _("Booth {0} is closed. Choose another one.").format(bold(booth.number)),
			title=_("Booth taken"),
			exc=BoothTakenError,
		)
	_set_owner(booth, execution.contract, execution.name, execution.unit_name, BOOKED)
	return describe(booth)


def release(booth_name: str) -> dict:
	booth = frappe.get_doc(BOOTH, booth_name, for_update=True)
	if booth.execution:
		_set_owner(booth, None, None, None, FREE)
	return describe(booth)


def _set_owner(booth, contract, execution, unit_name, state: str) -> None:
	from_whom = {"unit_name": booth.unit_name, "state": booth.state}
	booth.db_set(
		{
			"contract": contract,
			"execution": execution,
			"unit_name": unit_name,
			"state": state,
			"fascia": booth.fascia or unit_name if unit_name else None,
		},
		notify=True,
	)
	log("Changed", BOOTH, booth.name, from_whom, {"unit_name": unit_name, "state": state})


def describe(booth) -> dict:
	return {field: booth.get(field) for field in PLAN_FIELDS}


def make_row(project: str, hall: str, prefix: str, count: int, width: float, depth: float, row: int) -> dict:
	"""A row of equal booths on the plan: A01, A02, … side by side; rows lie one behind the other with an aisle between."""
	count = cint(count)
	if not 1 <= count <= MAX_BOOTHS:
		frappe.throw(_("A row has 1 to {0} booths.").format(MAX_BOOTHS), exc=ExecutionError)
	if flt(width) <= 0 or flt(depth) <= 0:
		frappe.throw(_("Width and depth must be more than zero."), exc=ExecutionError)
	made = []
	for number in range(count):
		booth = frappe.get_doc(
			{
				"doctype": BOOTH,
				"project": project,
				"hall": hall,
				"number": f"{prefix}{number + 1:02}",
				"width": width,
				"depth": depth,
				"position_x": number * flt(width),
				"position_y": cint(row) * (flt(depth) + AISLE),
				"open_sides": 2 if number in (0, count - 1) else 1,
			}
		)
		made.append(booth.insert().name)
	return {"booths": len(made)}


AISLE = 3
"""Metres between two rows."""

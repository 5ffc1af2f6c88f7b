"""The board on which a department works: columns are steps, in each the tasks that are due first."""

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count
from frappe.utils import getdate

from meeting_crm.contracts.execution import changes, describing, late_changes, permissions
from meeting_crm.contracts.execution.rules import LOGISTICS, get_net
from meeting_crm.contracts.execution.tasks import CHANGED, EXECUTION, FINISHED_STEP, TASK, get_full_name, get_steps

CARDS = 20
MAX_COUNTED = 1_000
CARD_FIELDS = (
	"name", "execution", "unit_name", "contract_number", "project", "holder", "status", "due_on", "assigned_to",
	"confirmed_revision", "current_step",
)  # fmt: skip


def get_board(department: str, project: str | None = None, text: str | None = None) -> dict:
	"""Columns are the steps; in each the tasks that are due first."""
	permissions.require_department(department)
	columns = [
		{
			"step": step,
			"label": _("All Done") if step == FINISHED_STEP else _(step),
			**get_column(department, step, project, text),
		}
		for step in _get_columns(department)
	]
	return {"department": department, "columns": columns, "waiting": count_changed(department, project)}


def _get_columns(department: str) -> list[str]:
	"""The steps of new tasks, then those of older ones that still stand elsewhere."""
	current = get_steps()[department]
	used = _find_used_steps(department)
	return [*current, *sorted(set(used) - {*current, FINISHED_STEP, None}), FINISHED_STEP]


def _find_used_steps(department: str) -> list[str]:
	"""From one step to the next along the index: to ask for distinct ones reads a hundred thousand tasks."""
	task = DocType(TASK)
	found: list[str] = []
	while True:
		query = frappe.qb.from_(task).where(
			(task.department == department) & (task.current_step > (found[-1] if found else ""))
		)
		step = query.select(task.current_step).orderby(task.current_step).limit(1).run(pluck=True)
		if not step or step[0] in found:
			return found
		found.append(step[0])


def get_column(department: str, step: str, project: str | None = None, text: str | None = None, start: int = 0) -> dict:
	permissions.require_department(department)
	task = DocType(TASK)
	chosen = frappe.qb.from_(task).where((task.department == department) & (task.current_step == step))
	if project:
		chosen = chosen.where(task.project == project)
	if text and text.strip():
		chosen = chosen.where(task.unit_name.like(f"%{text.strip()}%") | task.contract_number.like(f"%{text.strip()}%"))
	cards = (
		chosen.select(*(task[field] for field in CARD_FIELDS))
		.orderby(task.due_on)
		.orderby(task.name)
		.limit(CARDS + 1)
		.offset(start)
		.run(as_dict=True)
	)
	counted = chosen.select(task.name).limit(MAX_COUNTED)
	number = frappe.qb.from_(counted.as_("counted")).select(Count("*")).run()[0][0]
	return {"cards": _complete(cards[:CARDS], department), "has_more": len(cards) > CARDS, "number": number}


def count_changed(department: str, project: str | None) -> int:
	filters = {"department": department, "status": CHANGED, **({"project": project} if project else {})}
	return frappe.db.count(TASK, filters)


def _complete(cards: list[dict], department: str) -> list[dict]:
	"""What changed since it was confirmed, in words, and the names of people and project."""
	if not cards:
		return []
	trails = changes.read_many({card.execution: max(1, card.confirmed_revision) for card in cards})
	late = late_changes.count_waiting(list(trails)) if department == LOGISTICS else {}
	revisions = dict(
		frappe.get_all(EXECUTION, {"name": ["in", list(trails)]}, ["name", "revision"], as_list=True, order_by="name")
	)
	for card in cards:
		card.changes = [describing.describe(change) for change in get_net(trails[card.execution], department)]
		card.revision = revisions.get(card.execution, 0)
		card.late_changes = late.get(card.execution, 0)
		card.holder_name, card.assigned_name = get_full_name(card.holder), get_full_name(card.assigned_to)
		card.project_name = (
			frappe.get_cached_value("Meeting Project", card.project, "project_name") if card.project else ""
		)
		card.is_late = bool(card.due_on and card.current_step != FINISHED_STEP and getdate(card.due_on) < getdate())
	return cards

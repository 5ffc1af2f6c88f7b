"""What has fallen due and is not paid, set-based: computed from plan, receipts and the day, never stored. For a contract that was
terminated the plan is cut from its end at what is kept of it."""

from collections.abc import Iterable

import frappe
from frappe.utils import getdate

AGES = ((1, 30), (31, 60), (61, 90), (91, None))

EFFECTIVE = "if(`tabMeeting Contract`.status = 'Terminated', `tabMeeting Contract`.settled_amount, `tabMeeting Contract`.amount)"
NET = "(`tabMeeting Contract`.received - `tabMeeting Contract`.refunded)"
RUNNING = "sum(plan.amount) over (partition by plan.parent order by plan.due_on, plan.idx)"


def get_overdue_rows(condition: str, today, limit: int = 200, project: str | None = None) -> list[frappe._dict]:
	"""Unpaid parts of rows due before `today` of the contracts that `condition` (the list's rule) shows, the oldest first."""
	return frappe.db.sql(
		f"{_select(condition, project)} order by due_on, contract limit %(limit)s",
		{"today": getdate(today), "limit": limit, "project": project},
		as_dict=True,
	)


def get_ages(condition: str, today, project: str | None = None) -> list[dict]:
	"""Overdue money by its age in days: [{from, to, amount, number}]."""
	columns = ", ".join(
		f"coalesce(sum(if(days >= {first}{'' if last is None else f' and days <= {last}'}, unpaid, 0)), 0), "
		f"coalesce(sum(days >= {first}{'' if last is None else f' and days <= {last}'}), 0)"
		for first, last in AGES
	)
	[values] = frappe.db.sql(
		f"select {columns} from ({_select(condition, project)}) overdue", {"today": getdate(today), "project": project}
	)
	return [
		{"from": first, "to": last, "amount": float(values[2 * place]), "number": int(values[2 * place + 1])}
		for place, (first, last) in enumerate(AGES)
	]


def _select(condition: str, project: str | None) -> str:
	narrowed = "and `tabMeeting Contract`.project = %(project)s" if project else ""
	return f"""select contract, enterprise_name, holder, project, label, due_on, unpaid, datediff(%(today)s, due_on) as days from (
		select `tabMeeting Contract`.name as contract, `tabMeeting Contract`.enterprise_name, `tabMeeting Contract`.holder,
			`tabMeeting Contract`.project, plan.label, plan.due_on,
			greatest(0, least({RUNNING}, {EFFECTIVE}) - greatest({RUNNING} - plan.amount, {NET})) as unpaid
		from `tabMeeting Contract` join `tabMeeting Contract Plan Row` plan on plan.parent = `tabMeeting Contract`.name
		where `tabMeeting Contract`.docstatus = 1 and `tabMeeting Contract`.outstanding > 0
			and `tabMeeting Contract`.next_due_on < %(today)s {narrowed} and {condition}
	) rows_due where due_on < %(today)s and unpaid > 0"""


def add_up(rows: Iterable[dict]) -> float:
	return round(sum(row["amount"] for row in rows), 2)

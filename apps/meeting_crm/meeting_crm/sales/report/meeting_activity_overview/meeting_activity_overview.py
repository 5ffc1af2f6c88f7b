from frappe.query_builder import Case
from frappe.query_builder.functions import Sum
from frappe.utils import now_datetime

from meeting_crm.sales.permissions import activity_condition
from meeting_crm.sales.reports import Measure, Overview, count, run


def _count_status(status: str):
	return lambda table: Sum(Case().when(table.status == status, 1).else_(0))


def _count_overdue(table):
	return Sum(Case().when((table.status == "Planned") & (table.ends_on < now_datetime()), 1).else_(0))


OVERVIEW = Overview(
	doctype="Meeting Activity",
	condition=activity_condition,
	date_field="starts_on",
	dimensions={"Salesperson": "assigned_to", "Type": "activity_type", "Project": "project"},
	measures=(
		count(),
		Measure("done", "Done", "Int", _count_status("Done")),
		Measure("planned", "Planned", "Int", _count_status("Planned")),
		Measure("overdue", "Overdue", "Int", _count_overdue),
	),
	charted="done",
)


def execute(filters: dict | None = None) -> tuple:
	return run(OVERVIEW, filters)

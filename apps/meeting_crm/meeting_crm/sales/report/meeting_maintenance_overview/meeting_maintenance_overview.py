from frappe.query_builder import Case
from frappe.query_builder.functions import Avg, Sum
from frappe.utils import nowdate
from pypika import CustomFunction

from meeting_crm.sales.permissions import maintenance_condition
from meeting_crm.sales.reports import Measure, Overview, count, run

date_diff = CustomFunction("DATEDIFF", ["last", "first"])


def _count_open(table):
	return Sum(Case().when(table.status != "Closed", 1).else_(0))


def _count_overdue(table):
	return Sum(Case().when((table.status != "Closed") & (table.due_on < nowdate()), 1).else_(0))


OVERVIEW = Overview(
	doctype="Meeting Maintenance",
	condition=maintenance_condition,
	date_field="reported_on",
	dimensions={"Kind": "kind", "Assigned To": "assigned_to", "Status": "status", "Project": "project"},
	measures=(
		count(),
		Measure("open", "Not Closed", "Int", _count_open),
		Measure("overdue", "Overdue", "Int", _count_overdue),
		Measure("days", "Days to Close", "Float", lambda table: Avg(date_diff(table.closed_on, table.reported_on))),
	),
	charted="number",
)


def execute(filters: dict | None = None) -> tuple:
	return run(OVERVIEW, filters)

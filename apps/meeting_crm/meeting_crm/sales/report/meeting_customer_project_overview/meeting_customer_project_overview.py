from frappe.query_builder.functions import Sum

from meeting_crm.sales.permissions import customer_project_condition
from meeting_crm.sales.reports import Measure, Overview, count, run

OVERVIEW = Overview(
	doctype="Meeting Customer Project",
	condition=customer_project_condition,
	date_field="starts_on",
	dimensions={"Status": "status", "Customer": "customer", "Project": "project"},
	measures=(count(), Measure("budget", "Budget", "Currency", lambda table: Sum(table.budget))),
	charted="number",
)


def execute(filters: dict | None = None) -> tuple:
	return run(OVERVIEW, filters)

from frappe.query_builder.functions import Sum

from meeting_crm.sales.permissions import opportunity_condition
from meeting_crm.sales.reports import Measure, Overview, count, run

OVERVIEW = Overview(
	doctype="Meeting Opportunity",
	condition=opportunity_condition,
	date_field="expected_on",
	dimensions={"Stage": "stage", "Salesperson": "assigned_to", "Project": "project"},
	measures=(
		count(),
		Measure("amount", "Expected Amount", "Currency", lambda table: Sum(table.amount)),
		Measure("weighted", "Weighted Amount", "Currency", lambda table: Sum(table.amount * table.probability / 100)),
	),
	charted="amount",
)


def execute(filters: dict | None = None) -> tuple:
	return run(OVERVIEW, filters)

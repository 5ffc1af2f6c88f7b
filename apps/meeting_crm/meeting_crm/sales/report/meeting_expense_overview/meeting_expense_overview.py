from frappe.query_builder.functions import Sum

from meeting_crm.sales.permissions import expense_condition
from meeting_crm.sales.reports import Measure, Overview, count, run

OVERVIEW = Overview(
	doctype="Meeting Expense",
	condition=expense_condition,
	date_field="spent_on",
	dimensions={"Kind": "expense_type", "Spent By": "spent_by", "Customer": "customer", "Project": "project"},
	measures=(count(), Measure("amount", "Amount", "Currency", lambda table: Sum(table.amount))),
	charted="amount",
)


def execute(filters: dict | None = None) -> tuple:
	return run(OVERVIEW, filters)

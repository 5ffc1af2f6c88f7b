from frappe.query_builder.functions import Avg, Sum

from meeting_crm.contracts.permissions import contract_condition
from meeting_crm.sales.reports import Measure, Overview, count, run

OVERVIEW = Overview(
	doctype="Meeting Contract",
	condition=contract_condition,
	date_field="signed_on",
	dimensions={"Salesperson": "holder", "Project": "project", "Contract Kind": "contract_kind"},
	measures=(
		count(label="Contracts"),
		Measure("amount", "Amount", "Currency", lambda table: Sum(table.amount)),
		Measure("average", "Average", "Currency", lambda table: Avg(table.amount)),
	),
	charted="amount",
	only={"docstatus": 1},
)


def execute(filters: dict | None = None) -> tuple:
	return run(OVERVIEW, filters)

from frappe.query_builder import Case
from frappe.query_builder.functions import Sum

from meeting_crm.sales.permissions import quotation_condition
from meeting_crm.sales.reports import Measure, Overview, count, run


def _sum_if(statuses: tuple, value):
	return lambda table: Sum(Case().when(table.status.isin(statuses), value(table)).else_(0))


OVERVIEW = Overview(
	doctype="Meeting Quotation",
	condition=quotation_condition,
	date_field="quoted_on",
	dimensions={"Salesperson": "assigned_to", "Status": "status", "Project": "project"},
	measures=(
		count(label="Sent"),
		Measure("amount", "Amount", "Currency", lambda table: Sum(table.amount)),
		Measure("accepted", "Accepted", "Int", _sum_if(("Accepted", "Contracted"), lambda table: 1)),
		Measure("contracted", "Contracted", "Int", _sum_if(("Contracted",), lambda table: 1)),
		Measure(
			"contracted_amount", "Contracted Amount", "Currency", _sum_if(("Contracted",), lambda table: table.amount)
		),
	),
	charted="amount",
	only={"docstatus": 1},
)


def execute(filters: dict | None = None) -> tuple:
	return run(OVERVIEW, filters)

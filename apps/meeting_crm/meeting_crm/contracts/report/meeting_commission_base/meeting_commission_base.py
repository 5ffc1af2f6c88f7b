"""What commissions are reckoned from: the money that came in, by the day it was paid, less what was refunded in the same days. It
counts for whoever held the company when it was paid."""

from frappe.query_builder.functions import Sum
from pypika import Case

from meeting_crm.contracts.permissions import payment_condition
from meeting_crm.sales.reports import Measure, Overview, count, run


def _add_up(table, receipt: int, refund: int):
	return Sum(table.amount * Case().when(table.direction == "Receipt", receipt).else_(refund))


OVERVIEW = Overview(
	doctype="Meeting Payment",
	condition=payment_condition,
	date_field="paid_on",
	dimensions={"Salesperson": "holder", "Project": "project", "Customer": "customer"},
	measures=(
		count(label="Number of Payments"),
		Measure("received", "Received", "Currency", lambda table: _add_up(table, 1, 0)),
		Measure("refunded", "Refunded", "Currency", lambda table: _add_up(table, 0, 1)),
		Measure("base", "Commission Base", "Currency", lambda table: _add_up(table, 1, -1)),
	),
	charted="base",
	only={"docstatus": 1},
)


def execute(filters: dict | None = None) -> tuple:
	return run(OVERVIEW, filters)

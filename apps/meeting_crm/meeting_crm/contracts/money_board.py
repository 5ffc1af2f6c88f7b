"""The work of finance: what waits for an answer, in one request."""

import frappe
from frappe.utils import add_days, getdate, now_datetime

from meeting_crm.contracts import invoices, payments, receivables, refunds, shipments
from meeting_crm.core.people import is_administrator

SHOWN = 50
PAYMENT, INVOICE, ROW, CONTRACT = "Meeting Payment", "Meeting Invoice", "Meeting Bank Row", "Meeting Contract"


def get_board() -> dict:
	"""Payments to confirm, bank entries to book, invoices to issue or send, refunds to make, what is overdue. The caller is finance or
	an administrator, who see all of it."""
	today = getdate()
	ages = receivables.get_ages("(1=1)", today)
	return {
		"now": str(now_datetime()),
		"to_confirm": _list(
			PAYMENT,
			{"docstatus": 0, "status": payments.REGISTERED},
			[
				"amount",
				"paid_on",
				"enterprise_name",
				"holder",
				"payer_name",
				"method",
				"voucher",
				"claim",
				"bank_number",
			],
			"creation",
		),
		"bank_rows": _list(
			ROW,
			{"state": ("in", ("New", "Suggested"))},
			[
				"bank_import",
				"amount",
				"booked_on",
				"payer_name",
				"remittance_note",
				"state",
				"suggested_contract",
				"suggested_payment",
			],
			"state desc, booked_on",
		),
		"to_issue": _list(
			INVOICE,
			{"docstatus": 0, "status": "Requested"},
			[
				"contract",
				"gross",
				"title_name",
				"enterprise_name",
				"invoice_type",
				"holder",
				"red_of",
				"buyer_until",
				"tax_number",
			],
			"creation",
		),
		"to_send": _get_to_send(),
		"to_refund": _get_refunds(),
		"overdue": {
			"rows": _name_people(receivables.get_overdue_rows("(1=1)", today, SHOWN)),
			"ages": ages,
			"amount": receivables.add_up(ages),
		},
		"received_this_week": _get_received(add_days(today, -6), today),
		"conflicts": _list(
			PAYMENT,
			{"docstatus": 1, "conflict": ("is", "set")},
			["amount", "paid_on", "enterprise_name", "conflict"],
			"paid_on desc",
		)
		if is_administrator()
		else None,
	}


def _list(doctype: str, filters: dict, fields: list[str], order_by: str) -> dict:
	rows = frappe.get_all(  # why: finance and administrators see all of these; the caller checked the role
		doctype, filters=filters, fields=["name", *fields], order_by=order_by, limit=SHOWN
	)
	return {"rows": _name_people(rows), "number": frappe.db.count(doctype, filters)}


def _get_to_send() -> dict:
	found = _list(
		INVOICE,
		{"docstatus": 1, "status": "Issued", "delivery": "Courier"},
		["contract", "gross", "title_name", "enterprise_name", "invoice_number", *invoices.RECEIVER],
		"issued_on",
	)
	shipments.complete_receivers(found["rows"])
	return found


def _name_people(rows: list) -> list:
	names = dict(
		frappe.get_all(
			"User",
			filters={"name": ("in", list({row.holder for row in rows if row.get("holder")}) or [""])},
			fields=["name", "full_name"],
			as_list=True,
		)
	)
	for row in rows:
		if row.get("holder"):
			row.holder_name = names.get(row.holder) or row.holder
	return rows


def _get_refunds() -> dict:
	"""Terminated contracts of which more was received than is kept, and others that were paid too much, each with the receipts
	from which it can go back."""
	rows = frappe.db.sql(
		f"""select name, enterprise_name, holder, status, -outstanding as amount from `tab{CONTRACT}`
		where docstatus = 1 and outstanding < 0 order by status desc, modified limit %s""",
		(SHOWN,),
		as_dict=True,
	)
	receipts = refunds.list_receipts([row.name for row in rows])
	for row in rows:
		row.receipts = receipts.get(row.name, [])
	return {"rows": _name_people(rows), "number": len(rows)}


def _get_received(first, last) -> float:
	[[amount]] = frappe.db.sql(
		f"""select coalesce(sum(if(direction = 'Receipt', amount, -amount)), 0) from `tab{PAYMENT}`
		where docstatus = 1 and paid_on between %s and %s""",
		(first, last),
	)
	return float(amount)

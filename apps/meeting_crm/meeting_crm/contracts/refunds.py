"""Money that finance gives back: from which receipt, and from which of its contracts (D2)."""

from decimal import Decimal

import frappe
from frappe.utils import getdate

from meeting_crm.claims import service as claims
from meeting_crm.contracts import payments, standing
from meeting_crm.contracts.payments import PAYMENT, REFUND
from meeting_crm.core.money import money

ALLOCATION = "Meeting Payment Allocation"
FOLLOWED = ("customer", "project", "claim", "method", "payer_name", "payer_account", "our_account")


def refund(name: str, amount, reason: str, contract: str | None = None):
	"""Gives a part or the whole of a receipt back. With a contract its share alone; without one, what is assigned to none goes
	first, then its contracts from the last to the first."""
	claim = frappe.db.get_value(PAYMENT, name, "claim")
	if claim:
		claims.lock_claim(claim)
	standing.lock_contracts(frappe.get_all(ALLOCATION, filters={"parent": name}, pluck="contract", order_by="idx"))
	receipt = payments.lock_payment(name)
	given_back = payments.get_given_back(name)
	left = _get_share(receipt, contract, given_back) if contract else payments.get_net_of_receipt(receipt)
	if money(amount) > left:
		payments.throw_too_large(amount, left, contract or receipt.name)
	payment = frappe.get_doc(
		{
			"doctype": PAYMENT,
			"direction": REFUND,
			"refund_of": receipt.name,
			"reason": reason,
			"amount": amount,
			"paid_on": getdate(),
			"allocations": [{"contract": contract, "amount": amount}]
			if contract
			else _share(receipt, money(amount), given_back),
			**{field: receipt.get(field) for field in FOLLOWED},
		}
	)
	payment.insert()
	payment.submit()
	return payment


def _get_share(receipt, contract: str, given_back: dict[str | None, Decimal]) -> Decimal:
	shares = (money(row.amount) for row in receipt.allocations if row.contract == contract)
	return sum(shares, Decimal(0)) - given_back.get(contract, Decimal(0))


def _share(receipt, amount: Decimal, given_back: dict[str | None, Decimal]) -> list[dict]:
	unassigned = money(receipt.unallocated) - given_back.get(None, Decimal(0))
	rest, rows = amount - min(amount, max(Decimal(0), unassigned)), []
	for row in reversed(receipt.allocations):
		part = min(rest, money(row.amount) - given_back.get(row.contract, Decimal(0)))
		if part > 0:
			rows.append({"contract": row.contract, "amount": float(part)})
			rest -= part
	return rows


def list_receipts(contracts: list[str]) -> dict[str, list[frappe._dict]]:
	"""{contract: its confirmed receipts with money left, the newest first, each with payment, paid_on, amount}."""
	if not contracts:
		return {}
	rows = frappe.db.sql(
		f"""select share.contract, share.payment, share.paid_on, share.amount - coalesce(back.amount, 0) as amount from (
			select allocation.contract, receipt.name as payment, receipt.paid_on, sum(allocation.amount) as amount
			from `tab{ALLOCATION}` allocation join `tab{PAYMENT}` receipt on receipt.name = allocation.parent
			where allocation.contract in %(contracts)s and receipt.docstatus = 1 and receipt.direction = 'Receipt'
			group by allocation.contract, receipt.name
		) share left join (
			select allocation.contract, refund.refund_of, sum(allocation.amount) as amount
			from `tab{ALLOCATION}` allocation join `tab{PAYMENT}` refund on refund.name = allocation.parent
			where allocation.contract in %(contracts)s and refund.docstatus = 1 and refund.direction = 'Refund'
			group by allocation.contract, refund.refund_of
		) back on back.contract = share.contract and back.refund_of = share.payment
		where share.amount > coalesce(back.amount, 0)
		order by share.paid_on desc, share.payment""",
		{"contracts": contracts},
		as_dict=True,
	)
	found: dict[str, list[frappe._dict]] = {}
	for row in rows:
		found.setdefault(row.pop("contract"), []).append(row)
	return found

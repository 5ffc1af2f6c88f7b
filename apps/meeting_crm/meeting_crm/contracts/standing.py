"""What a contract's own fields say of its money: received, refunded, outstanding, next due. Written by the services alone;
overdue follows from the day and is never stored."""

from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe.utils import getdate

from meeting_crm.contracts import reckoning
from meeting_crm.contracts.reckoning import Instalment, PaidInstalment
from meeting_crm.core.log import log
from meeting_crm.core.money import money

CONTRACT = "Meeting Contract"
FIELDS = ("received", "refunded", "outstanding", "next_due_on")
KEPT = [*FIELDS, "invoiced", "status", "settled_amount", "end_reason"]


@dataclass(frozen=True)
class Standing:
	amount: Decimal
	received: Decimal
	refunded: Decimal
	rows: list[PaidInstalment]

	@property
	def net(self) -> Decimal:
		return self.received - self.refunded

	@property
	def outstanding(self) -> Decimal:
		return reckoning.get_outstanding(self.amount, self.net)


def lock_contracts(names) -> dict[str, frappe._dict]:
	"""The rows of the contracts as they are now, locked in the order of their names."""
	names = sorted({name for name in names if name})
	if not names:
		return {}
	rows = frappe.db.sql(
		f"""select name, docstatus, status, amount, settled_amount, claim, enterprise, enterprise_name, invoiced, {", ".join(FIELDS)}
		from `tab{CONTRACT}` where name in %s order by name for update""",
		(names,),
		as_dict=True,
	)
	return {row.name: row for row in rows}


def get_standing(contract: frappe._dict) -> Standing:
	"""From what is committed now and what this transaction wrote; the caller holds the contract's lock."""
	amount = reckoning.get_effective_amount(contract.amount, contract.settled_amount, contract.status == "Terminated")
	received, refunded = get_received(contract.name)
	plan = reckoning.limit_plan(_get_plan(contract.name), amount)
	return Standing(amount, received, refunded, reckoning.get_paid(plan, received - refunded))


def get_received(contract: str) -> tuple[Decimal, Decimal]:
	rows = frappe.db.sql(
		"""select payment.direction, allocation.amount from `tabMeeting Payment Allocation` allocation
		join `tabMeeting Payment` payment on payment.name = allocation.parent
		where allocation.contract = %s and payment.docstatus = 1 for update""",
		(contract,),
	)
	received = sum((money(amount) for direction, amount in rows if direction == "Receipt"), Decimal(0))
	return received, sum((money(amount) for direction, amount in rows if direction == "Refund"), Decimal(0))


def _get_plan(contract: str) -> list[Instalment]:
	rows = frappe.db.sql(
		"select due_on, amount, label from `tabMeeting Contract Plan Row` where parent = %s order by due_on, idx",
		(contract,),
	)
	return [Instalment(getdate(due_on), money(amount), label or "") for due_on, amount, label in rows]


def refresh(names) -> None:
	"""Writes what follows from the payments of each contract, with a line in the log where something changed."""
	for name, contract in lock_contracts(names).items():
		standing = get_standing(contract)
		values = {
			"received": float(standing.received),
			"refunded": float(standing.refunded),
			"outstanding": float(standing.outstanding) if contract.docstatus == 1 else 0.0,
			"next_due_on": reckoning.get_next_due_on(standing.rows) if contract.docstatus == 1 else None,
		}
		if contract.status == "Completed" and standing.outstanding > 0:
			values["status"] = "In Force"
		changed = {field: value for field, value in values.items() if _differs(contract[field], value)}
		if changed:
			frappe.db.set_value(CONTRACT, name, changed, update_modified=False)
			frappe.clear_document_cache(CONTRACT, name)
			log("Changed", CONTRACT, name, {field: contract[field] for field in changed}, changed)


def _differs(old, new) -> bool:
	if isinstance(new, float):
		return money(old) != money(new)
	return old != new


def keep(contract) -> None:
	"""A form that was opened before a payment came in does not write the old figures back."""
	current = frappe.db.get_value(CONTRACT, contract.name, KEPT, as_dict=True)
	contract.update(current)

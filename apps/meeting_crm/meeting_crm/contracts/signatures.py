"""What stands on a claim and so signs it: contracts in force, and money received (B5)."""

import frappe

from meeting_crm.claims import service as claims

CONTRACT, PAYMENT = "Meeting Contract", "Meeting Payment"


def settle(claim: str | None):
	"""Signed while a contract in force or net receipts stand on the claim, else not; decided under the claim's lock, from what is
	committed now. Returns the claim."""
	if not claim:
		return None
	doc = claims.lock_claim(claim)
	return claims.settle_signature(claim, _get_contract(doc), _get_payment(claim))


def _get_contract(claim) -> str | None:
	"""The contract that signed it while that stands, else the next one."""
	standing = get_standing_contracts(claim.name)
	return claim.contract if claim.contract in standing else next(iter(standing), None)


def get_standing_contracts(claim: str) -> list[str]:
	return frappe.db.sql_list(
		f"""select name from `tab{CONTRACT}` where claim = %s and docstatus = 1 and status != 'Terminated'
		order by creation, name for update""",
		(claim,),
	)


def _get_payment(claim: str) -> str | None:
	"""The first receipt, while more was received than given back."""
	rows = get_payments(claim)
	net = sum(row.amount if row.direction == "Receipt" else -row.amount for row in rows)
	return next((row.name for row in rows if row.direction == "Receipt"), None) if net > 0 else None


def get_payments(claim: str) -> list[frappe._dict]:
	return frappe.db.sql(
		f"""select name, direction, amount from `tab{PAYMENT}` where claim = %s and docstatus = 1
		order by creation, name for update""",
		(claim,),
		as_dict=True,
	)


def get_net(claim: str) -> float:
	return sum(row.amount if row.direction == "Receipt" else -row.amount for row in get_payments(claim))

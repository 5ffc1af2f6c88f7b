"""How a contract ends: fulfilled, made void (it was a mistake) or terminated (the customer withdrew), and what the last two mean for
the claim, told before it is done."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import escape_html, fmt_money, now_datetime, nowdate

from meeting_crm.claims import service as claims
from meeting_crm.contracts import invoices, reckoning, signatures, standing
from meeting_crm.contracts.errors import ContractInUseError
from meeting_crm.core.log import log
from meeting_crm.core.money import money
from meeting_crm.core.wording import format_instant, join_parts

CONTRACT = "Meeting Contract"


def check_void(contract) -> None:
	"""A mistake is made void only while nothing of it is real: no money kept, no invoice out."""
	rows = standing.lock_contracts([contract.name])
	if obstacle := get_void_obstacle(rows[contract.name]):
		frappe.throw(obstacle, title=_("It has money or an invoice"), exc=ContractInUseError)


def get_void_obstacle(contract) -> str | None:
	received, refunded = standing.get_received(contract.name)
	if received != refunded:
		return _(
			"{0} has received {1} that were not given back. Refund them first, or terminate the contract instead of making it void."
		).format(frappe.bold(contract.name), fmt_money(float(received - refunded)))
	if invoiced := invoices.get_invoiced(contract.name):
		return _("{0} were invoiced on {1}. Issue a red invoice first, then make the contract void.").format(
			fmt_money(float(invoiced)), frappe.bold(contract.name)
		)
	return None


def get_effect(name: str) -> dict:
	"""For the dialog before a contract is made void or terminated: may it be made void, what goes back, and what becomes of the
	claim either way (when all of the net receipts go back, and when some are kept)."""
	contract = frappe.get_doc(CONTRACT, name)
	received, refunded = standing.get_received(name)
	net = received - refunded
	return {
		"contract": name,
		"status": contract.status,
		"net": float(net),
		"invoiced": float(invoices.get_invoiced(name)),
		"void_obstacle": get_void_obstacle(contract),
		"proposed_refund": float(reckoning.get_proposed_refund(net, 0)),
		"claim": contract.claim,
		"kept": _get_claim_effect(contract, net),
		"returned": _get_claim_effect(contract, Decimal(0)),
	}


def _get_claim_effect(contract, net: Decimal) -> dict:
	"""`net`: what is kept of this contract's money."""
	if not contract.claim:
		return {"signed": False, "protected_until": None, "text": _("No claim depends on this contract.")}
	own = sum(_get_own(contract.name), Decimal(0))
	others = [name for name in signatures.get_standing_contracts(contract.claim) if name != contract.name]
	kept = money(signatures.get_net(contract.claim)) - own + net
	if others:
		return _stay_signed(_("Stays signed: the contract {0} is in force.").format(frappe.bold(others[0])))
	if kept > 0:
		return _stay_signed(_("Stays signed: {0} of the customer's money are kept.").format(fmt_money(float(kept))))
	if frappe.db.get_value("Meeting Claim", contract.claim, "phase") != "Signed":
		return {"signed": False, "protected_until": None, "text": _("The claim is not signed; nothing changes.")}
	now = now_datetime()
	end = claims.get_end_without_signature(contract.claim, now)
	return {
		"signed": False,
		"protected_until": str(end),
		"text": _("Protection of {0} runs on: {1}, until {2}.").format(
			frappe.bold(escape_html(contract.enterprise_name)), _describe_left(end - now), format_instant(end)
		),
	}


def _get_own(contract: str) -> list[Decimal]:
	received, refunded = standing.get_received(contract)
	return [received, -refunded]


def _stay_signed(text: str) -> dict:
	return {"signed": True, "protected_until": None, "text": text}


def _describe_left(left) -> str:
	minutes = max(0, int(left.total_seconds() // 60))
	days, rest = divmod(minutes, 24 * 60)
	hours = rest // 60
	if days or hours:
		return join_parts([_("{0} d {1} h left").format(days, hours)])
	return _("{0} min left").format(minutes)


def get_refund(contract: str) -> dict:
	"""After a termination: what is to go back."""
	row = frappe.db.get_value(CONTRACT, contract, ["status", "settled_amount"], as_dict=True)
	received, refunded = standing.get_received(contract)
	proposed = reckoning.get_proposed_refund(received - refunded, row.settled_amount)
	return {"status": row.status, "proposed_refund": float(proposed)}


def complete_fulfilled() -> None:
	"""The meeting is over, everything is paid, and no department has anything left to do. Money that goes back later, or a larger
	amount, puts the contract in force again (`standing.refresh`). Run again, it finds none."""
	names = frappe.db.sql_list(
		"""select contract.name from `tabMeeting Contract` contract
		join `tabMeeting Project` project on project.name = contract.project
		where contract.docstatus = 1 and contract.status = 'In Force' and contract.outstanding <= 0
			and project.end_date < %s
			and not exists (select 1 from `tabMeeting Execution` execution where execution.contract = contract.name
				and execution.status not in ('Closed', 'Withdrawn'))
		order by contract.name""",
		(nowdate(),),
	)
	for name in names:
		contract = standing.lock_contracts([name])[name]
		if contract.status == "In Force" and contract.outstanding <= 0:
			frappe.db.set_value(CONTRACT, name, "status", "Completed")
			log("Changed", CONTRACT, name, {"status": "In Force"}, {"status": "Completed"})

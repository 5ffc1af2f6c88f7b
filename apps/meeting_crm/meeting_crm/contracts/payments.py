"""Receipts and refunds in parts (D2). Salespeople register what a customer says was paid; finance confirms, refunds and cancels.

Locks are taken in one order: claim, contracts by name, payments. Sums are read behind them, past the transaction's snapshot."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import escape_html, flt, fmt_money, formatdate, getdate

from meeting_crm.claims import service as claims
from meeting_crm.contracts import signatures, standing
from meeting_crm.contracts.errors import (
	AllocationError,
	AmountError,
	BankNumberTakenError,
	PaymentStateError,
	RefundTooLargeError,
)
from meeting_crm.contracts.permissions import is_finance
from meeting_crm.contracts.settings import get_number
from meeting_crm.core.log import log
from meeting_crm.core.money import money
from meeting_crm.core.notifications import get_language, notify
from meeting_crm.core.people import get_administrators, is_administrator
from meeting_crm.customers import hanging as checks

PAYMENT = "Meeting Payment"
RECEIPT, REFUND = "Receipt", "Refund"
REGISTERED, CONFIRMED, REJECTED, CANCELLED = "Registered", "Confirmed", "Rejected", "Cancelled"


def register(claim: str, amount, paid_on, contract: str | None = None, **values):
	"""What a customer says was paid. With a voucher it holds a running claim until finance has looked."""
	source = frappe.db.get_value("Meeting Claim", claim, ["customer", "project"], as_dict=True)
	payment = frappe.get_doc(
		{
			"doctype": PAYMENT,
			"direction": RECEIPT,
			"customer": source.customer,
			"project": source.project,
			"claim": claim,
			"amount": amount,
			"paid_on": paid_on,
			"allocations": [{"contract": contract, "amount": amount}] if contract else [],
			**{field: value for field, value in values.items() if value},
		}
	)
	return payment.insert()


def fill(payment) -> None:
	"""What follows from the customer file, its claim and its state is never taken from a client."""
	customer = frappe.db.get_value(
		"Meeting Customer", payment.customer, ["enterprise", "customer_name", "holder"], as_dict=True
	)
	if not customer:
		return
	payment.enterprise, payment.enterprise_name = customer.enterprise, customer.customer_name
	if payment.docstatus == 0:
		payment.claim = _get_claim(payment, customer)
	payment.holder = (
		payment.claim and frappe.db.get_value("Meeting Claim", payment.claim, "holder")
	) or customer.holder
	payment.amount = float(money(payment.amount))
	payment.bank_key = get_bank_key(payment.our_account, payment.bank_number) if payment.direction == RECEIPT else None
	if payment.docstatus == 0 and not payment.flags.by_service:
		before = payment.get_doc_before_save()
		payment.status = before.status if before else REGISTERED
		payment.conflict = before.conflict if before else None


def _get_claim(payment, customer) -> str | None:
	"""The claim that it is for: the one given where it fits, else the newest of this company and person in the project. A claim of
	somebody else is chosen by those who decide about money, or when it took over the one that stood here."""
	filters = {"project": payment.project, "enterprise": customer.enterprise}
	mine = {**filters, "customer": payment.customer}
	before = payment.get_doc_before_save()
	stays = bool(before) and before.claim == payment.claim
	fitting = filters if stays or is_finance() or is_administrator() else mine
	if payment.claim and frappe.db.exists("Meeting Claim", {"name": payment.claim, **fitting}):
		return payment.claim
	if not customer.enterprise:
		return None
	return frappe.db.get_value("Meeting Claim", mine, "name", order_by="claimed_on desc")


def get_bank_key(our_account: str | None, bank_number: str | None) -> str | None:
	if not (bank_number or "").strip():
		return None
	return f"{(our_account or '').strip()}:{bank_number.strip()}"[:140]


def check_values(payment) -> None:
	checks.check_not_in_future(payment, "paid_on")
	checks.check_attachment(payment, "voucher")
	checks.keep_attachment_private(payment, "voucher")
	if not money(payment.amount) > 0:
		frappe.throw(
			_("The amount is {0}. Enter what was paid, more than zero; money that goes back is a refund.").format(
				fmt_money(flt(payment.amount))
			),
			title=_("Amount missing"),
			exc=AmountError,
		)
	if payment.direction == REFUND and not (payment.reason or "").strip():
		frappe.throw(
			_("Why is the money given back? Write the reason of the refund."),
			title=_("Reason missing"),
			exc=PaymentStateError,
		)


def check_allocations(payment) -> None:
	"""To contracts of the same company that are in force, and no more than was paid."""
	wanted = [row.contract for row in payment.allocations]
	known = {
		row.name: row
		for row in frappe.get_all(  # why: named by the payment itself, which its writer may write
			"Meeting Contract",
			filters={"name": ("in", wanted or [""])},
			fields=["name", "enterprise", "customer", "docstatus"],
		)
	}
	for row in payment.allocations:
		contract = known.get(row.contract)
		if not contract or (contract.enterprise or contract.customer) != (payment.enterprise or payment.customer):
			_throw_allocation(
				_("The contract {0} is of another company. Choose one of {1}.").format(
					frappe.bold(escape_html(row.contract)), frappe.bold(escape_html(payment.enterprise_name or ""))
				)
			)
		if contract.docstatus != 1:
			_throw_allocation(
				_("The contract {0} is not in force. Submit it first, or leave the money unassigned for now.").format(
					frappe.bold(row.contract)
				)
			)
		if not money(row.amount) > 0:
			_throw_allocation(
				_("Enter what part of the payment is for {0}, more than zero.").format(frappe.bold(row.contract))
			)
	if len(known) < len(wanted):
		_throw_allocation(_("A contract is listed in two rows. Put its amounts together."))
	payment.unallocated = float(money(payment.amount) - _sum(payment.allocations))
	if payment.unallocated < 0:
		_throw_allocation(
			_("{0} are assigned to contracts, but {1} were paid. Lower the rows.").format(
				fmt_money(float(_sum(payment.allocations))), fmt_money(payment.amount)
			)
		)


def _throw_allocation(message: str) -> None:
	frappe.throw(message, title=_("Cannot be assigned so"), exc=AllocationError)


def _sum(rows) -> Decimal:
	return sum((money(row.amount) for row in rows), Decimal(0))


def throw_bank_number_taken(payment) -> None:
	other = frappe.db.get_value(PAYMENT, {"bank_key": payment.bank_key}, "name")
	frappe.throw(
		_("The bank number {0} was booked already, as payment {1}. Look there before you book it again.").format(
			frappe.bold(escape_html(payment.bank_number)), frappe.bold(other or "")
		),
		title=_("Booked already"),
		exc=BankNumberTakenError,
	)


def hold_claim(payment) -> None:
	"""Registered in time with a voucher: the claim waits for finance, once and for some days at most."""
	if payment.docstatus or payment.status != REGISTERED or payment.direction != RECEIPT:
		return
	if payment.voucher and payment.claim:
		days = int(get_number("payment_hold_days"))
		claims.hold_for_payment(payment.claim, days, payment.name)


def reject(name: str, reason: str):
	"""Finance did not find the money: the claim is not held any longer."""
	payment = _lock_draft(name)
	payment.flags.by_service = True
	payment.update({"status": REJECTED, "reason": claims.require_reason(reason)})
	payment.save(ignore_permissions=True)  # why: finance answers a salesperson's record; the caller checked the role
	if payment.claim:
		claims.end_hold(payment.claim, payment.name)
	_tell_holder(
		payment,
		lambda language: _("The payment of {0} for {1} was not found: {2}", language).format(
			fmt_money(payment.amount), payment.enterprise_name, payment.reason
		),
	)
	return payment


def confirm(name: str):
	"""The money has arrived: books it, and signs a running claim."""
	payment = _lock_draft(name)
	payment.submit()
	return payment


def _lock_draft(name: str):
	claim = frappe.db.get_value(PAYMENT, name, "claim")
	if claim:
		claims.lock_claim(claim)
	contracts = frappe.get_all("Meeting Payment Allocation", filters={"parent": name}, pluck="contract", order_by="idx")
	standing.lock_contracts(contracts)
	payment = lock_payment(name)
	if payment.docstatus or payment.status != REGISTERED:
		frappe.throw(
			_("This payment is {0} already. Open it again to see who was quicker.").format(
				frappe.bold(_(payment.status))
			),
			title=_("Answered already"),
			exc=PaymentStateError,
		)
	return payment


def lock_payment(name: str):
	"""The payment as it is now, locked."""
	if not frappe.db.sql(f"select name from `tab{PAYMENT}` where name = %s for update", (name,)):
		frappe.throw(_("This payment does not exist."), exc=frappe.DoesNotExistError)
	return frappe.get_doc(PAYMENT, name, for_update=True)


def book(payment) -> None:
	"""On submission: what is given back was received before; contracts and claim follow."""
	claim = claims.lock_claim(payment.claim) if payment.claim else None
	contracts = standing.lock_contracts(row.contract for row in payment.allocations)
	if payment.direction == REFUND:
		_check_refund(payment, contracts)
	standing.refresh(contracts)
	if claim:
		_settle(payment)


def _settle(payment) -> None:
	claim = signatures.settle(payment.claim)
	if payment.direction == REFUND or claim.phase == "Signed":
		return
	conflict = _("The money came when the claim was over. It is booked, but signs nothing.")
	payment.db_set("conflict", conflict, update_modified=False)
	for user in get_administrators():
		notify(
			user,
			_(
				"{0} paid {1} after the protection had ended. Decide who goes on with the company.", get_language(user)
			).format(payment.enterprise_name, fmt_money(payment.amount)),
			PAYMENT,
			payment.name,
		)


def sign_afterwards(name: str):
	"""What came in time and was booked too late signs after all (补签), while nobody else holds the company. The caller checked who
	asks. Raises PaymentStateError, AlreadyHeldError."""
	payment = frappe.get_doc(PAYMENT, name)
	claim = payment.claim and frappe.db.get_value(
		"Meeting Claim", payment.claim, ["name", "ended_on", "protected_until"], as_dict=True
	)
	if not claim or payment.docstatus != 1 or payment.direction != RECEIPT or not payment.conflict:
		frappe.throw(
			_("Only a confirmed receipt that came when the claim was over signs it afterwards."),
			title=_("Nothing to sign"),
			exc=PaymentStateError,
		)
	end = min(getdate(moment) for moment in (claim.ended_on, claim.protected_until) if moment)
	if getdate(payment.paid_on) > end:
		frappe.throw(
			_(
				"The money was paid on {0}, after the protection ended on {1}. The company is claimed anew instead."
			).format(formatdate(payment.paid_on), formatdate(end)),
			title=_("Paid too late"),
			exc=PaymentStateError,
		)
	claims.sign_afterwards(claim.name, name)
	if signatures.settle(claim.name).phase != "Signed":
		frappe.throw(
			_("This money went back to the customer. There is nothing left that signs."),
			title=_("Nothing to sign"),
			exc=PaymentStateError,
		)
	for other in frappe.get_all(
		PAYMENT, {"claim": claim.name, "conflict": ("is", "set")}, pluck="name", order_by="name"
	):
		payment = lock_payment(other)
		log("Changed", PAYMENT, other, {"conflict": payment.conflict}, {"conflict": None})
		payment.db_set("conflict", None)
	payment = lock_payment(name)
	_tell_holder(
		payment,
		lambda language: _("{0} is signed after all: the payment of {1} was made in time", language).format(
			payment.enterprise_name, fmt_money(payment.amount)
		),
	)
	return payment


def _check_refund(payment, contracts: dict) -> None:
	if payment.refund_of:
		receipt = lock_payment(payment.refund_of)
		left = get_net_of_receipt(receipt, leave_out=payment.name)
		if receipt.docstatus != 1 or receipt.direction != RECEIPT or receipt.enterprise != payment.enterprise:
			frappe.throw(
				_("{0} is no confirmed receipt of this company. Choose the receipt whose money goes back.").format(
					frappe.bold(receipt.name)
				),
				exc=PaymentStateError,
			)
		if money(payment.amount) > left:
			throw_too_large(payment.amount, left, receipt.name)
	elif payment.unallocated:
		_throw_allocation(_("Choose the receipt that is given back, or assign the whole refund to contracts."))
	for contract in contracts.values():
		net = standing.get_standing(contract).net
		if net < 0:
			own = sum((money(row.amount) for row in payment.allocations if row.contract == contract.name), Decimal(0))
			throw_too_large(float(own), net + own, contract.name)
	if payment.claim and money(signatures.get_net(payment.claim)) < 0:
		throw_too_large(payment.amount, money(signatures.get_net(payment.claim)) + money(payment.amount), payment.claim)


def throw_too_large(amount, left: Decimal, name: str) -> None:
	frappe.throw(
		_("{0} cannot be given back: of {1} only {2} are left. Enter that much at most.").format(
			fmt_money(amount), frappe.bold(name), fmt_money(float(max(left, Decimal(0))))
		),
		title=_("Refund too large"),
		exc=RefundTooLargeError,
	)


def get_net_of_receipt(receipt, leave_out: str | None = None) -> Decimal:
	"""What of a receipt has not gone back; the caller holds its lock."""
	return money(receipt.amount) - sum((money(row.amount) for row in _get_refunds(receipt.name, leave_out)), Decimal(0))


def _get_refunds(receipt: str, leave_out: str | None = None) -> list[frappe._dict]:
	return frappe.db.sql(
		f"select name, amount from `tab{PAYMENT}` where refund_of = %s and docstatus = 1 and name != %s for update",
		(receipt, leave_out or ""),
		as_dict=True,
	)


def get_given_back(receipt: str) -> dict[str | None, Decimal]:
	"""Of a receipt, by contract; None: what was assigned to none."""
	found: dict[str | None, Decimal] = {}
	for refunded in _get_refunds(receipt):
		rows = frappe.get_all(
			"Meeting Payment Allocation",
			filters={"parent": refunded.name},
			fields=["contract", "amount"],
			order_by="idx",
		)
		for row in rows:
			found[row.contract] = found.get(row.contract, Decimal(0)) + money(row.amount)
		found[None] = found.get(None, Decimal(0)) + money(refunded.amount) - _sum(rows)
	return found


def check_cancellation(payment) -> None:
	if refunds := _get_refunds(payment.name):
		frappe.throw(
			_("Money of this receipt went back with {0}. Cancel that refund first.").format(
				frappe.bold(refunds[0].name)
			),
			title=_("Refund in force"),
			exc=PaymentStateError,
		)


def unbook(payment) -> None:
	if payment.claim:
		claims.lock_claim(payment.claim)
	contracts = standing.lock_contracts(row.contract for row in payment.allocations)
	for contract in contracts.values():
		if payment.direction == RECEIPT and standing.get_standing(contract).net < 0:
			frappe.throw(
				_("More went back to the customer of {0} than would be left. Cancel the refund first.").format(
					frappe.bold(contract.name)
				),
				title=_("Refund in force"),
				exc=PaymentStateError,
			)
	standing.refresh(contracts)
	signatures.settle(payment.claim)


def assign(name: str, allocations: list[dict]):
	"""Moves the money of a confirmed receipt to other contracts of the company (what was paid too much, or came before the
	contract). What went back already stays where it was."""
	wanted = {str(row.get("contract")): money(row.get("amount")) for row in allocations}
	claim = frappe.db.get_value(PAYMENT, name, "claim")
	if claim:
		claims.lock_claim(claim)
	current = frappe.get_all("Meeting Payment Allocation", filters={"parent": name}, pluck="contract", order_by="idx")
	standing.lock_contracts([*current, *wanted])
	payment = lock_payment(name)
	if payment.docstatus != 1 or payment.direction != RECEIPT:
		frappe.throw(_("Only a confirmed receipt is assigned to contracts."), exc=PaymentStateError)
	before = {row.contract: row.amount for row in payment.allocations}
	payment.set("allocations", [{"contract": contract, "amount": float(amount)} for contract, amount in wanted.items()])
	check_allocations(payment)
	for contract, amount in get_given_back(name).items():
		kept = money(payment.unallocated) if contract is None else wanted.get(contract, Decimal(0))
		if kept < amount:
			_throw_allocation(
				_("{0} of this receipt went back already. Leave at least that much where it was.").format(
					fmt_money(float(amount))
				)
			)
	for row in payment.allocations:
		row.docstatus = payment.docstatus
	payment.update_child_table("allocations")
	frappe.db.set_value(PAYMENT, name, "unallocated", payment.unallocated)
	log(
		"Changed",
		PAYMENT,
		name,
		{"allocations": before},
		{"allocations": {key: float(value) for key, value in wanted.items()}},
	)
	standing.refresh([*before, *wanted])
	return frappe.get_doc(PAYMENT, name)


def follow_claims(given: dict[str, str]) -> None:
	"""Payments go with their claim to whoever goes on with it."""
	rows = frappe.db.sql(
		f"select name, claim from `tab{PAYMENT}` where claim in %s order by name for update", (list(given) or [""],)
	)
	for name, claim in rows:
		frappe.db.set_value(PAYMENT, name, "claim", given[claim], update_modified=False)
		frappe.clear_document_cache(PAYMENT, name)
		log("Changed", PAYMENT, name, {"claim": claim}, {"claim": given[claim]})


def tell_confirmed(payment) -> None:
	if payment.direction == RECEIPT:
		_tell_holder(
			payment,
			lambda language: _("{0} paid {1} on {2}", language).format(
				payment.enterprise_name, fmt_money(payment.amount), formatdate(payment.paid_on)
			),
		)


def _tell_holder(payment, say) -> None:
	if payment.holder and payment.holder != frappe.session.user:
		notify(payment.holder, say(get_language(payment.holder)), PAYMENT, payment.name)

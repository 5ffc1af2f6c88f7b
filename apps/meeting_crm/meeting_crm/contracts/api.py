"""Contracts over REST and from the desk's buttons."""

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from meeting_crm.claims.queries.lists import Filters
from meeting_crm.contracts import (
	bank,
	changes,
	endings,
	figures,
	invoices,
	money_board,
	payments,
	refunds,
	service,
	signed,
	word,
)
from meeting_crm.contracts.execution import service as executions
from meeting_crm.contracts.execution import tasks
from meeting_crm.contracts.execution.outputs import service as outputs
from meeting_crm.contracts.execution.outputs.lists import Wanted
from meeting_crm.contracts.permissions import require_finance
from meeting_crm.core.people import is_administrator, is_manager
from meeting_crm.core.transactions import retried_on_conflict

SOURCES = ("Meeting Claim", "Meeting Customer", "Meeting Quotation")


@frappe.whitelist()
def make_contract(source_name: str, source_doctype: str | None = None) -> Document:
	"""An unsaved contract from a claim, a customer or a quotation. The desk's open_mapped_doc hands
	`source_doctype` over in its own way, as flags."""
	doctype = source_doctype or (frappe.flags.args or {}).get("source_doctype") or SOURCES[0]
	if doctype not in SOURCES:
		frappe.throw(
			_("A contract is made from a claim, a customer or a quotation, not from {0}.").format(escape_html(doctype))
		)
	frappe.get_doc(doctype, source_name).check_permission("read")
	return service.make_contract(doctype, source_name)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def sign(
	claim: str,
	amount: float,
	attachment: str,
	contract_kind: str | None = None,
	signed_on: str | date | None = None,
	terms: str | None = None,
) -> dict:
	"""B5, D1: makes and submits a contract for `claim` in one step. `attachment` is the address of an
	uploaded file. Answers contract, claim and status."""
	frappe.get_doc("Meeting Claim", claim).check_permission("read")
	return service.sign(claim, amount, attachment, contract_kind=contract_kind, signed_on=signed_on, terms=terms)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def register_payment(
	claim: str,
	amount: float,
	paid_on: str | date,
	contract: str | None = None,
	method: str | None = None,
	payer_name: str | None = None,
	bank_number: str | None = None,
	voucher: str | None = None,
) -> dict:
	"""D2: what a customer says was paid, for finance to confirm. `voucher` is the address of an uploaded file: with it a running
	claim is held until finance answers. Answers payment, status, claim and protected_until."""
	frappe.get_doc("Meeting Claim", claim).check_permission("read")
	payment = payments.register(
		claim,
		amount,
		paid_on,
		contract,
		method=method,
		payer_name=payer_name,
		bank_number=bank_number,
		voucher=voucher,
	)
	return _describe_payment(payment)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def confirm_payment(payment: str) -> dict:
	"""Finance found the money: books it; a running claim is signed. Answers as register_payment does."""
	require_finance()
	return _describe_payment(payments.confirm(payment))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def reject_payment(payment: str, reason: str) -> dict:
	"""Finance did not find the money: the claim is not held any longer."""
	require_finance()
	return _describe_payment(payments.reject(payment, reason))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def refund(payment: str, amount: float, reason: str, contract: str | None = None) -> dict:
	"""Gives a part or all of a receipt back, with a contract of its share alone. Refused (409) above what is left. Answers as
	register_payment does."""
	require_finance()
	return _describe_payment(refunds.refund(payment, amount, reason, contract))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def assign_payment(payment: str, allocations: list[dict] | str) -> dict:
	"""Assigns a confirmed receipt to contracts of its company, in parts: [{contract, amount}]."""
	require_finance()
	return _describe_payment(payments.assign(payment, frappe.parse_json(allocations)))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def sign_afterwards(payment: str) -> dict:
	"""B5, administrators: money that was paid before the protection ended and booked after it signs the claim, where nobody holds
	the company now (409 otherwise). Answers as register_payment does."""
	if not is_administrator():
		frappe.throw(_("Only an administrator signs a claim that is over."), exc=frappe.PermissionError)
	return _describe_payment(payments.sign_afterwards(payment))


def _describe_payment(payment) -> dict:
	claim = payment.claim and frappe.db.get_value(
		"Meeting Claim", payment.claim, ["phase", "protected_until"], as_dict=True
	)
	return {
		"payment": payment.name,
		"status": payment.status,
		"amount": payment.amount,
		"claim": payment.claim,
		"claim_status": claim.phase if claim else None,
		"protected_until": str(claim.protected_until) if claim and claim.phase == "Negotiating" else None,
		"conflict": payment.conflict,
	}


@frappe.whitelist()
def get_signed(
	project: str | None = None,
	holder: str | None = None,
	text: str | None = None,
	order: str | None = None,
	start: int = 0,
	page_length: int = 100,
) -> dict:
	"""B10: signed claims of the people the user may see, as claims.api.get_claims answers them, with `amount` and, on the first
	page, the `sum` of all."""
	frappe.has_permission("Meeting Claim", "read", throw=True)
	return signed.get_signed(frappe.session.user, Filters("signed", project, holder, text), order, start, page_length)


@frappe.whitelist()
def get_ending_effect(contract: str) -> dict:
	"""What becomes of the claim when the contract is made void or terminated, told before it is done: `void_obstacle` (a sentence,
	or null when it can be made void), `net` receipts, `proposed_refund`, and for `kept` and `returned` money: signed,
	protected_until, text."""
	frappe.get_doc("Meeting Contract", contract).check_permission("read")
	return endings.get_effect(contract)


@frappe.whitelist()
def make_change(contract: str, change_type: str = "Amendment") -> Document:
	"""An unsaved change of a contract that begins with what it says now."""
	frappe.get_doc("Meeting Contract", contract).check_permission("read")
	return changes.make_change(contract, change_type)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def terminate(contract: str, reason: str, settled_amount: float = 0) -> dict:
	"""Ends a contract that the customer withdraws from: what is kept stays owed, the rest is proposed as a refund. For managers of
	the holder and administrators; others save a change for them."""
	frappe.get_doc("Meeting Contract", contract).check_permission("read")
	change = changes.make_change(contract, changes.TERMINATION)
	change.update({"reason": reason, "settled_amount": settled_amount})
	change.insert()
	change.submit()
	return {"change": change.name, "contract": contract, **endings.get_refund(contract)}


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def submit_execution(execution: str) -> dict:
	"""D3, D4: hands an execution over to finance and logistics. Needs a contract in force with its signed file."""
	frappe.get_doc("Meeting Execution", execution).check_permission("write")
	return executions.submit(execution)


@frappe.whitelist()
def get_task(task: str) -> dict:
	"""A task as its department reads it, with what changed since it was confirmed."""
	return tasks.get_task(task)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def confirm_task(task: str, revision: int) -> dict:
	"""The department has seen `revision`; 409 with what is new where a newer one exists."""
	return tasks.confirm(task, revision)


@frappe.whitelist(methods=["POST"])
def get_output(
	project: str,
	kind: str,
	file_format: str = "xlsx",
	only_changed: bool = False,
	only_confirmed: bool = False,
	hotel: str | None = None,
	on_date: str | None = None,
	with_id_numbers: bool = False,
	reason: str | None = None,
	badge_size: str = "90x54",
) -> None:
	"""D5: a list of a project as a file: rooming, nights, badges, banners, booths, journal, invoices. The run is recorded;
	`only_changed` leaves out what is as it was in the last one."""
	wanted = Wanted(project, only_confirmed, hotel, on_date, with_id_numbers)
	name, content = outputs.print_list(kind, file_format, wanted, only_changed, reason, badge_size)
	frappe.response.update(
		{"type": "download", "filename": name, "filecontent": content, "content_type": outputs.TYPES[file_format]}
	)


@frappe.whitelist()
def get_bank_rows(bank_import: str, states: list | str | None = None) -> list[dict]:
	"""The entries of a statement with what is suggested for each. For finance and administrators."""
	frappe.get_doc("Meeting Bank Import", bank_import).check_permission("read")
	return bank.get_rows(bank_import, frappe.parse_json(states) if states else None)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def book_bank_row(row: str, contract: str | None = None, payment: str | None = None) -> dict:
	"""Books an entry of a statement: as `payment` that was registered for it, or for `contract`; without both as suggested. Answers
	as register_payment does."""
	require_finance()
	return _describe_payment(bank.book(row, contract, payment))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def ignore_bank_row(row: str, reason: str) -> None:
	"""The entry is no customer's payment."""
	require_finance()
	bank.ignore(row, reason)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def restore_bank_row(row: str) -> None:
	"""An ignored entry is to be looked at once more."""
	require_finance()
	bank.restore(row)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def request_invoice(
	contract: str,
	title: str | None = None,
	lines: list[dict] | str | None = None,
	invoice_type: str | None = None,
	note: str | None = None,
	delivery: str | None = None,
) -> dict:
	"""Asks finance for an invoice. `lines`: [{item, gross, rate}], without them all that is not invoiced yet; `title`: an invoice
	title of the customer, without it the default one. Answers invoice, status, gross, net, tax."""
	frappe.get_doc("Meeting Contract", contract).check_permission("read")
	invoice = invoices.request(
		contract,
		title,
		frappe.parse_json(lines) if lines else None,
		invoice_type=invoice_type,
		note=note,
		delivery=delivery,
	)
	return _describe_invoice(invoice)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def issue_invoice(
	invoice: str, invoice_number: str, issued_on: str | date | None = None, file: str | None = None
) -> dict:
	"""The invoice was made out: its number, day and file. Final from here on."""
	require_finance()
	return _describe_invoice(invoices.issue(invoice, invoice_number, issued_on, file))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def reject_invoice(invoice: str, reason: str) -> dict:
	"""Returns a request to the salesperson, with what is missing."""
	require_finance()
	return _describe_invoice(invoices.reject(invoice, reason))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def request_invoice_again(invoice: str) -> dict:
	"""A returned request was mended; the title is copied anew."""
	frappe.get_doc("Meeting Invoice", invoice).check_permission("write")
	return _describe_invoice(invoices.request_again(invoice))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def red_letter_invoice(
	invoice: str,
	reason: str,
	amount: float | None = None,
	invoice_number: str | None = None,
	buyer_confirms: bool = False,
) -> dict:
	"""Takes an issued invoice back, in whole or by `amount`. With `invoice_number` it is issued at once; with `buyer_confirms` it
	waits for the buyer, 72 hours at most."""
	require_finance()
	return _describe_invoice(invoices.red_letter(invoice, reason, amount, invoice_number, buyer_confirms))


def _describe_invoice(invoice) -> dict:
	return {field: invoice.get(field) for field in ("status", "gross", "net", "tax", "invoice_number", "red_of")} | {
		"invoice": invoice.name,
		"buyer_until": str(invoice.buyer_until) if invoice.buyer_until else None,
	}


@frappe.whitelist()
def get_money_board() -> dict:
	"""What waits for finance: payments to confirm, bank entries, invoices to issue and send, refunds, what is overdue."""
	require_finance()
	return money_board.get_board()


@frappe.whitelist()
def get_director_figures(from_date: str, to_date: str, project: str | None = None) -> dict:
	"""Signed, received, due and overdue, by month, person, project and kind of fee, the funnel, and the last edition on the same day
	before its end. For managers (their people) and administrators (all)."""
	if not (is_administrator() or is_manager()):
		frappe.throw(_("These figures are for managers and administrators."), frappe.PermissionError)
	return figures.get_figures(from_date, to_date, project)


@frappe.whitelist()
def get_word_file(contract: str) -> None:
	"""The contract as a Word file, in the template of its kind."""
	doc = frappe.get_doc("Meeting Contract", contract)
	doc.check_permission("print")
	name, content = word.fill(doc)
	frappe.response.update({"type": "download", "filename": name, "filecontent": content})

"""Invoices: asked for by salespeople, issued by finance. A blue invoice is never edited: what is wrong is red-lettered, in whole or in
part, and issued anew."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import add_to_date, escape_html, flt, fmt_money, getdate, now_datetime
from stdnum.cn import uscc

from meeting_crm.contracts import reckoning, standing
from meeting_crm.contracts.errors import InvoiceError, InvoiceStateError, InvoiceTooLargeError, TaxNumberError
from meeting_crm.contracts.settings import get_number
from meeting_crm.core.log import log
from meeting_crm.core.money import money
from meeting_crm.core.notifications import get_language, notify
from meeting_crm.customers import hanging as checks

INVOICE, CONTRACT, TITLE = "Meeting Invoice", "Meeting Contract", "Meeting Invoice Title"
REQUESTED, ISSUED, SENT, RECEIVED, REJECTED, RED = "Requested", "Issued", "Sent", "Received", "Rejected", "Red-lettered"
RECEIVER = ("recipient", "recipient_mobile", "courier_address")
TITLE_FIELDS = (
	"title_type",
	"tax_number",
	"address",
	"phone",
	"bank",
	"account",
	"email",
	"mobile",
	*RECEIVER,
)
BUYER_HOURS = 72
"""So long the buyer has to confirm the red letter of an invoice that was used already; then it lapses."""
ITEM = "会议服务费"


def check_title(title) -> None:
	"""The number is checked where it is given; it may come later."""
	number = "".join((title.tax_number or "").split()).upper()
	title.tax_number = number or None
	if number and title.title_type == "Company" and len(number) == 18 and not uscc.is_valid(number):
		frappe.throw(
			_(
				"The tax number {0} cannot be right: its check digit does not fit. Compare it with the customer's paper."
			).format(frappe.bold(escape_html(number))),
			title=_("Tax number not possible"),
			exc=TaxNumberError,
		)
	if number and title.title_type == "Company" and len(number) not in (15, 18, 20):
		frappe.throw(
			_("The tax number {0} has {1} characters; companies have 18, older ones 15.").format(
				frappe.bold(escape_html(number)), len(number)
			),
			title=_("Tax number not possible"),
			exc=TaxNumberError,
		)


def keep_one_default(title) -> None:
	if title.is_default:
		frappe.db.set_value(
			TITLE, {"customer": title.customer, "name": ("!=", title.name), "is_default": 1}, "is_default", 0
		)


def request(contract: str, title: str | None = None, lines: list[dict] | None = None, **values):
	"""An invoice for finance to issue. Without lines the rest of the contract that is not invoiced, without a title the default one."""
	source = frappe.get_doc(CONTRACT, contract)
	title = title or frappe.db.get_value(
		TITLE, {"customer": source.customer}, "name", order_by="is_default desc, creation"
	)
	rest = money(source.amount) - get_invoiced(contract)
	doc = frappe.get_doc(
		{
			"doctype": INVOICE,
			"contract": contract,
			"title": title,
			"lines": lines or [{"item": ITEM, "gross": float(rest), "rate": get_number("tax_rate")}],
			**{field: value for field, value in values.items() if value},
		}
	)
	if title and not values.get("invoice_type"):
		doc.invoice_type = frappe.db.get_value(TITLE, title, "invoice_type")
	return doc.insert()


def fill(invoice) -> None:
	"""The contract's people, and the snapshot of the title: what is changed there later changes no invoice."""
	fields = ["customer", "enterprise_name", "project", "holder"]
	invoice.update(frappe.db.get_value(CONTRACT, invoice.contract, fields, as_dict=True) or {})
	before = invoice.get_doc_before_save()
	if not invoice.flags.by_service and invoice.docstatus == 0:
		for field in ("status", "reason", "red_of", "buyer_until", "shipment"):
			invoice.set(field, before.get(field) if before else (REQUESTED if field == "status" else None))
	if invoice.title and not invoice.red_of and (not before or before.title != invoice.title):
		_copy_title(invoice)


def _copy_title(invoice) -> None:
	title = frappe.get_doc(TITLE, invoice.title)
	if title.customer != invoice.customer:
		frappe.throw(
			_("The invoice title {0} belongs to another customer. Choose one of {1}.").format(
				frappe.bold(escape_html(title.title)), frappe.bold(escape_html(invoice.enterprise_name or ""))
			),
			exc=InvoiceError,
		)
	invoice.title_name = title.title
	invoice.update({field: title.get(field) for field in TITLE_FIELDS})


def set_amounts(invoice) -> None:
	for line in invoice.lines:
		net, tax = reckoning.get_tax(line.gross, line.rate)
		line.gross, line.net, line.tax = float(money(line.gross)), float(net), float(tax)
	for field in ("gross", "net", "tax"):
		invoice.set(field, float(sum((money(line.get(field)) for line in invoice.lines), Decimal(0))))
	gross = money(invoice.gross)
	if (invoice.red_of and gross >= 0) or (not invoice.red_of and gross <= 0):
		frappe.throw(
			_("A red invoice takes back: its amount lies below zero.")
			if invoice.red_of
			else _("The invoice's amount is {0}. Enter what is invoiced, more than zero.").format(
				fmt_money(float(gross))
			),
			title=_("Amount missing"),
			exc=InvoiceError,
		)


def check_limit(invoice) -> None:
	"""Under the contract's lock: all invoices together, requested ones included, never exceed the contract."""
	contract = standing.lock_contracts([invoice.contract]).get(invoice.contract)
	if not contract or contract.docstatus != 1:
		frappe.throw(
			_("{0} is not in force. Submit the contract first, then ask for its invoice.").format(
				frappe.bold(invoice.contract)
			),
			exc=InvoiceError,
		)
	if invoice.red_of or invoice.status == REJECTED:
		return
	amount = reckoning.get_effective_amount(contract.amount, contract.settled_amount, contract.status == "Terminated")
	others = get_invoiced(invoice.contract, leave_out=invoice.name)
	if money(invoice.gross) + others > amount:
		frappe.throw(
			_(
				"{0} of {1} are invoiced or asked for already, so {2} can be invoiced at most. Lower the amount, or red-letter first."
			).format(
				fmt_money(float(others)), fmt_money(float(amount)), fmt_money(float(max(Decimal(0), amount - others)))
			),
			title=_("More than the contract"),
			exc=InvoiceTooLargeError,
		)


def get_invoiced(contract: str, leave_out: str | None = None) -> Decimal:
	"""Blue less red, requested ones included: they may be issued at any moment."""
	rows = frappe.db.sql(
		f"select gross from `tab{INVOICE}` where contract = %s and docstatus < 2 and status != 'Rejected' and name != %s for update",
		(contract, leave_out or ""),
	)
	return sum((money(gross) for (gross,) in rows), Decimal(0))


def get_issued(contract: str) -> Decimal:
	rows = frappe.db.sql(
		f"select gross from `tab{INVOICE}` where contract = %s and docstatus = 1 for update", (contract,)
	)
	return sum((money(gross) for (gross,) in rows), Decimal(0))


def issue(name: str, invoice_number: str, issued_on=None, file: str | None = None):
	"""Finance made it out on the tax platform: number, day and file are kept with it, and it is final."""
	invoice = _lock_request(name)
	invoice.flags.by_service = True
	invoice.update(
		{"invoice_number": invoice_number, "issued_on": issued_on or getdate(), "file": file or invoice.file}
	)
	invoice.submit()
	return invoice


def check_issue(invoice) -> None:
	number = "".join((invoice.invoice_number or "").split())
	if not number:
		frappe.throw(
			_("Enter the number as printed on the invoice."),
			title=_("Invoice number missing"),
			exc=InvoiceError,
		)
	if invoice.title_type == "Company" and invoice.invoice_type != "Plain Receipt" and not invoice.tax_number:
		frappe.throw(
			_("The tax number of {0} is missing. Ask the salesperson to complete the invoice title.").format(
				frappe.bold(escape_html(invoice.title_name or invoice.enterprise_name))
			),
			title=_("Tax number missing"),
			exc=InvoiceError,
		)
	checks.check_not_in_future(invoice, "issued_on")
	invoice.invoice_number = invoice.number_key = number
	invoice.issued_on = invoice.issued_on or getdate()
	invoice.status = ISSUED


def throw_number_taken(invoice) -> None:
	other = frappe.db.get_value(INVOICE, {"number_key": invoice.number_key}, "name")
	frappe.throw(
		_("The invoice number {0} is already on {1}. Compare the two.").format(
			frappe.bold(escape_html(invoice.invoice_number)), frappe.bold(other or "")
		),
		title=_("Number used already"),
		exc=InvoiceStateError,
	)


def settle(invoice) -> None:
	"""After an invoice was issued or cancelled: the contract's figure, and the blue one that a red one takes back."""
	if invoice.red_of:
		blue = frappe.db.get_value(INVOICE, invoice.red_of, ["gross", "status"], as_dict=True, for_update=True)
		if _get_taken_back(invoice.red_of) >= money(blue.gross):
			set_status(invoice.red_of, RED)
	contract = standing.lock_contracts([invoice.contract])[invoice.contract]
	issued = float(get_issued(invoice.contract))
	if money(contract.invoiced) != money(issued):
		frappe.db.set_value(CONTRACT, invoice.contract, "invoiced", issued, update_modified=False)
		frappe.clear_document_cache(CONTRACT, invoice.contract)
		log("Changed", CONTRACT, invoice.contract, {"invoiced": contract.invoiced}, {"invoiced": issued})


def _get_taken_back(name: str, with_requested: bool = False) -> Decimal:
	rows = frappe.db.sql(
		f"select gross from `tab{INVOICE}` where red_of = %s and status != 'Rejected' and docstatus in %s for update",
		(name, (0, 1) if with_requested else (1,)),
	)
	return -sum((money(gross) for (gross,) in rows), Decimal(0))


def reject(name: str, reason: str):
	reason = (reason or "").strip()
	if not reason:
		frappe.throw(_("Write in a few words what is missing or wrong."), title=_("Reason missing"), exc=InvoiceError)
	invoice = _lock_request(name)
	invoice.flags.by_service = True
	invoice.update({"status": REJECTED, "reason": reason})
	invoice.save()
	_tell_holder(
		invoice,
		lambda language: _("Invoice request of {0} was returned: {1}", language).format(
			invoice.enterprise_name, reason
		),
	)
	return invoice


def request_again(name: str):
	"""A returned request that was mended."""
	invoice = frappe.get_doc(INVOICE, name, for_update=True)
	if invoice.docstatus or invoice.status != REJECTED:
		_throw_answered(invoice)
	invoice.flags.by_service = True
	invoice.update({"status": REQUESTED, "reason": None})
	_copy_title(invoice)
	invoice.save()
	return invoice


def red_letter(name: str, reason: str, amount=None, invoice_number: str | None = None, buyer_confirms: bool = False):
	"""Takes an issued invoice back, in whole or in part. With `buyer_confirms` it waits for the buyer's confirmation, 72 hours at
	most; with a number it is issued at once."""
	reason = (reason or "").strip()
	if not reason:
		frappe.throw(
			_("Why is the invoice red-lettered? Write the reason."), title=_("Reason missing"), exc=InvoiceError
		)
	contract = frappe.db.get_value(INVOICE, name, "contract")
	standing.lock_contracts([contract])
	blue = frappe.get_doc(INVOICE, name, for_update=True)
	if blue.docstatus != 1 or blue.red_of:
		frappe.throw(_("Only an issued blue invoice is red-lettered."), exc=InvoiceStateError)
	left = money(blue.gross) - _get_taken_back(name, with_requested=True)
	wanted = money(amount) if amount else left
	if wanted <= 0 or wanted > left:
		frappe.throw(
			_("{0} of this invoice can still be red-lettered.").format(fmt_money(float(left))),
			title=_("More than the invoice"),
			exc=InvoiceTooLargeError,
		)
	red = frappe.copy_doc(blue, ignore_no_copy=False)
	red.flags.by_service = True
	red.update(
		{
			"red_of": name,
			"red_reason": reason,
			"status": REQUESTED,
			"buyer_until": add_to_date(now_datetime(), hours=BUYER_HOURS) if buyer_confirms else None,
			"docstatus": 0,
			"number_key": None,
			"lines": [],
		}
	)
	for line in _get_red_lines(blue, wanted):
		red.append("lines", line)
	red.insert()
	return issue(red.name, invoice_number) if invoice_number else red


def _get_red_lines(blue, wanted: Decimal) -> list[dict]:
	"""The blue lines from the top until the amount is reached, with their own rates."""
	lines, rest = [], wanted
	for line in blue.lines:
		part = min(rest, money(line.gross))
		if part > 0:
			lines.append({"item": line.item, "rate": line.rate, "gross": float(-part)})
			rest -= part
	return lines


def _lock_request(name: str):
	contract = frappe.db.get_value(INVOICE, name, "contract")
	standing.lock_contracts([contract])
	if not frappe.db.sql(f"select name from `tab{INVOICE}` where name = %s for update", (name,)):
		frappe.throw(_("This invoice does not exist."), exc=frappe.DoesNotExistError)
	invoice = frappe.get_doc(INVOICE, name, for_update=True)
	if invoice.docstatus or invoice.status != REQUESTED:
		_throw_answered(invoice)
	return invoice


def _throw_answered(invoice) -> None:
	frappe.throw(
		_("This invoice is {0} already. Open it again to see who was quicker.").format(frappe.bold(_(invoice.status))),
		title=_("Answered already"),
		exc=InvoiceStateError,
	)


def set_status(name: str, status: str) -> None:
	before = frappe.db.get_value(INVOICE, name, "status")
	if before != status:
		frappe.db.set_value(INVOICE, name, "status", status)
		frappe.clear_document_cache(INVOICE, name)
		log("Changed", INVOICE, name, {"status": before}, {"status": status})


def tell_issued(invoice) -> None:
	_tell_holder(
		invoice,
		lambda language: _("Invoice {0} over {1} for {2} was issued", language).format(
			invoice.invoice_number, fmt_money(flt(invoice.gross)), invoice.enterprise_name
		),
	)


def _tell_holder(invoice, say) -> None:
	if invoice.holder and invoice.holder != frappe.session.user:
		notify(invoice.holder, say(get_language(invoice.holder)), INVOICE, invoice.name)

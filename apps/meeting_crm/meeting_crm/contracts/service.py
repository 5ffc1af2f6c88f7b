"""Use cases of contracts. None of them commits: a contract and the claim it signs stand or fall together."""

import frappe
from frappe import _
from frappe.utils import escape_html, flt, fmt_money, formatdate, getdate

from meeting_crm.claims import service as claims
from meeting_crm.contracts import papers, payments, rules, signatures, standing
from meeting_crm.contracts.errors import AmountError, DateError, ForeignCustomerError, NoActiveClaimError
from meeting_crm.core import amounts
from meeting_crm.core.log import log_many
from meeting_crm.customers.permissions import can_write
from meeting_crm.sales import policies
from meeting_crm.sales import service as sales

CONTRACT = "Meeting Contract"
DRAFT, IN_FORCE, COMPLETED, TERMINATED, VOID = "Draft", "In Force", "Completed", "Terminated", "Void"


def fill(contract) -> None:
	"""What follows from the customer file is read from it again on every save, whatever the client sent."""
	customer = frappe.db.get_value(
		"Meeting Customer", contract.customer, ["enterprise", "customer_name", "holder"], as_dict=True
	)
	if not customer:
		return
	contract.enterprise = customer.enterprise
	contract.enterprise_name = customer.customer_name
	claim = _get_own_claim(contract.project, customer)
	contract.claim = claim.name if claim else None
	contract.holder = claim.holder if claim else customer.holder
	if contract.docstatus == 0:
		contract.status = DRAFT


def _get_own_claim(project: str, customer):
	if not (project and customer.enterprise and customer.holder):
		return None
	claim = claims.get_active_claim(project, customer.enterprise)
	return claim if claim and claim.holder == customer.holder else None


def check_quotation(contract) -> None:
	if contract.quotation:
		sales.check_quotation_of(contract)


def set_policy(contract) -> None:
	"""What the quotation promised is kept; else what the company is granted on the day of signing."""
	if contract.quotation:
		promised = frappe.db.get_value("Meeting Quotation", contract.quotation, ["policy", "policy_percentage"])
		policies.set_policy(contract, *promised)
	else:
		policies.apply(contract, contract.enterprise, contract.signed_on)


def set_amounts(contract) -> None:
	"""Items decide the amount where there are any; without them it is what was agreed in one sum."""
	if contract.items:
		amounts.set_totals(contract)
	else:
		contract.total = contract.discount_percentage = contract.discount_amount = 0
	if flt(contract.amount) <= 0:
		frappe.throw(
			_("The contract's amount is {0}. Enter what the customer pays, more than zero.").format(
				fmt_money(contract.amount)
			),
			title=_("Amount missing"),
			exc=AmountError,
		)


def check_date(contract) -> None:
	"""Looked at where it is set: what was signed before the rule stays as it is."""
	if not contract.signed_on or not (contract.has_value_changed("signed_on") or contract.has_value_changed("project")):
		return
	start = frappe.db.get_value("Meeting Project", contract.project, "start_date")
	first, last = rules.get_possible_dates(getdate(start) if start else None, getdate())
	signed_on = getdate(contract.signed_on)
	if signed_on > last:
		frappe.throw(
			_(
				"The contract's date {0} lies in the future. Enter the day on which it was signed, today at the latest."
			).format(formatdate(signed_on)),
			title=_("Date not possible"),
			exc=DateError,
		)
	if first and signed_on < first:
		frappe.throw(
			_(
				"The contract's date {0} lies more than a year before the project. Enter the day on which it was signed, {1} at the earliest."
			).format(formatdate(signed_on), formatdate(first)),
			title=_("Date not possible"),
			exc=DateError,
		)


def check_submission(contract) -> None:
	"""Everything that must be true at the instant of signing, in the order in which a person can mend it."""
	if not can_write(contract.customer):
		frappe.throw(
			_(
				"The customer file {0} is not yours to change, so you cannot sign for it. Ask its holder to sign."
			).format(frappe.bold(escape_html(contract.enterprise_name))),
			title=_("Not your customer"),
			exc=ForeignCustomerError,
		)
	papers.require_signed_file(contract)
	if not contract.enterprise:
		frappe.throw(
			_("{0} is a private contact and not in the general database. Submit it there first, then sign.").format(
				frappe.bold(escape_html(contract.enterprise_name))
			),
			title=_("Not in the general database"),
			exc=NoActiveClaimError,
		)
	if not contract.claim:
		frappe.throw(
			_(
				"The holder of this file does not hold {0} in this project at this moment: the protection has run"
				" out, or it was never claimed. Claim it first, then submit the contract again."
			).format(frappe.bold(escape_html(contract.enterprise_name))),
			title=_("No valid claim"),
			exc=NoActiveClaimError,
		)


def sign_claim(contract) -> None:
	"""B5: the contract signs the claim. claims.sign takes the locks and looks at the clock again, so that a
	claim that ran out meanwhile refuses the contract as a whole."""
	claims.sign(contract.claim, contract=contract.name)
	signatures.settle(contract.claim)
	standing.refresh([contract.name])
	if contract.quotation:
		sales.mark_contracted(contract.quotation)


def cancel_signature(contract) -> None:
	"""The claim stays signed while another contract or money stands on it."""
	if contract.quotation:
		sales.unmark_contracted(contract.quotation)
	standing.refresh([contract.name])
	signatures.settle(contract.claim)


def follow_claims(given: dict[str, str]) -> None:
	"""Contracts and payments go with their claim to whoever goes on with it: {old claim: new claim}."""
	contract = frappe.qb.DocType(CONTRACT)
	query = frappe.qb.from_(contract).select(contract.name, contract.claim).orderby(contract.name).for_update()
	rows = query.where(contract.claim.isin(list(given) or [""])).run()
	for name, claim in rows:
		frappe.qb.update(contract).set(contract.claim, given[claim]).where(contract.name == name).run()
		frappe.clear_document_cache(CONTRACT, name)
	log_many(("Changed", CONTRACT, name, {"claim": claim}, {"claim": given[claim]}) for name, claim in rows)
	payments.follow_claims(given)


def make_contract(source_doctype: str, source_name: str):
	"""An unsaved contract with everything that is known already. The caller has checked the source."""
	source = frappe.get_doc(source_doctype, source_name)
	if source_doctype == "Meeting Quotation":
		sales.require_open_quotation(source)
	contract = frappe.new_doc(CONTRACT)
	if source_doctype == "Meeting Customer":
		contract.customer = source.name
		claim = claims.get_current_claim(source.name)
		contract.project = claim.project if claim else None
	else:
		contract.customer, contract.project = source.customer, source.project
	if source_doctype == "Meeting Quotation":
		_copy_quotation(source, contract)
	fill(contract)
	return contract


def _copy_quotation(quotation, contract) -> None:
	contract.quotation = quotation.name
	contract.terms = quotation.terms
	for field in ("total", "discount_percentage", "discount_amount", "amount"):
		contract.set(field, quotation.get(field))
	for item in quotation.items:
		contract.append("items", {field: item.get(field) for field in amounts.ITEM_FIELDS})


def sign(claim, amount, attachment: str, **values) -> dict:
	"""One step from a claim to a signed contract."""
	contract = make_contract("Meeting Claim", claim)
	contract.update(
		{"amount": amount, "attachment": attachment, **{key: value for key, value in values.items() if value}}
	)
	contract.insert()
	contract.submit()
	return {"contract": contract.name, "claim": contract.claim, "status": "Signed"}

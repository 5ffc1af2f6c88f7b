"""Contracts over REST and from the desk's buttons."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from meeting_crm.contracts import service
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
	signed_on: str | None = None,
	terms: str | None = None,
) -> dict:
	"""B5, D1: makes and submits a contract for `claim` in one step. `attachment` is the address of an
	uploaded file. Answers contract, claim and status."""
	frappe.get_doc("Meeting Claim", claim).check_permission("read")
	return service.sign(claim, amount, attachment, contract_kind=contract_kind, signed_on=signed_on, terms=terms)

"""The list of signed companies with what was signed for how much: a terminated contract counts with what is kept."""

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Sum
from pypika.terms import PseudoColumn

from meeting_crm.claims.queries import lists
from meeting_crm.contracts.receivables import EFFECTIVE

AMOUNT = Sum(PseudoColumn(EFFECTIVE))


def get_signed(user: str, filters: lists.Filters, order: str | None, start: int, page_length: int) -> dict:
	"""A page of claims as `lists.get_claims` answers it, each row with its `amount`; the first page with the `sum` of all."""
	page = lists.get_claims(user, filters, order, start, page_length)
	amounts = _get_amounts([row["name"] for row in page["rows"]])
	for row in page["rows"]:
		row["amount"] = amounts.get(row["name"])
	return {**page, "sum": None if start else _add_up(user, filters)}


def _get_amounts(claims: list[str]) -> dict[str, float]:
	contract = DocType("Meeting Contract")
	query = frappe.qb.from_(contract).where(contract.claim.isin(claims or [""]) & (contract.docstatus == 1))
	rows = query.select(contract.claim, AMOUNT).groupby(contract.claim).run()
	return {claim: float(amount or 0) for claim, amount in rows}


def _add_up(user: str, filters: lists.Filters) -> float:
	contract, claim = DocType("Meeting Contract"), DocType("Meeting Claim")
	query = frappe.qb.from_(claim).join(contract).on(contract.claim == claim.name)
	condition = lists.get_condition(user, filters) & (contract.docstatus == 1)
	[[amount]] = query.where(condition).select(AMOUNT).run()
	return float(amount or 0)

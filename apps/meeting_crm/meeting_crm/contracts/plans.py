"""Payment plans: what falls due when."""

import frappe
from frappe import _
from frappe.utils import fmt_money, getdate

from meeting_crm.contracts import reckoning
from meeting_crm.contracts.errors import PlanMismatchError
from meeting_crm.core.notifications import get_company_language

KIND = "Meeting Contract Kind"


def add_default_plan(contract) -> None:
	"""A new contract starts with the plan of its kind."""
	if contract.plan or not contract.contract_kind or not contract.signed_on:
		return
	for row in frappe.get_cached_doc(KIND, contract.contract_kind).plan:
		due_on = reckoning.get_due_on(getdate(contract.signed_on), row.days)
		contract.append("plan", {"label": row.label, "due_on": due_on, "percentage": row.percentage})


def set_plan(contract) -> None:
	"""Shares decide the amounts where every row has one; typed amounts must make the contract's amount."""
	if not contract.plan:
		return
	try:
		if all(row.percentage for row in contract.plan):
			amounts = reckoning.get_plan_amounts(contract.amount, [row.percentage for row in contract.plan])
			for row, amount in zip(contract.plan, amounts, strict=True):
				row.amount = float(amount)
		else:
			reckoning.check_plan_amounts(contract.amount, (row.amount for row in contract.plan))
	except reckoning.PlanError as error:
		_throw_mismatch(contract, error)


def _throw_mismatch(contract, error: reckoning.PlanError) -> None:
	if error.reason == "percentages":
		message = _("The shares of the payment plan make {0}%. Correct them so that they make exactly 100%.").format(
			f"{error.found:f}"
		)
	else:
		message = _("The payment plan makes {0}, the contract {1}. Correct a row so that both are the same.").format(
			fmt_money(float(error.found)), fmt_money(contract.amount)
		)
	frappe.throw(message, title=_("Plan does not add up"), exc=PlanMismatchError)


def complete_plan(contract) -> None:
	"""From its submission on every contract has a plan: without rows the whole amount falls due after the days of its kind."""
	if contract.plan:
		return
	days = frappe.get_cached_value(KIND, contract.contract_kind, "payment_days") or 0
	contract.append(
		"plan",
		{
			"label": _("Whole amount", get_company_language()),
			"due_on": reckoning.get_due_on(getdate(contract.signed_on), days),
			"percentage": 100,
			"amount": contract.amount,
		},
	)

"""Totals of a document with lines."""

import frappe
from frappe import _
from frappe.utils import fmt_money

from meeting_crm.core import money

ITEM_FIELDS = (
	"item_name",
	"description",
	"fee_kind",
	"quantity",
	"unit",
	"rate",
	"discount_percentage",
	"policy_percentage",
	"amount",
)


class DiscountError(frappe.ValidationError):
	http_status_code = 417


def set_totals(doc) -> None:
	"""Sets every line's amount, the total, the discount and the amount of a quotation or a contract."""
	for item in doc.items:
		_check_percentage(item.discount_percentage)
		discount = money.get_discount_percentage(item.discount_percentage, item.get("policy_percentage"))
		item.amount = float(money.get_line_amount(item.quantity, item.rate, discount))
	_check_percentage(doc.discount_percentage)
	totals = money.get_totals((item.amount for item in doc.items), doc.discount_percentage, doc.discount_amount)
	if totals.amount < 0:
		frappe.throw(
			_("The discount of {0} is larger than the total of {1}. Lower the discount.").format(
				fmt_money(float(totals.discount)), fmt_money(float(totals.total))
			),
			title=_("Discount too large"),
			exc=DiscountError,
		)
	doc.total, doc.discount_amount, doc.amount = (
		float(totals.total),
		float(totals.discount),
		float(totals.amount),
	)


def _check_percentage(percentage) -> None:
	if not 0 <= float(percentage or 0) <= 100:
		frappe.throw(
			_("A discount must be between 0 and 100 percent, not {0}. Correct it.").format(percentage),
			title=_("Discount too large"),
			exc=DiscountError,
		)

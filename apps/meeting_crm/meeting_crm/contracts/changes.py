"""合同变更: a signed contract is changed by a record, never by cancelling it. The record keeps both contents; the contract, its plan
and its claim stay where they are."""

import frappe
from frappe import _
from frappe.utils import cint, escape_html, flt, fmt_money, getdate

from meeting_crm.claims import service as claims
from meeting_crm.contracts import invoices, papers, plans, signatures, standing
from meeting_crm.contracts.errors import ChangeError, NeedsManagerError
from meeting_crm.contracts.rules import ENDED
from meeting_crm.contracts.settings import get_number
from meeting_crm.core import amounts as money
from meeting_crm.core.log import log
from meeting_crm.core.money import money as exact
from meeting_crm.core.notifications import get_company_language
from meeting_crm.core.people import get_subordinates, is_administrator
from meeting_crm.customers import hanging as checks
from meeting_crm.customers.permissions import can_write
from meeting_crm.sales import policies

CHANGE, CONTRACT = "Meeting Contract Change", "Meeting Contract"
AMENDMENT, TERMINATION = "Amendment", "Termination"
TABLES = {"items": "Meeting Contract Item", "plan": "Meeting Contract Plan Row"}
NUMBERS = ("amount", "total", "discount_percentage", "discount_amount", "settled_amount")
VALUES = (*NUMBERS, "terms", "status", "end_reason")
ROW_FIELDS = {
	"items": money.ITEM_FIELDS,
	"plan": ("label", "due_on", "percentage", "amount"),
}


def make_change(contract: str, change_type: str = AMENDMENT):
	"""An unsaved change that begins with what the contract says now."""
	source = frappe.get_doc(CONTRACT, contract)
	change = frappe.new_doc(CHANGE)
	change.update({"contract": contract, "change_type": change_type})
	fill(change)
	for field in ("amount", "total", "discount_percentage", "discount_amount", "terms"):
		change.set(field, source.get(field))
	for table in TABLES:
		for row in source.get(table):
			change.append(table, {field: row.get(field) for field in ROW_FIELDS[table]})
	return change


def set_name(change) -> None:
	"""HT-2026-00012-B1: the contract and the number of its change."""
	frappe.db.sql(f"select name from `tab{CONTRACT}` where name = %s for update", (change.contract,))
	last = frappe.db.sql(
		f"select coalesce(max(number), 0) from `tab{CHANGE}` where contract = %s for update", (change.contract,)
	)
	change.number = cint(last[0][0]) + 1
	change.name = f"{change.contract}-B{change.number}"


def fill(change) -> None:
	fields = ["customer", "enterprise_name", "project", "holder"]
	change.update(frappe.db.get_value(CONTRACT, change.contract, fields, as_dict=True) or {})


def set_contents(change) -> None:
	"""What stands now and what will: calculated as in a contract, whatever the client sent."""
	contract = frappe.get_doc(CONTRACT, change.contract)
	if contract.docstatus != 1 or contract.status in ENDED:
		frappe.throw(
			_("{0} is not in force. Only contracts in force are changed; a draft is edited.").format(
				frappe.bold(change.contract)
			),
			title=_("Not in force"),
			exc=ChangeError,
		)
	checks.check_attachment(change, "supplement")
	checks.keep_attachment_private(change, "supplement")
	before = get_content(contract)
	change.before, change.amount_before = frappe.as_json(before), contract.amount
	if change.change_type == TERMINATION:
		_set_termination(change, before)
	else:
		_set_amendment(change, before)


def _set_termination(change, before: dict) -> None:
	settled = exact(change.settled_amount)
	if settled > exact(change.amount_before):
		frappe.throw(
			_(
				"{0} cannot be kept of a contract over {1}. Enter what the customer still owes or has paid for, or 0."
			).format(fmt_money(float(settled)), fmt_money(change.amount_before)),
			title=_("Settled amount too large"),
			exc=ChangeError,
		)
	change.amount_after = change.settled_amount = float(settled)
	after = {**before, "status": "Terminated", "settled_amount": float(settled), "end_reason": change.reason}
	change.after = frappe.as_json(after)


def _set_amendment(change, before: dict) -> None:
	_keep_policy(change)
	if change.items:
		money.set_totals(change)
	else:
		change.total = change.discount_percentage = change.discount_amount = 0
	if not exact(change.amount) > 0:
		frappe.throw(
			_("After the change nothing would be left to pay. Terminate the contract instead."),
			title=_("Amount missing"),
			exc=ChangeError,
		)
	plans.set_plan(change)
	change.amount_after = change.amount
	change.after = frappe.as_json({**before, **get_content(change), "status": before["status"]})


def _keep_policy(change) -> None:
	"""New lines get the discount that the contract was signed with."""
	policy, percentage = frappe.db.get_value(CONTRACT, change.contract, ["policy", "policy_percentage"])
	policies.set_line_percentages(change.items, policy, percentage)


def get_content(doc) -> dict:
	"""What can change of a contract."""
	content = {field: flt(doc.get(field)) if field in NUMBERS else doc.get(field) for field in VALUES}
	for table, fields in ROW_FIELDS.items():
		content[table] = [{field: _plain(row.get(field)) for field in fields} for row in doc.get(table)]
	return content


def _plain(value):
	return value if isinstance(value, int | float) or value is None else str(value)


def check_submission(change) -> None:
	"""Under the contract's lock: it still says what the change began with, and the change is signed and allowed."""
	contract = _lock_contract(change)
	saved = change.get_doc_before_save() or change
	if not _is_same(frappe.parse_json(saved.before), get_content(contract)):
		frappe.throw(
			_("{0} was changed meanwhile. Save this change again, compare, then submit it.").format(
				frappe.bold(change.contract)
			),
			title=_("Contract changed meanwhile"),
			exc=ChangeError,
		)
	if change.change_type == AMENDMENT:
		_check_amendment(change)
	if needs_manager(change):
		_require_manager(change)
	elif not can_write(change.customer):
		frappe.throw(
			_("Only the holder of the customer, and those above, change its contracts."), exc=frappe.PermissionError
		)


def _lock_contract(change):
	if claim := frappe.db.get_value(CONTRACT, change.contract, "claim"):
		claims.lock_claim(claim)
	standing.lock_contracts([change.contract])
	return frappe.get_doc(CONTRACT, change.contract, for_update=True)


def _is_same(before: dict, now: dict) -> bool:
	return frappe.as_json(before) == frappe.as_json(frappe.parse_json(frappe.as_json(now)))


def _check_amendment(change) -> None:
	if exact(change.amount_after) != exact(change.amount_before):
		if not change.supplement:
			frappe.throw(
				_("The amount changes from {0} to {1}: attach the signed supplement.").format(
					fmt_money(change.amount_before), fmt_money(change.amount_after)
				),
				title=_("Supplement missing"),
				exc=ChangeError,
			)
		papers.check_file(change.supplement)
	invoiced = invoices.get_invoiced(change.contract)
	if exact(change.amount_after) < invoiced:
		frappe.throw(
			_("{0} are invoiced already, more than the new amount {1}. Issue a red invoice first.").format(
				fmt_money(float(invoiced)), fmt_money(change.amount_after)
			),
			title=_("Invoiced already"),
			exc=ChangeError,
		)
	if not change.plan:
		change.append(
			"plan",
			{
				"label": _("Whole amount", get_company_language()),
				"due_on": getdate(),
				"percentage": 100,
				"amount": change.amount_after,
			},
		)
		change.after = frappe.as_json({**frappe.parse_json(change.after), **get_content(change), "status": "In Force"})


def needs_manager(change) -> bool:
	"""A falling amount, or a discount above the setting."""
	limit = get_number("manager_discount")
	discounts = [change.discount_percentage, *(row.discount_percentage for row in change.items)]
	if change.change_type == AMENDMENT and limit and any(flt(discount) > limit for discount in discounts):
		return True
	return exact(change.amount_after) < exact(change.amount_before)


def _require_manager(change) -> None:
	if not is_administrator() and change.holder not in get_subordinates():
		frappe.throw(
			_(
				"The amount falls, or the discount is above {0}%: the manager of {1} or an administrator submits this change. It is saved; ask them to look at it."
			).format(
				format(get_number("manager_discount"), "g"),
				frappe.bold(escape_html(frappe.utils.get_fullname(change.holder))),
			),
			title=_("Needs the manager"),
			exc=NeedsManagerError,
		)


def apply(change) -> None:
	_write(change, frappe.parse_json(change.after), frappe.parse_json(change.before))
	if change.supplement:
		_add_supplement(change)
	_settle(change)


def check_last(change) -> None:
	later = frappe.db.get_value(
		CHANGE,
		{"contract": change.contract, "docstatus": 1, "number": (">", change.number)},
		"name",
		order_by="number desc",
	)
	if later:
		frappe.throw(
			_("{0} came later and builds on this change. Cancel that one first.").format(frappe.bold(later)),
			title=_("Not the last change"),
			exc=ChangeError,
		)


def undo(change) -> None:
	_lock_contract(change)
	_write(change, frappe.parse_json(change.before), frappe.parse_json(change.after))
	_settle(change)


def _settle(change) -> None:
	standing.refresh([change.contract])
	signatures.settle(frappe.db.get_value(CONTRACT, change.contract, "claim"))


def _write(change, content: dict, former: dict) -> None:
	"""Straight to the rows: a submitted contract is closed to everything else."""
	for table, doctype in TABLES.items():
		frappe.db.delete(doctype, {"parent": change.contract, "parenttype": CONTRACT, "parentfield": table})
		for place, row in enumerate(content[table], start=1):
			frappe.get_doc(
				{
					"doctype": doctype,
					"parent": change.contract,
					"parenttype": CONTRACT,
					"parentfield": table,
					"idx": place,
					"docstatus": 1,
					**row,
				}
			).db_insert()
	frappe.db.set_value(CONTRACT, change.contract, {field: content[field] for field in VALUES})
	frappe.clear_document_cache(CONTRACT, change.contract)
	changed = [field for field in (*VALUES, *TABLES) if former[field] != content[field]]
	log(
		"Changed",
		CONTRACT,
		change.contract,
		{field: former[field] for field in changed},
		{"change": change.name, **{field: content[field] for field in changed}},
	)


def _add_supplement(change) -> None:
	contract = frappe.get_doc(CONTRACT, change.contract)
	contract.append("files", {"file": change.supplement, "purpose": papers.SUPPLEMENT, "note": change.name})
	contract.flags.ignore_permissions = (
		True  # why: a manager submits the change; the supplement joins the contract's files
	)
	contract.save()

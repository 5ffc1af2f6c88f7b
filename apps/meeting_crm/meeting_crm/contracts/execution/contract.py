"""What becomes of an execution when its contract is changed, terminated or made void (D4): both departments confirm again; what
logistics has given stays until logistics takes it back."""

import frappe
from frappe import _
from frappe.utils import cint, escape_html, flt

from meeting_crm.contracts.execution import changes, describing, rooming, tasks
from meeting_crm.contracts.execution.rules import RUNNING, find_contract_changes, to_cents
from meeting_crm.contracts.execution.service import EXECUTION, WITHDRAWN, set_status
from meeting_crm.contracts.rules import ENDED
from meeting_crm.core.notifications import get_language, notify

CHANGE = "Meeting Contract Change"


def follow_change(change, method: str | None = None) -> None:
	"""After a contract change was submitted, or cancelled again."""
	former = frappe.db.get_value(
		CHANGE,
		{"contract": change.contract, "docstatus": 1, "number": ("<", change.number)},
		"name",
		order_by="number desc",
	)
	before = {**_to_texts(frappe.parse_json(change.before)), "change": former}
	after = {**_to_texts(frappe.parse_json(change.after)), "change": change.name}
	follow(change.contract, *((before, after) if change.docstatus == 1 else (after, before)))


def follow_void(contract, method: str | None = None) -> None:
	follow(contract.name, {"status": "In Force"}, {"status": contract.status})


def _to_texts(content: dict) -> dict[str, str]:
	"""{field: text} of what a contract says, as far as the departments' work depends on it."""
	return {
		"status": content["status"],
		"amount": str(describing.to_decimal(content["amount"])),
		"settled_amount": str(describing.to_decimal(content["settled_amount"])),
		"terms": content["terms"] or "",
		"items": "\n".join(f"{row['item_name']} × {flt(row['quantity']):g}" for row in content["items"]),
		"plan": "\n".join(
			f"{row['due_on']} {row['label'] or ''} {describing.to_decimal(row['amount'])}" for row in content["plan"]
		),
	}


def follow(contract: str, before: dict, after: dict) -> None:
	name = frappe.db.get_value(EXECUTION, {"contract": contract}, "name")
	if not name:
		return
	execution = frappe.get_doc(EXECUTION, name, for_update=True)
	found = find_contract_changes(before, after)
	if not found or execution.status not in (*RUNNING, WITHDRAWN):
		return
	amount = frappe.db.get_value("Meeting Contract", contract, "amount")
	execution.db_set({"revision": cint(execution.revision) + 1, "contract_amount": amount}, notify=True)
	changes.record(name, execution.revision, found)
	if after["status"] in ENDED:
		rooming.flag_all(name)
	tasks.follow(execution)
	set_status(execution, tasks.get_execution_status(name))
	if after["status"] not in ENDED and to_cents(execution.total) != to_cents(amount):
		_tell_holder(execution)


def _tell_holder(execution) -> None:
	if execution.holder:
		text = _(
			"{0}: the contract was changed. Bring the fees of its execution in line, or write why they differ.",
			get_language(execution.holder),
		)
		notify(execution.holder, text.format(escape_html(execution.unit_name)), EXECUTION, execution.name)

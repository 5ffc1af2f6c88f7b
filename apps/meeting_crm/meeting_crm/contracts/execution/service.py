"""Use cases of an execution: what follows from the contract, submission, what a save afterwards means. None of them commits.
Locks are taken in this order: contract, execution, tasks."""

import frappe
from frappe import _
from frappe.utils import add_days, cint, flt, fmt_money, getdate, now_datetime

from meeting_crm.contracts.execution import changes, deliverables, describing, late_changes, reading, rooming, tasks
from meeting_crm.contracts.execution.attendees import check_attendees, tidy_attendees
from meeting_crm.contracts.execution.describing import bold
from meeting_crm.contracts.execution.errors import ExecutionError, FeesDifferError, NotSubmittableError, StayError
from meeting_crm.contracts.execution.rules import NO_ROOM, RUNNING, get_total, match_replaced_rows, to_cents
from meeting_crm.core.log import log

EXECUTION, CONTRACT = "Meeting Execution", "Meeting Contract"
DRAFT, SUBMITTED, CLOSED, WITHDRAWN = "Draft", "Submitted", "Closed", "Withdrawn"
KEPT_BY_SERVICE = ("status", "revision", "submitted_on")


def make_execution(contract: str):
	"""An unsaved execution with everything that is known already. The caller has checked the contract."""
	execution = frappe.new_doc(EXECUTION)
	execution.contract = contract
	fill(execution)
	_fill_from_customer(execution)
	deliverables.add_usual(execution)
	return execution


def _fill_from_customer(execution) -> None:
	customer = (
		frappe.db.get_value("Meeting Customer", execution.customer, ["customer_name", "address"], as_dict=True)
		or frappe._dict()
	)
	contact = frappe.get_all(
		"Meeting Contact",
		{"customer": execution.customer},
		["person_name", "mobile"],
		order_by="is_primary desc, creation asc",
		limit=1,
	)
	execution.unit_name, execution.address = customer.customer_name, customer.address
	execution.courier_address, execution.title = customer.address, customer.customer_name
	_fill_title(execution)
	if contact:
		execution.handler, execution.handler_mobile = contact[0].person_name, contact[0].mobile
		execution.recipient, execution.recipient_mobile = contact[0].person_name, contact[0].mobile


TITLE_FIELDS = {
	"title_type": "title_type",
	"title": "title",
	"tax_number": "tax_number",
	"invoice_type": "invoice_type",
	"invoice_email": "email",
	"title_address": "address",
	"title_phone": "phone",
	"title_bank": "bank",
	"title_account": "account",
	"recipient": "recipient",
	"recipient_mobile": "recipient_mobile",
	"courier_address": "courier_address",
}


def _fill_title(execution) -> None:
	"""The customer's usual title is copied: what stands in the execution is what finance issues, also after it was changed there."""
	titles = frappe.get_all(
		"Meeting Invoice Title",
		{"customer": execution.customer},
		["name", *dict.fromkeys(TITLE_FIELDS.values())],
		order_by="is_default desc, creation asc",
		limit=1,
	)
	for title in titles:
		execution.invoice_title = title.name
		execution.update({field: title[source] for field, source in TITLE_FIELDS.items() if title[source]})


def check_title(execution) -> None:
	if not execution.invoice_title or not execution.has_value_changed("invoice_title"):
		return
	if frappe.db.get_value("Meeting Invoice Title", execution.invoice_title, "customer") != execution.customer:
		frappe.throw(
			_("The chosen title belongs to another customer. Choose one of this customer's, or type it in."),
			title=_("Wrong title"),
			exc=ExecutionError,
		)


def fill(execution) -> None:
	"""What follows from the contract is read from it again on every save, whatever the client sent."""
	contract = frappe.db.get_value(
		CONTRACT, execution.contract, ["project", "customer", "holder", "amount", "docstatus"], as_dict=True
	)
	if not contract:
		return
	execution.project, execution.customer = contract.project, contract.customer
	execution.holder, execution.contract_amount = contract.holder, contract.amount
	if execution.is_new() and contract.docstatus == 2:
		frappe.throw(
			_("The contract {0} is void. Choose one that is in force.").format(bold(execution.contract)),
			title=_("Contract not in force"),
			exc=NotSubmittableError,
		)


def keep_own_fields(execution) -> None:
	"""Status and revision are moved by the services alone."""
	previous = execution.get_doc_before_save()
	for field, default in zip(KEPT_BY_SERVICE, (DRAFT, 0, None), strict=True):
		execution.set(field, previous.get(field) if previous else default)
	if previous and previous.status in (CLOSED, WITHDRAWN):
		frappe.throw(
			_("This execution is {0}; it stays as it is.").format(bold(_(previous.status))),
			title=_("No longer changed"),
			exc=ExecutionError,
		)


def keep_rows(execution) -> None:
	"""People who were pasted anew are the same people: their rooms and badges follow the row."""
	previous = execution.get_doc_before_save()
	if not previous:
		return
	old = {row.name: row for row in previous.attendees}
	rows = [
		{"name": row.name if row.name in old else "", "person_name": row.person_name, "mobile": row.mobile}
		for row in execution.attendees
	]
	for place, name in match_replaced_rows([row.as_dict() for row in previous.attendees], rows).items():
		row = execution.attendees[place]
		row.update({"name": name, "owner": old[name].owner, "creation": old[name].creation})
		row.set("__islocal", None)


def check_only_one(execution) -> None:
	other = execution.is_new() and frappe.db.get_value(
		EXECUTION, {"contract": execution.contract}, ["name", "unit_name"]
	)
	if other:
		frappe.throw(
			_("The contract {0} has an execution already: {1}. Open that one.").format(
				bold(execution.contract), frappe.utils.get_link_to_form(EXECUTION, *other)
			),
			title=_("Already There"),
			exc=frappe.DuplicateEntryError,
		)


def validate(execution) -> None:
	check_only_one(execution)
	keep_own_fields(execution)
	fill(execution)
	tidy_attendees(execution)
	keep_rows(execution)
	check_attendees(execution)
	deliverables.check(execution)
	check_title(execution)
	late_changes.hold_back(execution)
	execution.total = get_total(*(execution.get(field) for field in FEES)) / 100
	if execution.status in RUNNING:
		check_complete(execution)
	note_changes(execution)


FEES = ("participation_fee", "publicity_fee", "accommodation_fee")


def note_changes(execution) -> None:
	"""After submission each save that changes anything is a revision."""
	previous = execution.get_doc_before_save()
	found = changes.find(previous, execution) if previous and execution.status in RUNNING else []
	execution.flags.changes = found
	if found:
		execution.revision = cint(execution.revision) + 1


def follow_changes(execution) -> None:
	"""In the transaction of the save: the trail, what logistics makes, rooms, and who has to confirm again."""
	if execution.flags.late_changes:
		late_changes.keep(execution)
		tasks.tell_logistics_of_late_changes(execution.name)
	found = execution.flags.changes
	if not found:
		return
	changes.record(execution.name, execution.revision, found)
	deliverables.follow(execution, found)
	rooming.follow(execution, found)
	tasks.follow(execution)
	set_status(execution, tasks.get_execution_status(execution.name))


def set_status(execution, status: str) -> None:
	if execution.status != status:
		execution.db_set("status", status, update_modified=False, notify=True)


def check_complete(execution) -> None:
	"""Everything the departments need before they begin, in the order in which a person can mend it."""
	for field in ("unit_name", "address", "handler", "handler_mobile"):
		if not (execution.get(field) or "").strip():
			_refuse(_("{0} is missing. Enter it, then submit.").format(_(execution.meta.get_label(field))))
	if not execution.attendees and not execution.no_attendees:
		_refuse(_("Nobody is on the list. Add the people who attend, or tick that nobody attends."))
	if execution.no_attendees and execution.attendees:
		_refuse(_("It is ticked that nobody attends, but there are people on the list. Take back one of the two."))
	check_stays(execution)
	check_fees(execution)
	deliverables.check_deadlines(execution)


def _refuse(message: str) -> None:
	frappe.throw(message, title=_("Not complete"), exc=NotSubmittableError)


def check_stays(execution) -> None:
	for row in execution.attendees:
		if row.housing not in (None, "", NO_ROOM) and not (row.arrive_on and row.leave_on):
			frappe.throw(
				_("Row {0}: {1} wants a room, but arrival or departure is missing. Enter both dates.").format(
					row.idx, bold(row.person_name)
				),
				title=_("Dates missing"),
				exc=StayError,
			)


def check_fees(execution) -> None:
	if to_cents(execution.total) == to_cents(execution.contract_amount) or (execution.difference_reason or "").strip():
		return
	frappe.throw(
		_(
			"The fees add up to {0}, the contract says {1}: {2} differ. Correct the fees, or write why they differ."
		).format(
			fmt_money(execution.total),
			fmt_money(execution.contract_amount),
			fmt_money(abs(flt(execution.total) - flt(execution.contract_amount))),
		),
		title=_("Fees differ from the contract"),
		exc=FeesDifferError,
	)


def submit(name: str) -> dict:
	"""D3, D4: the execution goes to finance and logistics, each with a task. Returns what there is to do for whom."""
	contract_name = frappe.db.get_value(EXECUTION, name, "contract")
	contract = frappe.get_doc(CONTRACT, contract_name, for_update=True)
	execution = frappe.get_doc(EXECUTION, name, for_update=True)
	if execution.status in RUNNING:
		return describe_submission(execution)
	if execution.status != DRAFT:
		_refuse(_("This execution is {0} and is not submitted again.").format(_(execution.status)))
	check_contract(contract)
	fill(execution)
	check_complete(execution)
	execution.db_set(
		{"status": SUBMITTED, "revision": 1, "submitted_on": now_datetime(), "contract_amount": contract.amount},
		notify=True,
	)
	log("Submitted", EXECUTION, name, {"status": DRAFT}, {"status": SUBMITTED, "revision": 1})
	tasks.make(execution)
	deliverables.make_works(execution)
	return describe_submission(execution)


def check_contract(contract) -> None:
	status = contract.get("status")
	if contract.docstatus != 1 or (status and status != "In Force"):
		frappe.throw(
			_("The contract {0} is not in force: it must be signed and submitted, and neither ended nor void.").format(
				bold(contract.name)
			),
			title=_("Contract not in force"),
			exc=NotSubmittableError,
		)
	if not get_signed_file(contract):
		frappe.throw(
			_(
				"The contract {0} has no signed file. Attach the signed contract there as Word, PDF or picture, then submit."
			).format(bold(contract.name)),
			title=_("Signed file missing"),
			exc=NotSubmittableError,
		)


def get_signed_file(contract) -> str | None:
	"""The newest signed file is the contract."""
	signed = [row.file for row in contract.get("files") or [] if row.file and row.purpose == "Signed"]
	return signed[-1] if signed else contract.get("attachment")


def describe_submission(execution) -> dict:
	return {
		"execution": execution.name,
		"status": execution.status,
		"revision": execution.revision,
		"tasks": tasks.get_summary(execution.name),
		"still_open": deliverables.get_open(execution),
	}


def withdraw(name: str) -> dict:
	"""Taken back before anybody confirmed it; afterwards it is changed instead."""
	execution = frappe.get_doc(EXECUTION, name, for_update=True)
	if execution.status not in RUNNING or tasks.is_confirmed_by_any(name):
		_refuse(
			_(
				"Only an execution that nobody has confirmed yet is withdrawn. Change it instead: finance and logistics see what changed."
			)
		)
	before = execution.status
	tasks.remove(name)
	deliverables.remove_works(name)
	late_changes.remove(name)
	execution.db_set({"status": DRAFT, "revision": 0, "submitted_on": None}, notify=True)
	log("Withdrawn", EXECUTION, name, {"status": before}, {"status": DRAFT})
	return {"execution": name, "status": DRAFT}


def check_deletion(execution) -> None:
	if execution.status != DRAFT:
		_refuse(_("Finance and logistics work on this execution. Withdraw it first, then delete it."))


def read_receipt(execution_project: str, tables) -> dict:
	"""Attendees and company from tables of texts, with what has to be looked at in words."""
	first, last = _get_days_of(execution_project)
	receipt = reading.read_tables(tables, first, last)
	return {
		"attendees": receipt.attendees,
		"unit": receipt.unit,
		"problems": [{**vars(problem), "message": reading_problem(problem)} for problem in receipt.problems],
	}


def _get_days_of(project: str):
	start, end = (
		frappe.db.get_value("Meeting Project", project, ["start_date", "end_date"]) if project else (None, None)
	)
	end = getdate(end) if end else getdate()
	return max(getdate(start or end), add_days(end, -120)), end


def reading_problem(problem: reading.Problem) -> str:
	label = _(describing.get_label("attendees", problem.field))
	sentences = {
		"unknown_word": _("{0}: {1} is none of the words this field knows. Choose one."),
		"no_day": _("{0}: {1} is no day. Write it as 2026-03-10 or 3月10日."),
		"no_stay": _("{0}: {1} is no period. Write it as 3.10-3.13."),
		"digits_lost": _(
			"{0}: the spreadsheet has lost digits of {1}. Format the column as text and type the number again."
		),
		"wrong_number": _("{0}: the check digit of {1} is wrong. Compare it with the card."),
		"gender_differs": _("{0}: the identity number says otherwise than {1}."),
		"no_night": _("{0}: {1} is not after the arrival. A stay has at least one night."),
		"too_long": _("{0}: {1}… is longer than 140 characters and was cut."),
		"too_many": _("{0}: only the first {1} people were read."),
	}
	value = _(problem.value) if problem.code == "gender_differs" else problem.value
	return sentences[problem.code].format(label, value)

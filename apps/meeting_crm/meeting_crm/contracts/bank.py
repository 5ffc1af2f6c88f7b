"""Bank statements: read, compared with what is expected, and booked by a person's click (finance alone)."""

import csv
from decimal import Decimal
from hashlib import sha256
from io import BytesIO, StringIO
from zipfile import BadZipFile

import frappe
import openpyxl
from frappe import _
from frappe.utils import cint, escape_html
from openpyxl.utils.exceptions import InvalidFileException

from meeting_crm.contracts import bank_rules, payments, standing
from meeting_crm.contracts.bank_rules import Entry, Open
from meeting_crm.contracts.errors import StatementStateError, StatementUnreadableError
from meeting_crm.core.money import money
from meeting_crm.customers import hanging as checks
from meeting_crm.enterprises.rules import normalise_name

IMPORT, ROW, CONTRACT, PAYMENT = "Meeting Bank Import", "Meeting Bank Row", "Meeting Contract", "Meeting Payment"
NEW, SUGGESTED, MATCHED, IGNORED, DUPLICATE = "New", "Suggested", "Matched", "Ignored", "Duplicate"
MAX_ROWS = 20_000


def check_file(statement) -> None:
	checks.check_attachment(statement, "file")
	checks.keep_attachment_private(statement, "file")


def read(statement) -> None:
	"""Each entry once: what an earlier statement brought already is marked, not doubled."""
	file = checks.get_readable_file(statement.file)
	with open(file.get_full_path(), "rb") as stored:
		content = stored.read()
	rows = _read_table(file.file_name or "", content)
	try:
		head, columns = bank_rules.find_columns(rows, _get_known_columns(statement))
	except bank_rules.StatementError as error:
		_throw_unreadable(
			_(
				"The statement lacks the columns {0}. Export it from the bank with its headings and upload it again."
			).format(frappe.bold("、".join(error.missing)))
		)
	entries = bank_rules.read_entries(rows, head, columns)
	if not entries:
		_throw_unreadable(
			_("No money received is shown in this statement. Check that it is the right account and period.")
		)
	_insert(statement, entries)
	statement.db_set(
		{
			"status": "Read",
			"file_hash": sha256(content).hexdigest(),
			"rows_read": len(entries),
			"columns": frappe.as_json(columns),
		}
	)


def _throw_unreadable(message: str) -> None:
	frappe.throw(message, title=_("Statement not understood"), exc=StatementUnreadableError)


def _read_table(file_name: str, content: bytes) -> list[list]:
	if content.startswith(b"PK"):
		return _read_workbook(content)
	if content.startswith(b"\xd0\xcf\x11\xe0"):
		_throw_unreadable(
			_("{0} is an old Excel file. Save it as .xlsx or CSV and upload it again.").format(escape_html(file_name))
		)
	for encoding in ("utf-8-sig", "gb18030"):
		try:
			text = content.decode(encoding)
			break
		except UnicodeDecodeError:
			continue
	else:
		_throw_unreadable(_("{0} is neither Excel nor CSV.").format(escape_html(file_name)))
	separator = "\t" if text.count("\t") > text.count(",") else ","
	return [row for row, _number in zip(csv.reader(StringIO(text), delimiter=separator), range(MAX_ROWS), strict=False)]


def _read_workbook(content: bytes) -> list[list]:
	try:
		book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
	except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
		_throw_unreadable(_("The Excel file is damaged. Export it from the bank again."))
	with_rows = [
		[list(row) for row, _number in zip(sheet.iter_rows(values_only=True), range(MAX_ROWS), strict=False)]
		for sheet in book.worksheets
	]
	return max(with_rows, key=len, default=[])


def _get_known_columns(statement) -> dict[str, int]:
	last = frappe.db.get_value(
		IMPORT,
		{"our_account": statement.our_account, "status": "Read", "name": ("!=", statement.name)},
		"columns",
		order_by="creation desc",
	)
	return {field: cint(place) for field, place in (frappe.parse_json(last) or {}).items()} if last else {}


def _insert(statement, entries: list[Entry]) -> None:
	keys = bank_rules.get_row_keys(statement.our_account, entries)
	known = set(frappe.get_all(ROW, filters={"row_key": ("in", keys)}, pluck="row_key"))
	fresh = [entry for entry, key in zip(entries, keys, strict=True) if key not in known]
	by_number, open_contracts = get_open_contracts(fresh)
	registered = _get_registered()
	for entry, key in zip(entries, keys, strict=True):
		row = frappe.get_doc({"doctype": ROW, "bank_import": statement.name, "our_account": statement.our_account})
		row.update({field: getattr(entry, field) for field in Entry.__dataclass_fields__})
		row.amount = float(entry.amount)
		if key in known:
			row.state = DUPLICATE
		else:
			row.row_key = key
			_suggest(row, entry, by_number, open_contracts, registered)
		row.insert(
			ignore_permissions=True
		)  # why: rows are written by the reading alone; the caller may write the import


def _suggest(row, entry: Entry, by_number: set[str], open_contracts: list[Open], registered: list) -> None:
	payer = normalise_name(entry.payer_name)
	contract, reason = bank_rules.suggest(entry, payer, by_number, open_contracts)
	payment = _find_registered(registered, entry, payer, contract)
	row.update(
		{
			"suggested_contract": contract,
			"suggested_payment": payment,
			"state": SUGGESTED if contract or payment else NEW,
		}
	)
	if payment:
		row.reason = _("Registered by a salesperson: same amount and payer")
	elif reason == "number":
		row.reason = _("The note has the contract's number")
	elif reason:
		row.reason = _("Payer and amount are those of the contract")


def get_open_contracts(entries: list[Entry]) -> tuple[set[str], list[Open]]:
	"""Contracts whose numbers stand in the notes, and those with something outstanding whose customer or invoice title is one of
	the payers."""
	numbers = {bank_rules.find_contract_number(entry.remittance_note) for entry in entries} - {None}
	by_number = set(
		frappe.get_all(CONTRACT, filters={"name": ("in", list(numbers) or [""]), "docstatus": 1}, pluck="name")
	)
	payers = {normalise_name(entry.payer_name) for entry in entries} - {""}
	titles: dict[str, set[str]] = {}
	for title in frappe.get_all("Meeting Invoice Title", fields=["customer", "title"]):
		titles.setdefault(title.customer, set()).add(normalise_name(title.title or ""))
	found = []
	for row in frappe.get_all(
		CONTRACT,
		filters={"docstatus": 1, "outstanding": (">", 0)},
		fields=["name", "customer", "enterprise_name", "amount", "outstanding", "settled_amount", "status"],
		order_by="name",
	):
		names = {normalise_name(row.enterprise_name or ""), *titles.get(row.customer, ())} - {""}
		if names & payers:
			found.append(Open(row.name, frozenset(names), _get_fitting_amounts(row)))
	return by_number, found


def _get_fitting_amounts(contract) -> tuple[Decimal, ...]:
	rows = standing.get_standing(contract).rows
	following = next((row.unpaid for row in rows if row.unpaid > 0), None)
	return tuple({money(contract.outstanding), *([following] if following else [])})


def _get_registered() -> list[frappe._dict]:
	return frappe.get_all(
		PAYMENT,
		filters={"docstatus": 0, "status": payments.REGISTERED, "direction": payments.RECEIPT},
		fields=["name", "amount", "payer_name", "enterprise_name", "bank_number"],
		order_by="creation",
	)


def _find_registered(registered: list, entry: Entry, payer: str, contract: str | None) -> str | None:
	"""What a salesperson registered already is confirmed, not booked a second time."""
	for row in registered:
		names = {
			normalise_name(row.payer_name or ""),
			normalise_name(row.enterprise_name or ""),
		}
		same_number = row.bank_number and row.bank_number == entry.bank_number
		if money(row.amount) == entry.amount and (same_number or payer in names - {""}):
			registered.remove(row)
			return row.name
	return None


def book(name: str, contract: str | None = None, payment: str | None = None):
	"""Books an entry as the receipt that was registered for it, or as a new one for the chosen or suggested contract. Of two people
	at one row the second is told (409)."""
	row = _lock_row(name)
	if payment or (row.suggested_payment and not contract):
		booked = _confirm(row, payment or row.suggested_payment)
	else:
		booked = _receive(row, contract or row.suggested_contract)
	row.db_set({"state": MATCHED, "payment": booked.name})
	return booked


def _confirm(row, payment: str):
	doc = frappe.get_doc(PAYMENT, payment)
	if money(doc.amount) != money(row.amount):
		frappe.throw(
			_("{0} was registered with another amount. Correct it there first, or book a new payment.").format(
				frappe.bold(payment)
			),
			exc=StatementStateError,
		)
	doc.update(_get_bank_values(row))
	doc.save()
	return payments.confirm(payment)


def _receive(row, contract: str | None):
	if not contract:
		frappe.throw(
			_("Choose the contract that this money is for, or ignore the entry."),
			title=_("Contract missing"),
			exc=StatementStateError,
		)
	source = frappe.db.get_value(CONTRACT, contract, ["customer", "project", "claim"], as_dict=True)
	if not source:
		frappe.throw(_("This contract does not exist."), exc=frappe.DoesNotExistError)
	doc = frappe.get_doc(
		{
			"doctype": PAYMENT,
			"direction": payments.RECEIPT,
			"amount": row.amount,
			**source,
			**_get_bank_values(row),
			"allocations": [{"contract": contract, "amount": row.amount}],
		}
	).insert()
	doc.submit()
	return doc


def _get_bank_values(row) -> dict:
	values = {
		"paid_on": row.booked_on,
		"payer_name": row.payer_name,
		"payer_account": row.payer_account,
		"our_account": row.our_account,
		"bank_number": row.bank_number,
		"remittance_note": row.remittance_note,
	}
	return {field: value for field, value in values.items() if value}


def ignore(name: str, reason: str) -> None:
	row = _lock_row(name)
	row.db_set({"state": IGNORED, "reason": (reason or "").strip()[:140]})


def restore(name: str) -> None:
	"""An ignored entry is looked at once more."""
	row = _lock(name)
	if row.state == IGNORED:
		row.db_set("state", SUGGESTED if row.suggested_contract or row.suggested_payment else NEW)


def _lock_row(name: str):
	row = _lock(name)
	if row.state not in (NEW, SUGGESTED):
		frappe.throw(
			_("This entry is {0} already. Somebody was quicker.").format(frappe.bold(_(row.state))),
			title=_("Answered already"),
			exc=StatementStateError,
		)
	return row


def _lock(name: str):
	if not frappe.db.sql(f"select name from `tab{ROW}` where name = %s for update", (name,)):
		frappe.throw(_("This entry does not exist."), exc=frappe.DoesNotExistError)
	return frappe.get_doc(ROW, name, for_update=True)


def release(payment: str) -> None:
	"""A cancelled receipt gives its entry back."""
	for name in frappe.get_all(ROW, filters={"payment": payment, "state": MATCHED}, pluck="name"):
		frappe.db.set_value(ROW, name, {"state": NEW, "payment": None, "suggested_payment": None})


def get_rows(statement: str, states: list[str] | None = None) -> list[dict]:
	rows = frappe.get_all(  # why: the caller may read the import
		ROW,
		filters={"bank_import": statement, **({"state": ("in", states)} if states else {})},
		fields=[
			"name", "line_number", "booked_on", "amount", "payer_name", "payer_account", "remittance_note", "bank_number",
			"state", "suggested_contract", "suggested_payment", "reason", "payment",
		],
		order_by="line_number",
		limit=MAX_ROWS,
	)  # fmt: skip
	names = [row.suggested_contract for row in rows if row.suggested_contract]
	contracts = {
		row.name: row
		for row in frappe.get_all(
			CONTRACT, filters={"name": ("in", names or [""])}, fields=["name", "enterprise_name", "outstanding"]
		)
	}
	return [{**row, "contract": contracts.get(row.suggested_contract)} for row in rows]

"""Rows of a salesperson: each is an entry like one from the form, protected for its author, within the daily maximum."""

from collections.abc import Iterator

import frappe
from frappe import _

from meeting_crm.claims.errors import DailyMaximumError
from meeting_crm.core import numbers
from meeting_crm.core.problems import InvalidEntryError
from meeting_crm.core.transactions import is_conflict
from meeting_crm.enterprises.errors import DuplicateEnterpriseError
from meeting_crm.entry import rules
from meeting_crm.entry import service as entry
from meeting_crm.entry.importing.columns import ImportRow, as_entry
from meeting_crm.entry.importing.read_ahead import ReadAhead
from meeting_crm.entry.importing.writing import CREATED, DUPLICATE, INVALID, NOT_IMPORTED, Result, as_plain


def enter_batch(rows: ReadAhead, project: str) -> Iterator[list[Result]]:
	"""The next row alone: an entry locks what it needs of its author's day, and gives it back at once."""
	for row in rows.take():
		yield [enter(row, project)]


def find_problems(row: ImportRow) -> list[numbers.Problem]:
	"""What the entry will object to: it asks for more than a company of the pool needs."""
	return rules.find_problems(rules.read_entry(as_entry(row)))


def enter(row: ImportRow, project: str) -> Result:
	frappe.db.savepoint("import_row")
	try:
		entered = entry.enter(project, as_entry(row), frappe.session.user)
	except Exception as error:
		if is_conflict(error):
			raise
		frappe.db.rollback(save_point="import_row")
		frappe.clear_messages()
		if isinstance(error, DuplicateEnterpriseError):
			return add_person(row, project) or Result(row, DUPLICATE, as_plain(str(error)))
		if isinstance(error, InvalidEntryError):
			return Result(row, INVALID, as_plain(str(error)))
		if isinstance(error, DailyMaximumError):
			return Result(
				row, NOT_IMPORTED, _("Not today: your daily maximum is reached. Upload the error file again tomorrow.")
			)
		if isinstance(error, frappe.ValidationError | frappe.PermissionError):
			return Result(row, NOT_IMPORTED, as_plain(str(error)))
		raise
	return Result(row, CREATED, "", entered["enterprise"])


def add_person(row: ImportRow, project: str) -> Result | None:
	"""A later row of a company that this person entered brings another contact into their file."""
	own = entry.find_entered(project, row.full_name, frappe.session.user)
	if not own or not row.contacts:
		return None
	added = 0
	for person in row.contacts:
		if not frappe.db.exists("Meeting Contact", {"customer": own["customer"], **person}):
			frappe.get_doc({"doctype": "Meeting Contact", "customer": own["customer"], **person}).insert()
			added += 1
	message = _("You entered this company already.")
	return Result(row, DUPLICATE, f"{message} {_('Its contact was added there.')}" if added else message)

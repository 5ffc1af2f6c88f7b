"""People on the list: tidied on every save, so that a paste in Chinese is as good as a choice from the list."""

import frappe
from frappe import _
from frappe.utils import cint, getdate

from meeting_crm.contracts.execution import files, identity, reading
from meeting_crm.contracts.execution.describing import bold
from meeting_crm.contracts.execution.errors import AttendeeError, ReadingError, StayError
from meeting_crm.contracts.execution.rules import get_nights
from meeting_crm.contracts.execution.words import MEANINGS

WORDS = tuple(field for field in MEANINGS if field != "is_family")
TEXTS = ("person_name", "position", "mobile", "share_with", "id_number")
DEFAULTS = {"housing": "No Room", "diet": "Standard", "badge_kind": "Delegate", "fee_paid_by": "Company"}
MAX_ATTENDEES = reading.MAX_ATTENDEES


def tidy_attendees(execution) -> None:
	for row in execution.attendees:
		for field in TEXTS:
			row.set(field, reading.clean(row.get(field)) or None)
		for field in WORDS:
			row.set(field, reading.read_meaning(field, row.get(field)) if row.get(field) else DEFAULTS.get(field))
		row.is_family = cint(row.is_family)
		row.id_number = (row.id_number or "").replace(" ", "").upper() or None


def check_attendees(execution) -> None:
	if len(execution.attendees) > MAX_ATTENDEES:
		frappe.throw(
			_("{0} people are too many for one execution; {1} fit. Split the list over two contracts.").format(
				len(execution.attendees), MAX_ATTENDEES
			),
			title=_("Too many people"),
			exc=AttendeeError,
		)
	for row in execution.attendees:
		_check_stay(row)
		_check_id_number(row)


def _check_stay(row) -> None:
	if row.arrive_on and row.leave_on and get_nights(getdate(row.arrive_on), getdate(row.leave_on)) < 1:
		frappe.throw(
			_(
				"Row {0}: {1} leaves on or before the day of arrival. A stay has at least one night: correct the dates."
			).format(row.idx, bold(row.person_name)),
			title=_("No night"),
			exc=StayError,
		)


def _check_id_number(row) -> None:
	if row.id_number and (identity.is_cut_off(row.id_number) or reading.LOST_DIGITS.fullmatch(row.id_number)):
		frappe.throw(
			_(
				"Row {0}: the identity number of {1} ends in zeros because a spreadsheet cut it off. Format the column as text and type the number again."
			).format(row.idx, bold(row.person_name)),
			title=_("Digits lost"),
			exc=AttendeeError,
		)


def get_warnings(execution) -> list[dict]:
	"""What looks wrong and may still be right: numbers with a wrong check digit, a gender that the number contradicts, the
	same person twice."""
	warnings, seen = [], {}
	for row in execution.attendees:
		key = (row.person_name, row.mobile)
		if row.mobile and key in seen:
			warnings.append(
				{"row": row.idx, "message": _("{0} is also in row {1}.").format(row.person_name, seen[key])}
			)
		seen.setdefault(key, row.idx)
		if message := _get_number_warning(row):
			warnings.append({"row": row.idx, "message": message})
	return warnings


def _get_number_warning(row) -> str | None:
	number = row.id_number or ""
	if not identity.is_resident_number(number):
		return None
	if not identity.is_valid_resident_number(number):
		return _("The check digit of the identity number of {0} is wrong.").format(row.person_name)
	if row.gender and row.gender != identity.get_gender(number):
		return _("The identity number of {0} says {1}.").format(row.person_name, _(identity.get_gender(number)))
	return None


def read_tables_of(text: str | None, file_name: str | None, content: bytes | None) -> list:
	"""The tables in what was pasted or uploaded."""
	if text and text.strip():
		return [reading.read_text(text)]
	try:
		return files.read_file(file_name or "", content or b"")
	except files.UnreadableFileError as error:
		sentences = {
			"old_format": _(
				"Files of this kind cannot be read. Open the file, save it as .docx or .xlsx, and choose it again."
			),
			"no_table": _(
				"Attendees are read from Word (.docx) and Excel (.xlsx) files. Choose one, or paste the table."
			),
			"too_large": _("This file is too large for a list of attendees. Copy the table and paste it instead."),
			"broken": _(
				"This file cannot be opened: it is damaged or protected with a password. Save it again, or paste the table."
			),
		}
		frappe.throw(sentences[error.code], title=_("File not read"), exc=ReadingError)

"""Numbers and times as clients write them, read once before anything reckons with them: by whichever door a record comes,
each of its fields holds what its type says, or is refused in words."""

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import NoReturn
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import escape_html, get_datetime, get_system_timezone, get_time

MAX_WHOLE = 2**31 - 1
MAX_NUMBER = 10**12
"""What the database's columns hold: int(11) and decimal(21,9)."""

WHOLE = frozenset({"Int", "Check"})
NUMBERS = frozenset({*WHOLE, "Float", "Currency", "Percent", "Rating", "Duration"})
TIMES = frozenset({"Date", "Datetime", "Time"})
FIRST_YEAR = 1900
DECORATION = re.compile(r"[\s,，￥¥]")


class UnreadableValueError(frappe.ValidationError):
	"""A field's value is no number, or no day or time."""


def read_values(doc, method: str | None = None) -> None:
	"""In place, for the record and its rows. Raises UnreadableValueError."""
	for document in (doc, *doc.get_all_children()):
		for field in document.meta.fields:
			if field.fieldtype in NUMBERS or field.fieldtype in TIMES:
				value = document.get(field.fieldname)
				if value not in (None, ""):
					_read_field(document, field, value)


def _read_field(document, field, value: object) -> None:
	try:
		if field.fieldtype in NUMBERS:
			read = read_number(value, MAX_WHOLE if field.fieldtype in WHOLE else MAX_NUMBER)
		else:
			read = get_time(value) if field.fieldtype == "Time" else read_time(value)
	except (ValueError, TypeError, OverflowError, frappe.ValidationError):
		_refuse(field, value)
	# what Frappe reads by itself stays as it was written
	if isinstance(value, str) and (field.fieldtype in NUMBERS or (field.fieldtype != "Time" and has_zone(value))):
		document.set(field.fieldname, read)


def read_number(value: object, limit: int = MAX_NUMBER) -> int | float:
	"""Of a number or a text such as `1,234.56`. Raises ValueError for anything else, and beyond `limit`."""
	if isinstance(value, str):
		try:
			number = Decimal(DECORATION.sub("", value))
		except InvalidOperation:
			raise ValueError(value) from None
	elif isinstance(value, int | float | Decimal):
		number = value
	else:
		raise ValueError(value)
	if not math.isfinite(number) or abs(number) > limit:
		raise ValueError(value)
	if not isinstance(value, str):
		return value
	return int(number) if number == int(number) else float(number)


def read_time(value: object) -> datetime:
	"""In the site's zone, without it. Raises ValueError for what is no day or time, and for days before 1900."""
	if isinstance(value, timedelta | time) or not isinstance(value, str | date | datetime):
		raise ValueError(value)
	moment = get_datetime(value)
	if moment is None or moment.year < FIRST_YEAR:
		raise ValueError(value)
	return moment.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None) if moment.tzinfo else moment


def has_zone(text: str) -> bool:
	return get_datetime(text).tzinfo is not None


def _refuse(field, value: object) -> None:
	label = _(field.label or field.fieldname)
	if field.fieldtype in TIMES:
		throw_no_time(label, value)
	text = _("{0}: {1} is no number that can be stored. Write it in digits, such as 1234.56.")
	_throw(text, label, value)


def throw_no_time(label: str, value: object) -> NoReturn:
	_throw(_("{0}: {1} is no day or time. Write it as 2026-11-27 or 2026-11-27 14:30."), label, value)


def _throw(text: str, label: str, value: object) -> NoReturn:
	frappe.throw(
		text.format(frappe.bold(label), frappe.bold(escape_html(str(value)[:60]))),
		title=_("Not readable"),
		exc=UnreadableValueError,
	)

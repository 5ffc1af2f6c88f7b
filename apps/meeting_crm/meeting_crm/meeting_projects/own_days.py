"""Days off and days worked that administrators enter in the desk: before the library of public holidays knows them, or where the
company decides otherwise."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import frappe
from frappe.utils import cint, getdate

from meeting_crm.meeting_projects.calendar import Company, OwnDays

CALENDAR, DAY = "Meeting Calendar", "Meeting Calendar Day"
WORKED = "Working Day"
KEPT = "meeting_own_days"


def get_own_days() -> OwnDays:
	"""(day, whether it is worked) of the site; none without one."""
	if not frappe.db:
		return frozenset()
	if not hasattr(frappe.local, KEPT):
		rows = frappe.get_all(  # why: everybody's protection goes by these days
			DAY, {"parent": CALENDAR}, ["day", "kind"], order_by="idx"
		)
		setattr(frappe.local, KEPT, read_days(rows))
	return getattr(frappe.local, KEPT)


def read_days(rows: Iterable) -> OwnDays:
	"""From rows with `day` and `kind`."""
	return frozenset((getdate(row.get("day")), row.get("kind") == WORKED) for row in rows if row.get("day"))


def get_complete_year() -> int:
	"""The last year of which an administrator says that all its days are entered; 0: none."""
	return cint(frappe.db.get_single_value(CALENDAR, "complete_until")) if frappe.db else 0


@contextmanager
def supposing(days: OwnDays) -> Iterator[None]:
	"""As if these were stored."""
	former = get_own_days()
	setattr(frappe.local, KEPT, days)
	try:
		yield
	finally:
		setattr(frappe.local, KEPT, former)


def forget() -> None:
	"""After a change: the next question reads what is stored."""
	if hasattr(frappe.local, KEPT):
		delattr(frappe.local, KEPT)


Company.get_own_days, Company.get_complete_year = staticmethod(get_own_days), staticmethod(get_complete_year)

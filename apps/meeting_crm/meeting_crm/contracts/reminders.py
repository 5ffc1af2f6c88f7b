"""Instalments that fall due or are late: the holder is told some days before, on the day, and then each week; the manager from the
day on that is set. A job that runs twice on a day tells once."""

from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import fmt_money, formatdate, getdate

from meeting_crm.contracts.receivables import EFFECTIVE, NET, RUNNING
from meeting_crm.contracts.settings import get_number
from meeting_crm.core.notifications import get_language, notify
from meeting_crm.core.people import get_superiors

CONTRACT = "Meeting Contract"


def is_told_today(due_on: date, today: date, days_before: int) -> bool:
	"""Some days before, on the day itself, and each week after it."""
	late = (today - due_on).days
	return late == -days_before or (late >= 0 and late % 7 == 0)


def send(today: date | None = None) -> int:
	"""Returns the number of instalments that somebody was told of."""
	today = today or getdate()
	days_before, manager_after = int(get_number("reminder_days")), int(get_number("manager_after_days"))
	told = 0
	for row in _get_unpaid(today + timedelta(days=days_before)):
		due_on = getdate(row.due_on)
		if not is_told_today(due_on, today, days_before):
			continue
		late = (today - due_on).days
		for user in [row.holder, *(get_superiors(row.holder) if late >= manager_after else [])]:
			_tell(user, row, late, today)
		told += 1
	return told


def _get_unpaid(until: date) -> list[frappe._dict]:
	return frappe.db.sql(
		f"""select contract, enterprise_name, holder, label, due_on, unpaid from (
			select `tabMeeting Contract`.name as contract, `tabMeeting Contract`.enterprise_name, `tabMeeting Contract`.holder,
				plan.label, plan.due_on,
				greatest(0, least({RUNNING}, {EFFECTIVE}) - greatest({RUNNING} - plan.amount, {NET})) as unpaid
			from `tabMeeting Contract` join `tabMeeting Contract Plan Row` plan on plan.parent = `tabMeeting Contract`.name
			where `tabMeeting Contract`.docstatus = 1 and `tabMeeting Contract`.outstanding > 0
				and `tabMeeting Contract`.next_due_on <= %(until)s
		) planned where due_on <= %(until)s and unpaid > 0 and holder is not null order by holder, due_on, contract""",
		{"until": until},
		as_dict=True,
	)


def _tell(user: str, row, late: int, today: date) -> None:
	language = get_language(user)
	text = (
		_("{0}: {1} of {2} is {3} days overdue", language).format(
			row.enterprise_name, fmt_money(row.unpaid), row.label, late
		)
		if late > 0
		else _("{0}: {1} of {2} is due on {3}", language).format(
			row.enterprise_name, fmt_money(row.unpaid), row.label, formatdate(row.due_on)
		)
	)
	told = {"for_user": user, "document_type": CONTRACT, "document_name": row.contract, "creation": (">=", today)}
	if not frappe.db.exists("Notification Log", {**told, "subject": frappe.utils.escape_html(text)}):
		notify(user, text, CONTRACT, row.contract)

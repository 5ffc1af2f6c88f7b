"""Repeated activities (C5). Every repetition is an ordinary activity with its own result and time; a
series remembers the rule and how many were made, so that one deleted by hand does not come back."""

from datetime import timedelta

import frappe
from frappe.utils import get_datetime, getdate, now_datetime

from meeting_crm.customers.permissions import can_read
from meeting_crm.sales import rules

ACTIVITY = "Meeting Activity"
SERIES = "Meeting Activity Series"
COPIED = ("subject", "activity_type", "customer", "contact", "project", "assigned_to", "remind_before")


def keep(activity) -> None:
	"""Starts, changes or ends the series of a saved activity, as the person asked in the form."""
	if activity.flags.in_series:
		return
	changed = not activity.is_new() and any(map(activity.has_value_changed, ("repeat", "repeat_until")))
	if activity.series and (changed or activity.change_following):
		_end(activity)
		activity.db_set({"series": None, "change_following": 0}, update_modified=False)
	if activity.repeat in rules.REPEATS and not activity.series:
		_start(activity)


def stop(activity) -> int:
	"""No more repetitions after this one. Returns how many planned ones went."""
	removed = _end(activity)
	activity.db_set({"series": None, "repeat": "Never", "repeat_until": None}, update_modified=False)
	return removed


def _start(activity) -> None:
	starts_on = get_datetime(activity.starts_on)
	series = frappe.get_doc(
		{
			"doctype": SERIES,
			"customer": activity.customer,
			"subject": activity.subject,
			"repeat": activity.repeat,
			"starts_on": starts_on,
			"minutes": int((get_datetime(activity.ends_on) - starts_on).total_seconds() // 60),
			"repeat_until": activity.repeat_until,
			"last_index": 0,
			"template": frappe.as_json({field: activity.get(field) for field in COPIED}),
		}
	).insert(ignore_permissions=True)  # why: the series is the product's own note, made for a checked activity
	activity.db_set("series", series.name, update_modified=False)
	_extend(series, activity.owner)


def _end(activity) -> int:
	"""Takes the repetitions off the calendar that come after `activity` and that nobody has worked on."""
	before = activity.get_doc_before_save()
	after = min(
		get_datetime(activity.starts_on), get_datetime(before.starts_on) if before else get_datetime(activity.starts_on)
	)
	following = frappe.get_all(
		ACTIVITY,
		filters={
			"series": activity.series,
			"status": "Planned",
			"starts_on": [">", after],
			"name": ["!=", activity.name],
			"result": ["is", "not set"],
		},
		pluck="name",
		order_by="starts_on",
	)
	for name in following:
		frappe.delete_doc(ACTIVITY, name, ignore_permissions=True)  # why: part of a change to a checked activity
	frappe.db.set_value(SERIES, activity.series, {"extend_on": None, "repeat_until": getdate(after)})
	return len(following)


def extend_due(limit: int = 100) -> int:
	"""Plans what comes into sight. Each series is locked while it grows, so that two runs make nothing twice."""
	due = frappe.get_all(
		SERIES, filters={"extend_on": ["<=", now_datetime()]}, pluck="name", order_by="extend_on", limit=limit
	)
	for name in due:
		series = frappe.get_doc(SERIES, name, for_update=True)
		if series.extend_on and get_datetime(series.extend_on) <= now_datetime():
			_extend_or_postpone(series)
	return len(due)


def _extend_or_postpone(series) -> None:
	"""One series that cannot go on must not hold up the others: it is tried again tomorrow."""
	frappe.db.savepoint("series")
	try:
		_extend(series, series.owner)
	except frappe.ValidationError:
		frappe.db.rollback(save_point="series")
		frappe.log_error(f"Repeated activity {series.name} cannot be planned")
		series.db_set("extend_on", now_datetime() + timedelta(days=1))


def _extend(series, owner: str) -> None:
	"""A file without a holder gets no more: nobody works on it."""
	holder = frappe.db.get_value("Meeting Customer", series.customer, "holder")
	if not holder:
		series.db_set("extend_on", None)
		return
	found, extend_on = rules.get_occurrences(
		get_datetime(series.starts_on),
		series.repeat,
		series.last_index,
		getdate(series.repeat_until) if series.repeat_until else None,
		now_datetime(),
	)
	template = _get_template(series, holder)
	for _index, starts_on in found:
		_insert_repetition(series, template, starts_on, owner)
	series.db_set({"last_index": found[-1][0] if found else series.last_index, "extend_on": extend_on})


def _get_template(series, holder: str) -> dict:
	"""After a handover the new holder goes on; what was deleted meanwhile is left out."""
	template = frappe.parse_json(series.template)
	if not can_read(series.customer, template.get("assigned_to")):
		template["assigned_to"] = holder
	for field, doctype in (("contact", "Meeting Contact"), ("project", "Meeting Project")):
		if template.get(field) and not frappe.db.exists(doctype, template[field]):
			template[field] = None
	return template


def _insert_repetition(series, template: dict, starts_on, owner: str) -> None:
	activity = frappe.get_doc(
		{
			"doctype": ACTIVITY,
			**template,
			"status": "Planned",
			"starts_on": starts_on,
			"ends_on": starts_on + timedelta(minutes=series.minutes),
			"repeat": series.repeat,
			"repeat_until": series.repeat_until,
			"series": series.name,
		}
	)
	activity.flags.in_series = True
	activity.insert(ignore_permissions=True)  # why: whoever made the series was checked then
	if activity.owner != owner:
		activity.db_set("owner", owner, update_modified=False)

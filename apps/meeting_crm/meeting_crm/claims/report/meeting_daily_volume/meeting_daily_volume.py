"""New companies per person, day and project against the minimum and maximum (B7). People see themselves, managers their
people, administrators all."""

from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import now_datetime, nowdate

from meeting_crm.claims import rules
from meeting_crm.claims.clock import volume
from meeting_crm.claims.permissions import get_visible_users, require_pool
from meeting_crm.core.people import is_administrator
from meeting_crm.meeting_projects import service as projects


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict(filters or {})
	if not filters.project:
		return get_columns(), []
	first, last = volume.read_days(filters.from_date or nowdate(), filters.to_date or nowdate())
	require_pool(filters.project)
	people = _get_people(filters)
	asked = None if is_administrator() and not filters.user else list(people)
	rows = _get_rows(filters.project, people, volume.get_counts(filters.project, first, last, asked), first, last)
	return get_columns(), rows, None, _get_chart(filters.project, rows, len(people), first, last), _get_summary(rows)


def get_columns() -> list[dict]:
	return [
		{"fieldname": "day", "label": _("Date"), "fieldtype": "Date", "width": 110},
		{"fieldname": "full_name", "label": _("Person"), "fieldtype": "Data", "width": 160},
		{"fieldname": "claimed", "label": _("New Companies"), "fieldtype": "Int", "width": 140},
		{"fieldname": "minimum", "label": _("Daily Minimum"), "fieldtype": "Int", "width": 130},
		{"fieldname": "maximum", "label": _("Daily Maximum"), "fieldtype": "Int", "width": 135},
		{"fieldname": "shortfall", "label": _("Missing"), "fieldtype": "Int", "width": 90},
		{"fieldname": "excused", "label": _("Excused"), "fieldtype": "Data", "width": 150},
	]


def _get_people(filters: frappe._dict) -> dict[str, frappe._dict]:
	"""{user: member} of those whose days the session's user may see."""
	visible = None if is_administrator() else set(get_visible_users())
	return {
		row.user: row
		for row in projects.get_members(filters.project)
		if (visible is None or row.user in visible) and filters.user in (None, "", row.user)
	}


def _get_rows(
	project: str, people: dict[str, frappe._dict], counts: dict[tuple[str, date], int], first: date, last: date
) -> list[dict]:
	settings, leaves = projects.get_rules(project), volume.get_leaves(first, last)
	begins, ends = frappe.db.get_value("Meeting Project", project, ["start_date", "end_date"])
	rows, last_over = [], volume.get_last_day_over(now_datetime())
	for number in range((last - first).days + 1):
		day = last - timedelta(days=number)
		for user, member in people.items():
			claimed, excuse = counts.get((user, day), 0), volume.get_excuse(user, day, leaves)
			is_asked = max(begins or day, member.joined_on or day) <= day <= (ends or day)
			if not claimed and (excuse is volume.Excuse.DAY_OFF or not is_asked):
				continue
			rows.append(
				{
					"day": day,
					"user": user,
					"full_name": member.full_name or user,
					"claimed": claimed,
					"minimum": settings.daily_minimum,
					"maximum": settings.daily_maximum,
					"shortfall": 0
					if excuse or not is_asked or day > last_over
					else rules.get_shortfall(claimed, settings),
					"excused": _(excuse.value) if excuse else "",
				}
			)
	return rows


def _get_chart(project: str, rows: list[dict], people: int, first: date, last: date) -> dict:
	"""The line is what all of them should reach together on a working day."""
	minimum = projects.get_rules(project).daily_minimum * people
	days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
	claimed = dict.fromkeys(days, 0)
	for row in rows:
		claimed[row["day"]] += row["claimed"]
	return {
		"type": "bar",
		"colors": ["#2490ef"],
		"fieldtype": "Int",
		"data": {
			"labels": [str(day) for day in days],
			"datasets": [{"name": _("New Companies"), "values": [claimed[day] for day in days]}],
			"yMarkers": [{"label": _("Daily Minimum"), "value": minimum}] if minimum else [],
		},
	}


def _get_summary(rows: list[dict]) -> list[dict]:
	short = sum(row["shortfall"] > 0 for row in rows)
	return [
		{"label": _("New Companies"), "value": sum(row["claimed"] for row in rows), "datatype": "Int"},
		{
			"label": _("Days Below the Minimum"),
			"value": short,
			"datatype": "Int",
			"indicator": "Red" if short else "Green",
		},
	]

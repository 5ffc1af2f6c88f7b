"""What people are told each day and how many claims they made: digests, the minimum, leave, the report."""

import json
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import frappe
import pytest
from frappe.desk import query_report
from frappe.utils import add_days, getdate, nowdate

from meeting_crm.claims.clock import expiry, reminders, volume
from meeting_crm.meeting_projects import calendar
from meeting_crm.tests.factories import make_claim, make_enterprise, make_project
from support.claims import bell_of, project_with, read

pytestmark = pytest.mark.usefixtures("one_transaction")


MIDDAY = datetime(2026, 11, 23, 12, 0, 0)


def test_one_digest_a_day_for_each_holder_and_the_manager_hears_of_tomorrow(zhang, li, manager):
	project = project_with(zhang, li, manager=manager)
	morning = datetime(2026, 11, 23, 8, 5, 0)
	for days in (10.5, 11, 14.1, 14.9):
		make_claim(project, zhang, now=morning - timedelta(days=days))
	far = make_claim(project, li, now=morning - timedelta(days=2))
	before = {user: len(bell_of(user)) for user in (zhang, li, manager)}
	reminders.send_reminders(datetime(2026, 11, 23, 7, 59, 0))
	assert len(bell_of(zhang)) == before[zhang]
	for now in (morning, morning + timedelta(hours=1), morning + timedelta(hours=9)):
		reminders.send_reminders(now)
	assert {user: len(bell_of(user)) - before[user] for user in (zhang, li, manager)} == {zhang: 1, li: 0, manager: 1}
	assert "soon: 4," in bell_of(zhang)[0]
	assert not read("Meeting Claim", far.name, "reminded_on").reminded_on
	reminders.send_reminders(morning + timedelta(days=1))
	assert len(bell_of(zhang)) - before[zhang] == 2


def test_the_former_holder_is_told_once_of_all_that_ran_out(zhang, li):
	project = project_with(zhang, li)
	names = [make_claim(project, zhang, now=MIDDAY - timedelta(days=20)).name for _number in range(3)]
	taken = make_claim(project, zhang, make_enterprise(), now=MIDDAY - timedelta(days=20))
	make_claim(project, li, taken.enterprise, now=MIDDAY)
	before = len(bell_of(zhang))
	expiry.sweep(MIDDAY)
	for _twice in range(2):
		expiry.tell_former_holders()
	assert len(bell_of(zhang)) == before + 1
	assert {read("Meeting Claim", name, "phase").phase for name in names} == {"Ended"}
	told = frappe.get_last_doc("Notification Log", {"for_user": zhang})
	query = dict(parse_qsl(urlsplit(told.meeting_screen).query))
	frappe.set_user(zhang)
	listed = frappe.get_list(
		"Meeting Claim", {**query, "protected_until": json.loads(query["protected_until"])}, pluck="name"
	)
	assert {*names, taken.name} <= set(listed), "the bell leads to all of them"


FRIDAY = datetime(2026, 11, 20, 18, 1, 0)


def shortfalls_of(project: str) -> dict:
	rows = frappe.get_all("Meeting Daily Shortfall", filters={"project": project}, fields=["user", "day", "claimed"])
	return {(row.user, row.day): row.claimed for row in rows}


def test_who_stays_below_the_minimum_is_told_at_the_end_of_the_day(zhang, li, manager):
	project = project_with(zhang, li, manager=manager, daily_minimum=1)
	frappe.db.sql("update `tabMeeting Project Member` set joined_on = '2026-01-01' where parent = %s", (project,))
	make_claim(project, zhang, now=FRIDAY - timedelta(hours=3))
	make_claim(project, li, source="Assigned", now=FRIDAY - timedelta(hours=3))
	volume.check_days(FRIDAY - timedelta(hours=1, minutes=2))
	before = {user: len(bell_of(user)) for user in (zhang, li, manager)}
	assert shortfalls_of(project).get((li, FRIDAY.date())) is None
	volume.check_days(FRIDAY)
	volume.check_days(FRIDAY + timedelta(hours=2))
	assert shortfalls_of(project)[li, FRIDAY.date()] == 0 and (zhang, FRIDAY.date()) not in shortfalls_of(project)
	assert len(bell_of(li)) - before[li] == 1 and len(bell_of(manager)) - before[manager] == 1
	name = frappe.db.get_value("Meeting Project", project, "project_name")
	assert bell_of(li)[0].startswith(f"{name}: 0 of") and name in bell_of(manager)[0], (
		"who is in two projects knows which"
	)


def test_leave_weekends_and_holidays_are_excused_and_missed_days_are_made_up(zhang, li):
	project = project_with(zhang, li, daily_minimum=1)
	frappe.db.sql("update `tabMeeting Project Member` set joined_on = '2026-01-01' where parent = %s", (project,))
	frappe.get_doc(
		{"doctype": "Meeting Leave", "user": li, "from_date": "2026-11-23", "to_date": "2026-11-24"}
	).insert()
	volume.check_days(FRIDAY)
	volume.check_days(datetime(2026, 11, 25, 19, 0, 0))
	days = {user: sorted(str(day) for person, day in shortfalls_of(project) if person == user) for user in (zhang, li)}
	assert days[zhang][-3:] == ["2026-11-23", "2026-11-24", "2026-11-25"] and "2026-11-21" not in days[zhang]
	assert days[li][-1:] == ["2026-11-25"] and "2026-11-23" not in days[li]
	assert volume.get_excuse(zhang, date(2026, 10, 1), {}) is volume.Excuse.DAY_OFF
	assert volume.get_excuse(zhang, date(2026, 10, 10), {}) is None, "worked in exchange for a holiday"
	filters = {"project": project, "user": li, "from_date": "2026-11-20", "to_date": "2026-11-24"}
	rows = query_report.run("Meeting Daily Volume", filters=filters)["result"]
	assert volume.get_last_day_over(FRIDAY) == FRIDAY.date() > volume.get_last_day_over(FRIDAY.replace(hour=17))
	assert [(str(row["day"]), row["excused"]) for row in rows if isinstance(row, dict)] == [
		("2026-11-24", "On leave"),
		("2026-11-23", "On leave"),
		("2026-11-20", ""),
	]


def test_leave_is_recorded_for_oneself_and_people_below(zhang, li, manager):
	project_with(li, manager=manager)
	frappe.set_user(zhang)
	with pytest.raises(frappe.PermissionError):
		frappe.get_doc({"doctype": "Meeting Leave", "user": li, "from_date": nowdate(), "to_date": nowdate()}).insert()
	frappe.set_user(manager)
	getattr(frappe.local, "request_cache", {}).clear()
	assert frappe.get_doc(
		{"doctype": "Meeting Leave", "user": li, "from_date": nowdate(), "to_date": nowdate()}
	).insert()
	with pytest.raises(frappe.ValidationError):
		frappe.get_doc(
			{"doctype": "Meeting Leave", "user": li, "from_date": nowdate(), "to_date": add_days(nowdate(), -1)}
		).insert()


def test_the_daily_volume_report_shows_each_their_own(zhang, li, manager):
	project = make_project(zhang, li, manager=manager, daily_minimum=1)
	make_claim(project, zhang)
	filters = {"project": project, "from_date": nowdate(), "to_date": nowdate()}

	def people_in_report(user) -> dict:
		frappe.set_user(user)
		getattr(frappe.local, "request_cache", {}).clear()
		answer = query_report.run("Meeting Daily Volume", filters=filters)
		assert answer["chart"]["data"]["datasets"][0]["values"] == [1 if user != li else 0]
		return {row["user"]: row["claimed"] for row in answer["result"]}

	assert people_in_report(zhang) == {zhang: 1}
	idle = {li: 0} if calendar.is_working_day(getdate(nowdate())) else {}
	assert people_in_report(li) == idle
	assert people_in_report(manager) == {zhang: 1, **idle}
	frappe.set_user("Administrator")
	with pytest.raises(frappe.ValidationError):
		query_report.run(
			"Meeting Daily Volume",
			filters={"project": project, "from_date": nowdate(), "to_date": add_days(nowdate(), -1)},
		)


def test_the_report_asks_for_no_day_before_the_project_or_the_person_was_there(zhang, li):
	project = make_project(
		zhang, li, daily_minimum=1, start_date=add_days(nowdate(), -30), end_date=add_days(nowdate(), 30)
	)
	member = {"parent": project, "user": li}
	frappe.db.set_value("Meeting Project Member", {"parent": project}, "joined_on", add_days(nowdate(), -30))
	frappe.db.set_value("Meeting Project Member", member, "joined_on", add_days(nowdate(), -14))
	filters = {"project": project, "from_date": add_days(nowdate(), -60), "to_date": nowdate()}
	days = {}
	for row in query_report.run("Meeting Daily Volume", filters=filters)["result"]:
		if isinstance(row, dict) and row.get("user"):
			days.setdefault(row["user"], []).append(getdate(row["day"]))
	assert min(days[zhang]) >= getdate(add_days(nowdate(), -30))
	assert min(days[li]) >= getdate(add_days(nowdate(), -14))

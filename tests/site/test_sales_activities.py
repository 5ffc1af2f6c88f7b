"""Activities (C5): recorded, planned, repeated, reminded of, moved, and read by a calendar program."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import frappe
import pytest
from frappe.utils import add_to_date, get_datetime, get_system_timezone, now_datetime
from icalendar import Calendar

from meeting_crm.claims import service as claims
from meeting_crm.core import notifications
from meeting_crm.core.values import UnreadableValueError
from meeting_crm.customers.errors import ForeignPersonError, InvalidTimeError
from meeting_crm.sales import feed, reminders, series, service
from meeting_crm.sales.errors import FeedNotFoundError
from meeting_crm.tests import factories
from support.rest import error_of
from support.sales import PDF, make_activity, make_held

ACTIVITY = "Meeting Activity"


@pytest.fixture
def held(site):
	"""A customer file and its holder, who is the session's user."""
	user, project, claim = make_held()
	frappe.set_user(user)
	return frappe._dict(user=user, project=project, customer=claim.customer, claim=claim)


def get_bells(user: str) -> list[str]:
	return frappe.get_all(
		"Notification Log", filters={"for_user": user, "document_type": ACTIVITY}, pluck="subject", order_by="creation"
	)


def test_recording_and_planning_the_next_is_one_step(held):
	tomorrow = add_to_date(now_datetime(), days=1).replace(microsecond=0)
	answer = service.record_activity(
		{
			"customer": held.customer,
			"subject": "首次拜访",
			"activity_type": "Visit",
			"status": "Done",
			"result": "有意向",
		},
		{"subject": "发送方案", "starts_on": tomorrow, "activity_type": "E-mail"},
		None,
	)
	done, following = (frappe.get_doc(ACTIVITY, answer[key]) for key in ("activity", "next_activity"))
	assert (done.status, done.result, done.assigned_to) == ("Done", "有意向", held.user)
	assert done.done_on and not done.start_reminder_on
	assert (following.status, following.starts_on, following.previous_activity) == ("Planned", tomorrow, done.name)
	assert following.customer_name == frappe.db.get_value("Meeting Customer", held.customer, "customer_name")


def test_a_next_step_without_a_time_records_nothing(held):
	with pytest.raises((InvalidTimeError, frappe.MandatoryError)):
		service.record_activity(
			{"customer": held.customer, "subject": "电话", "status": "Done"}, {"subject": "再打", "starts_on": ""}, None
		)


def test_a_planned_activity_lasts_half_an_hour_unless_told(held):
	activity = make_activity(held.customer).insert()
	assert activity.ends_on - activity.starts_on == timedelta(minutes=30)


def test_moving_the_start_moves_the_end(held):
	activity = make_activity(held.customer).insert()
	activity.reload()
	activity.starts_on = activity.starts_on + timedelta(days=1)
	activity.save()
	assert activity.ends_on - get_datetime(activity.starts_on) == timedelta(minutes=30)


@pytest.mark.parametrize("value", ["gestern", "2026-13-40 99:99", "<b>", "9" * 50])
def test_impossible_times_are_explained(held, value):
	with pytest.raises(UnreadableValueError, match="no day or time"):
		make_activity(held.customer, starts_on=value).insert()


def test_an_end_before_the_start_is_refused(held):
	with pytest.raises(InvalidTimeError, match="before it starts"):
		make_activity(held.customer, ends_on=now_datetime() - timedelta(days=1)).insert()


def test_work_is_given_only_to_those_who_may_read_the_file(held):
	with pytest.raises(ForeignPersonError, match="Share the file"):
		make_activity(held.customer, assigned_to=factories.make_user()).insert()


def test_a_contact_of_another_customer_is_refused(held):
	frappe.set_user("Administrator")
	_user, _project, other = make_held()
	contact = frappe.db.get_value("Meeting Contact", {"customer": other.customer})
	assert contact
	frappe.set_user(held.user)
	with pytest.raises(ForeignPersonError, match="another customer"):
		make_activity(held.customer, contact=contact).insert()


def test_finishing_stops_the_bell_and_plans_the_next(held):
	activity = make_activity(held.customer).insert()
	assert activity.start_reminder_on
	answer = service.finish_activity(
		frappe.get_doc(ACTIVITY, activity.name),
		{"result": "已确认", "outcome": "Quoted"},
		{"subject": "签约", "starts_on": add_to_date(None, days=2)},
	)
	activity.reload()
	assert (activity.status, activity.result, activity.start_reminder_on) == ("Done", "已确认", None)
	assert activity.outcome == "Quoted"
	assert answer["next_activity"]


def test_what_is_done_before_its_time_happened_now(held):
	activity = make_activity(held.customer).insert()
	service.finish_activity(frappe.get_doc(ACTIVITY, activity.name), {"result": "提前完成"}, None)
	activity.reload()
	assert activity.starts_on <= now_datetime()
	assert activity.ends_on - activity.starts_on == timedelta(minutes=30)


def test_what_happened_yesterday_is_recorded_for_yesterday(held):
	yesterday = add_to_date(now_datetime(), days=-1).replace(microsecond=0)
	answer = service.record_activity(
		{"customer": held.customer, "subject": "拜访", "status": "Done", "starts_on": yesterday}, None, None
	)
	assert frappe.db.get_value(ACTIVITY, answer["activity"], "starts_on") == yesterday


def test_what_lies_in_the_future_has_not_happened(held):
	activity = make_activity(held.customer).insert()
	for values in ({"starts_on": add_to_date(None, days=1)}, {"starts_on": str(add_to_date(None, days=1))}):
		with pytest.raises(InvalidTimeError, match="future"):
			service.finish_activity(frappe.get_doc(ACTIVITY, activity.name), values, None)
	with pytest.raises(InvalidTimeError, match="future"):
		make_activity(held.customer, status="Done").insert()


def test_an_opportunity_of_another_customer_is_refused(held):
	frappe.set_user("Administrator")
	_user, _project, other = make_held()
	opportunity = frappe.get_doc(
		{"doctype": "Meeting Opportunity", "opportunity_name": "展位", "customer": other.customer}
	).insert()
	frappe.set_user(held.user)
	with pytest.raises(ForeignPersonError, match="another customer"):
		make_activity(held.customer, opportunity=opportunity.name).insert()


def test_choices_are_those_of_the_file_and_of_administrators(rest):
	user, _project, claim = make_held()
	opportunity = frappe.get_doc(
		{"doctype": "Meeting Opportunity", "opportunity_name": "展位", "customer": claim.customer}
	).insert()
	frappe.get_doc({**opportunity.as_dict(), "name": None, "stage": "Lost", "lost_reason": "预算"}).insert()
	frappe.db.set_value("Meeting Activity Outcome", "No Answer", "disabled", 1)
	choices = rest(user).result("meeting_crm.sales.api.get_activity_choices", customer=claim.customer)
	assert [row["name"] for row in choices["opportunities"]] == [opportunity.name]
	assert [row["name"] for row in choices["contacts"]] == frappe.get_all(
		"Meeting Contact", {"customer": claim.customer}, pluck="name"
	)
	assert "Quoted" in choices["outcomes"] and "No Answer" not in choices["outcomes"]
	frappe.db.set_value("Meeting Activity Outcome", "No Answer", "disabled", 0)
	frappe.db.commit()
	stranger = rest(factories.make_user())
	assert stranger.call("meeting_crm.sales.api.get_activity_choices", customer=claim.customer).status_code == 403


def test_due_activities_come_overdue_first(held):
	late = make_activity(held.customer, starts_on=add_to_date(None, days=-2)).insert()
	soon = make_activity(held.customer, starts_on=add_to_date(None, minutes=1)).insert()
	make_activity(held.customer, starts_on=add_to_date(None, days=5)).insert()
	rows = service.get_due_activities(held.user, days=0)
	assert [row.name for row in rows][:1] == [late.name]
	assert {row.name: row.overdue for row in rows}[late.name] is True
	assert soon.name in [row.name for row in service.get_due_activities(held.user, days=1)]


# Reminders


def ring(now) -> None:
	reminders.send_due(now)


def test_the_bell_rings_before_and_at_the_time_once_each(held):
	activity = make_activity(held.customer, remind_before="15 Minutes Before").insert()
	start = get_datetime(activity.starts_on)
	for minutes, expected in ((-16, 0), (-15, 1), (-14, 1), (0, 2), (1, 2), (600, 2)):
		ring(start + timedelta(minutes=minutes))
		assert len(get_bells(held.user)) == expected


def test_after_a_pause_of_the_scheduler_each_reminder_is_told_once(held):
	activity = make_activity(held.customer, remind_before="1 Hour Before").insert()
	for _run in range(3):
		ring(get_datetime(activity.starts_on) + timedelta(days=2))
	assert len(get_bells(held.user)) == 2
	assert "was to start" in get_bells(held.user)[0]


def test_a_moved_activity_rings_at_its_new_time(held):
	activity = make_activity(held.customer, remind_before="At the Time").insert()
	ring(activity.starts_on)
	activity.reload()
	activity.starts_on = activity.starts_on + timedelta(days=1)
	activity.save()
	ring(activity.starts_on)
	assert len(get_bells(held.user)) == 2


def test_a_form_left_open_does_not_ring_again(held):
	opened = make_activity(held.customer).insert()
	ring(opened.starts_on)
	opened.result = "写在提醒之后"
	opened.save()
	ring(opened.starts_on + timedelta(minutes=1))
	assert len(get_bells(held.user)) == 2


@pytest.mark.parametrize(
	"values",
	[{"status": "Done", "starts_on": "2026-01-05 10:00"}, {"status": "Cancelled"}, {"remind_before": "No Reminder"}],
)
def test_nothing_rings_for_what_is_over_or_unwanted(held, values):
	activity = make_activity(held.customer, **values).insert()
	ring(get_datetime(activity.starts_on) + timedelta(days=1))
	assert get_bells(held.user) == []


def test_the_bell_shows_names_as_text(held):
	activity = make_activity(held.customer, subject="<b>重要</b> & 客户").insert()
	ring(activity.starts_on)
	bells = get_bells(held.user)
	assert bells and all(subject.startswith("＜b＞重要＜/b＞ &amp; 客户 ") for subject in bells)


def test_two_runs_at_the_same_time_ring_once(rest, worker, wait_until):
	user, _project, claim = make_held()
	frappe.set_user(user)
	activity = make_activity(claim.customer, remind_before="At the Time").insert()
	frappe.set_user("Administrator")
	frappe.db.set_value(ACTIVITY, activity.name, "start_reminder_on", add_to_date(None, minutes=-1))
	frappe.db.commit()
	jobs = [frappe.enqueue("meeting_crm.sales.jobs.send_reminders", queue="short") for _number in range(3)]
	assert wait_until(lambda: all(job.get_status(refresh=True) == "finished" for job in jobs))
	frappe.db.rollback()
	assert len(get_bells(user)) == 1


# Repeats


def get_series(activity) -> list:
	return frappe.get_all(
		ACTIVITY, filters={"series": activity.series}, fields=["name", "starts_on", "status"], order_by="starts_on"
	)


def test_a_weekly_activity_stands_on_the_calendar(held):
	activity = make_activity(held.customer, repeat="Weekly").insert()
	rows = get_series(activity)
	assert len(rows) == 7
	assert {(rows[number + 1].starts_on - rows[number].starts_on).days for number in range(6)} == {7}


def test_the_series_ends_on_its_last_day(held):
	until = add_to_date(None, days=3).date()
	activity = make_activity(held.customer, repeat="Daily", repeat_until=until).insert()
	assert len(get_series(activity)) <= 4
	assert max(row.starts_on for row in get_series(activity)).date() <= until


def test_later_runs_extend_it_and_bring_back_nothing_deleted(held):
	activity = make_activity(held.customer, repeat="Weekly").insert()
	deleted = get_series(activity)[2]
	frappe.delete_doc(ACTIVITY, deleted.name)
	frappe.set_user("Administrator")
	frappe.db.set_value("Meeting Activity Series", activity.series, "extend_on", now_datetime())
	series.extend_due()
	series.extend_due()
	starts = [row.starts_on for row in get_series(activity)]
	assert deleted.starts_on not in starts
	assert len(starts) == len(set(starts)) == 6


def test_stopping_leaves_what_was_worked_on(held):
	activity = make_activity(held.customer, repeat="Weekly").insert()
	worked_on = get_series(activity)[1].name
	frappe.db.set_value(ACTIVITY, worked_on, {"status": "Done", "result": "已完成"})
	activity.reload()
	assert series.stop(activity) == 5
	assert frappe.db.exists(ACTIVITY, worked_on)
	assert frappe.db.get_value(ACTIVITY, activity.name, ["repeat", "series"]) == ("Never", None)


def test_changing_the_following_ones_moves_them_all(held):
	activity = make_activity(held.customer, repeat="Weekly").insert()
	third = frappe.get_doc(ACTIVITY, get_series(activity)[2].name)
	third.starts_on, third.subject, third.change_following = third.starts_on + timedelta(hours=3), "改到下午", 1
	third.save()
	assert len(get_series(activity)) == 2
	moved = get_series(third)
	assert len(moved) >= 4
	assert {row.starts_on.hour for row in moved} == {third.starts_on.hour}


def test_a_file_without_holder_gets_no_more(held):
	activity = make_activity(held.customer, repeat="Weekly").insert()
	count = len(get_series(activity))
	frappe.set_user("Administrator")
	frappe.db.set_value("Meeting Customer", held.customer, "holder", None)
	frappe.db.set_value("Meeting Activity Series", activity.series, "extend_on", now_datetime())
	series.extend_due()
	assert len(get_series(activity)) == count


def test_after_a_handover_the_new_holder_goes_on(held):
	activity = make_activity(held.customer, repeat="Weekly").insert()
	frappe.set_user("Administrator")
	successor = factories.make_user()
	frappe.db.set_value("Meeting Customer", held.customer, {"holder": successor, "owner": successor})
	frappe.db.delete(ACTIVITY, {"series": activity.series, "name": ["!=", activity.name]})
	frappe.db.set_value("Meeting Activity Series", activity.series, {"extend_on": now_datetime(), "last_index": 0})
	frappe.local.request_cache.clear()
	series.extend_due()
	assigned = frappe.get_all(ACTIVITY, {"series": activity.series, "name": ["!=", activity.name]}, pluck="assigned_to")
	assert set(assigned) == {successor}


def test_reminders_are_mailed_where_mail_is_set_up(held, monkeypatch):
	monkeypatch.setattr(notifications, "has_outgoing_mail", lambda: True)
	sent = []
	monkeypatch.setattr(frappe, "sendmail", lambda **mail: sent.append(mail))
	activity = make_activity(held.customer, remind_before="At the Time").insert()
	ring(activity.starts_on)
	(mail,) = [mail for mail in sent if mail["recipients"] == [held.user]]
	assert activity.subject in mail["subject"]


# Calendar


def test_events_tell_what_is_overdue(held):
	make_activity(held.customer, subject="逾期", starts_on=add_to_date(None, hours=-3)).insert()
	make_activity(held.customer, subject="将来").insert()
	rows = service.get_events(add_to_date(None, days=-1, as_string=True), add_to_date(None, days=2, as_string=True))
	assert {row.subject: row.overdue for row in rows} == {"逾期": True, "将来": False}


def test_dragging_over_rest(rest):
	user, _project, claim = make_held()
	frappe.set_user(user)
	activity = make_activity(claim.customer).insert()
	frappe.set_user("Administrator")
	stranger = factories.make_user()
	new_start = add_to_date(activity.starts_on, days=1, as_datetime=True).replace(microsecond=0)
	arguments = {
		"args": {
			"doctype": ACTIVITY,
			"name": activity.name,
			"starts_on": str(new_start),
			"ends_on": str(new_start + timedelta(hours=1)),
		},
		"field_map": {},
	}
	assert rest(stranger).call("meeting_crm.sales.api.move_activity", **arguments).status_code == 403
	rest(user).result("meeting_crm.sales.api.move_activity", **arguments)
	frappe.db.rollback()
	assert frappe.db.get_value(ACTIVITY, activity.name, "starts_on") == new_start


# The feed


def test_the_feed_is_what_its_owner_may_read_and_nothing_else(held):
	activity = make_activity(held.customer, subject="拜访,客户;重要", result="第一行\n第二行").insert()
	token = feed.make_link(held.user).split("token=")[1]
	calendar = Calendar.from_ical(feed.get_calendar(token))
	(event,) = calendar.walk("VEVENT")
	assert str(event["SUMMARY"]).startswith("拜访,客户;重要 · ")
	start = event["DTSTART"].dt
	assert start.utcoffset() == timedelta(0)
	local = start.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None)
	assert local == activity.starts_on.replace(microsecond=0)


def test_the_feed_forgets_what_is_no_longer_readable(held):
	frappe.set_user("Administrator")
	make_activity(held.customer, assigned_to=held.user).insert()
	token = feed.make_link(held.user).split("token=")[1]
	assert len(Calendar.from_ical(feed.get_calendar(token)).walk("VEVENT")) == 1
	frappe.db.set_value("Meeting Customer", held.customer, {"holder": None, "owner": "Administrator"})
	frappe.local.request_cache.clear()
	assert Calendar.from_ical(feed.get_calendar(token)).walk("VEVENT") == []


def test_old_and_revoked_links_and_those_of_disabled_people_are_dead(held):
	old = feed.make_link(held.user).split("token=")[1]
	new = feed.make_link(held.user).split("token=")[1]
	with pytest.raises(FeedNotFoundError):
		feed.get_calendar(old)
	assert feed.get_link(held.user).endswith(new)
	frappe.db.set_value("User", held.user, "enabled", 0)
	with pytest.raises(FeedNotFoundError):
		feed.get_calendar(new)
	frappe.db.set_value("User", held.user, "enabled", 1)
	assert feed.revoke_link(held.user)
	assert feed.get_link(held.user) is None
	with pytest.raises(FeedNotFoundError):
		feed.get_calendar(new)


def test_a_calendar_program_reads_the_link(rest):
	user, _project, claim = make_held()
	frappe.set_user(user)
	make_activity(claim.customer, subject="展会拜访").insert()
	frappe.set_user("Administrator")
	link = rest(user).result("meeting_crm.sales.api.make_calendar_link")
	program = rest(None)
	answer = program.get(program.url + link[link.index("/api/") :], timeout=60)
	assert answer.status_code == 200, answer.text
	assert answer.headers["Content-Type"].startswith("text/calendar")
	assert len(Calendar.from_ical(answer.content).walk("VEVENT")) == 1
	assert program.call("meeting_crm.sales.api.calendar_feed", verb="GET", token="wrong").status_code == 404


# Over REST


def test_record_activity_over_rest_with_attachment(rest):
	user, project, claim = make_held()
	client = rest(user)
	uploaded = client.post(
		f"{client.url}/api/method/upload_file", files={"file": ("记录.pdf", PDF)}, data={"is_private": 1}, timeout=60
	).json()["message"]
	answer = client.result(
		"meeting_crm.sales.api.record_activity",
		customer=claim.customer,
		subject="电话沟通",
		project=project,
		attachments=[uploaded["name"]],
		next={"subject": "上门拜访", "activity_type": "Visit", "starts_on": str(add_to_date(None, days=1))},
	)
	frappe.db.rollback()
	assert frappe.db.get_value("File", uploaded["name"], "attached_to_name") == answer["activity"]
	assert frappe.db.get_value(ACTIVITY, answer["next_activity"], "subject") == "上门拜访"
	due = client.result("meeting_crm.sales.api.get_due_activities", days=1, verb="GET")
	assert answer["next_activity"] in [row["name"] for row in due]


def test_what_is_planned_with_a_company_that_was_given_back_is_not_due(site):
	user, _project, claim = make_held()
	frappe.set_user(user)
	activity = make_activity(claim.customer, remind_before="At the Time").insert()
	frappe.db.set_value(ACTIVITY, activity.name, "start_reminder_on", add_to_date(None, minutes=-1))
	assert activity.name in [row.name for row in service.get_due_activities(user, days=30)]
	claims.release(claim.name, "不做了")
	assert activity.name not in [row.name for row in service.get_due_activities(user, days=30)]
	reminders.send_due()
	assert not frappe.db.exists("Notification Log", {"document_type": ACTIVITY, "document_name": activity.name})
	claims.reopen(claim.name, "客户又来电")
	assert activity.name in [row.name for row in service.get_due_activities(user, days=30)], "the plan returns too"


def test_strangers_neither_read_nor_write_over_rest(rest):
	user, _project, claim = make_held()
	frappe.set_user(user)
	activity = make_activity(claim.customer).insert()
	frappe.set_user("Administrator")
	stranger = rest(factories.make_user())
	assert stranger.resource("GET", ACTIVITY).json()["data"] == []
	assert stranger.resource("GET", ACTIVITY, activity.name).status_code == 403
	assert stranger.resource("PUT", ACTIVITY, activity.name, json={"subject": "x"}).status_code == 403
	assert stranger.resource("DELETE", ACTIVITY, activity.name).status_code == 403
	answer = stranger.call("meeting_crm.sales.api.record_activity", customer=claim.customer, subject="x")
	assert answer.status_code == 403


def test_bad_times_over_rest_are_no_server_errors(rest):
	user, _project, claim = make_held()
	answer = rest(user).call(
		"meeting_crm.sales.api.record_activity", customer=claim.customer, subject="x", starts_on="morgen"
	)
	assert answer.status_code == 417
	assert "2026" in error_of(answer)

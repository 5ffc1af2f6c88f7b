"""Where clocks jump, the scheduler sleeps, people leave and limits are tried by every door at once."""

import threading
from datetime import datetime, timedelta

import frappe
import pytest
from frappe.utils import now_datetime

from meeting_crm.claims import (
	assignment,
	checker,
	errors,
	expiry,
	explanation,
	figures,
	permissions,
	reminders,
	rules,
	service,
	several,
	volume,
)
from meeting_crm.customers import service as customers
from meeting_crm.enterprises.errors import DuplicateEnterpriseError
from meeting_crm.enterprises.importing import columns, one_by_one, writing
from meeting_crm.sales import feed
from meeting_crm.tests.factories import entry_form, make_claim, make_enterprise, make_user, unique
from support.claims import bell_of, project_with, read
from support.site import connect_beside

MIDDAY = datetime(2026, 11, 18, 12, 0, 0)


@pytest.fixture(scope="module")
def people(site):
	users = [make_user(name) for name in ("edges-zhang", "edges-li")]
	users.append(make_user("edges-manager", "Meeting Manager"))
	frappe.db.commit()
	return users


@pytest.fixture
def manager(people):
	return people[2]


def reason_of(claim: str, now: datetime) -> str:
	return explanation.explain(claim, now)["reason"]


@pytest.mark.parametrize(
	"jump",
	[
		pytest.param(timedelta(days=40), id="a wrong clock"),
		pytest.param(timedelta(minutes=10), id="daylight saving: an hour comes twice"),
	],
)
@pytest.mark.parametrize("swept", [False, True])
def test_a_clock_that_jumps_ahead_and_back_gives_no_enterprise_twice(zhang, li, jump, swept):
	"""Ahead of time the company is lost and claimed by a colleague; then the clock reads a time at which the first
	protection had not ended."""
	project, enterprise = project_with(zhang, li), make_enterprise()
	lost = make_claim(project, zhang, enterprise, now=MIDDAY - timedelta(days=15))
	ahead, back = lost.protected_until + jump, lost.protected_until - timedelta(minutes=20)
	if swept:
		assert expiry.end_expired([lost.name], ahead) == [lost.name]
	theirs = make_claim(project, li, enterprise, now=ahead)
	for step in (service.extend, service.mark_dead, service.release):
		with pytest.raises(errors.ClaimOverError):
			step(lost.name, "the clock says it runs", now=back)
	with pytest.raises(errors.AlreadyHeldError):
		service.reopen(lost.name, "the clock says it runs", now=back)
	with pytest.raises(errors.AlreadyHeldError):
		make_claim(project, zhang, enterprise, now=back)
	assert service.get_active_claim(project, enterprise, now=back).name == theirs.name
	assert (reason_of(lost.name, back), reason_of(theirs.name, back)) == ("released", "protected")
	assert expiry.end_expired([lost.name, theirs.name], back) == []
	names = {lost.name, theirs.name, lost.customer, theirs.customer}
	findings = [row["check"] for row in checker.check()["findings"] if row["name"] in names]
	assert set(findings) <= {"sweep"}, "only that these days of 2026 lie long behind"


def test_a_clock_set_back_gives_no_days_and_takes_none(zhang):
	project = project_with(zhang)
	claim = make_claim(project, zhang, now=MIDDAY)
	yesterday = MIDDAY - timedelta(days=1)
	assert service.extend(claim.name, "asked before it began", now=yesterday).protected_until == MIDDAY + timedelta(
		days=16
	)
	service.sign(claim.name, payment="paid", now=MIDDAY)
	resumed = service.cancel_signature(claim.name, now=yesterday)
	assert resumed.protected_until == MIDDAY + timedelta(days=16)


def test_signatures_count_in_the_month_of_their_last_second(zhang, monkeypatch):
	project = project_with(zhang)
	last = datetime(2026, 11, 30, 23, 59, 59)
	for moment in (datetime(2026, 10, 31, 23, 59, 59), datetime(2026, 11, 1), last, last + timedelta(seconds=1)):
		service.sign(make_claim(project, zhang, now=moment).name, payment="paid", now=moment)

	def signed_this_month(now: datetime) -> int:
		monkeypatch.setattr(figures, "now_datetime", lambda: now)
		return figures.get_totals(project, zhang)["signed_this_month"]

	assert signed_this_month(last) == 3, "the one of a second later is signed already where the clock was set back"
	assert signed_this_month(last + timedelta(seconds=1)) == 1
	board = figures.get_board(project, zhang, "2026-11-30", "2026-12-01")
	days = next(row["days"] for row in board["people"] if row["user"] == zhang)
	assert {day: figures["signed"] for day, figures in days.items()} == {"2026-11-30": 1, "2026-12-01": 1}


def test_midnight_divides_the_days_of_several_claims_and_of_the_report(zhang, one_transaction):
	project = project_with(zhang, daily_minimum=2, daily_maximum=2)
	frappe.db.sql("update `tabMeeting Project Member` set joined_on = '2026-01-01' where parent = %s", (project,))
	last = datetime(2026, 11, 17, 23, 59, 59, 999999)
	for moment in (last, last, last + timedelta(microseconds=1)):
		make_claim(project, zhang, now=moment)
	counts = volume.get_counts(project, last.date(), MIDDAY.date())
	assert counts == {(zhang, last.date()): 2, (zhang, MIDDAY.date()): 1}
	volume.check_days(MIDDAY.replace(hour=0, minute=0))
	volume.check_days(MIDDAY.replace(hour=23, minute=59))
	short = frappe.get_all("Meeting Daily Shortfall", filters={"project": project, "user": zhang}, pluck="day")
	assert MIDDAY.date() in short and last.date() not in short


def test_three_days_without_a_scheduler(zhang, li, manager, one_transaction):
	"""Monday evening everything ran; then nothing until Thursday evening."""
	monday, thursday = datetime(2026, 11, 16, 19, 0), datetime(2026, 11, 19, 19, 0)
	project = project_with(zhang, li, manager=manager, daily_minimum=1)
	frappe.db.sql("update `tabMeeting Project Member` set joined_on = '2026-11-16' where parent = %s", (project,))
	began = {"tuesday": 17, "wednesday": 18, "friday": 20}
	claims = {
		day: make_claim(project, zhang, now=datetime(2026, 11, number, 9, 30) - timedelta(days=15))
		for day, number in began.items()
	}
	volume.check_days(monday)
	expiry.sweep(monday)
	expiry.tell_former_holders()
	before = {user: len(bell_of(user)) for user in (zhang, li, manager)}

	taken = make_claim(project, li, claims["tuesday"].enterprise, now=datetime(2026, 11, 18, 10, 0))
	enterprise = claims["wednesday"].enterprise
	assert service.get_statuses([enterprise], None, now=thursday)[enterprise] == [], "free without the sweep"
	for job in (expiry.sweep, reminders.send_reminders, volume.check_days):
		for _twice in range(2):
			job(thursday)
	for _twice in range(2):
		expiry.tell_former_holders()

	ended = read("Meeting Claim", claims["wednesday"].name, "phase", "ended_on", "protected_until")
	assert (ended.phase, ended.ended_on) == ("Ended", ended.protected_until)
	assert read("Meeting Claim", claims["friday"].name, "phase").phase == "Negotiating"
	assert service.get_active_claim(project, taken.enterprise, now=thursday).holder == li
	told = bell_of(zhang)[: len(bell_of(zhang)) - before[zhang]]
	assert len(told) == 3, "what was lost, what ends soon, the days below the minimum: once each"
	assert len(bell_of(manager)) - before[manager] == 2, "what ends by tomorrow, the people below the minimum"
	days = {
		user: frappe.get_all(
			"Meeting Daily Shortfall",
			filters={"project": project, "user": user, "day": (">", monday.date())},
			pluck="day",
			order_by="day",
		)
		for user in (zhang, li)
	}
	assert [day.day for day in days[zhang]] == [17, 18, 19] and [day.day for day in days[li]] == [17, 19]


def test_a_disabled_holder_is_told_nothing_and_loses_as_everybody_does(zhang, li, manager, one_transaction):
	project = project_with(zhang, li, manager=manager, daily_minimum=1)
	ending = make_claim(project, zhang, now=MIDDAY - timedelta(days=14, hours=20))
	before = {user: len(bell_of(user)) for user in (zhang, manager)}
	frappe.db.set_value("User", zhang, "enabled", 0)
	frappe.clear_document_cache("User", zhang)
	reminders.send_reminders(MIDDAY)
	assert len(bell_of(manager)) - before[manager] == 1, "the manager hears of what nobody else will look after"
	with pytest.raises(frappe.ValidationError):
		assignment.assign(project, [make_enterprise()], [zhang], "Administrator")
	assert assignment.assign(project, [make_enterprise()], [li], manager)[0]["ok"]
	expiry.sweep(ending.protected_until)
	expiry.tell_former_holders()
	volume.check_days(MIDDAY.replace(hour=19))
	assert read("Meeting Claim", ending.name, "phase").phase == "Ended"
	assert len(bell_of(zhang)) == before[zhang]
	assert not frappe.db.exists("Meeting Daily Shortfall", {"project": project, "user": zhang, "day": MIDDAY.date()})
	assert make_claim(project, li, ending.enterprise, now=ending.protected_until).holder == li


def test_a_project_closed_in_mid_protection_lets_claims_run_out_and_takes_no_new_ones(zhang, li, one_transaction):
	project, enterprise = project_with(zhang, li), make_enterprise()
	claim = make_claim(project, zhang, enterprise, now=now_datetime() - timedelta(days=14, hours=23))
	given_back = make_claim(project, zhang)
	service.release(given_back.name, "too small")
	frappe.get_doc("Meeting Project", project).update({"closed": 1}).save()
	rows = several.claim_several(project, [given_back.enterprise, make_enterprise()], li)
	assert [row["error"] for row in rows] == ["ProjectClosedError"] * 2
	rows = assignment.assign(project, [given_back.enterprise], [li], "Administrator")
	assert [row["error"] for row in rows] == ["ProjectClosedError"]
	with pytest.raises(errors.ProjectClosedError):
		service.reopen(given_back.name, "after all")
	with pytest.raises(errors.ProjectClosedError):
		customers.enter(project, entry_form(), li)
	assert expiry.end_expired([claim.name], claim.protected_until) == [claim.name]
	assert read("Meeting Customer", claim.customer, "holder").holder is None


def import_row(name: str, project: str, user: str) -> str:
	titles = ["full_name", "profile", "landline", "mobile", "email", "person_name", "position", "person_mobile"]
	cells = [name, "冷链", "010-62345678", "13800138000", "a@example.com", "王经理", "总经理", "13800138000"]
	frappe.set_user(user)
	try:
		return one_by_one.enter(columns.read_row(2, cells, titles), project).result
	finally:
		frappe.set_user("Administrator")


def test_no_door_leads_around_the_cool_down(zhang, li):
	project = project_with(zhang, li, cooldown_days=3, daily_minimum=0)
	lost, other = make_claim(project, zhang), make_enterprise()
	service.release(lost.name, "wrong company")
	for source in rules.OWN_SOURCES:
		with pytest.raises(errors.CoolDownError):
			make_claim(project, zhang, lost.enterprise, source)
	rows = several.claim_several(project, [lost.enterprise, other], zhang)
	assert [(row["ok"], row.get("error")) for row in rows] == [(False, "CoolDownError"), (True, None)]
	with pytest.raises(DuplicateEnterpriseError):
		customers.enter(project, entry_form(lost.enterprise_name), zhang)
	assert import_row(lost.enterprise_name, project, zhang) == writing.DUPLICATE
	assert service.get_active_claim(project, lost.enterprise) is None
	assert several.claim_several(project, [lost.enterprise], li)[0]["ok"], "colleagues are free to"


def test_assigned_in_the_cool_down_it_is_the_managers_decision(zhang, li, manager):
	project = project_with(zhang, li, manager=manager, cooldown_days=3, max_claims_per_person=1)
	lost = make_claim(project, zhang)
	service.release(lost.name, "wrong company")
	with pytest.raises(frappe.PermissionError):
		assignment.assign(project, [lost.enterprise], [zhang], zhang)
	[row] = assignment.assign(project, [lost.enterprise], [zhang], manager)
	assert (row["ok"], row["holder"]) == (True, zhang)
	service.release(row["claim"], "still wrong")
	assert several.claim_several(project, [lost.enterprise], zhang)[0]["error"] == "ClaimedTooOftenError"


def test_no_door_leads_around_the_number_of_claims_of_a_company(zhang):
	project = project_with(zhang, max_claims_per_person=2)
	name = unique("只认两次")
	enterprise = customers.enter(project, entry_form(name), zhang)["enterprise"]
	service.release(service.get_active_claim(project, enterprise).name, "later")
	[again] = several.claim_several(project, [enterprise], zhang)
	service.release(again["claim"], "later")
	for source in rules.OWN_SOURCES:
		with pytest.raises(errors.ClaimedTooOftenError):
			make_claim(project, zhang, enterprise, source)
	assert several.claim_several(project, [enterprise], zhang)[0]["error"] == "ClaimedTooOftenError"
	assert import_row(name, project, zhang) == writing.DUPLICATE
	assert make_claim(project_with(zhang, max_claims_per_person=2), zhang, enterprise), "each project counts for itself"


@pytest.fixture
def rival(site):
	connection = connect_beside()
	yield connection
	connection.rollback()
	connection.close()


def test_a_deadlock_lost_while_the_project_is_locked_is_told(zhang, rival):
	"""REST locks a project before it saves it. Here the lock closes a circle with a claimer who has written more, so that the
	database makes the administrator's request give way."""
	project = project_with(zhang)
	claim = make_claim(project, zhang)
	frappe.db.commit()
	cursor = rival.cursor()
	for _change in range(5):
		cursor.execute(
			"update `tabMeeting Project` set modified = modified + interval 1 second where name = %s", (project,)
		)
	frappe.db.sql("select name from `tabMeeting Claim` where name = %s for update", (claim.name,))
	waiting = threading.Thread(
		target=cursor.execute, args=("select name from `tabMeeting Claim` where name = %s for update", (claim.name,))
	)
	waiting.start()
	with pytest.raises(errors.ClaimsBusyError) as told:
		frappe.get_doc("Meeting Project", project, for_update=True)
	waiting.join()
	assert "Save again" in str(told.value)


def test_a_person_whose_account_is_renamed_goes_on(zhang):
	"""Administrators rename an account when its e-mail changes."""
	user = make_user()
	project = project_with(user, max_extensions=2)
	claim = make_claim(project, user)
	service.extend(claim.name, "more time")
	feed.make_link(user)
	renamed = frappe.rename_doc("User", user, unique("renamed") + "@test.meeting", show_alert=False)
	make_claim(project, renamed)
	service.extend(claim.name, "more time")
	with pytest.raises(errors.ExtensionsUsedUpError):
		service.extend(claim.name, "more time")
	assert feed.get_link(renamed)
	assert feed.revoke_link(renamed)
	account = frappe.db.get_value("Meeting Claim Account", {"project": project, "user": renamed}, "name")
	assert not [row for row in checker.check()["findings"] if row["name"] in (account, claim.name)]


def test_two_people_with_claims_do_not_become_one(zhang):
	user, other = make_user(), make_user()
	make_claim(project_with(user, other), user)
	with pytest.raises(frappe.ValidationError, match="claims of their own"):
		frappe.rename_doc("User", user, other, merge=True, show_alert=False)


def test_roles_of_the_program_keep_their_names(site):
	with pytest.raises(frappe.ValidationError, match="keeps its name"):
		frappe.rename_doc("Role", "Meeting Manager", unique("Boss"), show_alert=False)


def test_who_may_no_longer_write_claims_does_nothing_with_them(zhang):
	user = make_user()
	claim = make_claim(project_with(user), user)
	permissions.require_claim(claim.name, user=user)
	frappe.get_doc("User", user).remove_roles("Meeting Salesperson")
	with pytest.raises(frappe.PermissionError):
		permissions.require_claim(claim.name, user=user)


def test_a_claim_begins_after_the_one_it_waited_for(zhang, li, monkeypatch):
	"""Whoever marks a company dead holds its claim locked; the next one's protection does not begin before that end."""
	clock = [MIDDAY]
	end_expired = expiry.end_expired

	def wait_and_end(names, now):
		clock[0] += timedelta(seconds=3)
		return end_expired(names, now)

	project, enterprise = project_with(zhang, li), make_enterprise()
	make_claim(project, zhang, enterprise, now=MIDDAY - timedelta(days=15))
	monkeypatch.setattr(service, "now_datetime", lambda: clock[0])
	monkeypatch.setattr(service, "end_expired", wait_and_end)
	assert make_claim(project, li, enterprise).claimed_on == MIDDAY + timedelta(seconds=3)


def test_who_reopens_what_was_claimed_a_moment_ago_is_told(zhang, li, rest):
	project, enterprise = project_with(zhang, li), make_enterprise()
	claim = make_claim(project, zhang, enterprise)
	service.release(claim.name, "by mistake")
	rival = rest(li)
	frappe.db.sql("select 1 from `tabMeeting Claim` limit 1")  # the snapshot of whoever reopens
	rival.result("meeting_crm.claims.api.claim", project=project, enterprise=enterprise)
	with pytest.raises(errors.AlreadyHeldError):
		service.reopen(claim.name, "by mistake")
	assert not [message for message in frappe.local.message_log if "unique" in str(message)]

"""What runs out is released without a scheduler too, and whose account is disabled or renamed."""

from datetime import datetime, timedelta

import frappe
import pytest
from frappe.utils import now_datetime

from meeting_crm.claims import errors, permissions, service
from meeting_crm.claims.bulk import assignment, several
from meeting_crm.claims.clock import expiry, reminders, volume
from meeting_crm.claims.upkeep import checker
from meeting_crm.entry import service as entry
from meeting_crm.meeting_projects import errors as project_errors
from meeting_crm.sales import feed
from meeting_crm.tests.factories import entry_form, make_claim, make_enterprise, make_user, unique
from support.claims import bell_of, project_with, read

MIDDAY = datetime(2026, 11, 23, 12, 0, 0)


def state_of(claim) -> frappe._dict:
	return frappe.db.get_value(
		"Meeting Claim",
		claim,
		["workflow_state", "phase", "active_key", "protected_until", "ended_on", "holder", "contract"],
		as_dict=True,
	)


def test_the_sweep_releases_what_ran_out_while_the_scheduler_was_off(zhang, li):
	project = project_with(zhang, li)
	old = [make_claim(project, zhang, now=MIDDAY - timedelta(days=18, seconds=n)) for n in range(3)]
	running = make_claim(project, zhang, now=MIDDAY)
	released = expiry.end_expired([claim.name for claim in (*old, running)], MIDDAY)
	assert set(released) == {claim.name for claim in old}
	for claim in old:
		state = state_of(claim.name)
		assert state.ended_on == claim.protected_until < MIDDAY - timedelta(days=2)
	assert state_of(running.name).active_key
	assert expiry.end_expired([claim.name for claim in old], MIDDAY) == []


def test_a_file_given_back_while_another_claim_had_run_out_unnoticed_shows_nothing_after_the_sweep(zhang):
	first, second, enterprise = project_with(zhang), project_with(zhang), make_enterprise()
	unnoticed = make_claim(first, zhang, enterprise, now=MIDDAY - timedelta(days=16))
	last = make_claim(second, zhang, enterprise, now=MIDDAY - timedelta(days=16, hours=-1))
	assert last.customer == unnoticed.customer
	service.release(last.name, "不做了", now=MIDDAY - timedelta(days=15, hours=-1))
	assert expiry.end_expired([unnoticed.name], MIDDAY) == [unnoticed.name]
	shown = frappe.db.get_value("Meeting Customer", last.customer, ["holder", "project", "protected_until"])
	assert shown == (None, None, None)


def test_a_disabled_holder_keeps_nothing_for_ever(zhang, li):
	project, enterprise = project_with(zhang, li), make_enterprise()
	claim = make_claim(project, zhang, enterprise, now=MIDDAY)
	frappe.db.set_value("User", zhang, "enabled", 0)
	assert make_claim(project, li, enterprise, now=claim.protected_until).holder == li


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
	with pytest.raises(project_errors.ProjectClosedError):
		service.reopen(given_back.name, "after all")
	with pytest.raises(project_errors.ProjectClosedError):
		entry.enter(project, entry_form(), li)
	assert expiry.end_expired([claim.name], claim.protected_until) == [claim.name]
	assert read("Meeting Customer", claim.customer, "holder").holder is None


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

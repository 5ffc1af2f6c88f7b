"""The rules a project gives its claims: versions, changes, dry runs, new holidays, and who explains them."""

from datetime import datetime, timedelta

import frappe
import pytest
from frappe.utils import add_days, getdate, now_datetime, nowdate

from meeting_crm.claims import api as claims_api
from meeting_crm.claims import journal, service
from meeting_crm.claims.bulk import rule_changes
from meeting_crm.claims.queries import explanation
from meeting_crm.claims.upkeep import projects
from meeting_crm.core import errors as core_errors
from meeting_crm.meeting_projects import calendar, own_days
from meeting_crm.meeting_projects import rules as project_rules
from meeting_crm.meeting_projects.service import get_rules
from meeting_crm.tests.factories import make_claim, make_project
from support.claims import project_with, read

MIDDAY = datetime(2026, 11, 23, 12, 0, 0)


def events_of(claim) -> list[str]:
	return frappe.get_all(
		"Meeting Claim Event", filters={"claim": claim}, pluck="event", order_by="happened_on, creation"
	)


def state_of(claim) -> frappe._dict:
	return frappe.db.get_value(
		"Meeting Claim",
		claim,
		["workflow_state", "phase", "active_key", "protected_until", "ended_on", "holder", "contract"],
		as_dict=True,
	)


def test_changed_rules_move_running_claims_and_are_kept_as_versions(zhang):
	project = project_with(zhang)
	now = now_datetime()
	young, old = make_claim(project, zhang, now=now), make_claim(project, zhang, now=now - timedelta(days=8))
	service.extend(young.name, "one more day")
	doc = frappe.get_doc("Meeting Project", project)
	doc.protection_days = 7
	doc.save()
	assert state_of(young.name).protected_until == now + timedelta(days=8)
	assert state_of(old.name).protected_until <= now_datetime()
	assert frappe.db.count("Meeting Project Rules", {"project": project}) == 2
	assert journal.RULES_CHANGED in events_of(young.name)
	assert frappe.db.get_value("Meeting Claim", young.name, "rules") == doc.rules_version


def test_claims_keep_their_rules_where_the_project_says_so(zhang):
	project = project_with(zhang, keep_claim_rules=1)
	claim = make_claim(project, zhang, now=MIDDAY)
	doc = frappe.get_doc("Meeting Project", project)
	doc.update({"protection_days": 30, "count_weekends": 0})
	doc.save()
	assert state_of(claim.name).protected_until == MIDDAY + timedelta(days=15)
	assert make_claim(project, zhang, now=MIDDAY).protected_until > MIDDAY + timedelta(days=40)
	assert service.extend(claim.name, "one more day", now=MIDDAY).protected_until == MIDDAY + timedelta(days=16)
	assert get_rules(project).protection_days == 30


@pytest.mark.parametrize(
	"values",
	[
		{"protection_days": 0},
		{"daily_maximum": 5, "daily_minimum": 6},
		{"reminder_days": 99},
		{"end_date": "2019-12-31"},
	],
)
def test_a_project_with_rules_that_cannot_work_is_refused(zhang, values):
	with pytest.raises(frappe.ValidationError):
		make_project(zhang, **values)


@pytest.mark.usefixtures("one_transaction")
def test_the_dry_run_changes_nothing_and_tells_the_truth(zhang):
	project, now = project_with(zhang), now_datetime()
	young, old = make_claim(project, zhang, now=now), make_claim(project, zhang, now=now - timedelta(days=8))
	answer = claims_api.dry_run(project, {"protection_days": 7})
	assert (answer["running"], answer["lost"], answer["shortened"], answer["lengthened"]) == (2, 1, 1, 0)
	assert answer["rows"][0]["claim"] == old.name and answer["rows"][0]["lost"]
	assert read("Meeting Claim", young.name, "protected_until").protected_until == young.protected_until
	export = rule_changes.get_export(project, {"protection_days": 7})
	assert len(export) == 3
	assert claims_api.dry_run(project, {"protection_days": 7, "keep_claim_rules": 1})["lost"] == 0
	mistakes = claims_api.dry_run(project, {"protection_days": 0})["mistakes"]
	assert len(mistakes) == 2 and "1 to 3650 days" in mistakes[0] and "before the protection" in mistakes[1]
	with pytest.raises(frappe.ValidationError, match="1 to 3650 days"):
		rule_changes.get_export(project, {"protection_days": 0})
	doc = frappe.get_doc("Meeting Project", project)
	doc.protection_days = 7
	doc.save()
	ends = {row["claim"]: row["new_end"] for row in answer["rows"]}
	assert str(read("Meeting Claim", young.name, "protected_until").protected_until) == ends[young.name]
	assert read("Meeting Claim", old.name, "protected_until").protected_until <= now_datetime()


@pytest.mark.usefixtures("one_transaction")
def test_rules_saved_while_claims_change_say_so_instead_of_failing(zhang, monkeypatch):
	def lose(*_arguments):
		raise frappe.QueryDeadlockError

	monkeypatch.setattr(projects, "apply_rules", lose)
	with pytest.raises(core_errors.ClaimsBusyError):
		frappe.get_doc("Meeting Project", project_with(zhang)).update({"protection_days": 7}).save()


@pytest.fixture
def own_calendar(one_transaction):
	"""`own_calendar(day, kind)` stores one day of the company's own."""

	def enter(day, kind: str = "Day Off"):
		frappe.set_user("Administrator")
		doc = frappe.get_doc("Meeting Calendar")
		doc.append("days", {"day": day, "kind": kind})
		return doc.save()

	yield enter
	own_days.forget()


def find_day(rules: project_rules.ProjectRules, counts: bool):
	days = (getdate(add_days(nowdate(), number)) for number in range(1, 15))
	return next(day for day in days if calendar.is_counted(day, rules) == counts)


def test_days_entered_in_the_desk_move_what_their_rules_give(zhang, own_calendar):
	rules = project_rules.ProjectRules(count_holidays=False)
	project = project_with(zhang, count_holidays=0)
	now = now_datetime()
	claim, other = make_claim(project, zhang, now=now), make_claim(project_with(zhang), zhang, now=now)
	later, free_day = calendar.get_protection_end(now, 16, rules), find_day(rules, counts=True)
	preview = rule_changes.preview_calendar([{"day": str(free_day), "kind": "Day Off"}])
	assert (preview["lost"], preview["shortened"]) == (0, 0)
	assert preview["lengthened"] >= 1
	assert calendar.is_counted(free_day, rules)
	assert own_calendar(free_day).flags.has_new_days
	assert rule_changes.apply_calendar() >= 1
	assert read("Meeting Claim", claim.name, "protected_until").protected_until == later
	assert read("Meeting Claim", other.name, "protected_until").protected_until == other.protected_until
	assert [row["event"] for row in explanation.get_timeline(claim.name)] == ["Claimed", "Rules Changed"]


def test_a_weekend_that_is_worked_asks_and_counts(own_calendar):
	rules = project_rules.ProjectRules(count_weekends=False, count_holidays=False)
	weekend = find_day(rules, counts=False)
	before = calendar.add_working_days(weekend - timedelta(days=1), 1)
	own_calendar(weekend, "Working Day")
	assert calendar.is_working_day(weekend)
	assert calendar.is_counted(weekend, rules)
	assert calendar.add_working_days(weekend - timedelta(days=1), 1) == weekend < before


def test_a_day_is_off_or_worked_but_not_both(own_calendar):
	own_calendar(nowdate())
	with pytest.raises(frappe.ValidationError, match="more than once"):
		own_calendar(nowdate(), "Working Day")


@pytest.mark.parametrize("days", ["2027-01-01", ["2027-01-01"], [{"day": "morgen", "kind": "Day Off"}]])
def test_a_preview_of_nonsense_says_what_to_send(days, own_calendar):
	with pytest.raises(frappe.ValidationError):
		rule_changes.preview_calendar(days)


def test_a_year_is_announced_when_an_administrator_says_so(own_calendar):
	known = calendar.get_last_announced_year()
	doc = own_calendar(f"{known + 1}-05-01")
	doc.complete_until = known + 1
	doc.save()
	assert calendar.get_last_announced_year() == known + 1


@pytest.mark.usefixtures("one_transaction")
def test_the_explanation_says_which_holidays_nobody_knows_yet(zhang, monkeypatch):
	claim = make_claim(project_with(zhang, count_holidays=0), zhang, now=now_datetime())
	monkeypatch.setattr(calendar, "get_last_announced_year", lambda: now_datetime().year - 1)
	assert "not announced yet" in explanation.explain(claim.name)["rule"]
	monkeypatch.setattr(calendar, "get_last_announced_year", lambda: now_datetime().year + 1)
	assert "not announced yet" not in explanation.explain(claim.name)["rule"]


@pytest.mark.usefixtures("one_transaction")
def test_the_explanation_says_the_rule_the_events_and_the_instant(zhang):
	project = project_with(zhang, count_weekends=0)
	claim = make_claim(project, zhang, now=now_datetime() - timedelta(days=1))
	service.extend(claim.name, "customer travels")
	answer = explanation.explain(claim.name)
	assert answer["is_active"] and answer["reason"] == "protected"
	assert answer["ends_on"] == str(read("Meeting Claim", claim.name, "protected_until").protected_until)
	assert answer["uncounted_days"] and "Saturdays" in answer["rule"] and "extensions: 1" in answer["rule"]
	assert [row["event"] for row in answer["timeline"]] == ["Claimed", "Extended"]
	assert answer["timeline"][1]["reason"] == "customer travels"
	assert answer["extensions"] == {"used": 1, "allowed": 5, "left": 4}
	evening = read("Meeting Claim", claim.name, "protected_until").protected_until - timedelta(hours=5, minutes=30)
	assert "5 h 30 min left" in explanation.explain(claim.name, evening)["sentence"]
	service.mark_dead(claim.name, "bankrupt")
	assert explanation.explain(claim.name)["reason"] == "dead"

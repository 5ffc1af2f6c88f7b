"""A claim through the services: what it needs, every limit, every end, and what is left behind."""

from datetime import datetime, timedelta

import frappe
import pytest
from frappe.utils import now_datetime

from meeting_crm.claims import errors, journal, service
from meeting_crm.claims.clock import expiry
from meeting_crm.claims.locks import lock_account
from meeting_crm.claims.queries import explanation
from meeting_crm.core.wording import format_instant
from meeting_crm.tests.factories import make_claim, make_enterprise
from support.claims import project_with

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


def test_a_claim_protects_for_fifteen_days_and_makes_the_file(zhang):
	project = project_with(zhang)
	claim = make_claim(project, zhang, now=MIDDAY)
	assert claim.protected_until == MIDDAY + timedelta(days=15)
	assert frappe.db.get_value("Meeting Customer", claim.customer, ["holder", "enterprise"]) == (
		zhang,
		claim.enterprise,
	)
	assert events_of(claim.name) == [journal.CLAIMED]
	assert frappe.db.count("Meeting Operation Log", {"reference_name": claim.name}) >= 1


def test_a_second_claimer_is_refused_until_the_very_second_it_expires(zhang, li):
	project, enterprise = project_with(zhang, li), make_enterprise()
	claim = make_claim(project, zhang, enterprise, now=MIDDAY)
	end = claim.protected_until
	with pytest.raises(errors.AlreadyHeldError) as refused:
		make_claim(project, li, enterprise, now=end - timedelta(microseconds=1))
	assert zhang not in str(refused.value)
	taken = make_claim(project, li, enterprise, now=end)
	assert taken.holder == li
	old = state_of(claim.name)
	assert (old.workflow_state, old.active_key, old.ended_on, old.holder) == ("Released", None, end, zhang)
	assert events_of(claim.name) == [journal.CLAIMED, journal.EXPIRED]
	assert frappe.db.get_value("Meeting Customer", claim.customer, "holder") is None
	assert frappe.db.get_value("Meeting Customer", claim.customer, "owner") == zhang


def test_statuses_follow_the_clock_without_any_sweep(zhang):
	project, enterprise = project_with(zhang), make_enterprise()
	claim = make_claim(project, zhang, enterprise, now=MIDDAY)
	before = service.get_statuses([enterprise], None, now=claim.protected_until - timedelta(seconds=1))
	after = service.get_statuses([enterprise], [project], now=claim.protected_until)
	assert [row["status"] for row in before[enterprise]] == ["In Negotiation"]
	assert [row["status"] for row in after[enterprise]] == ["Uncontacted"]
	assert service.get_statuses([enterprise], None, now=claim.protected_until)[enterprise] == []
	assert service.get_active_claim(project, enterprise, now=claim.protected_until) is None


def test_the_daily_maximum_counts_own_claims_alone_and_starts_again_at_midnight(zhang):
	project = project_with(zhang, daily_minimum=0, daily_maximum=2)
	late = datetime(2026, 11, 30, 23, 59, 58)
	make_claim(project, zhang, source="Assigned", now=late)
	claims = [make_claim(project, zhang, now=late) for _number in range(2)]
	with pytest.raises(errors.DailyMaximumError):
		make_claim(project, zhang, now=late + timedelta(seconds=1))
	service.release(claims[0].name, "wrong company", now=late + timedelta(seconds=1))
	with pytest.raises(errors.DailyMaximumError):
		make_claim(project, zhang, now=late + timedelta(seconds=1))
	make_claim(project, zhang, source="Carried Over", now=late + timedelta(seconds=1))
	assert make_claim(project, zhang, now=datetime(2026, 12, 1, 0, 0, 0))


def test_extensions_add_days_at_once_and_count_against_the_person(zhang):
	project = project_with(zhang, max_extensions=2)
	first, second = make_claim(project, zhang, now=MIDDAY), make_claim(project, zhang, now=MIDDAY)
	extended = service.extend(first.name, "customer travels", now=MIDDAY)
	assert extended.protected_until == MIDDAY + timedelta(days=16)
	service.extend(second.name, "customer asks", now=MIDDAY)
	with pytest.raises(errors.ExtensionsUsedUpError):
		service.extend(second.name, "once more", now=MIDDAY)
	assert lock_account(project, zhang).extensions_used == 2
	rows = frappe.get_all(
		"Meeting Protection Extension", filters={"project": project}, fields=["number", "reason"], order_by="number"
	)
	assert [(row.number, row.reason) for row in rows] == [(1, "customer travels"), (2, "customer asks")]


@pytest.mark.parametrize("reason", ["", "   ", None, "x" * 1001])
def test_a_reason_is_needed_and_may_not_be_a_novel(zhang, reason):
	claim = make_claim(project_with(zhang), zhang, now=MIDDAY)
	for step in (service.extend, service.mark_dead, service.release):
		with pytest.raises(errors.ReasonMissingError):
			step(claim.name, reason, now=MIDDAY)


def test_nothing_can_be_done_with_an_expired_claim(zhang):
	claim = make_claim(project_with(zhang), zhang, now=MIDDAY)
	end = claim.protected_until
	for step in (service.extend, service.mark_dead, service.release):
		with pytest.raises(errors.ClaimOverError):
			step(claim.name, "too late", now=end)
	with pytest.raises(errors.ClaimOverError):
		service.sign(claim.name, contract="paper", now=end)


def test_signing_stops_the_clock_and_cancelling_gives_the_rest_back(zhang):
	project = project_with(zhang)
	claim = make_claim(project, zhang, now=MIDDAY)
	signed_on = MIDDAY + timedelta(days=5)
	service.sign(claim.name, payment="first part", now=signed_on)
	assert service.get_active_claim(project, claim.enterprise, now=MIDDAY + timedelta(days=500)).name == claim.name
	assert frappe.db.get_value("Meeting Customer", claim.customer, "category") == "Formal"
	service.sign(claim.name, payment="second part", now=MIDDAY + timedelta(days=600))
	assert events_of(claim.name).count(journal.SIGNED) == 1
	cancelled_on = MIDDAY + timedelta(days=100, hours=3)
	service.settle_signature(claim.name, None, None, now=cancelled_on)
	assert state_of(claim.name).protected_until == cancelled_on + timedelta(days=10)
	assert frappe.db.get_value("Meeting Customer", claim.customer, "category") == "Intended"


def test_signing_needs_a_contract_or_a_payment(zhang):
	claim = make_claim(project_with(zhang), zhang)
	frappe.set_user(zhang)
	with pytest.raises(errors.SignatureMissingError):
		service.sign(claim.name)


def test_a_dead_claim_frees_the_company_and_can_be_reopened_while_its_clock_runs(zhang, li):
	project, enterprise = project_with(zhang, li), make_enterprise()
	claim = make_claim(project, zhang, enterprise, now=MIDDAY)
	end = claim.protected_until
	service.mark_dead(claim.name, "no interest", now=MIDDAY)
	assert frappe.db.get_value("Meeting Customer", claim.customer, "holder") is None
	service.reopen(claim.name, "they called back", now=MIDDAY + timedelta(days=1))
	assert state_of(claim.name).protected_until == end
	assert frappe.db.get_value("Meeting Customer", claim.customer, "holder") == zhang
	service.release(claim.name, "no time", now=MIDDAY + timedelta(days=2))
	make_claim(project, li, enterprise, now=MIDDAY + timedelta(days=2))
	with pytest.raises(errors.AlreadyHeldError):
		service.reopen(claim.name, "too late", now=MIDDAY + timedelta(days=3))
	other = make_claim(project, zhang, now=MIDDAY)
	service.release(other.name, "no time", now=MIDDAY)
	with pytest.raises(errors.ClaimOverError):
		service.reopen(other.name, "too late", now=other.protected_until)
	with pytest.raises(errors.ClaimOverError):
		service.reopen(make_claim(project, zhang, now=MIDDAY).name, "still runs", now=MIDDAY)


def test_cool_down_and_claims_per_person(zhang, li):
	project, enterprise = project_with(zhang, li, cooldown_days=3, max_claims_per_person=2), make_enterprise()
	claim = make_claim(project, zhang, enterprise, now=MIDDAY)
	service.release(claim.name, "later", now=MIDDAY)
	with pytest.raises(errors.CoolDownError):
		make_claim(project, zhang, enterprise, now=MIDDAY + timedelta(days=3) - timedelta(seconds=1))
	theirs = make_claim(project, li, enterprise, now=MIDDAY)
	service.release(theirs.name, "later", now=MIDDAY)
	again = make_claim(project, zhang, enterprise, now=MIDDAY + timedelta(days=3))
	service.release(again.name, "later", now=MIDDAY + timedelta(days=3))
	with pytest.raises(errors.ClaimedTooOftenError):
		make_claim(project, zhang, enterprise, now=MIDDAY + timedelta(days=30))
	assert make_claim(project, zhang, enterprise, "Assigned", now=MIDDAY + timedelta(days=30))


def test_cool_down_counts_from_the_second_protection_ran_out(zhang):
	project, enterprise = project_with(zhang, cooldown_days=1), make_enterprise()
	claim = make_claim(project, zhang, enterprise, now=MIDDAY)
	with pytest.raises(errors.CoolDownError):
		make_claim(project, zhang, enterprise, now=claim.protected_until)
	assert make_claim(project, zhang, enterprise, now=claim.protected_until + timedelta(days=1))


def test_a_claim_in_another_project_keeps_the_file_writable(zhang):
	first, second, enterprise = project_with(zhang), project_with(zhang), make_enterprise()
	one, two = make_claim(first, zhang, enterprise), make_claim(second, zhang, enterprise)
	assert one.customer == two.customer
	service.release(one.name, "one edition is enough")
	assert frappe.db.get_value("Meeting Customer", one.customer, "holder") == zhang
	service.release(two.name, "none")
	assert frappe.db.get_value("Meeting Customer", one.customer, "holder") is None


def test_the_story_of_an_expired_claim_says_that_the_clock_ended_it_and_names_nobody(zhang, li):
	claim = make_claim(project_with(zhang), zhang, now=MIDDAY - timedelta(days=15))
	frappe.set_user(li)
	expiry.end_expired([claim.name], MIDDAY)
	frappe.set_user("Administrator")
	story = explanation.explain(claim.name, MIDDAY)
	assert story["sentence"] == f"Protection ran out on {format_instant(MIDDAY)}: the company returned to the pool."
	assert (story["timeline"][-1]["by"], story["timeline"][-1]["by_user"]) == ("Automatically", None)


def test_the_newest_claim_protects_a_file(zhang, li):
	project, other = project_with(zhang), project_with(zhang)
	one = make_claim(project, zhang, now=now_datetime() - timedelta(hours=1))
	two = make_claim(other, zhang, one.enterprise, now=now_datetime())
	over = make_claim(project, zhang, now=now_datetime() - timedelta(days=30))
	assert service.get_current_claim(one.customer).name == two.name
	assert service.get_current_claim(over.customer) is None

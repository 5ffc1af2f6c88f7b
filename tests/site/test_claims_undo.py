"""A claim made by mistake is taken back within a minute, and with it the day's number; nothing else is won by it."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime

from meeting_crm.claims import errors, rules, service
from meeting_crm.claims.locks import lock_account
from meeting_crm.claims.upkeep import checker
from meeting_crm.entry.learning import learn
from meeting_crm.tests.factories import make_claim, make_enterprise
from support.claims import project_with
from support.sales import make_activity


@pytest.fixture
def mistaken(zhang):
	project, enterprise = project_with(zhang), make_enterprise()
	frappe.set_user(zhang)
	return make_claim(project, zhang, enterprise, source="Pool")


def claimed_today(claim) -> int:
	return lock_account(claim.project, claim.holder).claimed_today


def test_the_company_is_free_and_the_number_comes_back(mistaken, zhang):
	assert claimed_today(mistaken) == 1
	undone = service.undo(mistaken.name)
	assert (undone.workflow_state, undone.source, undone.active_key) == ("Released", rules.UNDONE, None)
	assert claimed_today(mistaken) == 0
	assert service.count_new_claims(mistaken.project, zhang, now_datetime()) == 0
	frappe.set_user("Administrator")
	contradictions = checker.check()
	assert mistaken.name not in str(contradictions) and mistaken.customer not in str(contradictions)


def test_the_copy_of_the_base_file_goes_out_of_sight_and_comes_anew(mistaken, zhang):
	service.undo(mistaken.name)
	assert not frappe.get_list("Meeting Customer", {"name": mistaken.customer})
	assert not frappe.get_list("Meeting Contact", {"customer": mistaken.customer})
	again = make_claim(mistaken.project, zhang, mistaken.enterprise, source="Pool")
	assert again.customer != mistaken.customer
	assert frappe.get_list("Meeting Customer", {"name": again.customer})


def test_what_was_written_meanwhile_stays_with_its_author(mistaken):
	make_activity(mistaken.customer).insert()
	service.undo(mistaken.name)
	assert frappe.get_list("Meeting Customer", {"name": mistaken.customer})


def test_a_file_of_before_stays(zhang):
	project, enterprise = project_with(zhang), make_enterprise()
	frappe.set_user(zhang)
	long_ago = now_datetime() - timedelta(days=30)
	earlier = make_claim(project, zhang, enterprise, source="Pool", now=long_ago)
	frappe.db.set_value("Meeting Customer", earlier.customer, "creation", long_ago, update_modified=False)
	service.release(earlier.name, "später", now=long_ago + timedelta(days=1))
	again = make_claim(project, zhang, enterprise, source="Pool")
	assert again.customer == earlier.customer
	service.undo(again.name)
	assert frappe.get_list("Meeting Customer", {"name": earlier.customer})


def refuse(claim, now=None) -> None:
	with pytest.raises(errors.UndoTooLateError):
		service.undo(claim.name, now)


def test_it_is_for_fresh_mistakes_of_ones_own_alone(mistaken, zhang, li):
	refuse(mistaken, mistaken.claimed_on + rules.UNDO_WITHIN + timedelta(seconds=1))
	frappe.set_user(li)
	refuse(mistaken)
	frappe.set_user(zhang)
	service.extend(mistaken.name, "要时间")
	refuse(mistaken)
	entered = make_claim(mistaken.project, zhang, source="Entry")
	refuse(entered)


def test_what_is_undone_is_neither_undone_again_nor_opened_again(mistaken):
	service.undo(mistaken.name)
	refuse(mistaken)
	with pytest.raises(errors.ClaimOverError):
		service.reopen(mistaken.name, "doch")


def test_it_is_no_way_to_read_one_file_after_the_other(mistaken, zhang):
	for _number in range(rules.MAX_UNDONE_PER_DAY):
		service.undo(make_claim(mistaken.project, zhang, source="Pool").name)
	refuse(mistaken)


def test_neither_limit_nor_cool_down_counts_it(zhang):
	project, enterprise = project_with(zhang, cooldown_days=3, max_claims_per_person=1), make_enterprise()
	frappe.set_user(zhang)
	service.undo(make_claim(project, zhang, enterprise, source="Pool").name)
	assert make_claim(project, zhang, enterprise, source="Pool").phase == "Negotiating"


def test_it_teaches_no_short_name(mistaken, zhang):
	learn("老朋友", mistaken.enterprise, zhang)
	service.undo(mistaken.name)
	assert not frappe.db.exists("Meeting Duplicate Check", {"kind": "Chosen", "enterprise": mistaken.enterprise})

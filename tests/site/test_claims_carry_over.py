"""Claims that go on with others: carried over from a project before, or handed over."""

from datetime import datetime, timedelta

import frappe
import pytest
from frappe.utils import now_datetime

from meeting_crm.claims import service
from meeting_crm.claims.bulk import carry_over, handing_over
from meeting_crm.tests.factories import make_claim, make_enterprise, make_project, make_user, unique
from support.claims import project_with, read
from support.runs import run_now

MIDDAY = datetime(2026, 11, 23, 12, 0, 0)


def sign_in(project, holder, enterprise, on=None):
	claim = make_claim(project, holder, enterprise, now=on or datetime(2025, 6, 1, 12, 0))
	service.sign(claim.name, payment="paid", now=on or datetime(2025, 6, 2, 12, 0))
	return claim


def make_carry_over(project, **values):
	return frappe.get_doc({"doctype": "Meeting Carry Over", "project": project, **values}).insert()


def carry_out(doc) -> int:
	doc.reload()
	if doc.status == "Draft":
		carry_over.start(doc.name)
	run_now(doc.doctype, doc.name)
	doc.reload()
	return doc.carried_over


def test_signed_enterprises_are_carried_over_to_who_signed_last(zhang, li, wang):
	oldest = make_project(zhang, li, wang, start_date="2024-01-01", end_date="2027-12-31")
	last = make_project(zhang, li, wang, start_date="2025-01-01", end_date="2027-12-31")
	new = make_project(zhang, li, previous_project=last)
	twice, left, held, dead = (make_enterprise() for _number in range(4))
	sign_in(oldest, li, twice, datetime(2024, 6, 1, 12, 0))
	sign_in(last, zhang, twice)
	sign_in(last, wang, left)
	sign_in(last, zhang, held)
	service.mark_dead(
		make_claim(last, zhang, dead, now=datetime(2025, 6, 1, 12, 0)).name, "no", now=datetime(2025, 6, 2, 12, 0)
	)
	make_claim(new, li, held)
	doc = make_carry_over(new)
	plan = {row.enterprise: row for row in carry_over.get_plan(doc)}
	assert (plan[twice].outcome, plan[twice].holder) == ("Carry Over", zhang)
	assert (plan[left].outcome, plan[left].conflict) == ("Leave in the Pool", "Not in the Project")
	assert plan[held].outcome == "Held Already" and dead not in plan
	answer = carry_over.preview(doc.name, page_length=500)
	receivers = {row["enterprise"]: row["holder_name"] for row in answer["rows"]}
	assert (receivers[twice], receivers[left]) == (frappe.utils.get_fullname(zhang), "")
	assert answer["total"] == len(plan) and answer["conflicts"]["Not in the Project"] >= 1
	made = carry_out(doc)
	assert made == sum(row.outcome == "Carry Over" for row in plan.values())
	claim = service.get_active_claim(new, twice)
	assert claim.holder == zhang and claim.protected_until > now_datetime() + timedelta(days=14)
	assert read("Meeting Claim", claim.name, "source").source == "Carried Over"
	assert service.get_active_claim(new, left) is None
	assert carry_out(doc) == made
	assert frappe.db.count("Meeting Claim", {"project": new, "source": "Carried Over"}) == made
	assert read("Meeting Carry Over", doc.name, "status", "carried_over") == {"status": "Done", "carried_over": made}
	assert make_claim(new, zhang)


@pytest.mark.usefixtures("one_transaction")
def test_administrators_are_told_once_when_a_project_begins(zhang):
	"""Nobody has to remember what was signed before (B9)."""
	administrator = make_user("work-admin", "Meeting Administrator")
	earlier = make_project(zhang, start_date="2024-01-01", end_date="2027-12-31")
	sign_in(earlier, zhang, make_enterprise())
	begun = make_project(zhang, start_date="2026-11-20", end_date="2027-12-31")
	later = make_project(zhang, start_date="2026-12-20", end_date="2027-12-31")
	carry_over.prepare(MIDDAY)
	carry_over.prepare(MIDDAY + timedelta(hours=1))
	[draft] = frappe.get_all("Meeting Carry Over", filters={"project": begun}, fields=["name", "status"])
	assert draft.status == "Draft"
	assert not frappe.db.exists("Meeting Carry Over", {"project": ("in", (earlier, later))})
	told = {"for_user": administrator, "document_type": "Meeting Carry Over", "document_name": draft.name}
	assert frappe.db.count("Notification Log", told) == 1
	assert carry_over.start(draft.name)["status"] == "Queued"


def test_an_affiliate_held_by_another_is_a_conflict(zhang, li, manager):
	last = make_project(zhang, li, start_date="2025-01-01", end_date="2027-12-31")
	new = make_project(zhang, li, manager, previous_project=last)
	group = frappe.get_doc({"doctype": "Meeting Affiliate Group", "group_name": unique("集团")}).insert().name
	mine, theirs = make_enterprise(), make_enterprise()
	for enterprise in (mine, theirs):
		frappe.db.set_value("Meeting Enterprise", enterprise, "affiliate_group", group)
	sign_in(last, zhang, mine)
	make_claim(new, li, theirs)
	leave = {row.enterprise: row for row in carry_over.get_plan(make_carry_over(new, only_previous=1))}[mine]
	assert (leave.conflict, leave.outcome) == ("Affiliate Held", "Leave in the Pool")
	take = {row.enterprise: row for row in carry_over.get_plan(make_carry_over(new, on_affiliate_held="Carry Over"))}[
		mine
	]
	assert (take.conflict, take.outcome) == ("Affiliate Held", "Carry Over")


def test_a_manager_takes_what_those_who_left_had_signed(zhang, wang, manager):
	last = make_project(zhang, wang, manager=manager, start_date="2025-01-01", end_date="2027-12-31")
	new = make_project(zhang, manager, previous_project=last)
	enterprise = make_enterprise()
	sign_in(last, wang, enterprise)
	plan = {
		row.enterprise: row for row in carry_over.get_plan(make_carry_over(new, on_person_left="Give to the Manager"))
	}
	assert (plan[enterprise].holder, plan[enterprise].outcome) == (manager, "Carry Over")


@pytest.mark.usefixtures("one_transaction")
def test_why_nobody_gets_a_company_is_told(zhang, wang, manager):
	last = make_project(zhang, wang, manager=manager, start_date="2025-01-01", end_date="2027-12-31")
	new = make_project(zhang, previous_project=last)
	enterprise = make_enterprise()
	sign_in(last, wang, enterprise)
	conflicts = []
	for enabled in (1, 0):
		frappe.db.set_value("User", wang, "enabled", enabled)
		for way in ("Leave in the Pool", "Give to the Manager"):
			plan = carry_over.get_plan(make_carry_over(new, only_previous=1, on_person_left=way))
			[row] = [row for row in plan if row.enterprise == enterprise]
			assert (row.outcome, row.holder) == ("Leave in the Pool", None)
			conflicts.append(row.conflict)
	assert conflicts == ["Not in the Project", "No Manager in the Project", "Person Left", "No Manager in the Project"]


def test_a_started_carry_over_keeps_its_settings(zhang):
	doc = make_carry_over(make_project(zhang))
	carry_out(doc)
	doc.reload()
	doc.on_person_left = "Give to the Manager"
	with pytest.raises(frappe.ValidationError):
		doc.save()
	with pytest.raises(frappe.ValidationError):
		carry_over.start(doc.name)


def test_claims_that_change_hands_keep_their_clock_and_both_histories(zhang, li, wang):
	project, foreign = project_with(zhang, li), project_with(zhang)
	running, signed = make_claim(project, zhang, now=MIDDAY), make_claim(project, zhang, now=MIDDAY)
	service.extend(running.name, "before the handover", now=MIDDAY)
	service.sign(signed.name, payment="paid", now=MIDDAY)
	elsewhere = make_claim(foreign, zhang, now=MIDDAY)
	over = make_claim(project, zhang, now=MIDDAY - timedelta(days=20))
	given = handing_over.hand_over([running.name, signed.name, elsewhere.name, over.name], li, now=MIDDAY)
	assert set(given) == {running.name, signed.name}
	old = read("Meeting Claim", running.name, "holder", "phase", "active_key", "ended_on")
	assert (old.holder, old.phase, old.active_key, old.ended_on) == (zhang, "Ended", None, MIDDAY)
	new = read("Meeting Claim", given[running.name], "holder", "phase", "source", "protected_until", "customer")
	assert (new.holder, new.phase, new.source) == (li, "Negotiating", "Handed Over")
	assert new.protected_until == MIDDAY + timedelta(days=16)
	assert read("Meeting Customer", new.customer, "holder").holder == li
	assert read("Meeting Claim", given[signed.name], "phase").phase == "Signed"
	assert service.extend(given[running.name], "after the handover", now=MIDDAY).protected_until == MIDDAY + timedelta(
		days=17
	)

"""The life of a claim through the services: every limit, every end, and what is left behind."""

from datetime import datetime, timedelta

import frappe
import pytest
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.model.workflow import apply_workflow, get_transitions
from frappe.utils import add_days, now_datetime, nowdate

from meeting_crm.claims import errors, expiry, explanation, journal, service
from meeting_crm.claims.locks import lock_account
from meeting_crm.customers import service as customers
from meeting_crm.meeting_projects.service import get_rules
from meeting_crm.setup import install
from meeting_crm.tests.factories import entry_form, make_claim, make_enterprise, make_project, make_user
from meeting_crm.wording import format_instant
from support.claims import project_with

MIDDAY = datetime(2026, 11, 23, 12, 0, 0)


@pytest.fixture(scope="module")
def people(site):
	"""Made once: a user costs a password hash. Projects and claims are each test's own."""
	users = [make_user(name) for name in ("claims-zhang-wei", "claims-li-na")]
	frappe.db.commit()
	return users


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


def test_a_clock_set_back_over_midnight_gives_no_second_allowance(zhang):
	project = project_with(zhang, daily_minimum=0, daily_maximum=1)
	today, tomorrow = datetime(2026, 11, 30, 23, 59, 0), datetime(2026, 12, 1, 0, 1, 0)
	make_claim(project, zhang, now=today)
	make_claim(project, zhang, now=tomorrow)
	for moment in (today, tomorrow):
		with pytest.raises(errors.DailyMaximumError):
			make_claim(project, zhang, now=moment)


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
	service.cancel_signature(claim.name, now=cancelled_on)
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


def test_only_members_claim_and_only_in_open_projects(zhang, li):
	project, enterprise = project_with(zhang), make_enterprise()
	with pytest.raises(errors.NotAMemberError):
		make_claim(project, li, enterprise)
	for values in ({"closed": 1}, {"end_date": add_days(nowdate(), -1)}, {"start_date": add_days(nowdate(), 1)}):
		with pytest.raises(errors.ProjectClosedError):
			make_claim(make_project(zhang, **values), zhang, enterprise)
	for name in ("PRJ-none", "' or 1=1 --", "<b>x</b>"):
		with pytest.raises(frappe.DoesNotExistError):
			make_claim(name, zhang, enterprise)
	with pytest.raises(frappe.DoesNotExistError):
		make_claim(project, zhang, "no such enterprise")


def test_a_project_closed_in_mid_protection(zhang):
	project = project_with(zhang)
	claim, other = make_claim(project, zhang, now=MIDDAY), make_claim(project, zhang, now=MIDDAY)
	doc = frappe.get_doc("Meeting Project", project)
	doc.closed = 1
	doc.save()
	with pytest.raises(errors.ProjectClosedError):
		service.extend(claim.name, "closed", now=MIDDAY)
	service.sign(claim.name, payment="it came in time", now=MIDDAY)
	expiry.end_expired([other.name], other.protected_until)
	assert state_of(other.name).workflow_state == "Released"


def test_who_left_a_project_keeps_what_runs_and_extends_nothing(zhang, li):
	project = project_with(zhang, li)
	claim = make_claim(project, zhang, now=now_datetime())
	doc = frappe.get_doc("Meeting Project", project)
	doc.members = [row for row in doc.members if row.user != zhang]
	doc.save()
	with pytest.raises(errors.NotAMemberError):
		service.extend(claim.name, "more time")
	with pytest.raises(errors.AlreadyHeldError):
		make_claim(project, li, claim.enterprise)
	assert service.sign(claim.name, payment="paid").phase == "Signed"


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


def test_a_disabled_holder_keeps_nothing_for_ever(zhang, li):
	project, enterprise = project_with(zhang, li), make_enterprise()
	claim = make_claim(project, zhang, enterprise, now=MIDDAY)
	frappe.db.set_value("User", zhang, "enabled", 0)
	assert make_claim(project, li, enterprise, now=claim.protected_until).holder == li


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


def test_members_may_use_their_projects_alone(zhang, li):
	project, other = make_project(zhang), make_project(li)
	frappe.set_user(zhang)
	assert frappe.get_list("Meeting Project", pluck="name", filters={"name": ("in", [project, other])}) == [project]
	frappe.set_user("Administrator")
	doc = frappe.get_doc("Meeting Project", project)
	claim = make_claim(project, zhang)
	doc.members = []
	doc.save()
	frappe.set_user(zhang)
	assert frappe.get_list("Meeting Project", pluck="name", filters={"name": project}) == []
	assert frappe.get_list("Meeting Claim", pluck="name", filters={"name": claim.name}) == [claim.name]


def test_an_administrator_among_the_members_still_sees_every_project(site):
	admin = make_user(None, "Meeting Administrator")
	make_project(admin)
	other = make_project()
	frappe.set_user(admin)
	assert frappe.get_list("Meeting Project", pluck="name", filters={"name": other}) == [other]


WRITES = [
	("holder", "Administrator"),
	("protected_until", "2030-01-01 00:00:00"),
	("active_key", None),
	("phase", "Signed"),
	("claimed_on", "2020-01-01 00:00:00"),
	("extended_days", 100),
	("signed_on", "2026-01-01 00:00:00"),
	("customer", "other"),
	("contract", "HT-1"),
]


@pytest.mark.parametrize(("field", "value"), WRITES)
def test_no_document_write_gets_past_the_rules(zhang, field, value):
	claim = make_claim(project_with(zhang), zhang)
	doc = frappe.get_doc("Meeting Claim", claim.name)
	doc.set(field, value)
	with pytest.raises((errors.GuardedFieldError, frappe.LinkValidationError)):
		doc.save()


def test_claims_are_neither_written_by_hand_nor_deleted(zhang):
	project = project_with(zhang)
	claim = make_claim(project, zhang)
	with pytest.raises(errors.GuardedFieldError):
		frappe.get_doc(
			{"doctype": "Meeting Claim", "project": project, "enterprise": make_enterprise(), "holder": zhang}
		).insert()
	for doctype, name in (
		("Meeting Claim", claim.name),
		("Meeting Claim Event", frappe.db.get_value("Meeting Claim Event", {"claim": claim.name})),
		("Meeting Claim Account", frappe.db.get_value("Meeting Claim Account", {"project": project})),
	):
		with pytest.raises(errors.GuardedFieldError):
			frappe.delete_doc(doctype, name, force=True)
	account = frappe.get_doc("Meeting Claim Account", {"project": project})
	account.claimed_today = 0
	with pytest.raises(errors.GuardedFieldError):
		account.save()


def test_nobody_changes_the_operation_log_and_a_deleted_line_leaves_one(zhang):
	claim = make_claim(project_with(zhang), zhang)
	line = frappe.get_doc("Meeting Operation Log", {"reference_name": claim.name, "operation": "Created"})
	line.operation = "Nothing"
	with pytest.raises(frappe.ValidationError, match="cannot be changed"):
		line.save()
	frappe.delete_doc("Meeting Operation Log", line.name)
	left = frappe.get_doc("Meeting Operation Log", {"reference_name": line.name, "operation": "Deleted"})
	assert claim.name in left.before


def test_the_workflow_obeys_the_rules(zhang):
	project = project_with(zhang)
	claim = make_claim(project, zhang, now=now_datetime() - timedelta(days=1))
	frappe.set_user(zhang)
	with pytest.raises(errors.SignatureMissingError):
		apply_workflow(frappe.get_doc("Meeting Claim", claim.name), "Sign")
	with pytest.raises(errors.ReasonMissingError):
		apply_workflow(frappe.get_doc("Meeting Claim", claim.name), "Mark Dead")
	frappe.set_user("Administrator")
	apply_workflow(frappe.get_doc("Meeting Claim", claim.name), "Sign")
	assert state_of(claim.name).phase == "Signed"
	expired = make_claim(project, zhang, now=now_datetime() - timedelta(days=16))
	with pytest.raises(errors.ClaimOverError):
		apply_workflow(frappe.get_doc("Meeting Claim", expired.name), "Sign")


@pytest.fixture
def changed_workflow(site):
	"""What a test changes of the workflow goes, from the caches too."""
	yield
	frappe.db.rollback()
	frappe.clear_cache(doctype="Meeting Claim")
	frappe.cache.delete_value("workflow")
	frappe.clear_document_cache("Workflow", "Meeting Claim")


def test_the_workflow_offers_signing_to_the_holder_not_to_the_manager(zhang, li, changed_workflow):
	workflow = frappe.get_doc("Workflow", "Meeting Claim")
	for transition in workflow.transitions:
		transition.condition = None
	workflow.transitions[-1].condition = "doc.extended_days < 9"
	workflow.save()
	claim = frappe.get_doc("Meeting Claim", make_claim(make_project(zhang, manager=li), zhang, now=now_datetime()).name)
	install.offer_signing_to_holders()
	offered = {}
	for user in (zhang, li, "Administrator"):
		frappe.set_user(user)
		offered[user] = {transition["action"] for transition in get_transitions(claim)}
	assert "Sign" in offered[zhang] and "Sign" in offered["Administrator"]
	assert "Mark Dead" in offered[li] and "Sign" not in offered[li]
	assert frappe.get_doc("Workflow", "Meeting Claim").transitions[-1].condition == "doc.extended_days < 9"


@pytest.fixture
def visited_state(changed_workflow):
	"""An administrator adds a state with its transitions in the desk."""
	if not frappe.db.exists("Workflow State", "Visited"):
		frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": "Visited"}).insert()
	for action in ("Visit", "Lose"):
		if not frappe.db.exists("Workflow Action Master", action):
			frappe.get_doc({"doctype": "Workflow Action Master", "workflow_action_name": action}).insert()
	workflow = frappe.get_doc("Workflow", "Meeting Claim")
	workflow.append("states", {"state": "Visited", "doc_status": "0", "allow_edit": "Meeting Salesperson"})
	for state, action, following in (
		("Negotiating", "Visit", "Visited"),
		("Visited", "Lose", "Dead"),
		("Signed", "Lose", "Dead"),
		("Dead", "Visit", "Visited"),
	):
		for role in ("Meeting Salesperson", "System Manager"):
			workflow.append(
				"transitions",
				{"state": state, "action": action, "next_state": following, "allowed": role, "allow_self_approval": 1},
			)
	workflow.save()


def test_states_that_administrators_add_change_no_rule(zhang, li, visited_state):
	project, enterprise = project_with(zhang, li), make_enterprise()
	claim = make_claim(project, zhang, enterprise, now=now_datetime())
	frappe.set_user(zhang)
	doc = apply_workflow(frappe.get_doc("Meeting Claim", claim.name), "Visit")
	assert (doc.workflow_state, state_of(claim.name).phase) == ("Visited", "Negotiating")
	frappe.set_user("Administrator")
	with pytest.raises(errors.AlreadyHeldError):
		make_claim(project, li, enterprise)
	service.extend(claim.name, "in the new state")
	signed = make_claim(project, zhang, now=now_datetime())
	service.sign(signed.name, payment="paid")
	with pytest.raises(errors.ClaimOverError):
		apply_workflow(frappe.get_doc("Meeting Claim", signed.name), "Lose")
	expiry.end_expired([claim.name], now_datetime() + timedelta(days=60))
	assert state_of(claim.name).workflow_state == "Released"


def test_no_transition_reopens_a_claim_of_a_closed_project(zhang, visited_state):
	project = project_with(zhang)
	claim = make_claim(project, zhang, now=now_datetime())
	service.mark_dead(claim.name, "no interest")
	frappe.db.set_value("Meeting Project", project, "closed", 1)
	with pytest.raises(errors.ProjectClosedError):
		apply_workflow(frappe.get_doc("Meeting Claim", claim.name), "Visit")


def test_claims_of_a_state_are_never_submitted(zhang):
	claim = make_claim(project_with(zhang), zhang)
	workflow = frappe.get_doc("Workflow", "Meeting Claim")
	[released] = [row for row in workflow.states if row.state == "Released"]
	released.doc_status = "1"
	with pytest.raises(frappe.ValidationError, match="neither submitted"):
		workflow.save()
	with pytest.raises(errors.GuardedFieldError, match="neither submitted"):
		frappe.get_doc("Meeting Claim", claim.name).submit()


@pytest.fixture
def mandatory(site):
	"""An administrator wants fields filled that no step of a claim knows."""
	asked = (("Meeting Claim", "contract"), ("Meeting Customer", "website"))
	for doctype, field in asked:
		make_property_setter(doctype, field, "reqd", 1, "Check")
	yield
	frappe.db.rollback()
	for doctype, _field in asked:
		frappe.clear_cache(doctype=doctype)


def test_fields_that_administrators_make_mandatory_stop_no_claim(zhang, mandatory):
	project = project_with(zhang)
	claim = make_claim(project, zhang, now=now_datetime())
	service.extend(claim.name, "more time")
	assert service.sign(claim.name, payment="paid").phase == "Signed"
	assert customers.enter(project, entry_form(), zhang)["claim"]
	frappe.set_user(zhang)
	with pytest.raises(frappe.MandatoryError):
		frappe.get_doc("Meeting Customer", claim.customer).save()


def test_a_claim_is_on_nobodys_list_of_workflow_actions(zhang):
	claim = make_claim(project_with(zhang), zhang, now=now_datetime())
	service.extend(claim.name, "more time")
	service.mark_dead(claim.name, "no interest")
	assert not frappe.db.exists("Workflow Action", {"reference_name": claim.name})


def test_what_administrators_hang_on_claims_still_runs(zhang):
	notification = frappe.get_doc(
		{
			"doctype": "Notification",
			"name": f"Claim {frappe.generate_hash(length=6)}",
			"subject": "A claim was marked dead",
			"document_type": "Meeting Claim",
			"event": "Value Change",
			"value_changed": "workflow_state",
			"channel": "System Notification",
			"recipients": [{"receiver_by_document_field": "holder"}],
			"message": "told",
			"enabled": 1,
		}
	).insert()
	frappe.cache.hdel("notifications", "Meeting Claim")
	try:
		claim = make_claim(project_with(zhang), zhang, now=now_datetime())
		service.mark_dead(claim.name, "no interest")
		assert frappe.db.exists(
			"Notification Log", {"for_user": zhang, "document_name": claim.name, "subject": notification.subject}
		)
	finally:
		frappe.cache.hdel("notifications", "Meeting Claim")


def test_the_newest_claim_protects_a_file(zhang, li):
	project, other = project_with(zhang), project_with(zhang)
	one = make_claim(project, zhang, now=now_datetime() - timedelta(hours=1))
	two = make_claim(other, zhang, one.enterprise, now=now_datetime())
	over = make_claim(project, zhang, now=now_datetime() - timedelta(days=30))
	assert service.get_current_claim(one.customer).name == two.name
	assert service.get_current_claim(over.customer) is None


def test_a_member_removed_and_added_again_in_one_save(zhang, li):
	doc = frappe.get_doc("Meeting Project", make_project(zhang, li))
	doc.members = []
	doc.append("members", {"user": zhang, "manager": li})
	doc.save()
	doc.reload()
	assert [row.user for row in doc.members] == [zhang]
	doc.append("members", {"user": zhang})
	with pytest.raises(frappe.ValidationError):
		doc.save()


def test_a_project_without_claims_can_be_deleted_and_one_with_claims_cannot(zhang):
	empty, used = make_project(zhang), make_project(zhang)
	make_claim(used, zhang)
	frappe.db.bulk_insert(
		"Meeting Daily Shortfall", ("name", "project", "user", "day"), [(empty, empty, zhang, nowdate())]
	)
	frappe.delete_doc("Meeting Project", empty)
	assert not frappe.db.exists("Meeting Project Rules", {"project": empty})
	assert not frappe.db.exists("User Permission", {"allow": "Meeting Project", "for_value": empty})
	with pytest.raises(frappe.ValidationError):
		frappe.delete_doc("Meeting Project", used)

"""The claim as a document: no write, workflow, state or field of an administrator gets past its rules."""

from datetime import timedelta

import frappe
import pytest
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.model.workflow import apply_workflow, get_transitions
from frappe.utils import now_datetime, nowdate

from meeting_crm.claims import errors, service
from meeting_crm.claims.clock import expiry
from meeting_crm.contracts import api as payments
from meeting_crm.core import errors as core_errors
from meeting_crm.entry import service as entry
from meeting_crm.meeting_projects import errors as project_errors
from meeting_crm.setup import install
from meeting_crm.tests.factories import entry_form, make_claim, make_enterprise, make_project
from support.claims import project_with


def state_of(claim) -> frappe._dict:
	return frappe.db.get_value(
		"Meeting Claim",
		claim,
		["workflow_state", "phase", "active_key", "protected_until", "ended_on", "holder", "contract"],
		as_dict=True,
	)


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
	with pytest.raises((core_errors.GuardedFieldError, frappe.LinkValidationError)):
		doc.save()


def test_claims_are_neither_written_by_hand_nor_deleted(zhang):
	project = project_with(zhang)
	claim = make_claim(project, zhang)
	with pytest.raises(core_errors.GuardedFieldError):
		frappe.get_doc(
			{"doctype": "Meeting Claim", "project": project, "enterprise": make_enterprise(), "holder": zhang}
		).insert()
	for doctype, name in (
		("Meeting Claim", claim.name),
		("Meeting Claim Event", frappe.db.get_value("Meeting Claim Event", {"claim": claim.name})),
		("Meeting Claim Account", frappe.db.get_value("Meeting Claim Account", {"project": project})),
	):
		with pytest.raises(core_errors.GuardedFieldError):
			frappe.delete_doc(doctype, name, force=True)
	account = frappe.get_doc("Meeting Claim Account", {"project": project})
	account.claimed_today = 0
	with pytest.raises(core_errors.GuardedFieldError):
		account.save()


def test_nobody_changes_or_deletes_a_line_of_the_operation_log(zhang):
	claim = make_claim(project_with(zhang), zhang)
	line = frappe.get_doc("Meeting Operation Log", {"reference_name": claim.name, "operation": "Created"})
	line.operation = "Nothing"
	with pytest.raises(frappe.ValidationError, match="cannot be changed"):
		line.save()
	with pytest.raises(frappe.ValidationError, match="not deleted one by one"):
		frappe.delete_doc("Meeting Operation Log", line.name)


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
	payment = payments.register_payment(signed.name, 100, nowdate())["payment"]
	payments.confirm_payment(payment)
	with pytest.raises(errors.ClaimOverError):
		apply_workflow(frappe.get_doc("Meeting Claim", signed.name), "Lose")
	expiry.end_expired([claim.name], now_datetime() + timedelta(days=60))
	assert state_of(claim.name).workflow_state == "Released"


def test_no_transition_reopens_a_claim_of_a_closed_project(zhang, visited_state):
	project = project_with(zhang)
	claim = make_claim(project, zhang, now=now_datetime())
	service.mark_dead(claim.name, "no interest")
	frappe.db.set_value("Meeting Project", project, "closed", 1)
	with pytest.raises(project_errors.ProjectClosedError):
		apply_workflow(frappe.get_doc("Meeting Claim", claim.name), "Visit")


def test_claims_of_a_state_are_never_submitted(zhang):
	claim = make_claim(project_with(zhang), zhang)
	workflow = frappe.get_doc("Workflow", "Meeting Claim")
	[released] = [row for row in workflow.states if row.state == "Released"]
	released.doc_status = "1"
	with pytest.raises(frappe.ValidationError, match="neither submitted"):
		workflow.save()
	with pytest.raises(core_errors.GuardedFieldError, match="neither submitted"):
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
	assert entry.enter(project, entry_form(), zhang)["claim"]
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

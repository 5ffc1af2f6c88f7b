"""What a site needs beyond its DocTypes. Everything is created only where it is missing, so that
administrators' changes survive every migrate."""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

from meeting_crm.administration import desk_powers, groups
from meeting_crm.contracts.execution.tasks import STEPS
from meeting_crm.documents import upkeep as documents
from meeting_crm.setup.cluster import prepare_tables
from meeting_crm.setup.desk import make_desk_defaults
from meeting_crm.setup.safety import set_safe_defaults

# segment: words in a company's name that put it there in the pool
SEGMENTS = {
	"General": None,
	"Hazardous Chemicals": "化工,危化,危险品,石化,化学,燃气,油品,天然气,爆破",
	"Cold Storage": "冷链,冷库,冷藏,冷冻,制冷,速冻,保鲜",
}

CONTRACT_KINDS = {"Comprehensive Plan": "ZH", "Participation Receipt": "HZ"}

# offered for an activity, in this order
ACTIVITY_OUTCOMES = (
	"No Answer",
	"Call Back Later",
	"Visit Agreed",
	"Material Sent",
	"Interested",
	"Quoted",
	"No Interest",
)

# (service, kind of content, list it stands in, days before the meeting, longest text)
SERVICES = (
	("Booth Reservation", "Booth", "", 45, 0),
	("Booth Design", "Design", "Booths", 30, 0),
	("Journal Page Design", "Design", "Journal", 30, 0),
	("Journal Advertisement", "File", "Journal", 30, 500),
	("Display Board Design", "Design", "", 20, 0),
	("Delegate Badge", "Quantity", "", 10, 0),
	("Lanyard", "Quantity", "", 20, 0),
	("Banner", "Text", "Banners", 14, 40),
	("Inflatable Arch", "Text", "Banners", 14, 30),
	("Balloon", "Text", "Banners", 14, 30),
)

STATES = {"Negotiating": "Warning", "Signed": "Success", "Dead": "Inverse", "Released": "Info"}

ACTIONS = ("Sign", "Mark Dead", "Release", "Reopen")

STAFF = ("Meeting Salesperson", "Meeting Manager", "Meeting Administrator", "System Manager")
ADMINISTRATORS = ("Meeting Administrator", "System Manager")

# (state, action, next state, roles)
TRANSITIONS = (
	("Negotiating", "Sign", "Signed", STAFF),
	("Negotiating", "Mark Dead", "Dead", STAFF),
	("Negotiating", "Release", "Released", STAFF),
	("Signed", "Reopen", "Negotiating", ADMINISTRATORS),
)
IS_HOLDER = "doc.holder == frappe.session.user"


def after_install() -> None:
	make_user_fields()
	make_share_fields()
	make_notification_fields()
	make_levels()
	make_segments()
	make_activity_outcomes()
	make_claim_workflow()
	make_contract_kinds()
	make_execution_defaults()
	make_desk_defaults()
	open_document_library()
	prepare_tables()
	set_safe_defaults()


def open_document_library() -> None:
	documents.allow_large_files()
	documents.adopt_what_is_there()


def make_user_fields() -> None:
	create_custom_fields(
		{
			"User": [
				{
					"fieldname": "meeting_department",
					"fieldtype": "Link",
					"options": "Meeting Department",
					"label": "Department",
					"insert_after": "full_name",
					"search_index": 1,
					"in_standard_filter": 1,
					"ignore_user_permissions": 1,
				},
				{
					"fieldname": "meeting_group",
					"fieldtype": "Link",
					"options": "Meeting User Group",
					"label": "User Group",
					"insert_after": "meeting_department",
					"permlevel": 1,
					"search_index": 1,
					"in_standard_filter": 1,
					"ignore_user_permissions": 1,
				},
			]
		}
	)


def make_levels() -> None:
	"""E4: groups, what administrators may do in the desk, and who only looks."""
	groups.make_groups()
	groups.assign_groups()
	desk_powers.make_auditor_role()
	desk_powers.give_powers()


def make_share_fields() -> None:
	"""C8: a share that ends by itself. The desk's own Share dialog shows and sets it."""
	create_custom_fields(
		{
			"DocShare": [
				{
					"fieldname": "meeting_shared_until",
					"fieldtype": "Datetime",
					"label": "Shared Until",
					"insert_after": "everyone",
					"search_index": 1,
				}
			]
		}
	)


def make_notification_fields() -> None:
	"""What tells of several records leads to the screen with all of them."""
	create_custom_fields(
		{
			"Notification Log": [
				{
					"fieldname": "meeting_screen",
					"fieldtype": "Small Text",
					"label": "Screen",
					"insert_after": "document_name",
					"hidden": 1,
					"read_only": 1,
				}
			]
		}
	)


def make_segments() -> None:
	for segment_name, keywords in SEGMENTS.items():
		_insert_missing("Meeting Segment", segment_name, {"segment_name": segment_name, "keywords": keywords})


def make_contract_kinds() -> None:
	for kind_name, code in CONTRACT_KINDS.items():
		_insert_missing("Meeting Contract Kind", kind_name, {"kind_name": kind_name, "code": code})


def make_activity_outcomes() -> None:
	for sequence, outcome_name in enumerate(ACTIVITY_OUTCOMES, 1):
		_insert_missing(
			"Meeting Activity Outcome", outcome_name, {"outcome_name": outcome_name, "sequence": sequence * 10}
		)


def make_execution_defaults() -> None:
	"""D3: what a company sells beside places, the steps of finance and logistics, and the right to print identity numbers."""
	for order, (name, kind, output, days, max_length) in enumerate(SERVICES, 1):
		values = {
			"type_name": name,
			"deliverable_class": kind,
			"output": output,
			"days_before_start": days,
			"max_length": max_length,
			"sort_order": order,
		}
		_insert_missing("Meeting Deliverable Type", name, values)
	_insert_missing("Role", "Meeting Identity Numbers", {"role_name": "Meeting Identity Numbers", "desk_access": 1})
	settings = frappe.get_doc("Meeting Execution Settings")
	if not settings.steps:
		for department, steps in STEPS.items():
			settings.extend("steps", [{"department": department, "step": step} for step in steps])
		settings.flags.ignore_permissions = True
		settings.save()


def make_claim_workflow() -> None:
	"""B6: the default workflow of a claim, which administrators may change in the desk. Nobody edits a claim by hand, so its
	form need not say so to some of them. Its states are optional, so that Frappe puts no Workflow Action on the to-do list of
	every user of a role after each claim: a claim is its holder's business alone."""
	for state, style in STATES.items():
		_insert_missing("Workflow State", state, {"workflow_state_name": state, "style": style})
	for action in ACTIONS:
		_insert_missing("Workflow Action Master", action, {"workflow_action_name": action})
	_insert_missing(
		"Workflow",
		"Meeting Claim",
		{
			"workflow_name": "Meeting Claim",
			"document_type": "Meeting Claim",
			"workflow_state_field": "workflow_state",
			"is_active": 1,
			"send_email_alert": 0,
			"states": [
				{"state": state, "doc_status": "0", "allow_edit": "All", "is_optional_state": 1} for state in STATES
			],
			"transitions": [
				{
					"state": state,
					"action": action,
					"next_state": next_state,
					"allowed": role,
					"allow_self_approval": 1,
					"condition": _get_condition(action, role),
				}
				for state, action, next_state, roles in TRANSITIONS
				for role in roles
			],
		},
	)


def _get_condition(action: str, role: str) -> str | None:
	"""People sign what they hold themselves; administrators sign for others."""
	return IS_HOLDER if action == "Sign" and role not in ADMINISTRATORS else None


def offer_signing_to_holders() -> None:
	"""For workflows made before: managers were offered to sign their people's claims, which is refused. What administrators
	put there themselves stays."""
	untouched = frappe.get_all(
		"Workflow Transition",
		{
			"parent": "Meeting Claim",
			"parenttype": "Workflow",
			"state": "Negotiating",
			"action": "Sign",
			"next_state": "Signed",
			"allowed": ["not in", ADMINISTRATORS],
			"condition": ["is", "not set"],
		},
		pluck="name",
	)
	for transition in untouched:
		frappe.db.set_value("Workflow Transition", transition, "condition", IS_HOLDER, update_modified=False)
	frappe.clear_document_cache("Workflow", "Meeting Claim")


def keep_claims_off_to_do_lists() -> None:
	"""For workflows made before: see `make_claim_workflow`."""
	frappe.db.set_value(
		"Workflow Document State",
		{"parent": "Meeting Claim", "parenttype": "Workflow", "state": ["in", list(STATES)]},
		"is_optional_state",
		1,
		update_modified=False,
	)
	frappe.clear_document_cache("Workflow", "Meeting Claim")


def open_claim_states() -> None:
	"""For workflows made before: their states said on each form of managers and administrators that it is not theirs to edit."""
	frappe.db.set_value(
		"Workflow Document State",
		{"parent": "Meeting Claim", "parenttype": "Workflow", "allow_edit": "Meeting Salesperson"},
		"allow_edit",
		"All",
		update_modified=False,
	)


def _insert_missing(doctype: str, name: str, values: dict) -> None:
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)  # why: set-up has no user

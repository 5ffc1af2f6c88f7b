"""The checker finds what contradicts itself and leads to it; names on claims follow what they name."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime

from meeting_crm.claims import service
from meeting_crm.claims.upkeep import checker
from meeting_crm.tests.factories import make_claim, make_enterprise, unique
from support.claims import project_with, read
from support.sales import make_contract, make_held

pytestmark = pytest.mark.usefixtures("one_transaction")


def test_the_checker_finds_what_was_broken_by_hand(zhang):
	project = project_with(zhang, max_extensions=3)
	claim, other = make_claim(project, zhang, now=now_datetime()), make_claim(project, zhang, now=now_datetime())
	service.extend(claim.name, "more time")

	def found() -> set[str]:
		return {row["check"] for row in checker.check()["findings"] if row["name"] in names}

	account = frappe.db.get_value("Meeting Claim Account", {"project": project, "user": zhang})
	begun = frappe.db.get_value("Meeting Claim Event", {"claim": claim.name, "event": "Claimed"})
	extension = frappe.db.get_value("Meeting Protection Extension", {"claim": claim.name})
	logged = frappe.db.get_value("Meeting Operation Log", {"reference_name": claim.name, "operation": "Created"})
	names = {claim.name, other.name, account, claim.customer, begun, extension, project, f"{project} {zhang}"}
	assert found() == set()
	for doctype, name, field, value, check in (
		("Meeting Claim", claim.name, "protected_until", now_datetime() + timedelta(days=99), "clock"),
		("Meeting Claim", other.name, "active_key", None, "key"),
		("Meeting Claim", other.name, "phase", "Signed", "phase"),
		("Meeting Claim", claim.name, "extended_days", 7, "extended_days"),
		("Meeting Claim Account", account, "extensions_used", 9, "extensions_used"),
		("Meeting Claim Account", account, "claimed_today", 9, "claimed_today"),
		("Meeting Customer", claim.customer, "holder", None, "holder"),
		("Meeting Customer", claim.customer, "protected_until", None, "file_copy"),
		("Meeting Customer", claim.customer, "project", None, "file_copy"),
		("Meeting Claim", claim.name, "docstatus", 1, "docstatus"),
		("Meeting Claim", claim.name, "enterprise_name", "somebody", "names"),
		("Meeting Claim", claim.name, "project_name", "something", "names"),
		("Meeting Claim", claim.name, "rules", "gone", "rules"),
		("Meeting Claim", claim.name, "rules", None, "clock"),
		("Meeting Claim", claim.name, "enterprise", "gone", "enterprise"),
		("Meeting Claim", claim.name, "project", "gone", "enterprise"),
		("Meeting Claim", claim.name, "customer", other.customer, "file"),
		("Meeting Claim", claim.name, "holder", "nobody", "member"),
		("Meeting Claim", claim.name, "ended_on", now_datetime(), "dates"),
		("Meeting Claim", claim.name, "workflow_state", "Dead", "phase"),
		("Meeting Claim Account", account, "project", "gone", "account"),
		("Meeting Claim Event", begun, "event", "Reminded", "journal_start"),
		("Meeting Claim Event", begun, "claim", "gone", "journal_claim"),
		("Meeting Protection Extension", extension, "claim", "gone", "extension_claim"),
		("Meeting Protection Extension", extension, "days", 4, "extended_days"),
		("Meeting Protection Extension", extension, "number", 4, "extension_number"),
		("Meeting Project", project, "protection_days", 4, "project_rules"),
		("Meeting Project", project, "rules_version", None, "project_rules"),
		("Meeting Operation Log", logged, "operation", "Changed", "log"),
	):
		frappe.db.sql("savepoint broken")
		frappe.db.set_value(doctype, name, field, value, update_modified=False)
		assert check in found(), check
		frappe.db.sql("rollback to savepoint broken")
	assert found() == set()


def test_what_the_checker_finds_leads_to_the_record(zhang):
	project = project_with(zhang)
	claim = make_claim(project, zhang, now=now_datetime())
	for doctype, name, field, value in (
		("Meeting Claim", claim.name, "extended_days", 7),
		("Meeting Customer", claim.customer, "project", None),
		("Meeting Project", project, "protection_days", 4),
	):
		frappe.db.set_value(doctype, name, field, value, update_modified=False)
	titles = {
		"extended_days": ("Meeting Claim", claim.enterprise_name),
		"file_copy": ("Meeting Customer", claim.enterprise_name),
		"project_rules": ("Meeting Project", read("Meeting Project", project, "project_name").project_name),
	}
	names = {claim.name, claim.customer, project}
	found = {
		row["check"]: (row["doctype"], row["title"]) for row in checker.check()["findings"] if row["name"] in names
	}
	assert {check: found[check] for check in titles} == titles


def test_the_checker_finds_contracts_that_do_not_fit_their_claims(site):
	user, project, claim = make_held()
	frappe.set_user(user)
	contract = make_contract(claim).insert()
	contract.submit()
	frappe.set_user("Administrator")

	def found() -> set[str]:
		return {row["check"] for row in checker.check()["findings"] if row["name"] in (claim.name, contract.name)}

	assert found() == set()
	for doctype, name, field, value, checks in (
		("Meeting Contract", contract.name, "docstatus", 2, {"contract"}),
		("Meeting Contract", contract.name, "claim", "gone", {"contract", "contract_claim"}),
		("Meeting Claim", claim.name, "phase", "Negotiating", {"contract_claim", "phase"}),
	):
		frappe.db.sql("savepoint broken")
		frappe.db.set_value(doctype, name, field, value, update_modified=False)
		assert checks <= found(), checks
		frappe.db.sql("rollback to savepoint broken")


def test_names_on_claims_follow_their_project_and_enterprise(zhang):
	project, enterprise = project_with(zhang), make_enterprise()
	claim = make_claim(project, zhang, enterprise)
	for doctype, name, field, value in (
		("Meeting Project", project, "project_name", unique("Renamed ")),
		("Meeting Enterprise", enterprise, "enterprise_name", unique("改名企业")),
	):
		doc = frappe.get_doc(doctype, name)
		doc.set(field, value)
		doc.save()
		assert frappe.db.get_value("Meeting Claim", claim.name, field) == value
	assert not [row for row in checker.check()["findings"] if row["name"] == claim.name]

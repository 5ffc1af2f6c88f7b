"""What a change of a project means for its claims."""

import frappe
from frappe import _
from frappe.utils import escape_html

from meeting_crm.claims.bulk.rule_changes import apply_rules
from meeting_crm.meeting_projects.rules import ProjectRules


def follow_rules(doc, method: str | None = None) -> None:
	"""Running claims get the end that changed rules give them (B1), unless the project keeps theirs."""
	if doc.flags.has_new_rules and doc.flags.old_rules and not doc.keep_claim_rules:
		apply_rules(doc.name, ProjectRules.of(doc), doc.rules_version)


def follow_calendar(doc, method: str | None = None) -> None:
	"""Running claims get the end that the company's own days give them, as soon as these are stored."""
	if doc.flags.has_new_days:
		frappe.enqueue(
			"meeting_crm.claims.jobs.apply_calendar", queue="long", enqueue_after_commit=True, user=frappe.session.user
		)


def refuse_deletion(doc, method: str | None = None) -> None:
	if frappe.db.exists("Meeting Claim", {"project": doc.name}):
		frappe.throw(
			_("{0} has claims, which are history. Close the project instead of deleting it.").format(
				frappe.bold(escape_html(doc.project_name))
			),
			title=_("Project in use"),
		)
	frappe.db.delete("Meeting Claim Account", {"project": doc.name})
	frappe.db.delete("Meeting Daily Shortfall", {"project": doc.name})

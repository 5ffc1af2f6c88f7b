"""Whitelisted functions of projects."""

import frappe
from frappe.utils.csvutils import build_csv_response

from meeting_crm.claims import rule_changes


@frappe.whitelist(methods=["POST"])
def dry_run(project: str, rules: dict | str) -> dict:
	"""B12: what changed rules would do to running claims, before they are saved."""
	frappe.get_doc("Meeting Project", project).check_permission("write")
	return rule_changes.dry_run(project, frappe.parse_json(rules))


@frappe.whitelist()
def export_dry_run(project: str, rules: dict | str) -> None:
	"""The same for every claim concerned, as a CSV download."""
	frappe.get_doc("Meeting Project", project).check_permission("write")
	build_csv_response(rule_changes.get_export(project, frappe.parse_json(rules)), f"dry-run-{project}")

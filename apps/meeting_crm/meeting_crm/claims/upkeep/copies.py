"""The names that claims carry along, so that no list looks them up. They follow when administrators change them."""

import frappe


def follow_project(doc, method: str | None = None) -> None:
	if doc.has_value_changed("project_name") and not doc.is_new():
		_set_on_claims("project", doc.name, "project_name", doc.project_name)


def follow_enterprise(doc, method: str | None = None) -> None:
	if doc.has_value_changed("enterprise_name") and not doc.is_new():
		_set_on_claims("enterprise", doc.name, "enterprise_name", doc.enterprise_name)


def _set_on_claims(key: str, name: str, field: str, value: str) -> None:
	claim = frappe.qb.DocType("Meeting Claim")
	frappe.qb.update(claim).set(claim[field], value).where(claim[key] == name).run()

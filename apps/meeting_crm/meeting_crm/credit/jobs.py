"""Scores are computed again each night, and soon after something that they follow from has changed."""

import frappe

from meeting_crm.credit import service

TRIGGERS = ("Meeting Contract", "Meeting Payment", "Meeting Contract Change", "Meeting Maintenance")


def follow(doc, method: str | None = None) -> None:
	"""A doc_event of contracts, payments, changes and maintenance."""
	enterprise = doc.get("enterprise") or frappe.db.get_value("Meeting Customer", doc.get("customer"), "enterprise")
	if enterprise:
		frappe.enqueue(
			"meeting_crm.credit.jobs.recompute",
			queue="short",
			job_id=f"credit-{enterprise}",
			deduplicate=True,
			enqueue_after_commit=True,
			enterprise=enterprise,
		)


def recompute(enterprise: str) -> None:
	service.recompute([enterprise])


def recompute_all() -> None:
	service.recompute_all()

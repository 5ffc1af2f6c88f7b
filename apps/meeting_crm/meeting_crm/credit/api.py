"""Credit scores over REST and from the desk."""

from datetime import date

import frappe

from meeting_crm.core.rights import require_administrator
from meeting_crm.credit import service
from meeting_crm.customers.permissions import require_read


@frappe.whitelist()
def get_score(customer: str) -> dict:
	"""C10, for whoever may read the customer file: score (null: not rated yet), level, threshold, the points and weight of each
	criterion, and the policy granted until when. No amounts."""
	require_read(customer)
	return service.describe(frappe.db.get_value("Meeting Customer", customer, "enterprise"))


@frappe.whitelist(methods=["POST"])
def grant_policy(enterprise: str, policy: str, until: str | date, from_date: str | date | None = None) -> dict:
	"""Administrators make a company preferential, until a day."""
	require_administrator()
	grant = service.grant(enterprise, policy, until, from_date)
	return {"grant": grant.name, "until": str(grant.until), "score": grant.score_at_grant}


@frappe.whitelist(methods=["POST"])
def end_grant(grant: str, reason: str) -> None:
	"""Ends a policy from today on; what was signed keeps its percentage."""
	require_administrator()
	service.end_grant(grant, reason)


@frappe.whitelist()
def get_proposed_withdrawals() -> list[dict]:
	"""Companies with a policy whose score has fallen below threshold less margin."""
	require_administrator()
	return service.get_proposed_withdrawals()


@frappe.whitelist(methods=["POST"])
def judge(enterprise: str, judgement: int | None = None) -> dict:
	"""An administrator's judgement, 0 to 100, as one of the criteria; without a number it is taken back."""
	require_administrator()
	service.judge(enterprise, judgement)
	return service.describe(enterprise)


@frappe.whitelist(methods=["POST"])
def recompute(enterprise: str) -> dict:
	"""Computes a score at once instead of in the night."""
	require_administrator()
	service.recompute([enterprise])
	return service.describe(enterprise)

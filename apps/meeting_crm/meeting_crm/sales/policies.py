"""Preferential policies: what a company was granted, and what that means in quotations and contracts (C10)."""

import frappe
from frappe.utils import getdate

POLICY, GRANT = "Meeting Preferential Policy", "Meeting Policy Grant"
FEE_KINDS = {
	"Participation": "participation",
	"Publicity": "publicity",
	"Accommodation": "accommodation",
	"Other": "other",
}


def get_granted(enterprise: str | None, on) -> str | None:
	"""The policy granted for that day; of several the one with the highest priority, then the largest discount."""
	if not enterprise or not on:
		return None
	found = frappe.db.sql(
		f"""select policy.name from `tab{GRANT}` granted join `tab{POLICY}` policy on policy.name = granted.policy
		where granted.enterprise = %s and %s between granted.from_date and granted.until and not policy.disabled
		order by policy.priority desc, policy.percentage desc, policy.name limit 1""",
		(enterprise, getdate(on)),
	)
	return found[0][0] if found else None


def apply(doc, enterprise: str | None, on) -> None:
	"""What the company was granted for that day, on a draft and on each of its lines."""
	set_policy(doc, *_get_policy(get_granted(enterprise, on)))


def set_policy(doc, policy: str | None, percentage: float) -> None:
	"""`policy` and its `percentage` on a document and the lines that it is for, whatever a client sent. Extras join the lines once,
	at 0.00."""
	saved = doc.get_doc_before_save()
	doc.policy, doc.policy_percentage = policy, percentage
	set_line_percentages(doc.items, policy, percentage)
	if policy and doc.items and (not saved or saved.policy != policy):
		_add_extras(doc, frappe.get_cached_doc(POLICY, policy))


def set_line_percentages(items, policy: str | None, percentage: float) -> None:
	included = frappe.get_cached_doc(POLICY, policy) if policy else None
	for item in items:
		named = included and included.get(FEE_KINDS[item.fee_kind or "Participation"])
		item.policy_percentage = percentage if named else 0


def _get_policy(name: str | None) -> tuple[str | None, float]:
	return (name, frappe.get_cached_value(POLICY, name, "percentage")) if name else (None, 0)


def _add_extras(doc, policy) -> None:
	present = {item.item_name for item in doc.items}
	for extra in policy.extras:
		if extra.item_name not in present:
			doc.append(
				"items",
				{
					"item_name": extra.item_name,
					"quantity": extra.quantity,
					"unit": extra.unit,
					"rate": 0,
					"fee_kind": "Other",
				},
			)


def fill_grant(grant) -> None:
	grant.enterprise_name = frappe.db.get_value("Meeting Enterprise", grant.enterprise, "enterprise_name")
	grant.granted_by = grant.granted_by or frappe.session.user

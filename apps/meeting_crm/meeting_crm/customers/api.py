"""Whitelisted functions of the customer file."""

from datetime import date

import frappe

from meeting_crm.core.rights import require_administrator
from meeting_crm.core.transactions import retried_on_conflict
from meeting_crm.customers import permissions, reviewing, service, sharing


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def add_remark(customer: str, note: str) -> dict:
	"""A5: a dated note in a file the user may change."""
	permissions.require_write(customer)
	return service.add_remark(customer, note)


@frappe.whitelist(methods=["POST"])
def share(customer: str, users: str | list[str], write: bool = False, until: str | date | None = None) -> list[dict]:
	"""C8: shares a file with people, to read or to write, until an instant or for good."""
	permissions.require_share(customer)
	sharing.share(permissions.CUSTOMER, customer, frappe.parse_json(users), write, until)
	return sharing.get_access(customer)


@frappe.whitelist(methods=["POST"])
def unshare(customer: str, user: str) -> list[dict]:
	"""C8: ends a share at once."""
	permissions.require_share(customer)
	sharing.revoke(permissions.CUSTOMER, customer, user)
	return sharing.get_access(customer)


@frappe.whitelist()
def get_access(customer: str) -> list[dict]:
	"""C8: who sees the file, and why."""
	permissions.require_read(customer)
	return sharing.get_access(customer)


@frappe.whitelist(methods=["POST"])
def review(customer: str, decision: str, reason: str | None = None) -> None:
	"""C7: Approved or Rejected, by administrators. The holder is told, with the reason."""
	require_administrator()
	reviewing.review(customer, decision, reason)


@frappe.whitelist(methods=["POST"])
def request_deletion(customer: str, reason: str) -> str:
	"""C7: asks the administrators to delete a file nothing refers to. Answers the request's name."""
	permissions.require_write(customer)
	return reviewing.request_deletion(customer, reason)


@frappe.whitelist(methods=["POST"])
def decide_deletion(request: str, approve: bool, answer: str | None = None) -> None:
	"""C7: an administrator deletes the file or says why not."""
	require_administrator()
	reviewing.decide_deletion(request, approve, answer)

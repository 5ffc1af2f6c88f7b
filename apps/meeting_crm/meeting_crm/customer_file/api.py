"""Whitelisted functions of the customer form's head, sides and timeline."""

from datetime import date

import frappe

from meeting_crm.customer_file import cockpit, finding, timeline
from meeting_crm.customers import permissions


@frappe.whitelist()
def get_cockpit(customer: str) -> dict:
	"""The customer form: protection, people, next steps, related records and what the user may do."""
	permissions.require_read(customer)
	return cockpit.get_cockpit(customer)


@frappe.whitelist()
def get_timeline(customer: str, before: str | date | None = None, limit: int = timeline.PAGE_LENGTH) -> dict:
	"""The file's story, newest first; `before` of a next page is `next` of the one before."""
	permissions.require_read(customer)
	return timeline.get_timeline(customer, before, max(1, min(limit, 100)))


@frappe.whitelist()
def find(text: str, limit: int = 8) -> list[dict]:
	"""Files, contracts and quotations that the user may read, by what a caller says: a telephone number in any spelling, an e-mail
	address, a person, a company or its pinyin, the number of a contract or a quotation. Rows of {doctype, name, title, detail}."""
	return finding.find(text, max(1, min(limit, 20)))

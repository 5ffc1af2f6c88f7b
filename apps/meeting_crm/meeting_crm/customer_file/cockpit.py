"""What the head and the sides of the customer form show. Everything is read with the user's permissions."""

import frappe
from frappe.utils import get_fullname, now_datetime

from meeting_crm.claims.statuses import list_held_in, name_with_status
from meeting_crm.customers import permissions, sharing
from meeting_crm.documents import library
from meeting_crm.enterprises.service import get_affiliates

CUSTOMER = "Meeting Customer"
SHOWN = 5


def get_cockpit(customer: str) -> dict:
	file = frappe.db.get_value(
		CUSTOMER,
		customer,
		["name", "customer_name", "enterprise", "holder", "owner", "category", "modified"],
		as_dict=True,
	)
	can_write, claims = permissions.can_write(customer), _get_claims(file)
	return {
		"now": now_datetime(),
		"modified": file.modified,
		"holder_name": get_fullname(file.holder) if file.holder else None,
		"author_name": get_fullname(file.owner),
		"claims": claims,
		"held_in": [] if claims else list_held_in(file.enterprise),
		"affiliates": _get_affiliates(file.enterprise),
		"people": _get_people(customer),
		"next_steps": _get_next_steps(customer),
		"related": [row for doctype in RELATED if (row := _get_related(doctype, customer, can_write))],
		"customer": customer,
		"papers": _get_papers(customer),
		"documents": _get_documents(customer),
		"shared_with": len([row for row in sharing.get_access(customer) if row["shared"]]),
		"may": {
			"write": can_write,
			"share": permissions.can_share(customer),
			"enter": file.category == "Social Relation" and not file.enterprise,
		},
	}


def _get_claims(file: frappe._dict) -> list[dict]:
	"""Claims behind this file that still stand, newest first; the rest is history of the timeline."""
	if not frappe.has_permission("Meeting Claim", "read"):
		return []
	return frappe.get_list(
		"Meeting Claim",
		filters={"customer": file.name, "ended_on": ("is", "not set")},
		fields=[
			"name",
			"project",
			"project_name",
			"enterprise_name",
			"customer",
			"holder",
			"source",
			"claimed_on",
			"protected_until",
			"workflow_state",
			"signed_on",
		],
		order_by="claimed_on desc",
	)


def _get_affiliates(enterprise: str | None) -> list[str]:
	return name_with_status(get_affiliates(enterprise)) if enterprise else []


def _get_people(customer: str) -> list[dict]:
	return frappe.get_list(
		"Meeting Contact",
		filters={"customer": customer},
		fields=["name", "person_name", "position", "gender", "mobile", "phone", "email", "wechat", "is_primary"],
		order_by="is_primary desc, creation",
		limit=50,
	)


def _get_next_steps(customer: str) -> list[dict]:
	if not frappe.has_permission("Meeting Activity", "read"):
		return []
	return frappe.get_list(
		"Meeting Activity",
		filters={"customer": customer, "status": "Planned"},
		fields=[
			"name",
			"subject",
			"activity_type",
			"starts_on",
			"assigned_to",
			"result",
			"outcome",
			"customer",
			"contact",
			"opportunity",
		],
		order_by="starts_on",
		limit=SHOWN,
	)


RELATED = {
	"Meeting Opportunity": ("opportunity_name", "stage", "amount"),
	"Meeting Quotation": ("name", "status", "amount"),
	"Meeting Contract": ("name", "contract_kind", "amount"),
	"Meeting Customer Project": ("project_title", "status", "budget"),
	"Meeting Maintenance": ("subject", "status", None),
	"Meeting Expense": ("purpose", "expense_type", "amount"),
}


def _get_related(doctype: str, customer: str, can_write: bool) -> dict | None:
	"""The newest records of a kind, and how many there are."""
	if not frappe.has_permission(doctype, "read"):
		return None
	title, status, amount = RELATED[doctype]
	rows = frappe.get_list(
		doctype,
		filters={"customer": customer},
		fields=["name", title, status, *([amount] if amount else [])],
		order_by="creation desc",
		limit=100,
	)
	return {
		"doctype": doctype,
		"may_create": can_write and bool(frappe.has_permission(doctype, "create")),
		"count": len(rows),
		"rows": [
			{"name": row.name, "title": row[title], "status": row[status], "amount": row.get(amount)}
			for row in rows[:SHOWN]
		],
	}


def _get_documents(customer: str) -> list[dict]:
	"""The newest of the library's documents that hang on the file."""
	page = library.get_page(customer=customer)["documents"]
	return [{"name": row.name, "title": row.title, "status": row.status} for row in page[:SHOWN]]


def _get_papers(customer: str) -> list[dict]:
	return frappe.get_all(  # why: attachments follow the file, which the caller may read
		"File",
		filters={"attached_to_doctype": CUSTOMER, "attached_to_name": customer},
		fields=["name", "file_name", "file_url", "creation"],
		order_by="creation desc",
		limit=SHOWN,
	)

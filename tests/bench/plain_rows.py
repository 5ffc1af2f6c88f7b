"""The yardstick of `claims.py`: the rows of a claim written through Frappe's documents, without any rule. Served by the
benchmark's own web processes alone, under the name PLAIN_ROWS."""

import frappe
from frappe.utils import now_datetime
from web import application

from meeting_crm.claims import api

__all__ = ["application"]


@frappe.whitelist(methods=["POST"])
def insert(project: str, enterprise: str) -> str:
	"""A file with one contact, a claim, and its event; the operation log writes itself, as for every document."""
	user, now = frappe.session.user, now_datetime()
	file = write(
		"Meeting Customer",
		customer_name=enterprise,
		enterprise=enterprise,
		holder=user,
		category="Intended",
		review_status="Approved",
		mobile="13800138000",
	)
	write(
		"Meeting Contact",
		customer=file,
		customer_name=enterprise,
		person_name="王经理",
		mobile="13800138000",
		is_primary=1,
	)
	claim = write(
		"Meeting Claim",
		project=project,
		project_name=project,
		enterprise=enterprise,
		enterprise_name=enterprise,
		customer=file,
		holder=user,
		source="Pool",
		claimed_on=now,
		protected_from=now,
		protected_until=now,
		workflow_state="Negotiating",
		phase="Negotiating",
		active_key=f"{project}:{enterprise}",
	)
	write(
		"Meeting Claim Event",
		claim=claim,
		project=project,
		enterprise=enterprise,
		holder=user,
		event="Claimed",
		happened_on=now,
		by_user=user,
	)
	return claim


def write(doctype: str, **values) -> str:
	doc = frappe.get_doc({"doctype": doctype, **values})
	doc.flags.update({"by_service": True, "ignore_validate": True, "ignore_links": True})
	return doc.insert(ignore_permissions=True).name


api.insert_plain_rows = insert

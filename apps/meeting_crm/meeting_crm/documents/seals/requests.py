"""What the screens show of seals and of requests for them."""

import frappe
from frappe import _
from frappe.utils import cint, flt, get_fullname, getdate

from meeting_crm.documents.seals.permissions import SEAL, USE, is_selected, may_decide, seal_condition, use_condition
from meeting_crm.documents.seals.service import ASKED


def require_visible(request: str) -> None:
	"""The same refusal for a foreign request and for one that does not exist."""
	if not is_selected(USE, request, use_condition()):
		frappe.throw(_("You may not see this request. Its seal's keeper decides about it."), frappe.PermissionError)


def read_place(arguments: dict) -> tuple[int, float, float] | None:
	page = cint(arguments.get("page"))
	return (page, flt(arguments.get("left_mm")), flt(arguments.get("top_mm"))) if page > 0 else None


def get_seals() -> list[dict]:
	table = f"`tab{SEAL}`"
	return frappe.db.sql(
		# raw SQL: the permission condition is SQL; a % in it must not be taken for a placeholder
		f"""select name, seal_name, seal_type, company, keeper from {table}
		where disabled = 0 and (valid_from is null or valid_from <= %(today)s) and (valid_to is null or valid_to >= %(today)s)
			and {seal_condition().replace("%", "%%")} order by seal_name""",
		{"today": getdate()},
		as_dict=True,
	)


def get_requests(document: str | None = None) -> list[dict]:
	table = f"`tab{USE}`"
	restriction = f"{table}.document = %(document)s" if document else f"{table}.status = '{ASKED}'"
	rows = frappe.db.sql(
		# raw SQL: the permission condition is SQL; a % in it must not be taken for a placeholder
		f"""select {table}.name, {table}.document, {table}.title, {table}.version, {table}.status, {table}.reason, {table}.riding,
			{table}.requested_by, {table}.creation, {table}.decided_by, {table}.decided_on, {table}.decision_reason,
			{table}.result_version, {table}.seal, seal.seal_name
		from {table} join `tab{SEAL}` seal on seal.name = {table}.seal
		where {restriction} and {use_condition().replace("%", "%%")} order by {table}.creation desc limit 50""",
		{"document": document},
		as_dict=True,
	)
	for row in rows:
		row.requested_by_name = get_fullname(row.requested_by)
		row.decided_by_name = get_fullname(row.decided_by) if row.decided_by else ""
		is_open = row.status == ASKED
		row.may_decide = is_open and may_decide(row)
		row.may_withdraw = is_open and row.requested_by == frappe.session.user
	return rows

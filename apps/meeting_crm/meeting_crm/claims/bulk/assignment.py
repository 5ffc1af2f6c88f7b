"""Assignment (B11): managers give enterprises to their people, administrators to anybody in the project."""

from collections import defaultdict
from datetime import datetime

import frappe
from frappe import _
from frappe.utils import escape_html, now_datetime

from meeting_crm.claims import rules, service
from meeting_crm.claims.bulk import several
from meeting_crm.claims.clock import notices
from meeting_crm.core.people import get_subordinates, is_administrator
from meeting_crm.meeting_projects import service as projects


def get_assignable(project: str, user: str) -> list[dict]:
	"""Members `user` may assign to, with what they protect now, the least loaded first."""
	members = [row for row in projects.get_members(project) if may_assign_to(row.user, user)]
	enabled = set(
		frappe.get_all("User", filters={"name": ("in", [row.user for row in members]), "enabled": 1}, pluck="name")
		if members
		else []
	)
	load = get_load(project, [row.user for row in members if row.user in enabled])
	names = {row.user: row.full_name or row.user for row in members}
	return sorted(
		({"user": person, "full_name": names[person], "protected": count} for person, count in load.items()),
		key=lambda row: (row["protected"], row["full_name"]),
	)


def may_assign_to(holder: str, user: str) -> bool:
	return is_administrator(user) or holder in get_subordinates(user)


def get_load(project: str, users: list[str], now: datetime | None = None) -> dict[str, int]:
	"""How many enterprises each of the users protects in a project at this second."""
	if not users:
		return {}
	counts = dict(
		frappe.db.sql(
			"""select holder, count(*) from `tabMeeting Claim`
			where project = %(project)s and holder in %(users)s
			and phase = 'Negotiating' and protected_until > %(now)s group by holder""",
			{"project": project, "users": users, "now": now or now_datetime()},
		)
	)
	return {user: counts.get(user, 0) for user in users}


def assign(project: str, enterprises: list[str], users: list[str], by_user: str) -> list[dict]:
	"""Claims each enterprise for one of `users`; several of them share evenly. Rows as from `several`; both sides are
	told. Assignments do not count against the day of those who receive them (B7)."""
	users = several.require_names(users)
	enterprises = several.require_names(enterprises)
	for holder in users:
		_require_assignable(holder, by_user)
	given = dict(rules.spread_evenly(enterprises, get_load(project, users)))
	rows = several.run_for_each(
		enterprises,
		"enterprise",
		lambda enterprise: service.describe(service.make_claim(project, enterprise, given[enterprise], rules.ASSIGNED)),
	)
	_tell(rows, by_user)
	return rows


def _require_assignable(holder: str, by_user: str) -> None:
	name = frappe.bold(escape_html(frappe.utils.get_fullname(holder)))
	if not may_assign_to(holder, by_user):
		frappe.throw(
			_("You can assign companies to people below you, and {0} is not. Ask an administrator.").format(name),
			title=_("Not your people"),
			exc=frappe.PermissionError,
		)
	if not frappe.get_cached_value("User", holder, "enabled"):
		frappe.throw(
			_("The account of {0} is disabled. Choose somebody else.").format(name), title=_("Disabled account")
		)


def _tell(rows: list[dict], by_user: str) -> None:
	won = [row for row in rows if row["ok"]]
	names = projects.get_project_names([row["project"] for row in won])
	claims = [frappe._dict(row, name=row["claim"], project_name=names[row["project"]]) for row in won]
	by_holder = defaultdict(list)
	for claim in claims:
		by_holder[claim.holder].append(claim)
	for holder, received in by_holder.items():
		notices.tell_assigned(holder, received, by_user)
	if claims:
		notices.tell_assigner(by_user, claims)

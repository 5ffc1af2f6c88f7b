"""Who stands where: administrators, managers, subordinates."""

import frappe
from frappe.query_builder import DocType
from frappe.utils.caching import request_cache
from pypika.terms import Criterion

ADMINISTRATOR_ROLES = frozenset({"Meeting Administrator", "System Manager"})


def is_administrator(user: str | None = None) -> bool:
	user = user or frappe.session.user
	return user == "Administrator" or not ADMINISTRATOR_ROLES.isdisjoint(frappe.get_roles(user))


def get_administrators() -> list[str]:
	"""Everybody with an administrator's role, whoever it is that something must reach."""
	role, user = DocType("Has Role"), DocType("User")
	return (
		frappe.qb.from_(role)
		.join(user)
		.on(user.name == role.parent)
		.where((role.parenttype == "User") & role.role.isin(list(ADMINISTRATOR_ROLES)) & (user.enabled == 1))
		.select(user.name)
		.distinct()
		.run(pluck=True)
	)


def is_manager(user: str | None = None) -> bool:
	return "Meeting Manager" in frappe.get_roles(user or frappe.session.user)


def get_subordinates(user: str | None = None) -> list[str]:
	"""Users in the departments that `user` manages and all below them (E2), and members of projects
	whose manager is `user` (B1); never `user` alone. Sorted; read once a request."""
	return _get_subordinates(user or frappe.session.user)


@request_cache
def _get_subordinates(user: str) -> list[str]:
	return sorted(_department_members(user).union(_project_members(user)).difference([user]))


def _department_members(user: str) -> set[str]:
	managed, below, member = DocType("Meeting Department"), DocType("Meeting Department"), DocType("User")
	branches = frappe.qb.from_(managed).where(managed.manager == user).select(managed.lft, managed.rgt).run()
	if not branches:
		return set()
	rows = (
		frappe.qb.from_(below)
		.join(member)
		.on(member.meeting_department == below.name)
		.where(Criterion.any(below.lft[first:last] for first, last in branches))
		.select(member.name)
		.run()
	)
	return {name for (name,) in rows}


def _project_members(user: str) -> set[str]:
	member = DocType("Meeting Project Member")
	return {name for (name,) in frappe.qb.from_(member).where(member.manager == user).select(member.user).run()}


def get_superiors(user: str) -> list[str]:
	"""The reverse of get_subordinates: who stands over `user` by department or project. Sorted."""
	member, own, above = DocType("User"), DocType("Meeting Department"), DocType("Meeting Department").as_("above")
	by_department = (
		frappe.qb.from_(member)
		.join(own)
		.on(own.name == member.meeting_department)
		.join(above)
		.on((above.lft <= own.lft) & (above.rgt >= own.rgt))
		.where((member.name == user) & above.manager.isnotnull())
		.select(above.manager)
		.run()
	)
	project_member = DocType("Meeting Project Member")
	by_project = (
		frappe.qb.from_(project_member)
		.where((project_member.user == user) & project_member.manager.isnotnull())
		.select(project_member.manager)
		.run()
	)
	return sorted({name for (name,) in (*by_department, *by_project) if name} - {user})

"""Who may get protections in a handover: members of their projects alone."""

import frappe
from frappe import _
from frappe.utils import get_fullname

from meeting_crm.meeting_projects.service import add_members, get_members


def find_missing(claims: list[frappe._dict], shares: dict[str, str]) -> list[frappe._dict]:
	"""Receivers who are no members of a project whose protection they would get: rows of user, project,
	project_name. `shares`: {customer file: receiver}."""
	members: dict[str, set[str]] = {}
	missing = {}
	for claim in claims:
		if claim.project not in members:
			members[claim.project] = {row.user for row in get_members(claim.project)}
		receiver = shares.get(claim.customer)
		if receiver and receiver not in members[claim.project]:
			missing[claim.project_name, receiver] = frappe._dict(
				user=receiver, project=claim.project, project_name=claim.project_name
			)
	return [missing[key] for key in sorted(missing)]


def describe(missing: list[frappe._dict]) -> list[str]:
	return [
		_(
			"{0} is not a member of {1}. Choose another receiver, or let an administrator add them to the project."
		).format(get_fullname(row.user), row.project_name)
		for row in missing
	]


def add_missing(missing: list[frappe._dict]) -> None:
	"""Makes them members, with the session's user's right to change the projects."""
	users: dict[str, list[str]] = {}
	for row in missing:
		users.setdefault(row.project, []).append(row.user)
	for project, names in users.items():
		add_members(project, names)

"""What the screens ask about projects and the people in them. Reads only."""

import frappe
from frappe.query_builder import DocType
from frappe.utils import nowdate

from meeting_crm.core import people

IN_USE = "meeting_project_in_use"
SUMMARY = ("name", "project_name", "start_date", "end_date", "reminder_days")


def get_projects(user: str) -> list[dict]:
	"""Open projects `user` has to do with, newest first: administrators all, others those in which they or
	their subordinates are members. `is_member` says whether the person may claim there."""
	project = DocType("Meeting Project")
	query = (
		frappe.qb.from_(project)
		.select(*(project[field] for field in SUMMARY))
		.where(project.closed == 0)
		.where(project.end_date.isnull() | (project.end_date >= nowdate()))
		.orderby(project.start_date, order=frappe.qb.desc)
		.orderby(project.name, order=frappe.qb.desc)
	)
	own = set(_get_project_names([user]))
	if not people.is_administrator(user):
		visible = own.union(_get_project_names(people.get_subordinates(user)))
		if not visible:
			return []
		query = query.where(project.name.isin(sorted(visible)))
	return [{**row, "is_member": row.name in own} for row in query.run(as_dict=True)]


def choose_project(project: str, user: str) -> None:
	"""Kept for every device of the person. The caller has checked that they may look into it."""
	frappe.defaults.set_user_default(IN_USE, project, user)


def get_chosen_project(user: str) -> str | None:
	return frappe.defaults.get_user_default(IN_USE, user)


def get_people(project: str, user: str) -> list[dict]:
	"""Members of `project` whose claims `user` may see, himself first, then as a Chinese dictionary has their names: by pinyin,
	the order of that character set."""
	# raw SQL: the query builder does not know CONVERT … USING in an order
	rows = frappe.db.sql(
		"""select member.user, coalesce(account.full_name, member.user) as full_name from `tabMeeting Project Member` member
		join `tabUser` account on account.name = member.user
		where member.parent = %s and member.parenttype = 'Meeting Project' 
		order by convert(account.full_name using gbk)""",
		(project,),
		as_dict=True,
	)
	if not people.is_administrator(user):
		visible = {user, *people.get_subordinates(user)}
		rows = [row for row in rows if row.user in visible]
	return sorted(rows, key=lambda row: row.user != user)


def _get_project_names(users: list[str]) -> list[str]:
	if not users:
		return []
	member = DocType("Meeting Project Member")
	return (
		frappe.qb.from_(member)
		.select(member.parent)
		.distinct()
		.where(member.user.isin(users) & (member.parenttype == "Meeting Project"))
		.run(pluck=True)
	)

"""Departments (E2): a tree with head counts. One that is over is ended, not deleted: its people move first."""

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count
from frappe.utils import cint, escape_html, get_fullname

from meeting_crm.core.log import log_many

DEPARTMENT = "Meeting Department"


def get_tree() -> list[dict]:
	"""Every department, parents first, with the people in it and in all below it."""
	department, user = DocType(DEPARTMENT), DocType("User")
	counted = dict(
		frappe.qb.from_(user)
		.where((user.enabled == 1) & user.meeting_department.isnotnull())
		.groupby(user.meeting_department)
		.select(user.meeting_department, Count("*"))
		.run()
	)
	rows = (
		frappe.qb.from_(department)
		.select(
			department.name,
			department.parent_meeting_department.as_("parent"),
			department.manager,
			department.ended,
			department.lft,
			department.rgt,
		)
		.orderby(department.lft)
		.orderby(department.name)
		.run(as_dict=True)
	)
	return [
		{
			"department": row.name,
			"parent": row.parent,
			"manager": row.manager,
			"manager_name": get_fullname(row.manager) if row.manager else None,
			"ended": cint(row.ended),
			"depth": sum(1 for other in rows if other.lft < row.lft and other.rgt > row.rgt),
			"people": counted.get(row.name, 0),
			"people_below": sum(
				counted.get(other.name, 0) for other in rows if other.lft >= row.lft and other.rgt <= row.rgt
			),
		}
		for row in rows
	]


def save_department(
	department: str | None, department_name: str | None = None, parent: str | None = None, manager: str | None = None
) -> str:
	"""Makes a department, or moves and changes one. None leaves a value as it is, an empty text takes it away."""
	doc = frappe.get_doc(DEPARTMENT, department) if department else frappe.new_doc(DEPARTMENT)
	if department_name and not department:
		doc.department_name = department_name
	if parent is not None:
		doc.parent_meeting_department = parent or None
	if manager is not None:
		doc.manager = manager or None
	doc.save()
	return doc.name


def set_ended(department: str, ended: bool) -> dict:
	doc = frappe.get_doc(DEPARTMENT, department)
	doc.ended = int(ended)
	doc.save()
	return {"department": doc.name, "ended": doc.ended}


# document events of Meeting Department, called by its controller


def validate_department(doc) -> None:
	doc.department_name = (doc.department_name or "").strip()
	_refuse_circle(doc)
	if doc.ended:
		_refuse_ending(doc)
	elif doc.parent_meeting_department and frappe.db.get_value(DEPARTMENT, doc.parent_meeting_department, "ended"):
		frappe.throw(
			_("{0} has ended. Choose another department above.").format(
				frappe.bold(escape_html(doc.parent_meeting_department))
			)
		)


def _refuse_circle(doc) -> None:
	parent = doc.parent_meeting_department
	if not parent or doc.is_new():
		return
	own = frappe.db.get_value(DEPARTMENT, doc.name, ["lft", "rgt"])
	above = frappe.db.get_value(DEPARTMENT, parent, ["lft", "rgt"])
	if own and above and own[0] <= above[0] and above[1] <= own[1]:
		frappe.throw(
			_("{0} cannot be placed below {1}, which is part of it. Choose another department above it.").format(
				frappe.bold(escape_html(doc.name)), frappe.bold(escape_html(parent))
			)
		)


def _refuse_ending(doc) -> None:
	people = frappe.get_all("User", {"meeting_department": doc.name, "enabled": 1}, pluck="full_name", limit=4)
	if people:
		frappe.throw(
			_("{0} still has people: {1}. Move them to another department first.").format(
				frappe.bold(escape_html(doc.name)), escape_html(", ".join(people))
			)
		)
	below = frappe.get_all(DEPARTMENT, {"parent_meeting_department": doc.name, "ended": 0}, pluck="name", limit=4)
	if below:
		frappe.throw(
			_("Departments below {0} have not ended: {1}. End or move them first.").format(
				frappe.bold(escape_html(doc.name)), escape_html(", ".join(below))
			)
		)


def follow_department(doc) -> None:
	"""Whoever gets another manager finds it in the log of their own account."""
	before = doc.get_doc_before_save()
	if not before or before.manager == doc.manager:
		return
	people = frappe.get_all("User", {"meeting_department": doc.name}, pluck="name")
	log_many(
		("Manager Changed", "User", user, {"manager": before.manager}, {"manager": doc.manager}) for user in people
	)


def validate_deletion(doc) -> None:
	people = frappe.get_all("User", {"meeting_department": doc.name}, pluck="full_name", limit=4)
	if people:
		frappe.throw(
			_("{0} has or had people: {1}. End it instead: its history stays.").format(
				frappe.bold(escape_html(doc.name)), escape_html(", ".join(people))
			)
		)


def validate_membership(doc, method: str | None = None) -> None:
	"""Of User: nobody new comes into a department that has ended."""
	if (
		doc.get("meeting_department")
		and doc.has_value_changed("meeting_department")
		and frappe.db.get_value(DEPARTMENT, doc.meeting_department, "ended")
	):
		frappe.throw(
			_("{0} has ended. Choose another department.").format(frappe.bold(escape_html(doc.meeting_department)))
		)

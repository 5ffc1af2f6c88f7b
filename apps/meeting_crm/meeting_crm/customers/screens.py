"""What the screens ask about customer files. Reads only."""

from datetime import datetime

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count
from frappe.utils import now_datetime

from meeting_crm.core.database import escape_like


def get_shared_files(user: str, since: datetime, limit: int = 20) -> list[dict]:
	"""Files that colleagues shared with `user` since then and that are still shared, newest first."""
	share, file, sharer = DocType("DocShare"), DocType("Meeting Customer"), DocType("User")
	return (
		frappe.qb.from_(share)
		.join(file)
		.on(file.name == share.share_name)
		.left_join(sharer)
		.on(sharer.name == share.owner)
		.select(
			share.share_name.as_("customer"),
			file.customer_name,
			sharer.full_name.as_("shared_by"),
			share.creation.as_("shared_on"),
			share.meeting_shared_until.as_("until"),
		)
		.where((share.share_doctype == "Meeting Customer") & (share.user == user) & (share.creation >= since))
		.where(share.meeting_shared_until.isnull() | (share.meeting_shared_until > now_datetime()))
		.orderby(share.creation, order=frappe.qb.desc)
		.limit(limit)
		.run(as_dict=True)
	)


def get_left_behind(people: list[str] | None, text: str = "", limit: int = 20) -> list[dict]:
	"""Disabled users who still hold files, with how many, most first: {user, full_name, customers}. `people`: among these alone;
	`text`: a part of the name or the address."""
	user, file = DocType("User"), DocType("Meeting Customer")
	query = (
		frappe.qb.from_(user)
		.join(file)
		.on(file.holder == user.name)
		.where(user.enabled == 0)
		.select(user.name.as_("user"), user.full_name, Count("*").as_("customers"))
		.groupby(user.name, user.full_name)
		.orderby(Count("*"), order=frappe.qb.desc)
		.orderby(user.name)
		.limit(limit)
	)
	if people is not None:
		query = query.where(user.name.isin(people or [""]))
	if text:
		pattern = f"%{escape_like(text)}%"
		query = query.where(user.full_name.like(pattern) | user.name.like(pattern))
	return query.run(as_dict=True)


def get_lines_of_work(customers: list[str]) -> dict[str, dict]:
	"""What whoever calls needs of each file: {file: {person_name, phone, last_activity_on, next_activity_on}}. The caller has checked
	that the user sees them."""
	names = [name for name in customers if name]
	files = frappe.get_all(  # why: see above
		"Meeting Customer",
		filters={"name": ("in", names or [""])},
		fields=["name", "mobile", "landline", "last_activity_on", "next_activity_on"],
	)
	people: dict[str, dict] = {}
	for row in frappe.get_all(  # why: see above
		"Meeting Contact",
		filters={"customer": ("in", names or [""])},
		fields=["customer", "person_name", "mobile", "phone"],
		order_by="is_primary desc, creation",
	):
		people.setdefault(row.customer, row)
	lines = {}
	for file in files:
		person = people.get(file.name, frappe._dict())
		lines[file.name] = {
			"person_name": person.person_name,
			"phone": person.mobile or person.phone or file.mobile or file.landline,
			"last_activity_on": file.last_activity_on,
			"next_activity_on": file.next_activity_on,
		}
	return lines

"""The locks behind claims, and their one order.

Whoever needs several of these takes them from the top down, so that no two requests wait for each other:

1. the project's row, shared: rules and dates stand still (`lock_project`; saving a project takes it alone);
2. the member's account row: one claim or extension of a person in a project at a time (`lock_account`);
3. the enterprise's row: one claimer of a company at a time (`enterprises.service.lock_enterprise`);
4. claim rows, by name (`lock_claim`, `lock_claims`);
5. customer files.

All of them are single rows found by primary key: no gap of an index is locked, so strangers never wait. The unique index on
`active_key` is the last word on who holds an enterprise.
"""

from datetime import date
from hashlib import sha256

import frappe
from frappe import _

from meeting_crm.meeting_projects.service import lock_project

__all__ = ["count_claim", "count_extension", "lock_account", "lock_claim", "lock_claims", "lock_project"]


def lock_account(project: str, user: str) -> frappe._dict:
	"""The counters of a member in a project, locked: name, day, claimed_today, extensions_used. Made when missing."""
	name = get_account_name(project, user)
	frappe.db.sql(
		"""insert into `tabMeeting Claim Account`
			(name, creation, modified, owner, modified_by, project, user, claimed_today, extensions_used)
		values (%(name)s, now(6), now(6), %(user)s, %(user)s, %(project)s, %(user)s, 0, 0)
		on duplicate key update name = name""",
		{"name": name, "project": project, "user": user},
	)
	return frappe.db.sql(
		"""select name, project, user, day, claimed_today, extensions_used
		from `tabMeeting Claim Account` where name = %s for update""",
		(name,),
		as_dict=True,
	)[0]


def get_account_name(project: str, user: str) -> str:
	return sha256(f"{project}\0{user}".encode()).hexdigest()[:20]


def count_claim(account: frappe._dict, day: date, claimed_today: int) -> None:
	_update_account(account.name, day=day, claimed_today=claimed_today)


def count_extension(account: frappe._dict) -> int:
	used = account.extensions_used + 1
	_update_account(account.name, extensions_used=used)
	return used


def _update_account(name: str, **values) -> None:
	account = frappe.qb.DocType("Meeting Claim Account")
	query = frappe.qb.update(account).where(account.name == name)
	for field, value in values.items():
		query = query.set(account[field], value)
	query.run()


def lock_claim(claim: str):
	"""The claim as it is now, locked."""
	if not frappe.db.sql("select name from `tabMeeting Claim` where name = %s for update", (claim,)):
		frappe.throw(
			_("This claim does not exist. Open your list of protected companies again."),
			title=_("Unknown claim"),
			exc=frappe.DoesNotExistError,
		)
	return frappe.get_doc("Meeting Claim", claim, for_update=True)


def lock_claims(names: list[str], fields: tuple[str, ...]) -> list[frappe._dict]:
	"""Rows as they are now, locked in the order of their names."""
	if not names:
		return []
	return frappe.db.sql(
		f"select {', '.join(fields)} from `tabMeeting Claim` where name in %(names)s order by name for update",
		{"names": sorted(names)},
		as_dict=True,
	)

"""Who sees and who changes a customer file and everything that hangs on it (design: visibility).

One SQL condition decides; the check of a single document runs the same condition for its name, so that
list, form, link search, report, count and file downloads cannot drift apart.
"""

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import now_datetime

from meeting_crm.core.people import get_subordinates, is_administrator
from meeting_crm.core.visibility import EVERYTHING, NOTHING, READ_RIGHTS, is_selected, quote

CUSTOMER = "Meeting Customer"

# Up to this many files, their names are written into the query: the database then walks the index of the
# linked table. Above it, checking row by row along the list's own order finds a page sooner.
MAX_NAMED_FILES = 2_000
MAX_NAMED_RECORDS = 500


def visible_customers_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""Files that `user` wrote, holds, got shared (until the second it runs out), or whose holder is below
	them; administrators: all. Always in parentheses, `(1=0)` for nobody."""
	user = user or frappe.session.user
	if user == "Guest":
		return NOTHING
	if is_administrator(user):
		return EVERYTHING
	shared = quote(get_shared_names(CUSTOMER, user))
	if get_visible_names(user) is None:
		# More files than are worth collecting: coalesce keeps the database on the index of the list's order.
		return visible_to(user, f"`tab{CUSTOMER}`", shared, "coalesce")
	return visible_to(user, f"`tab{CUSTOMER}`", shared)


def visible_files(table: str, user: str | None = None) -> str:
	"""The rule for `table`, another name of the files in a query, for whoever is no administrator."""
	user = user or frappe.session.user
	return visible_to(user, table, quote(get_shared_names(CUSTOMER, user)))


def linked_condition_of_few(doctype: str, user: str | None = None) -> str:
	"""`linked_condition` for a query that names its rows: no list of files is needed."""
	return _linked_condition(doctype, user, "customer", _get_readable_part_of_one)


def visible_to(user: str, table: str, shared_names: str, wrap: str = "") -> str:
	holders = quote([user, *get_subordinates(user)])
	shared = f" or {table}.name in ({shared_names})" if shared_names else ""
	return f"({wrap}({table}.owner) = {quote([user])} or {wrap}({table}.holder) in ({holders}){shared})"


def writable_customers_condition(user: str | None = None) -> str:
	"""A7: the holder and administrators edit, and those the file is shared with for writing."""
	user = user or frappe.session.user
	if user == "Guest":
		return NOTHING
	if is_administrator(user):
		return EVERYTHING
	shared = quote(get_shared_names(CUSTOMER, user, "write"))
	return f"(`tab{CUSTOMER}`.holder = {frappe.db.escape(user, percent=False)}" + (
		f" or `tab{CUSTOMER}`.name in ({shared}))" if shared else ")"
	)


def linked_condition(doctype: str, user: str | None = None, customer_field: str = "customer") -> str:
	"""For a DocType that hangs on a customer: you wrote it, it is shared with you, or you may read its
	customer file."""
	return _linked_condition(doctype, user, customer_field, _get_readable_part)


def _linked_condition(doctype: str, user: str | None, customer_field: str, get_readable_part) -> str:
	user = user or frappe.session.user
	if user == "Guest":
		return NOTHING
	if is_administrator(user):
		return EVERYTHING
	table = f"`tab{doctype}`"
	parts = [f"{table}.owner = {quote([user])}"]
	if shared := quote(get_shared_names(doctype, user)):
		parts.append(f"{table}.name in ({shared})")
	if readable := get_readable_part(doctype, customer_field, user):
		parts.append(readable)
	return f"({' or '.join(parts)})"


def _get_readable_part(doctype: str, customer_field: str, user: str) -> str:
	"""Records in readable files. Most of a person's own files were written by that person alone; then the
	list needs no more than the index of its authors, in its order."""
	column = f"`tab{doctype}`.`{customer_field}`"
	files = get_visible_names(user)
	if files is None:
		return _in_visible_files(column, user, None)
	if not files:
		return ""
	others = frappe.db.sql(
		f"""select name from `tab{doctype}` where {column} in ({quote(files)})
		and owner != {quote([user])} limit {MAX_NAMED_RECORDS + 1}""",
		pluck=True,
	)
	if len(others) > MAX_NAMED_RECORDS:
		return _in_visible_files(column, user, files)
	return f"`tab{doctype}`.name in ({quote(others)})" if others else ""


def _get_readable_part_of_one(doctype: str, customer_field: str, user: str) -> str:
	"""For a condition on one row: no list of files is needed."""
	return _in_visible_files(f"`tab{doctype}`.`{customer_field}`", user, None)


def _in_visible_files(column: str, user: str, names: list[str] | None) -> str:
	if names is not None:
		return f"{column} in ({quote(names)})" if names else "1=0"
	condition = visible_to(user, "visible_file", quote(get_shared_names(CUSTOMER, user)))
	return in_file(column, condition)


def in_file(column: str, condition: str) -> str:
	"""`condition` holds for the `visible_file` that `column` names. A scalar sub-query: the database answers `exists` by
	collecting all such files first."""
	return f"(select 1 from `tab{CUSTOMER}` visible_file where visible_file.name = {column} and {condition}) = 1"


def get_visible_names(user: str) -> list[str] | None:
	"""Names of the files that `user` may read, or None when they are more than MAX_NAMED_FILES."""
	limit, holders = MAX_NAMED_FILES + 1, quote([user, *get_subordinates(user)])
	# raw SQL: index-only reads, each with its own limit
	if frappe.db.sql(f"select 1 from `tab{CUSTOMER}` where holder in ({holders}) limit 1 offset {MAX_NAMED_FILES}"):
		return None
	names = frappe.db.sql(
		f"""(select name from `tab{CUSTOMER}` where owner = {quote([user])} limit {limit})
		union (select name from `tab{CUSTOMER}` where holder in ({holders}))""",
		pluck=True,
	)
	names = sorted({*names, *get_shared_names(CUSTOMER, user)})
	return names if len(names) <= MAX_NAMED_FILES else None


def get_shared_names(doctype: str, user: str, right: str = "read") -> list[str]:
	"""Documents shared with `user` whose share has not run out at this second (C8)."""
	share = DocType("DocShare")
	return (
		frappe.qb.from_(share)
		.where((share.user == user) & (share.share_doctype == doctype) & (share[right] == 1))
		.where(share.meeting_shared_until.isnull() | (share.meeting_shared_until > now_datetime()))
		.select(share.share_name)
		.run(pluck=True)
	)


def has_customer_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""Frappe's hook for one file. Reading repeats the list condition, changing needs the holder's right,
	deleting is for administrators (others ask for it, C7)."""
	user = user or frappe.session.user
	if is_administrator(user):
		return True
	if ptype == "create" or doc.is_new():
		return user != "Guest"
	if ptype == "share":
		return can_share(doc.name, user)
	if ptype in READ_RIGHTS:
		return can_read(doc.name, user)
	return ptype != "delete" and can_write(doc.name, user)


def has_linked_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""Frappe's hook for one record that hangs on a customer: reading repeats the list condition, changing
	needs the right to change the customer file, the one it was in and the one it goes to."""
	user = user or frappe.session.user
	if is_administrator(user):
		return True
	if ptype in READ_RIGHTS and not doc.is_new():
		return is_selected(doc.doctype, doc.name, linked_condition_of_few(doc.doctype, user))
	if ptype == "share" and doc.customer:
		return can_share(doc.customer, user)
	customers = {doc.customer}
	if not doc.is_new():
		customers.add(frappe.db.get_value(doc.doctype, doc.name, "customer"))
	return all(customer and can_write(customer, user) for customer in customers)


def can_read(customer: str, user: str | None = None) -> bool:
	return is_selected(CUSTOMER, customer, visible_customers_condition(user))


def can_write(customer: str, user: str | None = None) -> bool:
	return is_selected(CUSTOMER, customer, writable_customers_condition(user))


def can_share(customer: str, user: str | None = None) -> bool:
	"""C8: administrators, the holder, those above the holder, and whoever got the file with that right."""
	user = user or frappe.session.user
	if is_administrator(user):
		return True
	holder = frappe.db.get_value(CUSTOMER, customer, "holder")
	return bool(
		(holder and holder in (user, *get_subordinates(user))) or customer in get_shared_names(CUSTOMER, user, "share")
	)


def require_read(customer: str) -> None:
	"""The same refusal for a foreign file and for one that does not exist."""
	if not can_read(customer):
		frappe.throw(
			_("You may not read this customer file. Ask its holder or an administrator to share it with you."),
			frappe.PermissionError,
		)


def require_write(customer: str) -> None:
	require_read(customer)
	if not can_write(customer):
		frappe.throw(
			_(
				"You may read this customer file but not change it: only its holder and administrators may. Claim the company, or ask the holder to share it with you for writing."
			),
			frappe.PermissionError,
		)


def require_share(customer: str) -> None:
	require_read(customer)
	if not can_share(customer):
		frappe.throw(
			_("Only the holder of this customer, those above them and administrators share it. Ask one of them."),
			frappe.PermissionError,
		)


def deletion_request_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""C7: who asked, and administrators."""
	user = user or frappe.session.user
	return EVERYTHING if is_administrator(user) else f"(`tabMeeting Deletion Request`.owner = {quote([user])})"


def contact_condition(user: str | None = None, doctype: str | None = None) -> str:
	return linked_condition("Meeting Contact", user)


def remark_condition(user: str | None = None, doctype: str | None = None) -> str:
	user = user or frappe.session.user
	if user == "Guest":
		return NOTHING
	if is_administrator(user):
		return EVERYTHING
	return f"({_in_visible_files('`tabMeeting Customer Remark`.parent', user, get_visible_names(user))})"

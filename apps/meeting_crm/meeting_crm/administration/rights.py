"""E4: rights added to or taken from one person, on top of what group and roles give."""

from contextlib import contextmanager
from datetime import datetime

import frappe
from frappe import _
from frappe.boot import get_allowed_pages
from frappe.utils import get_datetime, get_fullname, now_datetime

from meeting_crm.administration import groups, levels, rules

CACHE = "meeting_personal_rights"
MAX_COUNTED = 1000
GROUP = "Group"
"""In place of an effect: what group and roles give counts again."""

# modules of the matrix, in the order of the work, with their records
MODULES = {
	"Customers": ("Meeting Customer", "Meeting Contact", "Meeting Deletion Request", "Meeting Handover"),
	"General Database": (
		"Meeting Enterprise",
		"Meeting Enterprise Import",
		"Meeting Enterprise Merge",
		"Meeting Affiliate Group",
	),
	"Projects": (
		"Meeting Project",
		"Meeting Claim",
		"Meeting Protection Extension",
		"Meeting Leave",
		"Meeting Carry Over",
	),
	"Sales": (
		"Meeting Activity",
		"Meeting Opportunity",
		"Meeting Quotation",
		"Meeting Customer Project",
		"Meeting Maintenance",
		"Meeting Expense",
	),
	"Contracts": ("Meeting Contract",),
	"Administration": (
		"User",
		"Meeting Department",
		"Meeting User Group",
		"Meeting Personal Right",
		"Meeting Operation Log",
	),
}


def get_effects(user: str) -> dict[str, dict[str, str]]:
	"""{DocType: {right: Add or Remove}} that hold for `user` now. Whoever may not read a record may do nothing with it."""
	rows = frappe.cache.hget(CACHE, user, lambda: _read_rows(user))
	if not rows:
		return {}
	now, effects = now_datetime(), {}
	for document_type, right, effect, valid_from, valid_until in rows:
		if (not valid_from or valid_from <= now) and (not valid_until or now < valid_until):
			effects.setdefault(document_type, {})[right] = effect
	for given in effects.values():
		if given.get("read") == rules.REMOVE:
			given.update(dict.fromkeys(rules.RIGHTS_OF_A_PERSON, rules.REMOVE))
	return effects


def _read_rows(user: str) -> list[tuple]:
	if not frappe.db.table_exists("Meeting Personal Right"):
		return []  # while the app is being installed
	return [
		(row.document_type, row.ptype, row.effect, row.valid_from, row.valid_until)
		for row in frappe.get_all(  # why: what a person may do is asked for everybody
			"Meeting Personal Right",
			{"user": user},
			["document_type", "ptype", "effect", "valid_from", "valid_until"],
			order_by="name asc",
		)
	]


def forget(user: str) -> None:
	frappe.local.role_permissions = {}
	frappe.cache.hdel(CACHE, user)
	frappe.clear_cache(user=user)


def set_right(
	user: str, document_type: str, right: str, effect: str, reason: str, valid_until: str | datetime | None = None
) -> dict:
	"""`effect`: Add, Remove, or Group for what group and roles give."""
	levels.require_management(user, rules.RIGHTS)
	name = frappe.db.get_value(
		"Meeting Personal Right", {"user": user, "document_type": document_type, "ptype": right}, for_update=True
	)
	if effect == GROUP:
		if name:
			doc = frappe.get_doc("Meeting Personal Right", name)
			doc.delete()
		return describe(user, document_type, right)
	doc = frappe.get_doc("Meeting Personal Right", name) if name else frappe.new_doc("Meeting Personal Right")
	doc.update(
		{
			"user": user,
			"document_type": document_type,
			"ptype": right,
			"effect": effect,
			"reason": reason,
			"valid_until": valid_until,
		}
	)
	doc.save()
	return describe(user, document_type, right)


def describe(user: str, document_type: str, right: str) -> dict:
	return next(cell for cell in _get_cells(user, document_type) if cell["right"] == right)


# document events of Meeting Personal Right, called by its controller


def validate_right(doc) -> None:
	before = doc.get_doc_before_save()
	for user in {doc.user, before.user if before else doc.user}:
		levels.require_management(user, rules.RIGHTS)
	doc.reason = (doc.reason or "").strip()
	if not doc.reason:
		frappe.throw(_("Say why: the reason is shown with the right to everybody who looks at it later."))
	if doc.ptype not in _get_possible_rights(doc.document_type):
		frappe.throw(
			_("{0} has no right {1}.").format(frappe.bold(_(doc.document_type)), frappe.bold(_(doc.ptype or "")))
		)
	if doc.valid_until and get_datetime(doc.valid_until) <= now_datetime():
		frappe.throw(_("The end of a right lies in the future. Leave it empty for a right without end."))
	if doc.effect == rules.ADD and not frappe.has_permission(doc.document_type, doc.ptype):
		frappe.throw(
			_("You do not have this right yourself, so you cannot give it. A system administrator can."),
			frappe.PermissionError,
		)
	doc.given_by = frappe.session.user


def validate_right_deletion(doc) -> None:
	levels.require_management(doc.user, rules.RIGHTS)


def follow_right(doc) -> None:
	before = doc.get_doc_before_save()
	for user in {doc.user, before.user if before else doc.user}:
		forget(user)
		frappe.db.after_commit.add(lambda user=user: forget(user))  # why: a request meanwhile read the former rows


# the matrix


def _get_possible_rights(doctype: str) -> tuple[str, ...]:
	meta = frappe.get_meta(doctype)
	missing = set()
	if meta.issingle:
		missing |= {"create", "delete", "import", "report", "export"}
	if not meta.is_submittable:
		missing |= {"submit", "cancel"}
	if not meta.allow_import:
		missing.add("import")
	return tuple(right for right in rules.RIGHTS_OF_A_PERSON if right not in missing)


def get_matrix(user: str) -> dict:
	"""Modules × rights of one person: what the group and roles give, what was added or taken, why and until when."""
	levels.require_management(user, rules.READ)
	group = frappe.db.get_value("User", user, "meeting_group")
	return {
		"user": user,
		"full_name": get_fullname(user),
		"group": group,
		"roles": sorted(set(frappe.get_roles(user)) - {"All", "Guest"}),
		"group_roles": sorted(groups.get_roles_of_group(group)),
		"rights": [right for right in rules.RIGHTS_OF_A_PERSON if right != "select"],
		"may_change": levels.may_manage(user, rules.RIGHTS),
		"modules": [
			{
				"module": module,
				"label": _(module),
				"records": [
					{"document_type": doctype, "label": _(doctype), "cells": _get_cells(user, doctype)}
					for doctype in doctypes
				],
			}
			for module, doctypes in MODULES.items()
		],
	}


def _get_cells(user: str, doctype: str) -> list[dict]:
	given = _get_role_rights(user, doctype)
	rows = {
		row.ptype: row
		for row in frappe.get_all(  # why: the caller may manage this person's rights
			"Meeting Personal Right",
			{"user": user, "document_type": doctype},
			["ptype", "effect", "reason", "valid_from", "valid_until", "given_by"],
		)
	}
	effects = get_effects(user).get(doctype, {})
	return [
		{
			"right": right,
			"from_group": given.get(right, 0),
			"only_own": right in given.get("if_owner", {}),
			"effect": effects.get(right),
			"has": int(effects[right] == rules.ADD) if right in effects else given.get(right, 0),
			"reason": rows[right].reason if right in rows else None,
			"valid_until": str(rows[right].valid_until) if right in rows and rows[right].valid_until else None,
			"given_by": get_fullname(rows[right].given_by) if right in rows and rows[right].given_by else None,
			"is_over": right in rows and right not in effects,
		}
		for right in _get_possible_rights(doctype)
	]


def _get_role_rights(user: str, doctype: str) -> dict:
	"""As the permission manager's ticks give them, before anything personal."""
	roles = frappe.get_roles(user)
	rows = [row for row in frappe.get_meta(doctype).permissions if row.role in roles and not row.permlevel]
	given = {right: int(any(row.get(right) for row in rows)) for right in rules.RIGHTS_OF_A_PERSON}
	given["if_owner"] = {
		right: 1
		for right in rules.RIGHTS_OF_A_PERSON
		if given[right] and not any(row.get(right) and not row.if_owner for row in rows)
	}
	return given


def look_as(user: str) -> dict:
	"""Through this person's eyes: what the desk offers and how many records of each kind are there for them. Reads only."""
	levels.require_management(user, rules.READ)
	if user in rules.UNTOUCHABLE:
		frappe.throw(_("This account belongs to the system."))
	with seeing_as(user):
		seen = [
			{"module": _(module), "records": [_look_at(doctype) for doctype in doctypes]}
			for module, doctypes in MODULES.items()
		]
		pages = get_allowed_pages()
	return {
		"user": user,
		"full_name": get_fullname(user),
		"modules": seen,
		"pages": [{"page": name, "title": _(page.get("title") or name)} for name, page in sorted(pages.items())],
	}


@contextmanager
def seeing_as(user: str):
	"""`frappe.set_user` would empty the session's own record, which the framework writes after the request."""
	kept = {name: getattr(frappe.local, name, None) for name in ("session", "role_permissions", "user_perms", "cache")}
	frappe.local.session = frappe._dict(user=user, sid=user, data=frappe._dict())
	frappe.local.role_permissions, frappe.local.user_perms, frappe.local.cache = {}, None, {}
	try:
		yield
	finally:
		for name, value in kept.items():
			setattr(frappe.local, name, value)


def _look_at(doctype: str) -> dict:
	may_read = bool(frappe.has_permission(doctype, "read"))
	names = frappe.get_list(doctype, pluck="name", limit=MAX_COUNTED + 1, order_by="name asc") if may_read else []
	return {
		"document_type": doctype,
		"label": _(doctype),
		"may": [right for right in _get_possible_rights(doctype) if frappe.has_permission(doctype, right)],
		"records": min(len(names), MAX_COUNTED),
		"has_more": len(names) > MAX_COUNTED,
	}

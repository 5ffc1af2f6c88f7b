"""User groups (E4): the roles that everybody in a group has. A person may have more (E3), the group's never fewer."""

import frappe
from frappe import _
from frappe.utils import cint, escape_html

from meeting_crm.administration import levels, rules

# What a new site begins with: name, level, roles
GROUPS = (
	("System Administrators", rules.SYSTEM_ADMINISTRATOR, ["System Manager"]),
	("Administrators", rules.ADMINISTRATOR, ["Meeting Administrator"]),
	("Employees", rules.STAFF, []),
)


def make_groups() -> None:
	for group_name, level, roles in GROUPS:
		if not frappe.db.exists("Meeting User Group", {"level": str(level)}):
			frappe.get_doc(
				{
					"doctype": "Meeting User Group",
					"group_name": group_name,
					"level": str(level),
					"roles": [{"role": role} for role in roles],
				}
			).insert(ignore_permissions=True)  # why: set-up has no user


def assign_groups() -> None:
	"""Accounts made before there were groups: by the level of their roles."""
	for level in (rules.SYSTEM_ADMINISTRATOR, rules.ADMINISTRATOR, rules.STAFF):
		if group := get_group_of_level(level):
			for user in frappe.get_all(
				"User",
				{
					"name": ["not in", list(rules.UNTOUCHABLE)],
					"user_type": "System User",
					"meeting_group": ["is", "not set"],
				},
				pluck="name",
			):
				if levels.get_level(user) == level:
					frappe.db.set_value("User", user, "meeting_group", group, update_modified=False)


def get_group_of_level(level: int) -> str | None:
	return frappe.db.get_value("Meeting User Group", {"level": str(level)}, "name", order_by="creation asc, name asc")


def get_roles_of_group(group: str | None) -> set[str]:
	return {row.role for row in frappe.get_cached_doc("Meeting User Group", group).roles} if group else set()


def apply_group(doc, method: str | None = None) -> None:
	"""Before a user is validated. Another group brings its roles and takes those of the former one; other roles (given on the
	framework's own form, too) move the account to a group of their level. Who may do it is judged afterwards."""
	if doc.name in rules.UNTOUCHABLE or not doc.meta.has_field("meeting_group"):
		return
	before = doc.get_doc_before_save()
	former = before.get("meeting_group") if before else None
	if former and doc.meeting_group and doc.meeting_group != former:
		taken = get_roles_of_group(former) - get_roles_of_group(doc.meeting_group)
		doc.set("roles", [row for row in doc.roles if row.role not in taken])
	elif not before and doc.meeting_group:
		_add_roles(doc, get_roles_of_group(doc.meeting_group))
	roles = {row.role for row in doc.roles}
	level = rules.get_level_of_roles(roles)
	chosen = bool(doc.meeting_group and doc.meeting_group != former)
	if doc.meeting_group and (level == get_level_of_group(doc.meeting_group) or (chosen and level > _level(doc))):
		_add_roles(doc, get_roles_of_group(doc.meeting_group))
	elif roles or doc.meeting_group:
		doc.meeting_group = get_group_of_level(level)
		_add_roles(doc, get_roles_of_group(doc.meeting_group))


def _level(doc) -> int:
	return get_level_of_group(doc.meeting_group)


def get_level_of_group(group: str) -> int:
	return cint(frappe.get_cached_value("Meeting User Group", group, "level")) or rules.STAFF


def _add_roles(doc, roles: set[str]) -> None:
	present = {row.role for row in doc.roles}
	for role in sorted(roles - present):
		doc.append("roles", {"role": role})


# document events of Meeting User Group, called by its controller


def validate_group(doc) -> None:
	roles, level = {row.role for row in doc.roles}, cint(doc.level)
	if level not in (rules.SYSTEM_ADMINISTRATOR, rules.ADMINISTRATOR, rules.STAFF):
		frappe.throw(_("The level is 1 for system administrators, 2 for administrators or 3 for staff."))
	if rules.get_level_of_roles(roles) != level:
		needed = rules.ROLE_OF_LEVEL.get(level)
		frappe.throw(
			_("A group of level {0} has the role {1} and none of a higher level.").format(level, frappe.bold(_(needed)))
			if needed
			else _("A group of staff has no administrator's role. Take it out, or choose a higher level.")
		)
	require_power_over_group(doc, roles)


def require_power_over_group(doc, roles: set[str] | None = None) -> None:
	"""A higher group changes a lower group's rights; level 1 changes every group."""
	actor = levels.get_account(frappe.session.user)
	is_allowed = actor.level == rules.SYSTEM_ADMINISTRATOR or (
		actor.level == rules.ADMINISTRATOR and cint(doc.level) > actor.level
	)
	refused = [role for role in roles or () if not rules.may_give_role(actor, role, levels.is_own_role(role))]
	if not is_allowed or refused:
		frappe.throw(
			_(
				"You may change only groups below your own, and give only roles that you may give. Ask a system administrator."
			),
			frappe.PermissionError,
		)


def follow_group(doc) -> None:
	"""The people of a group get its new roles, and lose those that were taken out of it."""
	before = doc.get_doc_before_save()
	if not before:
		return
	former, now = {row.role for row in before.roles}, {row.role for row in doc.roles}
	if former == now:
		return
	frappe.clear_document_cache("Meeting User Group", doc.name)
	for user in frappe.get_all("User", {"meeting_group": doc.name}, pluck="name"):
		account = frappe.get_doc("User", user)
		account.set("roles", [row for row in account.roles if row.role not in former - now])
		account.append_roles(*sorted(now))
		account.save(ignore_permissions=True)  # why: who may change the group may change its people


def validate_group_deletion(doc) -> None:
	require_power_over_group(doc)
	people = frappe.get_all("User", {"meeting_group": doc.name}, pluck="full_name", limit=4)
	if people:
		frappe.throw(
			_("{0} are in this group. Move them to another group first.").format(escape_html(", ".join(people[:3])))
		)
	if frappe.db.count("Meeting User Group", {"level": doc.level}) == 1:
		frappe.throw(_("There must be a group of each level. Rename this one instead."))

"""Affiliated enterprises (A6): companies run by the same people, linked into one group."""

import frappe
from frappe import _
from frappe.query_builder import DocType

from meeting_crm.core.log import log_many
from meeting_crm.enterprises import errors, service

MAX_MEMBERS = 200


def link(enterprise: str, others: list[str]) -> str:
	"""Puts all of them into one group; groups that meet become one. Answers the group."""
	members = sorted({enterprise, *others})
	if len(members) < 2:
		frappe.throw(_("Choose at least one other company to link."), exc=errors.AffiliateError)
	names = {member: service.lock_enterprise(member) for member in members}
	groups = get_groups(members)
	joined = sorted({group for group in groups.values() if group})
	target = groups[enterprise] or (joined[0] if joined else make_group(names[enterprise]))
	for group in joined:
		members.extend(member for member in get_members(group) if member not in members)
	if len(members) > MAX_MEMBERS:
		frappe.throw(
			_("A group can have at most {0} companies. Link fewer.").format(MAX_MEMBERS), exc=errors.AffiliateError
		)
	move(members, target)
	for group in joined:
		remove_if_small(group, target)
	return target


def unlink(enterprise: str) -> None:
	"""Takes one enterprise out of its group; a group of one is none."""
	service.lock_enterprise(enterprise)
	group = get_groups([enterprise])[enterprise]
	if not group:
		frappe.throw(_("This company is not linked to any other."), exc=errors.AffiliateError)
	move([enterprise], None)
	rest = get_members(group)
	if len(rest) < 2:
		move(rest, None)
		remove_if_small(group, None)


def get_groups(enterprises: list[str]) -> dict[str, str | None]:
	enterprise = DocType("Meeting Enterprise")
	return dict(
		frappe.qb.from_(enterprise)
		.where(enterprise.name.isin(enterprises))
		.select(enterprise.name, enterprise.affiliate_group)
		.for_update()
		.run()
	)


def get_members(group: str) -> list[str]:
	enterprise = DocType("Meeting Enterprise")
	return (
		frappe.qb.from_(enterprise)
		.where(enterprise.affiliate_group == group)
		.select(enterprise.name)
		.orderby(enterprise.name)
		.for_update()
		.run(pluck=True)
	)


def make_group(name: str) -> str:
	group = frappe.get_doc({"doctype": "Meeting Affiliate Group", "group_name": name})
	return group.insert(ignore_permissions=True).name  # why: whoever has a file on a member may link it


def move(enterprises: list[str], group: str | None) -> None:
	before = get_groups(enterprises)
	changed = [enterprise for enterprise in enterprises if before[enterprise] != group]
	if not changed:
		return
	enterprise = DocType("Meeting Enterprise")
	frappe.qb.update(enterprise).set(enterprise.affiliate_group, group).where(enterprise.name.isin(changed)).run()
	log_many(
		("Changed", "Meeting Enterprise", name, {"affiliate_group": before[name]}, {"affiliate_group": group})
		for name in changed
	)


def remove_if_small(group: str, kept: str | None) -> None:
	if group != kept and not get_members(group):
		frappe.delete_doc("Meeting Affiliate Group", group, ignore_permissions=True)  # why: an empty group says nothing

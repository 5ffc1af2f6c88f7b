"""Whitelisted functions around enterprises. Types, permission, one call into a service."""

import frappe

from meeting_crm.enterprises import checks


@frappe.whitelist()
def check_duplicates(
	text: str | None = None,
	name: str | None = None,
	contact: str | None = None,
	mobile: str | None = None,
	limit: int | str = 20,
) -> list[dict]:
	"""A1, A2: what stands in all projects. `text` is the one box; `name`, `contact`, `mobile` together are advanced."""
	require_member_of_staff()
	frappe.local.flags.commit = True
	return checks.check(text, name, contact, mobile, frappe.utils.cint(limit) or 20)


@frappe.whitelist()
def find_similar(full_name: str) -> dict:
	"""For the entry form: `exact` and `similar` rows as of check_duplicates."""
	require_member_of_staff()
	frappe.local.flags.commit = True
	return checks.find_similar(full_name)


@frappe.whitelist(methods=["POST"])
def confirm_different(full_name: str, enterprises: list | str) -> dict:
	"""Logs that the person says `full_name` is none of the similar `enterprises`."""
	require_member_of_staff()
	return {"confirmation": checks.confirm_different(full_name, frappe.parse_json(enterprises))}


def require_member_of_staff() -> None:
	"""Whoever may see customers may check; nothing but name, project and status is answered (A2)."""
	frappe.has_permission("Meeting Customer", "read", throw=True)

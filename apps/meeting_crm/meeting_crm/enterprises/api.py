"""Whitelisted functions around enterprises. Types, permission, one call into a service."""

import frappe
from frappe import _

from meeting_crm.enterprises import aliases


@frappe.whitelist(methods=["POST"])
def add_alias(enterprise: str, alias: str) -> dict:
	"""A short or former name by which the enterprise is found from now on; for whoever has a file on it."""
	require_file(enterprise)
	return {"alias": aliases.add_alias(enterprise, alias)}


@frappe.whitelist(methods=["POST"])
def remove_alias(alias: str) -> None:
	"""For its author and administrators."""
	doc = frappe.get_doc("Meeting Enterprise Alias", alias)
	if doc.added_by != frappe.session.user:
		doc.check_permission("delete")
	aliases.remove_alias(alias)


@frappe.whitelist()
def get_aliases(enterprise: str) -> list[dict]:
	"""Rows of name, alias, source; for whoever has a file on the enterprise."""
	require_file(enterprise)
	return aliases.get_aliases(enterprise)


def require_file(enterprise: str) -> None:
	"""Administrators, and whoever may read a customer file on the enterprise."""
	if frappe.has_permission("Meeting Enterprise", "read"):
		return
	if not frappe.get_list("Meeting Customer", filters={"enterprise": enterprise}, limit=1):
		frappe.throw(
			_("You have no customer file on this enterprise. Claim it first, or ask its holder."),
			title=_("Not Your Customer"),
			exc=frappe.PermissionError,
		)


def require(doctype: str, right: str) -> None:
	"""As frappe.has_permission with throw, which answers 417 in Frappe of 2023 where it is 403 that is meant."""
	if not frappe.has_permission(doctype, right):
		frappe.throw(
			_("Your role does not allow this. Ask an administrator for the right to {0} {1}.").format(
				_(right), _(doctype)
			),
			title=_("Not Permitted"),
			exc=frappe.PermissionError,
		)

"""Whitelisted functions around enterprises. Types, permission, one call into a service."""

import frappe
from frappe import _

from meeting_crm.claims.retry import retried_on_conflict
from meeting_crm.enterprises import affiliates, aliases, checks, merging
from meeting_crm.enterprises.importing import service as imports


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
	require("Meeting Customer", "read")


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def search_enterprises(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | list | None = None
) -> list[tuple[str, str, str]]:
	"""Link fields to an enterprise find it as the duplicate check does; whoever may not read enterprises finds none."""
	if not frappe.has_permission("Meeting Enterprise", "read"):
		return []
	return checks.search_link(txt, start, page_len, filters)


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


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def link_affiliates(enterprise: str, others: list | str) -> dict:
	"""A6: companies run by the same people; answers the group and its other members."""
	require_file(enterprise)
	group = affiliates.link(enterprise, frappe.parse_json(others))
	return {"group": group, "members": affiliates.describe(enterprise)}


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def unlink_affiliate(enterprise: str) -> None:
	"""A6: takes the enterprise out of its group."""
	require_file(enterprise)
	affiliates.unlink(enterprise)


@frappe.whitelist()
def get_affiliates(enterprise: str) -> list[dict]:
	"""A6: rows of enterprise, enterprise_name, status of the other members of the group."""
	require_file(enterprise)
	return affiliates.describe(enterprise)


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


@frappe.whitelist()
def preview_merge(kept: str, merged: str) -> dict:
	"""What merging would move, end and fill; `refused` says why it cannot be done. For administrators."""
	require_keeper_of_database()
	return merging.preview(kept, merged)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def merge(kept: str, merged: str) -> dict:
	"""Makes one enterprise of two; answers the record that can undo it. For administrators."""
	require_keeper_of_database()
	return {"merge": merging.merge(kept, merged)}


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def undo_merge(merge: str) -> dict:
	"""Makes two of the one again; `problems` are sentences on what could not be put back. For administrators."""
	require_keeper_of_database()
	return {"problems": merging.undo(merge)}


def require_keeper_of_database() -> None:
	"""Merging deletes one of two enterprises."""
	require("Meeting Enterprise", "delete")


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


@frappe.whitelist()
def preview_import(name: str) -> dict:
	"""A8: titles, columns, first rows and first problems of the file of an import; nothing is written."""
	return imports.preview(get_import(name, "read"))


@frappe.whitelist(methods=["POST"])
def set_import_columns(name: str, mapping: list | str) -> dict:
	"""A8: the field of each column, null for one that is left out. Answers the preview."""
	doc = get_import(name, "write")
	imports.set_mapping(doc, frappe.parse_json(mapping))
	return imports.preview(doc)


@frappe.whitelist(methods=["POST"])
def start_import(name: str) -> dict:
	"""A8: runs in the background; one that was cancelled, failed or killed goes on where it stopped."""
	doc = get_import(name, "write")
	imports.start(doc)
	return {"status": doc.status}


@frappe.whitelist(methods=["POST"])
def cancel_import(name: str) -> dict:
	"""A8: what is entered stays."""
	doc = get_import(name, "write")
	imports.cancel(doc)
	return {"status": doc.status}


@frappe.whitelist()
def get_import_results(
	name: str, result: str | None = None, start: int | str = 0, page_length: int | str = 50
) -> list[dict]:
	"""A8: rows of file_row, result, enterprise_name, message."""
	return imports.get_results(get_import(name, "read"), result, start, page_length)


def get_import(name: str, right: str):
	doc = frappe.get_doc("Meeting Enterprise Import", name)
	doc.check_permission(right)
	return doc

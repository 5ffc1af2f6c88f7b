"""Whitelisted functions of the duplicate check, the entry form and the import."""

import frappe
from frappe import _

from meeting_crm.core import problems
from meeting_crm.core.rights import require
from meeting_crm.core.transactions import retried_on_conflict
from meeting_crm.customers import added_fields, permissions
from meeting_crm.enterprises import affiliates, aliases
from meeting_crm.entry import affiliates as entry_affiliates
from meeting_crm.entry import checks, numbers
from meeting_crm.entry import service as entry_service
from meeting_crm.entry.importing import service as imports

ADDED_FIELD = ("fieldname", "fieldtype", "label", "options", "default", "description", "reqd")


def _find_entered(project: str, customer: str | dict) -> dict | None:
	form = read_form(customer)
	return entry_service.find_entered(project, form.get("full_name"), frappe.session.user)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict(look_up=_find_entered)
def enter(project: str, customer: str | dict) -> dict:
	"""A4: enters a company and protects it for the session's user in `project`."""
	frappe.has_permission("Meeting Customer", "create", throw=True)
	return entry_service.enter(project, read_form(customer), frappe.session.user)


@frappe.whitelist(methods=["POST"])
def check_entry(project: str, customer: str | dict) -> dict:
	"""Everything wrong with an entry form, and its numbers elsewhere, without entering it."""
	frappe.has_permission("Meeting Customer", "create", throw=True)
	entry = entry_service.check_entry(project, read_form(customer), frappe.session.user)
	people = [entry.get_base(), *entry.contacts]
	return {"repeated": [row for values in people for row in numbers.check_numbers(values) if row["matches"]]}


@frappe.whitelist()
def get_added_fields() -> list[dict]:
	"""Fields that administrators added to the customer and the user may fill: what the entry form asks for besides its own, each
	with fieldname, fieldtype, label, options, default, description and reqd. Their values go into the form under their fieldname."""
	frappe.has_permission("Meeting Customer", "create", throw=True)
	return [{key: field.get(key) for key in ADDED_FIELD} for field in added_fields.get_added_fields()]


@frappe.whitelist()
def check_numbers(
	mobile: str | None = None,
	phone: str | None = None,
	landline: str | None = None,
	email: str | None = None,
	fax: str | None = None,
	customer: str | None = None,
) -> list[dict]:
	"""C4 while typing. `customer`: the file being edited, whose own company is no repetition."""
	frappe.has_permission("Meeting Customer", "read", throw=True)
	values = {"mobile": mobile, "phone": phone, "landline": landline, "email": email, "fax": fax}
	own = None
	if customer:
		permissions.require_read(customer)
		own = frappe.db.get_value("Meeting Customer", customer, "enterprise")
	return numbers.check_numbers(values, own)


def read_form(customer: str | dict) -> dict:
	try:
		form = frappe.parse_json(customer)
	except ValueError:
		form = None
	if not isinstance(form, dict):
		frappe.throw(
			_(
				"The entry form is not readable. Send it as a JSON object with full_name, profile, landline, mobile, contacts."
			),
			exc=problems.InvalidEntryError,
		)
	return form


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def submit_to_database(customer: str, project: str | None = None) -> dict:
	"""C2: enters a private file's company into the general database; with a project it is protected there."""
	permissions.require_write(customer)
	return entry_service.submit_to_database(customer, project)


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
def confirm_different(full_name: str, enterprises: list[str] | str) -> dict:
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
@retried_on_conflict
def link_affiliates(enterprise: str, others: list[str] | str) -> dict:
	"""A6: companies run by the same people; answers the group and its other members."""
	require_file(enterprise)
	group = affiliates.link(enterprise, frappe.parse_json(others))
	return {"group": group, "members": entry_affiliates.describe(enterprise)}


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
	return entry_affiliates.describe(enterprise)


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
def set_import_table(name: str, sheet: str | None = None, header_row: int | str = 0) -> dict:
	"""A8: another sheet, or another row of titles, than the ones that were found. Returns the preview."""
	doc = get_import(name, "write")
	imports.set_table(doc, sheet, frappe.utils.cint(header_row))
	return imports.preview(doc)


@frappe.whitelist(methods=["POST"])
def undo_import(name: str) -> dict:
	"""A8: takes back what the import created and nobody has touched since, in the background."""
	doc = get_import(name, "write")
	imports.undo(doc)
	return {"status": doc.status}


@frappe.whitelist()
def get_import_template() -> None:
	"""A8: a workbook with the titles that the import knows, in the language of the session."""
	frappe.has_permission("Meeting Enterprise Import", "create", throw=True)
	frappe.local.response.update(
		{"type": "binary", "filename": f"{_('Companies')}.xlsx", "filecontent": imports.make_template()}
	)


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
			_("You have no customer file on this company. Claim it first, or ask its holder."),
			title=_("Not your customer"),
			exc=frappe.PermissionError,
		)

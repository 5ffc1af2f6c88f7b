"""Doors of the framework that do not ask who may see a record. One rule closes them for every DocType
whose rows this app restricts: a call that names a record answers only to those who may read it."""

import re

import frappe
from frappe import _
from frappe.model.db_query import DatabaseQuery

from meeting_crm.core.people import is_administrator
from meeting_crm.core.visibility import EVERYTHING
from meeting_crm.customers.sharing import end_expired_shares
from meeting_crm.gate.request import get_called_function, get_resource_doctype, is_own

# (argument with the DocType, argument with one name or a JSON list of names)
NAMED_RECORDS = (
	("doctype", "name"),
	("doctype", "docname"),
	("doctype", "docnames"),
	("doctype", "doc_name"),
	("doctype", "names"),
	("doctype", "docs"),
	("doc", "name"),
	("dt", "dn"),
	("dt", "docs"),
	("doc_type", "doc_name"),
	("document_type", "document_name"),
	("reference_doctype", "reference_name"),
	("reference_doctype", "reference_docname"),
	("reference_dt", "reference_doc"),
	("ref_doctype", "ref_name"),
	("reference_doctype", "docname"),
)
LINKED_FIELD = re.compile(r"^\W*(?:\w+\(\s*)?`?(\w+)`?\.`?(\w*)")


def check_request() -> None:
	"""Before a request of a signed-in user is served."""
	end_expired_shares(frappe.session.user)
	if not is_administrator():
		check_named_records(frappe.form_dict)
		check_fields(frappe.form_dict)
		check_link_search(frappe.form_dict)
		check_upload(frappe.form_dict)


def check_named_records(arguments: dict) -> None:
	if is_own(get_called_function()):
		return  # those ask by themselves
	for type_argument, name_argument in NAMED_RECORDS:
		doctype = arguments.get(type_argument)
		if isinstance(doctype, str) and is_restricted(doctype):
			for name in _read_names(arguments.get(name_argument)):
				require_visible(doctype, name)


def _read_names(value: object) -> list[str]:
	if isinstance(value, str) and value.startswith("["):
		value = frappe.parse_json(value)
	if isinstance(value, list):
		return [name for name in value if isinstance(name, str)]
	return [value] if isinstance(value, str) and value else []


def require_visible(doctype: str, name: str) -> None:
	"""A record that is not there yet is nobody's secret; the form asks about it before its first save."""
	if frappe.db.exists(doctype, name) and not is_visible(doctype, name):
		frappe.throw(
			_("You may not see this record. Ask its holder or an administrator to share it with you."),
			frappe.PermissionError,
		)


def is_restricted(doctype: str) -> bool:
	hooks = frappe.get_hooks("permission_query_conditions", {}).get(doctype, [])
	return any(hook.startswith("meeting_crm.") for hook in hooks)


def is_visible(doctype: str, name: str, user: str | None = None) -> bool:
	condition = get_condition(doctype, user)
	# no parameters: a % in an escaped value must not be taken for a placeholder
	return bool(
		frappe.db.sql(
			f"select 1 from `tab{doctype}` where name = {frappe.db.escape(name, percent=False)} and ({condition})"
		)
	)


def get_condition(doctype: str, user: str | None = None) -> str:
	return DatabaseQuery(doctype, user or frappe.session.user).get_permission_query_conditions() or EVERYTHING


def check_fields(arguments: dict) -> None:
	"""`customer.mobile` on a list joins the customer file without asking whether that file may be read. The
	title of a linked record goes with the record that names it, as lists show it; nothing else does."""
	doctype = arguments.get("doctype") or get_resource_doctype()
	if not isinstance(doctype, str) or not is_restricted(doctype):
		return
	meta = frappe.get_meta(doctype)
	for field in _read_fields(arguments.get("fields")) + _read_fields(arguments.get("fieldname")):
		match = LINKED_FIELD.match(field)
		link = match and meta.get_field(match[1])
		if link and link.fieldtype in ("Link", "Dynamic Link") and not _is_title(link, match[2]):
			frappe.throw(
				_("{0} reads a linked record. Read that record itself, so that its own permissions count.").format(
					frappe.bold(frappe.utils.escape_html(field))
				),
				frappe.PermissionError,
			)


def _is_title(link, fieldname: str) -> bool:
	return link.fieldtype == "Link" and fieldname == frappe.get_meta(link.options).get_title_field()


def _read_fields(fields: object) -> list[str]:
	if isinstance(fields, str):
		try:
			fields = frappe.parse_json(fields)
		except ValueError:
			fields = None if fields is None else fields.split(",")
	if isinstance(fields, str):
		fields = fields.split(",")
	return [field for field in fields or [] if isinstance(field, str)] if isinstance(fields, list) else []


def check_link_search(arguments: dict) -> None:
	"""Frappe's link search takes from the caller whether permissions count at all."""
	doctype = arguments.get("doctype")
	if isinstance(doctype, str) and is_restricted(doctype):
		arguments.pop("ignore_user_permissions", None)


def check_upload(arguments: dict) -> None:
	"""Attachments of restricted records are never written where the whole world can fetch them."""
	if is_restricted(str(arguments.get("doctype"))) and "is_private" in arguments:
		arguments["is_private"] = 1

"""Doors of the framework that do not ask who may see a record. One rule closes them for every DocType
whose rows this app restricts: a call that names a record answers only to those who may read it."""

import re
from itertools import pairwise

import frappe
from frappe import _
from frappe.model.db_query import DatabaseQuery

from meeting_crm.administration.service import is_administrator
from meeting_crm.customers.permissions import EVERYTHING
from meeting_crm.customers.sharing import end_expired_shares

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
	if frappe.session.user == "Guest":
		return
	end_expired_shares(frappe.session.user)
	if not is_administrator():
		check_filters(frappe.form_dict)
		check_named_records(frappe.form_dict)
		check_fields(frappe.form_dict)
		check_link_search(frappe.form_dict)
		check_upload(frappe.form_dict)


def check_filters(arguments: dict) -> None:
	"""Frappe writes a filter that is a text, and the text after `between`, into the query as they stand: an `or` in it would
	lead around the permission rule."""
	for key, given in arguments.items():
		value = read_json(given)
		if key.endswith(("filters", "filters_json")):
			is_text = isinstance(value, str) and value is not given
			if (
				is_text
				or (isinstance(value, list) and any(isinstance(part, str) for part in value))
				or _has_raw_range(value)
			):
				frappe.throw(
					_(
						"This filter cannot be used: {0}. A filter is a field, a condition and a value; between takes two values."
					).format(frappe.bold(frappe.utils.escape_html(str(given)[:100]))),
					frappe.PermissionError,
				)
		else:
			for part in value if isinstance(value, list) else [value]:
				if isinstance(part, dict):
					check_filters(part)


def _has_raw_range(value: object) -> bool:
	parts = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
	return any(map(_has_raw_range, parts)) or any(
		isinstance(part, str) and part.strip().lower() == "between" and isinstance(after, str)
		for part, after in pairwise(parts)
	)


def read_json(value: object) -> object:
	"""A text that is no JSON is one value, such as the name of a record."""
	if isinstance(value, str) and value.lstrip()[:1] in ("[", "{", '"'):
		try:
			return frappe.parse_json(value)
		except ValueError:
			return value
	return value


def check_named_records(arguments: dict) -> None:
	if get_command().startswith("meeting_crm."):
		return  # those ask by themselves
	for type_argument, name_argument in NAMED_RECORDS:
		doctype = arguments.get(type_argument)
		if isinstance(doctype, str) and is_restricted(doctype):
			for name in _read_names(arguments.get(name_argument)):
				require_visible(doctype, name)


def get_command() -> str:
	path = frappe.request.path
	return path.removeprefix("/api/method/") if path.startswith("/api/method/") else frappe.form_dict.get("cmd") or ""


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


def get_resource_doctype() -> str | None:
	parts = frappe.request.path.split("/")
	return parts[3] if len(parts) > 3 and parts[1:3] == ["api", "resource"] else None


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

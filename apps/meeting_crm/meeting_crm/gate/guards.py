"""Doors of the framework that do not ask who may see a record. One rule closes them for every DocType
whose rows this app restricts: a call that names a record answers only to those who may read it."""

import re

import frappe
from frappe import _
from frappe.model.db_query import DatabaseQuery
from frappe.model.utils import is_virtual_doctype
from frappe.permissions import get_role_permissions, get_user_permissions
from frappe.utils.caching import request_cache

from meeting_crm.core.people import is_administrator
from meeting_crm.core.problems import take_back_message
from meeting_crm.core.visibility import EVERYTHING
from meeting_crm.customers.sharing import end_expired_shares
from meeting_crm.gate import first_pages, uploads
from meeting_crm.gate.request import find_meta, get_called_function, get_path_parts, get_resource_doctype, is_own

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
	("reminder_doctype", "reminder_docname"),
)
NAME_MAY_BE_EMPTY = frozenset({"frappe.client.get", "frappe.handler.upload_file"})
# What a link asks for while somebody types: those answer with nothing where others refuse.
ASK_THEMSELVES = frozenset(
	{"meeting_crm.gate.replacements.get_link_title", "meeting_crm.gate.replacements.validate_link"}
)
# As the desk calls a record before its first save.
NOT_SAVED_YET = re.compile(r"new(-.*)?", re.DOTALL)
LINKED_FIELD = re.compile(r"^\W*(?:\w+\(\s*)?`?(\w+)`?\.`?(\w*)")


def check_request() -> None:
	"""Before a request of a signed-in user is served."""
	end_expired_shares(frappe.session.user)
	check_picture(frappe.form_dict)
	if not is_administrator():
		check_named_records(frappe.form_dict)
		check_fields(frappe.form_dict)
		check_link_search(frappe.form_dict)
		check_upload(frappe.form_dict)


def check_named_records(arguments: dict) -> None:
	function = get_called_function()
	if is_own(function) or function in ASK_THEMSELVES:
		return
	check_resource()
	for type_argument, name_argument in NAMED_RECORDS:
		doctype = arguments.get(type_argument)
		if isinstance(doctype, str) and doctype and name_argument in arguments and is_restricted(doctype):
			if arguments[name_argument] == "" and function.startswith("frappe.") and function not in NAME_MAY_BE_EMPTY:
				refuse_record()
			for name in _read_names(arguments[name_argument]):
				require_visible(doctype, name)


def check_resource() -> None:
	parts = get_path_parts()
	if parts[1:2] == ["resource"] and len(parts) > 3 and is_restricted(parts[2]):
		require_visible(parts[2], parts[3])


def _read_names(value: object) -> list[str]:
	if isinstance(value, str) and value.startswith("["):
		value = frappe.parse_json(value)
	if isinstance(value, list):
		return [name for name in value if isinstance(name, str)]
	return [value] if isinstance(value, str) and value else []


def require_visible(doctype: str, name: str) -> None:
	"""A form asks about its record before the first save. Otherwise what is not there is refused like what may not be seen:
	the answer would tell which names exist."""
	if not NOT_SAVED_YET.fullmatch(name) and not is_visible(doctype, name):
		refuse_record()


def refuse_record() -> None:
	frappe.throw(
		_("There is no such record, or you may not see it. Ask its holder or an administrator to share it with you."),
		frappe.PermissionError,
	)


def has_own_condition(doctype: str) -> bool:
	hooks = frappe.get_hooks("permission_query_conditions", {}).get(doctype, [])
	return any(hook.startswith("meeting_crm.") for hook in hooks)


def is_restricted(doctype: str) -> bool:
	"""Whether there may be records of this DocType that the person who asks may not read."""
	return has_own_condition(doctype) or not _reads_everything(doctype, frappe.session.user)


@request_cache
def _reads_everything(doctype: str, user: str) -> bool:
	meta = find_meta(doctype)
	if not meta or meta.istable or frappe.get_hooks("permission_query_conditions", {}).get(doctype):
		return False
	rights = get_role_permissions(meta, user)
	if not rights.get("read") or (rights.get("if_owner") or {}).get("read"):
		return False
	limited = get_user_permissions(user)
	return limited.keys().isdisjoint({doctype, *(field.options for field in meta.get_link_fields())})


def is_visible(doctype: str, name: str, user: str | None = None) -> bool:
	if not has_own_condition(doctype):
		return _is_listed(doctype, name, user or frappe.session.user)
	is_asking = user in (None, frappe.session.user)
	condition = (
		first_pages.get_rule(doctype) if is_asking and first_pages.is_quick(doctype) else get_condition(doctype, user)
	)
	# no parameters: a % in an escaped value must not be taken for a placeholder
	return bool(
		frappe.db.sql(
			f"select 1 from `tab{doctype}` where name = {frappe.db.escape(name, percent=False)} and ({condition})"
		)
	)


def _is_listed(doctype: str, name: str, user: str) -> bool:
	"""Whether the list, with all that the framework takes into account, shows this record."""
	meta = find_meta(doctype)
	if not meta:
		return False
	if meta.issingle or is_virtual_doctype(doctype):
		return bool(frappe.has_permission(doctype, "read", user=user))
	if meta.istable:
		parent = frappe.db.get_value(doctype, name, ["parenttype", "parent"])
		return bool(parent) and is_visible(*parent, user)
	try:
		found = DatabaseQuery(doctype, user).execute(
			fields=["name"], filters=[[doctype, "name", "=", name]], limit=1, as_list=True
		)
	except frappe.PermissionError:
		take_back_message()
		found = []
	return bool(found) or _is_on_the_website(doctype, name, user)


def _is_on_the_website(doctype: str, name: str, user: str) -> bool:
	"""Customers of other apps read their own orders there, by a right of its own."""
	if frappe.get_cached_value("User", user, "user_type") == "System User" or not frappe.db.exists(doctype, name):
		return False
	return bool(frappe.has_website_permission(frappe.get_doc(doctype, name), user=user))


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


def check_picture(arguments: dict) -> None:
	"""Frappe makes smaller what is called a picture, and fails over what is none."""
	uploaded = frappe.request.files.get("file") if arguments.get("optimize") else None
	if uploaded:
		if not uploads.is_what_it_is_called(uploaded.filename, uploaded.stream.read()):
			arguments.pop("optimize")
		uploaded.stream.seek(0)


def check_upload(arguments: dict) -> None:
	"""Attachments of restricted records are never written where the whole world can fetch them."""
	if is_restricted(str(arguments.get("doctype"))) and "is_private" in arguments:
		arguments["is_private"] = 1

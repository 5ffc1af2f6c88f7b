"""What goes into the operation log beside the records of the product (E7): signing in and out, what is taken out of the system,
accounts, rights, workflow and settings. Whatever ends in a document is caught as its event; what the framework writes past its
documents, or only hands out, is caught after the request that did it."""

import frappe
from frappe.core.doctype.version.version import get_diff

from meeting_crm.core.log import log

SIGNED_IN, REFUSED, SIGNED_OUT = "Signed In", "Sign-in Refused", "Signed Out"
EXPORTED, PRINTED, DOWNLOADED, REPORT, RIGHTS = "Exported", "Printed", "Downloaded", "Report Run", "Rights Changed"

# values that tell nothing of what somebody did, or are secrets
UNTOLD = frozenset(
	{"api_secret", "new_password", "reset_password_key", "last_reset_password_key_generated_on", "last_known_versions"}
	| {
		"home_settings",
		"onboarding_status",
		"last_active",
		"last_login",
		"last_ip",
		"modified",
		"modified_by",
		"creation",
	}
	| {"social_logins", "owner", "idx", "name", "doctype", "docstatus", "__islocal", "client_secret", "migration_hash"}
)
SECRET_TYPES = frozenset({"Password"})
MAX_VALUE_LENGTH = 2_000

# {command: (operation, argument with the DocType or report, argument with the record)}
COMMANDS = {
	"frappe.desk.reportview.export_query": (EXPORTED, "doctype", None),
	"frappe.core.doctype.data_export.exporter.export_data": (EXPORTED, "doctype", None),
	"frappe.desk.query_report.export_query": (EXPORTED, "report_name", None),
	"frappe.core.doctype.data_import.data_import.download_template": (EXPORTED, "doctype", None),
	"frappe.core.doctype.data_import.data_import.download_errored_template": (EXPORTED, "doctype", None),
	"frappe.desk.query_report.run": (REPORT, "report_name", None),
	"frappe.utils.print_format.download_pdf": (PRINTED, "doctype", "name"),
	"frappe.utils.print_format.download_multi_pdf": (PRINTED, "doctype", "name"),
	"frappe.utils.print_format.report_to_pdf": (PRINTED, None, None),
	"frappe.core.doctype.file.file.zip_files": (DOWNLOADED, None, "files"),
	"frappe.core.doctype.file.file.download_file": (DOWNLOADED, None, "file_url"),
	"frappe.www.printview.get_html_and_style": (PRINTED, "doc", "name"),
	"frappe.core.page.permission_manager.permission_manager.add": (RIGHTS, "parent", "role"),
	"frappe.core.page.permission_manager.permission_manager.update": (RIGHTS, "doctype", "role"),
	"frappe.core.page.permission_manager.permission_manager.remove": (RIGHTS, "doctype", "role"),
	"frappe.core.page.permission_manager.permission_manager.reset": (RIGHTS, "doctype", None),
}
PATHS = (("/printview", PRINTED), ("/private/files/", DOWNLOADED), ("/backups/", DOWNLOADED))
TOLD_ARGUMENTS = ("ptype", "value", "permlevel", "role", "file_format_type", "filters", "format", "view")


def log_authentication(doc, method: str | None = None) -> None:
	"""The framework notes each sign-in, refusal and sign-out in its Activity Log, in the transaction that it then commits."""
	if doc.operation == "Logout":
		_log_account(SIGNED_OUT, doc.user, {"reason": doc.subject})
	elif doc.operation == "Login":
		_log_account(REFUSED if doc.status == "Failed" else SIGNED_IN, doc.user, {"reason": doc.subject})


def _log_account(operation: str, user: str | None, told: dict) -> None:
	agent = (frappe.get_request_header("User-Agent") or "")[:140] if getattr(frappe.local, "request", None) else ""
	log(operation, "User", (user or "")[:140], after={**told, "device": agent})


# document events of what is watched


def log_insert(doc, method: str | None = None) -> None:
	log("Created", doc.doctype, doc.name, after=_get_values(doc))


def log_update(doc, method: str | None = None) -> None:
	previous = doc.get_doc_before_save()
	diff = get_diff(previous, doc) if previous else None
	if not diff:
		return
	told = [row for row in diff.changed if _is_told(doc, row[0])]
	before = {field: _shorten(old) for field, old, _new in told}
	after = {field: _shorten(new) for field, _old, new in told}
	for key, target in (("removed", before), ("added", after), ("row_changed", after)):
		if rows := [row for row in diff.get(key) or () if _is_told(doc, row[0])]:
			target[key] = rows
	if before or after:
		log("Changed", doc.doctype, doc.name, before, after)


def log_delete(doc, method: str | None = None) -> None:
	log("Deleted", doc.doctype, doc.name, before=_get_values(doc))


def log_rename(doc, method: str, old: str, new: str, merge: bool = False) -> None:
	log("Merged" if merge else "Renamed", doc.doctype, new, {"name": old}, {"name": new})


def _is_told(doc, fieldname: str) -> bool:
	field = doc.meta.get_field(fieldname)
	return fieldname not in UNTOLD and not (field and field.fieldtype in SECRET_TYPES)


def _get_values(doc) -> dict:
	values = doc.as_dict(no_nulls=True, no_default_fields=True, convert_dates_to_str=True)
	return {
		field: _shorten(value)
		for field, value in values.items()
		if value not in (0, "", [], None) and not field.startswith("__") and _is_told(doc, field)
	}


def _shorten(value: object) -> object:
	return f"{value[:MAX_VALUE_LENGTH]}…" if isinstance(value, str) and len(value) > MAX_VALUE_LENGTH else value


def log_request(response=None, request=None) -> None:
	"""After a request: what was handed out, and rights that the permission manager writes past its documents."""
	if frappe.session.user == "Guest" or not response or response.status_code >= 400 or frappe.flags.read_only:
		return
	if told := _describe_request(request):
		operation, doctype, name, after = told
		log(operation, doctype or "", name or "", after=after)
		frappe.db.commit()  # nosemgrep  why: the framework has ended the request's own transaction


def _describe_request(request) -> tuple[str, str, str, dict] | None:
	path, arguments = request.path, frappe.local.form_dict
	command = path.removeprefix("/api/method/") if path.startswith("/api/method/") else arguments.get("cmd")
	if command in COMMANDS:
		operation, type_argument, name_argument = COMMANDS[command]
		return (
			operation,
			_read(arguments, type_argument),
			_read(arguments, name_argument),
			{key: _shorten(str(arguments[key])) for key in TOLD_ARGUMENTS if arguments.get(key)},
		)
	for start, operation in PATHS:
		if path.startswith(start):
			return operation, _read(arguments, "doctype") or "File", _read(arguments, "name") or path[:140], {}
	return None


def get_printed_doctype(path: str, arguments: dict) -> str | None:
	"""Of which record type a request prints something."""
	command = path.removeprefix("/api/method/") if path.startswith("/api/method/") else arguments.get("cmd")
	if command in COMMANDS and COMMANDS[command][0] == PRINTED:
		given = (
			frappe.parse_json(arguments.get("doc") or "") if COMMANDS[command][1] == "doc" else arguments.get("doctype")
		)
		return given.get("doctype") if isinstance(given, dict) else given
	return arguments.get("doctype") if path.startswith("/printview") else None


def _read(arguments: dict, key: str | None) -> str:
	value = arguments.get(key) if key else None
	return str(value)[:140] if value and not str(value).startswith("{") else ""

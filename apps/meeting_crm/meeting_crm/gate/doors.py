"""Commands of the framework that need more than a record's name to be judged. Each is one rule, named by what it keeps."""

import frappe
from frappe import _

from meeting_crm.gate.guards import is_restricted, require_visible
from meeting_crm.gate.request import read_json, refuse_request

# Arguments that choose a person, of commands that are about oneself.
PERSON_ARGUMENTS = ("user", "for_user")
ABOUT_OTHERS = frozenset(
	{
		"frappe.share.add",
		"frappe.share.set_permission",
		"frappe.core.doctype.user.user.reset_password",
		"frappe.core.doctype.user.user.get_perm_info",
		"frappe.twofactor.reset_otp_secret",
		"frappe.www.login.send_login_link",
	}
)
# command: (DocType, argument) of records that it names without their DocType
NAMED_BY_COMMAND = {
	"frappe.core.api.file.unzip_file": ("File", "name"),
	"frappe.core.api.file.zip_files": ("File", "files"),
	"frappe.core.api.file.move_file": ("File", "file_list"),
	"frappe.utils.file_manager.add_attachments": ("File", "attachments"),
	"frappe.core.doctype.communication.email.make": ("File", "attachments"),
	"frappe.desk.form.utils.remove_attach": ("File", "fid"),
	"frappe.desk.doctype.notification_log.notification_log.mark_as_read": ("Notification Log", "docname"),
	"frappe.core.doctype.prepared_report.prepared_report.download_attachment": ("Prepared Report", "dn"),
	"frappe.desk.doctype.note.note.mark_as_seen": ("Note", "note"),
	"frappe.contacts.doctype.address.address.get_address_display": ("Address", "address_dict"),
	"frappe.contacts.doctype.contact.contact.get_contact_details": ("Contact", "contact"),
	"frappe.email.doctype.auto_email_report.auto_email_report.download": ("Auto Email Report", "name"),
	"frappe.desk.form.utils.update_comment": ("Comment", "name"),
}
CHANGED_BY_COMMAND = frozenset(
	{
		"frappe.core.api.file.unzip_file",
		"frappe.core.api.file.move_file",
		"frappe.desk.form.utils.remove_attach",
	}
)
MAX_UNZIPPED_BYTES = 200 * 1024 * 1024
MAX_UNZIPPED_FILES = 500
REPORT_COMMANDS = (
	"frappe.desk.query_report.run",
	"meeting_crm.gate.exports.export_report",
	"frappe.core.doctype.prepared_report.prepared_report.make_prepared_report",
)


class ForeignPersonError(frappe.PermissionError):
	"""Somebody asked in the name of somebody else."""


def check_request(function: str, arguments: dict) -> None:
	"""`function` is called by somebody who is no administrator."""
	check_person(function, arguments)
	check_named(function, arguments)
	if function in RULES:
		RULES[function](arguments)
	if function in REPORT_COMMANDS:
		check_columns_of_report(arguments)


def check_person(function: str, arguments: dict) -> None:
	if function in ABOUT_OTHERS or not function.startswith("frappe."):
		return
	for argument in PERSON_ARGUMENTS:
		if arguments.get(argument) not in (None, "", frappe.session.user):
			frappe.throw(
				_("You can ask for yourself alone. Leave {0} empty, or ask an administrator.").format(
					frappe.bold(argument)
				),
				title=_("Somebody else"),
				exc=ForeignPersonError,
			)


def check_named(function: str, arguments: dict) -> None:
	if function not in NAMED_BY_COMMAND:
		return
	doctype, argument = NAMED_BY_COMMAND[function]
	for name in read_names(arguments.get(argument)):
		require_right(doctype, name, "write" if function in CHANGED_BY_COMMAND else "read")


def read_names(value: object) -> list[str]:
	"""Names as one text, as a list, or as rows that have a name."""
	value = read_json(value)
	names = []
	for part in value if isinstance(value, list) else [value]:
		if isinstance(part, dict):
			part = part.get("name") or part.get("fid")
		if isinstance(part, str):
			names.append(part)
		elif part is not None:
			refuse_request()
	return names


def require_right(doctype: str, name: str, right: str) -> None:
	"""What is not there is refused in the same words as what is not to be seen."""
	if not name:
		return
	require_visible(doctype, name)
	if not frappe.db.exists(doctype, name) or not frappe.has_permission(doctype, right, doc=name):
		frappe.throw(
			_("You may not do this with {0} {1}. Ask its owner or an administrator.").format(
				_(doctype), frappe.bold(frappe.utils.escape_html(name))
			),
			title=_("Not allowed"),
			exc=frappe.PermissionError,
		)


def check_unzipped_size(arguments: dict) -> None:
	"""A few kilobytes can unpack to more than the disk holds."""
	import zipfile

	name = arguments.get("name")
	path = frappe.get_doc("File", name).get_full_path()
	try:
		with zipfile.ZipFile(path) as archive:
			sizes = [entry.file_size for entry in archive.infolist()]
	except (zipfile.BadZipFile, OSError):
		return  # Frappe says that it is no archive
	if sum(sizes) > MAX_UNZIPPED_BYTES or len(sizes) > MAX_UNZIPPED_FILES:
		frappe.throw(
			_(
				"This archive holds more than {0} files or {1} MB. Unpack it on your computer and upload what you need."
			).format(MAX_UNZIPPED_FILES, MAX_UNZIPPED_BYTES // 1024 // 1024),
			title=_("Too large"),
		)


def check_workspace(arguments: dict) -> None:
	"""One's own workspaces alone; public ones belong to everybody and are changed by administrators."""
	for argument in ("new_page", "page"):
		page = read_json(arguments.get(argument))
		if isinstance(page, dict):
			_check_page(page)
	if read_json(arguments.get("public")) not in (None, 0, False, "0", "") or read_json(
		arguments.get("sb_public_items")
	):
		_refuse_workspace()
	for argument in ("name", "page_name"):
		if arguments.get(argument):
			_check_own(arguments[argument], may_copy="new_page" in arguments)


def _check_page(page: dict) -> None:
	if page.get("public") or page.get("is_public") or page.get("for_user") not in (None, "", frappe.session.user):
		_refuse_workspace()
	page_name = page.get("name")
	if page_name and frappe.db.exists("Workspace", page_name):
		_check_own(page_name)


def _check_own(name: object, may_copy: bool = False) -> None:
	if not isinstance(name, str):
		refuse_request()
	found = frappe.db.get_value("Workspace", name, ["for_user", "public"], as_dict=True)
	if found and found.for_user != frappe.session.user and not (may_copy and found.public):
		_refuse_workspace()


def _refuse_workspace() -> None:
	frappe.throw(
		_("This workspace is not yours. Make one of your own, or ask an administrator to change it for everybody."),
		title=_("Not your workspace"),
		exc=frappe.PermissionError,
	)


def speak_as_oneself(arguments: dict) -> None:
	"""A comment names whoever wrote it, whatever the request says."""
	arguments["comment_email"] = frappe.session.user
	arguments["comment_by"] = frappe.utils.get_fullname(frappe.session.user)


def check_assignment(arguments: dict) -> None:
	"""Frappe writes the field Assigned to of the record without asking whether the person may write it."""
	doctype = arguments.get("doctype")
	if not isinstance(doctype, str) or not frappe.get_meta(doctype).get_field("assigned_to"):
		return
	for name in read_names(arguments.get("name")):
		require_right(doctype, name, "write")


def check_neighbour(arguments: dict) -> None:
	doctype, name = arguments.get("doctype"), arguments.get("value")
	if isinstance(doctype, str) and isinstance(name, str) and is_restricted(doctype):
		require_visible(doctype, name)


def check_columns_of_report(arguments: dict) -> None:
	"""Columns that a person adds to a report are filled from all records, whoever may read them."""
	columns = read_json(arguments.get("custom_columns")) or []
	report = arguments.get("report_name")
	if isinstance(report, str):
		stored = frappe.db.get_value("Report", {"name": report, "report_type": "Custom Report"}, "json")
		columns = [*columns, *((read_json(stored) or {}).get("columns") or [])] if stored else columns
	_check_added_columns(columns)


def check_saved_columns(arguments: dict) -> None:
	_check_added_columns(read_json(arguments.get("columns")) or [])


def _check_added_columns(columns: object) -> None:
	for column in columns if isinstance(columns, list) else []:
		if isinstance(column, dict) and column.get("link_field"):
			doctype = column.get("doctype")
			if not isinstance(doctype, str) or is_restricted(doctype):
				frappe.throw(
					_("Columns from {0} cannot be added to a report: it holds records that you may not see.").format(
						frappe.bold(_(str(doctype)))
					),
					title=_("Not allowed"),
					exc=frappe.PermissionError,
				)


WORKSPACE = "frappe.desk.doctype.workspace.workspace."
RULES = {
	"frappe.core.api.file.unzip_file": check_unzipped_size,
	"frappe.desk.form.utils.add_comment": speak_as_oneself,
	"frappe.desk.form.utils.get_next": check_neighbour,
	"frappe.desk.form.assign_to.add": check_assignment,
	"frappe.desk.form.assign_to.add_multiple": check_assignment,
	"frappe.desk.query_report.save_report": check_saved_columns,
	**{
		WORKSPACE + name: check_workspace
		for name in (
			"new_page",
			"save_page",
			"update_page",
			"delete_page",
			"duplicate_page",
			"sort_pages",
			"hide_page",
			"unhide_page",
		)
	},
}

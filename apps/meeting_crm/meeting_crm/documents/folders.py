"""Folders: one tree for the company, one for each project, one for each person."""

import frappe
from frappe import _
from frappe.utils import escape_html

from meeting_crm.core.log import log
from meeting_crm.documents.errors import FolderError
from meeting_crm.documents.permissions import DOCUMENT, FOLDER, folder_condition, require_folder
from meeting_crm.documents.rules import clean_title, make_title_key

COMPANY, PROJECT, PERSONAL = "Company", "Project", "Personal"
MAX_DEPTH = 12


def get_company_folder() -> str:
	return _get_root("company", root_kind=COMPANY, folder_name="Company")


def get_project_folder(project: str) -> str:
	name = frappe.db.get_value("Meeting Project", project, "project_name") or project
	return _get_root(f"project:{project}", root_kind=PROJECT, project=project, folder_name=name)


def get_personal_folder(user: str | None = None) -> str:
	user = user or frappe.session.user
	return _get_root(f"person:{user}", root_kind=PERSONAL, person=user, folder_name="My documents", owner=user)


def _get_root(key: str, **values) -> str:
	"""Made when somebody first needs it; the unique key keeps two from making it twice."""
	path_key = make_title_key("", key)
	if found := frappe.db.get_value(FOLDER, {"path_key": path_key}):
		return found
	doc = frappe.get_doc({"doctype": FOLDER, "path_key": path_key, **values})
	doc.flags.is_root = True
	frappe.db.savepoint("document_root")
	try:
		return doc.insert(ignore_permissions=True).name  # why: roots belong to the product
	except frappe.UniqueValidationError:
		frappe.db.rollback(save_point="document_root")
		frappe.clear_messages()
		return frappe.db.get_value(FOLDER, {"path_key": path_key}, for_update=True)


def follow_project(doc, method: str | None = None) -> None:
	"""A project has its folder from the start, under the project's name."""
	folder = get_project_folder(doc.name)
	if frappe.db.get_value(FOLDER, folder, "folder_name") != doc.project_name:
		frappe.db.set_value(FOLDER, folder, "folder_name", doc.project_name)


def leave_with_project(doc, method: str | None = None) -> None:
	"""An empty folder goes with its project; one with documents keeps both."""
	folder = frappe.db.get_value(FOLDER, {"path_key": make_title_key("", f"project:{doc.name}")})
	is_used = frappe.db.exists(FOLDER, {"parent_folder": folder}) or frappe.db.exists(DOCUMENT, {"folder": folder})
	if folder and not is_used:
		frappe.db.delete(FOLDER, {"name": folder})
		log("Deleted", FOLDER, folder, {"project": doc.name})


def fill(folder) -> None:
	"""What follows from the parent, whatever the client sent."""
	if folder.flags.is_root:
		return
	folder.folder_name = clean_title(folder.folder_name)
	if not folder.folder_name:
		_refuse(_("The folder has no name. Give it one."))
	if not folder.parent_folder:
		if not folder.is_new() and folder.get_doc_before_save() and not folder.get_doc_before_save().parent_folder:
			_refuse(_("This folder belongs to the product and keeps its name and place."))
		folder.parent_folder = get_personal_folder()
	require_folder(folder.parent_folder)
	parent = frappe.db.get_value(FOLDER, folder.parent_folder, ["root_kind", "project", "person"], as_dict=True)
	_check_place(folder, parent)
	folder.update(parent)
	folder.path_key = make_title_key(folder.parent_folder, folder.folder_name)
	if frappe.db.exists(FOLDER, {"path_key": folder.path_key, "name": ("!=", folder.name or "")}):
		_refuse(
			_("There is a folder {0} here already. Choose another name.").format(
				frappe.bold(escape_html(folder.folder_name))
			)
		)


def _check_place(folder, parent) -> None:
	chain = get_chain(folder.parent_folder)
	if folder.name in chain:
		_refuse(_("A folder cannot lie inside itself. Choose another place."))
	if len(chain) >= MAX_DEPTH:
		_refuse(_("Folders lie at most {0} deep. Choose a place further up.").format(MAX_DEPTH))
	previous = None if folder.is_new() else folder.get_doc_before_save()
	if previous and (previous.root_kind, previous.project, previous.person) != (
		parent.root_kind,
		parent.project,
		parent.person,
	):
		_refuse(
			_(
				"A folder stays with the company, the project or the person it belongs to. Move its documents instead: who sees them changes with each one."
			)
		)


def get_chain(folder: str | None) -> list[str]:
	"""The folder and those above it, the root last."""
	chain = []
	while folder and folder not in chain:
		chain.append(folder)
		folder = frappe.db.get_value(FOLDER, folder, "parent_folder")
	return chain


def check_empty(folder) -> None:
	if not folder.parent_folder:
		_refuse(_("This folder belongs to the product and is not deleted."))
	if frappe.db.exists(FOLDER, {"parent_folder": folder.name}) or frappe.db.exists(DOCUMENT, {"folder": folder.name}):
		_refuse(
			_("{0} is not empty. Move what lies in it, also in the bin, to another folder first.").format(
				frappe.bold(escape_html(folder.folder_name))
			)
		)


def get_tree() -> list[dict]:
	"""All folders that the session's user may see, roots first."""
	folder = f"`tab{FOLDER}`"
	return frappe.db.sql(
		# raw SQL: the permission condition is SQL
		f"""select name, folder_name, parent_folder, root_kind, project, owner from {folder}
		where {folder_condition()} order by parent_folder is not null, field(root_kind, 'Company', 'Project', 'Personal'), folder_name""",
		as_dict=True,
	)


def _refuse(message: str) -> None:
	frappe.throw(message, title=_("Folder"), exc=FolderError)

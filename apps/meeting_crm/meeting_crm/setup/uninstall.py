"""What Frappe leaves of an app that is removed: fields on its own records, records made at install, and whatever people and
the framework hung on the app's records. Frappe removes the rest: modules with all that belongs to them. The counters of naming series stay: a series of another
app may begin with the same letters."""

import frappe
from frappe.permissions import reset_perms, rights
from frappe.utils import cint

from meeting_crm.enterprises import index
from meeting_crm.setup.desk import PREFIX
from meeting_crm.setup.install import ACTIONS, STATES

# Frappe's records about others' records: the column that names the record type.
HANGING = {
	"Activity Log": "reference_doctype",
	"Comment": "reference_doctype",
	"Communication": "reference_doctype",
	"Custom DocPerm": "parent",
	"DocShare": "share_doctype",
	"Document Follow": "ref_doctype",
	"Kanban Board": "reference_doctype",
	"List Filter": "reference_doctype",
	"Logs To Clear": "ref_doctype",
	"Notification Log": "document_type",
	"Tag Link": "document_type",
	"ToDo": "reference_type",
	"User Permission": "allow",
	"Version": "ref_doctype",
	"View Log": "reference_doctype",
	"Workflow Action": "reference_doctype",
	"Singles": "doctype",
}


def before_uninstall() -> None:
	doctypes = get_doctypes()
	remove_what_hangs_on(doctypes)
	remove_workflows(doctypes)
	remove_custom_fields()
	remove_keys_of_rows()
	remove_roles()
	remove_names_of_records()
	remove_settings_of_lists(doctypes)
	frappe.db.delete("Scheduled Job Type", {"method": ("like", "meeting_crm.%")})
	index.drop_tables()


def get_modules() -> list[str]:
	return frappe.get_all("Module Def", {"app_name": "meeting_crm"}, pluck="name")


def get_doctypes() -> list[str]:
	return frappe.get_all("DocType", {"module": ("in", get_modules())}, pluck="name")


def remove_what_hangs_on(doctypes: list[str]) -> None:
	for file in frappe.get_all("File", filters={"attached_to_doctype": ("in", doctypes)}, pluck="name"):
		frappe.delete_doc("File", file, force=True, ignore_permissions=True)  # why: whoever removes an app has no user
	for table, column in HANGING.items():
		frappe.db.delete(table, {column: ("in", doctypes)})
	for table in ("__global_search", "__UserSettings"):
		frappe.db.delete(table, {"doctype": ("in", doctypes)})


def remove_settings_of_lists(doctypes: list[str]) -> None:
	for doctype in doctypes:
		frappe.delete_doc("List View Settings", doctype, force=True, ignore_missing=True)
	for setter in frappe.get_all("Property Setter", {"module": ("in", get_modules())}, pluck="name"):
		frappe.delete_doc("Property Setter", setter, force=True)


def remove_workflows(doctypes: list[str]) -> None:
	"""With the states and actions that no workflow of others uses."""
	for workflow in frappe.get_all("Workflow", filters={"document_type": ("in", doctypes)}, pluck="name"):
		frappe.delete_doc("Workflow", workflow, force=True)
	for doctype, names, row, field in (
		("Workflow State", STATES, "Workflow Document State", "state"),
		("Workflow Action Master", ACTIONS, "Workflow Transition", "action"),
	):
		for name in names:
			if not frappe.db.exists(row, {field: name}):
				frappe.delete_doc(doctype, name, force=True, ignore_missing=True)


def remove_custom_fields() -> None:
	"""Frappe keeps the column of a custom field that is deleted."""
	ours = frappe.get_all("Custom Field", {"fieldname": ("like", "meeting_%")}, ["name", "dt", "fieldname"])
	for field in ours:
		frappe.delete_doc("Custom Field", field.name, force=True)
		frappe.db.sql_ddl(f"alter table `tab{field.dt}` drop column if exists `{field.fieldname}`")


def remove_keys_of_rows() -> None:
	"""See `cluster.prepare_tables`."""
	keyed = """select table_name from information_schema.columns
		where table_schema = database() and column_name = 'meeting_key'"""
	for table in frappe.db.sql_list(keyed):
		frappe.db.sql_ddl(f"alter table `{table}` drop column `meeting_key`")


def remove_roles() -> None:
	roles = frappe.get_all("Role", {"name": ("like", f"{PREFIX}%")}, pluck="name")
	frappe.db.delete("Has Role", {"role": ("in", roles)})
	remove_rights(roles)
	for role in roles:
		frappe.delete_doc("Role", role, force=True)


def remove_rights(roles: list[str]) -> None:
	"""On Frappe's own records. Who gives a right there gets a copy of all standard ones; where nobody else changed that copy
	the standard holds again."""
	for doctype in set(frappe.get_all("Custom DocPerm", {"role": ("in", roles)}, pluck="parent")):
		frappe.db.delete("Custom DocPerm", {"parent": doctype, "role": ("in", roles)})
		if read_rights("Custom DocPerm", doctype) == read_rights("DocPerm", doctype):
			reset_perms(doctype)


def read_rights(table: str, doctype: str) -> set[tuple]:
	rows = frappe.get_all(table, {"parent": doctype}, ["role", "permlevel", "if_owner", *rights])
	return {(row.role, *(cint(value) for key, value in row.items() if key != "role")) for row in rows}


def remove_names_of_records() -> None:
	for name in frappe.get_all("Translation", {"source_text": ("like", f"{PREFIX}%")}, pluck="name"):
		frappe.delete_doc("Translation", name, force=True)

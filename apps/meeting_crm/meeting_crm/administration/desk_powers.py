"""What an administrator without System Manager needs of the framework's desk (level 2), and where it ends. The permission
manager shows and changes these rights like any others; they are made once."""

import frappe
from frappe import _
from frappe.permissions import setup_custom_perms

from meeting_crm.administration import levels, rules

ADMINISTRATOR, AUDITOR = "Meeting Administrator", "Meeting Auditor"
ALL = ("read", "write", "create", "delete", "report", "print", "export")
CHANGE = ("read", "write", "create", "delete", "report", "print")
LOOK = ("read", "report", "print")

# DocType: {permission level: rights}
POWERS = {
	"User": {0: (*ALL, "import", "email"), 1: ("read", "write")},
	"Role": {0: LOOK},
	"Workflow": {0: CHANGE},
	"Workflow State": {0: CHANGE},
	"Workflow Action Master": {0: CHANGE},
	"Customize Form": {0: ("read", "write", "create")},
	"Custom Field": {0: CHANGE},
	"Property Setter": {0: CHANGE},
	"Letter Head": {0: CHANGE},
	"Translation": {0: CHANGE},
	"Activity Log": {0: LOOK},
}
AUDITED = ("Activity Log", "Access Log", "User", "Role")
OURS = "Meeting "
# values that the browsers of others run as program text
PROGRAM_FIELDS = ("depends_on", "mandatory_depends_on", "read_only_depends_on", "collapsible_depends_on")
PROGRAM_TYPES = frozenset({"HTML", "Button", "Code", "HTML Editor"})


def give_powers() -> None:
	for doctype, by_level in POWERS.items():
		for level, rights in by_level.items():
			_give(doctype, ADMINISTRATOR, level, rights)
	for doctype in AUDITED:
		_give(doctype, AUDITOR, 0, LOOK)


def make_auditor_role() -> None:
	if not frappe.db.exists("Role", AUDITOR):
		frappe.get_doc({"doctype": "Role", "role_name": AUDITOR, "desk_access": 1}).insert(
			ignore_permissions=True  # why: set-up has no user
		)


def _give(doctype: str, role: str, level: int, rights: tuple[str, ...]) -> None:
	key = {"parent": doctype, "role": role, "permlevel": level, "if_owner": 0}
	if frappe.db.exists("Custom DocPerm", key):
		return
	setup_custom_perms(doctype)
	frappe.get_doc(
		{
			"doctype": "Custom DocPerm",
			"parenttype": "DocType",
			"parentfield": "permissions",
			**key,
			**{right: int(right in rights) for right in rules.RIGHTS_OF_A_PERSON},
		}
	).insert(ignore_permissions=True)  # why: set-up has no user
	frappe.clear_cache(doctype=doctype)


# document events of what level 2 may change: everything that runs as a program stays with level 1


def check_workflow(doc, method: str | None = None) -> None:
	if levels.is_system_administrator():
		return
	_require_ours(doc.document_type)
	before = doc.get_doc_before_save()
	known = _get_programs(before) if before else set()
	if _get_programs(doc) - known:
		_refuse_program()


def _get_programs(workflow) -> set[tuple]:
	"""Conditions, and values that a step writes."""
	return {("condition", row.condition) for row in workflow.transitions if row.condition} | {
		("value", row.state, row.update_field, row.update_value) for row in workflow.states if row.update_field
	}


def check_custom_field(doc, method: str | None = None) -> None:
	if levels.is_system_administrator():
		return
	_require_ours(doc.dt)
	before = doc.get_doc_before_save()
	programs = [doc.get(field) for field in PROGRAM_FIELDS if not before or before.get(field) != doc.get(field)]
	if any(programs) or doc.fieldtype in PROGRAM_TYPES:
		_refuse_program()


def check_property_setter(doc, method: str | None = None) -> None:
	if levels.is_system_administrator():
		return
	_require_ours(doc.doc_type)
	if (
		doc.property in PROGRAM_FIELDS
		or doc.value in PROGRAM_TYPES
		or doc.property in ("permlevel", "options", "fieldtype")
	):
		_refuse_program()


def check_deletion(doc, method: str | None = None) -> None:
	if not levels.is_system_administrator():
		_require_ours(doc.get("dt") or doc.get("doc_type") or doc.get("document_type"))


def _require_ours(doctype: str | None) -> None:
	if not (doctype or "").startswith(OURS):
		frappe.throw(
			_(
				"Only the forms and workflows of Meeting CRM are changed here. A system administrator changes those of the framework."
			),
			frappe.PermissionError,
		)


def _refuse_program() -> None:
	frappe.throw(
		_("Conditions and program text run with everybody's rights, so only a system administrator changes them."),
		frappe.PermissionError,
	)

"""No DocType slips past the operation log (invariant 7) or the visibility rules (invariant 5)."""

import frappe
import pytest

from meeting_crm import hooks

# the auditor reads all of the log, and nothing of the business
ADMINISTRATORS = {"Meeting Administrator", "System Manager", "Administrator", "Meeting Auditor"}
OPEN_TO_EVERY_COLLEAGUE = {
	"Meeting Segment",
	"Meeting Activity Outcome",
	"Meeting Department",
	"Meeting Contract Kind",
	"Meeting Preferential Policy",
	"Meeting Deliverable Type",
}
KEEPS_A_SECRET = {"Meeting Calendar Feed"}
STAFF_WRITES = ("write", "create", "delete", "submit")


@pytest.fixture(scope="module")
def doctypes(site) -> list:
	modules = frappe.get_all("Module Def", {"app_name": "meeting_crm"}, pluck="name")
	names = frappe.get_all("DocType", {"module": ("in", modules)}, pluck="name", order_by="name asc")
	return [frappe.get_meta(name) for name in names]


def roles_that(meta, *rights: str) -> set[str]:
	"""Roles with one of `rights` on records that others own."""
	return {row.role for row in meta.permissions if not row.if_owner and any(row.get(right) for right in rights)}


def test_whatever_a_person_may_change_is_logged(doctypes):
	unlogged = [
		meta.name
		for meta in doctypes
		if not meta.istable
		and roles_that(meta, *STAFF_WRITES)
		and meta.name not in KEEPS_A_SECRET
		and meta.name not in hooks.logged_doctypes
	]
	assert not unlogged, f"add to logged_doctypes in hooks.py: {unlogged}"


def test_whatever_staff_may_read_has_a_visibility_rule(doctypes):
	open_to_all = [
		meta.name
		for meta in doctypes
		if not meta.istable
		and not meta.issingle
		and roles_that(meta, "read", "select") - ADMINISTRATORS
		and meta.name not in OPEN_TO_EVERY_COLLEAGUE
		and not (meta.name in hooks.permission_query_conditions and meta.name in hooks.has_permission)
	]
	assert not open_to_all, f"no list condition or no document check: {open_to_all}"


def test_rows_of_restricted_tables_are_restricted_too(doctypes):
	"""Child rows can be listed by themselves over REST."""
	parents = {
		field.options: meta.name
		for meta in doctypes
		if meta.name in hooks.permission_query_conditions
		for field in meta.get_table_fields()
	}
	loose = {child: parent for child, parent in parents.items() if child not in hooks.permission_query_conditions}
	assert not loose, f"child tables without a condition: {loose}"


def test_every_hook_names_a_function_that_exists():
	for hook in ("permission_query_conditions", "has_permission", "override_whitelisted_methods"):
		for path in getattr(hooks, hook).values():
			assert callable(frappe.get_attr(path)), path
	for events in hooks.scheduler_events.values():
		for paths in events.values() if isinstance(events, dict) else [events]:
			for path in paths:
				assert callable(frappe.get_attr(path)), path


def test_nobody_but_the_system_writes_history(doctypes):
	for name in (
		"Meeting Operation Log",
		"Meeting Claim Event",
		"Meeting Protection Extension",
		"Meeting Project Rules",
		"Meeting Execution Change",
		"Meeting Department Task",
		"Meeting Output Run",
	):
		assert not roles_that(frappe.get_meta(name), *STAFF_WRITES), name


def test_no_index_is_lost_when_administrators_add_a_field(doctypes):
	"""Frappe then drops the indexes of one field that the DocType itself does not ask for."""
	indexes = frappe.db.sql(
		"""select table_name, max(column_name) from information_schema.statistics
		where table_schema = database() and table_name like 'tabMeeting %%' and non_unique = 1 and index_type = 'BTREE'
		group by table_name, index_name having count(*) = 1""",
		as_dict=False,
	)
	fields = {(f"tab{meta.name}", field.fieldname): field for meta in doctypes for field in meta.fields}
	lost = [key for key in indexes if key in fields and not fields[key].search_index]
	assert not lost, f"search_index in the DocType instead of add_index: {lost}"
	assert ("tabMeeting Claim", "customer") in indexes

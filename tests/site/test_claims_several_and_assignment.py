"""Many claims in one step: chosen rows, assignment by managers, sets."""

from datetime import datetime

import frappe
import pytest

from meeting_crm.claims import errors
from meeting_crm.claims.bulk import assignment, set_based, several
from meeting_crm.tests.factories import make_claim, make_department, make_enterprise, make_user
from support.claims import bell_of, project_with

pytestmark = pytest.mark.usefixtures("one_transaction")


MIDDAY = datetime(2026, 11, 23, 12, 0, 0)


def test_several_at_once_say_what_happened_to_each(zhang, li):
	project = project_with(zhang, li, daily_minimum=0, daily_maximum=3)
	names = [make_enterprise() for _number in range(5)]
	make_claim(project, li, names[1])
	rows = several.claim_several(project, [*names, "no such enterprise"], zhang)
	assert [row["enterprise"] for row in rows] == [*names, "no such enterprise"]
	assert sum(row["ok"] for row in rows) == 3
	assert rows[1]["error"] == "AlreadyHeldError" and "negotiating" in rows[1]["message"]
	assert rows[5]["error"] in ("DoesNotExistError", "DailyMaximumError")
	assert frappe.local.message_log == []
	claims = [row["claim"] for row in rows if row["ok"]]
	assert all(row["ok"] for row in several.extend_several(claims, "trade fair"))
	assert all(row["ok"] for row in several.mark_several_dead(claims[:2], "no interest"))
	assert [row["ok"] for row in several.release_several(claims, "no time")] == [False, False, True]


@pytest.mark.parametrize("names", [[], None, "E1", [1], ["a"] * 0, [f"e{n}" for n in range(201)]])
def test_several_needs_a_list_of_names(zhang, names):
	with pytest.raises(frappe.ValidationError):
		several.claim_several(project_with(zhang), names, zhang)


def test_managers_assign_within_their_tree_and_evenly(zhang, li, wang, manager):
	project = project_with(zhang, li, wang, manager=manager, daily_minimum=0, daily_maximum=1)
	make_claim(project, zhang)
	names = [make_enterprise() for _number in range(5)]
	rows = assignment.assign(project, names, [zhang, li], manager)
	assert all(row["ok"] for row in rows)
	assert assignment.get_load(project, [zhang, li, wang]) == {zhang: 3, li: 3, wang: 0}
	assert make_claim(project, li)
	assert "(3)" in bell_of(li)[0] and bell_of(manager)
	assert {row["user"] for row in assignment.get_assignable(project, manager)} == {zhang, li, wang}
	outsider = make_user("work-outsider")
	with pytest.raises(frappe.PermissionError):
		assignment.assign(project, [make_enterprise()], [outsider], manager)
	with pytest.raises(frappe.PermissionError):
		assignment.assign(project, [make_enterprise()], [li], zhang)


def test_department_managers_assign_to_everybody_below_them(li, manager):
	top = make_department(manager=manager)
	below = (
		make_department(parent=top) if frappe.db.set_value("Meeting Department", top, "is_group", 1) is None else None
	)
	frappe.db.set_value("User", li, "meeting_department", below)
	getattr(frappe.local, "request_cache", {}).clear()
	project = project_with(li)
	assert assignment.assign(project, [make_enterprise()], [li], manager)[0]["ok"]


def test_a_disabled_account_gets_nothing_assigned(zhang, li):
	project = project_with(zhang, li)
	frappe.db.set_value("User", li, "enabled", 0)
	frappe.clear_document_cache("User", li)
	with pytest.raises(frappe.ValidationError):
		assignment.assign(project, [make_enterprise()], [li], "Administrator")
	assert [row["user"] for row in assignment.get_assignable(project, "Administrator")] == [zhang]


def test_set_based_claims_leave_out_what_others_took(zhang, li):
	project, enterprise = project_with(zhang, li), make_enterprise()
	taken = make_claim(project, li, enterprise)
	row = frappe._dict({field: taken.get(field) for field in set_based.FIELDS}, holder=zhang)
	assert set_based.insert_claims([row], "Claimed", MIDDAY) == []
	with pytest.raises(errors.AlreadyHeldError):
		make_claim(project, zhang, enterprise)

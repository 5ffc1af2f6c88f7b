"""The permissions of our records are an administrator's to change: the permission manager saves a change of each of them."""

import frappe
import pytest
from frappe.core.doctype.doctype.doctype import validate_permissions
from frappe.core.page.permission_manager.permission_manager import get_permissions, update

MAIN_RECORDS = ("Meeting Customer", "Meeting Enterprise", "Meeting Contact", "Meeting Project")


@pytest.mark.usefixtures("site")
def test_the_rights_of_each_doctype_are_ones_that_can_be_saved():
	modules = frappe.get_all("Module Def", {"app_name": "meeting_crm"}, pluck="name")
	refused = {}
	for doctype in frappe.get_all("DocType", {"module": ["in", modules], "istable": 0}, pluck="name", order_by="name"):
		try:
			validate_permissions(frappe.get_doc("DocType", doctype))
		except frappe.ValidationError as error:
			refused[doctype] = str(error)
	assert not refused


@pytest.mark.parametrize("doctype", MAIN_RECORDS)
@pytest.mark.usefixtures("site")
def test_a_change_is_saved(doctype):
	row = get_permissions(doctype)[0]
	update(doctype, row.role, row.permlevel, "print", 0 if row.print else 1)
	again = next(each for each in get_permissions(doctype) if (each.role, each.permlevel) == (row.role, row.permlevel))
	assert bool(again.print) != bool(row.print)
	frappe.db.rollback()
	frappe.clear_cache(doctype=doctype)

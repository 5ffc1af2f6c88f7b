"""No record of ours is named by what JSON reads as a number."""

import frappe
import pytest
from frappe.utils import strip_html

from meeting_crm.core.gathering import find_doctypes
from meeting_crm.tests import factories


def list_named_by_hash() -> list[str]:
	return [
		doctype
		for doctype in find_doctypes()
		if not (meta := frappe.get_meta(doctype)).issingle and (meta.autoname or "hash").lower() == "hash"
	]


@pytest.mark.parametrize("doctype", find_doctypes())
def test_the_folder_names_the_doctype(doctype):
	assert frappe.db.exists("DocType", doctype)


def test_a_new_record_and_its_rows_begin_with_a_letter():
	for doctype in list_named_by_hash():
		doc = frappe.new_doc(doctype)
		frappe.model.naming.set_new_name(doc)
		assert doc.name[0].isalpha(), (doctype, doc.name)


def test_set_based_paths_name_records_alike():
	user = factories.make_user()
	claim = factories.make_claim(factories.make_project(user), user)
	contacts = frappe.get_all("Meeting Contact", filters={"customer": claim.customer}, pluck="name")
	assert all(name[0].isalpha() for name in [claim.name, claim.customer, *contacts])


def test_a_printed_sheet_is_headed_by_the_title_and_not_by_a_hash():
	user = factories.make_user()
	claim = factories.make_claim(factories.make_project(user), user)
	for doctype, name, title in (
		("Meeting Customer", claim.customer, claim.enterprise_name),
		("Meeting Claim", claim.name, claim.enterprise_name),
	):
		sheet = frappe.get_print(doctype, name)
		assert title in sheet
		assert name not in strip_html(sheet), doctype


def test_a_link_to_what_has_a_number_shows_the_number():
	for doctype in ("Meeting Contract", "Meeting Quotation", "Meeting Payment", "Meeting Invoice"):
		assert not frappe.get_meta(doctype).show_title_field_in_link

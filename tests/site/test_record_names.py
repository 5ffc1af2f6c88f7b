"""No record of ours is named by what JSON reads as a number."""

import frappe
import pytest

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

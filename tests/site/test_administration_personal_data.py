"""One person's data (G3): hidden in the log, found, handed out, erased, and not back after a restore."""

import json

import frappe
import pytest

from meeting_crm.administration import log_seals, log_search, personal_data
from meeting_crm.core import personal
from meeting_crm.tests import factories
from meeting_crm.tests.factories import make_user

pytestmark = pytest.mark.usefixtures("site")
LOG, CONTACT = "Meeting Operation Log", "Meeting Contact"
LOOKS_PERSONAL = (
	"mobile",
	"phone",
	"email",
	"fax",
	"landline",
	"person_name",
	"id_number",
	"wechat",
	"ethnicity",
	"recipient",
)
# settings and places, no persons
NO_PERSONS = {"Meeting Hotel", "Meeting Execution Settings", "Meeting Output Run"}


@pytest.fixture
def contact():
	holder = make_user()
	claim = factories.make_claim(factories.make_project(holder), holder)
	name = factories.unique("某人")
	doc = frappe.get_doc(
		{
			"doctype": CONTACT,
			"customer": claim.customer,
			"person_name": name,
			"mobile": "13912340099",
			"position": "经理",
		}
	).insert()
	doc.mobile = "13912340088"
	doc.save()
	return doc


def lines(contact) -> list[dict]:
	return frappe.get_all(LOG, {"reference_doctype": CONTACT, "reference_name": contact.name}, ["before", "after"])


def test_the_log_holds_no_number_and_no_name_in_clear_and_shows_them_to_its_readers(contact):
	raw = json.dumps(lines(contact), ensure_ascii=False)
	for value in ("13912340099", "13912340088", contact.person_name):
		assert value not in raw
	assert "经理" in raw, "what is not personal stays as it is"
	shown = json.dumps(log_search.search(company=contact.customer_name)["rows"], ensure_ascii=False)
	assert "13912340099" in shown and "13912340088" in shown


def test_erasing_empties_the_record_and_the_log_and_every_seal_stays_valid(contact):
	log_seals.seal_pending(seconds=30)
	answer = personal_data.erase([{"doctype": CONTACT, "name": contact.name}], "本人要求")
	assert answer["erased"] == 1
	values = frappe.db.get_value(CONTACT, contact.name, ["person_name", "mobile", "mobile_key"])
	assert values == (personal_data.NAME_LEFT, None, None)
	shown = json.dumps(log_search.search(company=contact.customer_name)["rows"], ensure_ascii=False)
	assert "13912340099" not in shown and "13912340088" not in shown
	assert not frappe.db.exists("Version", {"ref_doctype": CONTACT, "docname": contact.name})
	assert log_seals.verify()["is_whole"]
	kept = frappe.get_doc("Meeting Erasure", answer["erasure"])
	assert kept.reason == "本人要求" and contact.person_name not in kept.as_json()
	with pytest.raises(frappe.ValidationError):
		kept.delete()


def test_a_restore_does_not_bring_back_what_was_erased(contact):
	personal_data.erase([{"doctype": CONTACT, "name": contact.name}], "本人要求")
	frappe.db.set_value(CONTACT, contact.name, {"person_name": "又来了", "mobile": "13912340099"})
	personal_data.repeat_erasures()
	assert frappe.db.get_value(CONTACT, contact.name, ["person_name", "mobile"]) == (personal_data.NAME_LEFT, None)


@pytest.mark.parametrize("spelling", ["13912340088", "139 1234 0088", "+86 139-1234-0088"])
def test_a_person_is_found_by_number_in_its_spellings_and_by_name(contact, spelling):
	for text in (spelling, contact.person_name):
		assert contact.name in {row["name"] for row in personal_data.find(text)}
	handed = personal_data.hand_out(contact.person_name)
	assert handed["lines_of_the_log"] == 2
	assert any("13912340088" in row["values"].values() for row in handed["records"])


def test_what_the_law_keeps_is_named_and_stays():
	answer = personal_data.erase([{"doctype": "Meeting Invoice Title", "name": "no such"}], "本人要求")
	assert answer["erased"] == 0 and answer["kept"]
	with pytest.raises(frappe.ValidationError):
		personal_data.erase([{"doctype": "Meeting Project", "name": "x"}], "本人要求")
	with pytest.raises(frappe.ValidationError):
		personal_data.erase([], " ")


def test_every_field_that_looks_personal_is_in_the_register():
	register = {**personal.FIELDS, **personal_data.TABLES_OF_PEOPLE}
	modules = frappe.get_all("Module Def", {"app_name": "meeting_crm"}, pluck="name")
	doctypes = frappe.get_all("DocType", {"module": ["in", modules], "issingle": 0}, pluck="name")
	forgotten = [
		(doctype, field.fieldname)
		for doctype in doctypes
		if doctype not in NO_PERSONS
		for field in frappe.get_meta(doctype).fields
		if field.fieldname in LOOKS_PERSONAL and field.fieldname not in register.get(doctype, ())
	]
	assert not forgotten, f"add to core/personal.py or administration/personal_data.py: {forgotten}"


def test_a_key_is_made_once_and_another_key_reveals_nothing(contact):
	record = (CONTACT, contact.name)
	key = personal.make_keys([record])[record]
	assert personal.make_keys([record])[record] == key
	hidden = personal.hide(CONTACT, {"mobile": "1", "position": "x"}, key)
	assert hidden["position"] == "x" and "mobile" not in hidden
	assert personal.reveal(hidden, key) == {"mobile": "1", "position": "x"}
	assert personal.reveal(hidden, b"0" * 16) == {"position": "x", personal.ERASED: 1}
	assert personal.reveal(hidden, None) == {"position": "x", personal.ERASED: 1}

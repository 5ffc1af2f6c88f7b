"""Entering a company (A4): all or nothing, every mistake named, nobody enters it twice."""

import frappe
import pytest

from meeting_crm.tests.factories import entry_form, make_project, make_user, unique
from support.added_fields import added_fields
from support.rest import error_of, set_language

ENTER = "meeting_crm.entry.api.enter"


@pytest.fixture(scope="module")
def seller(site):
	return make_user()


@pytest.fixture(scope="module")
def colleague(site):
	return make_user()


@pytest.fixture(scope="module")
def project(seller):
	name = make_project(seller)
	frappe.db.commit()
	return name


def counts() -> tuple:
	frappe.db.commit()
	return tuple(
		frappe.db.count(doctype)
		for doctype in ("Meeting Enterprise", "Meeting Customer", "Meeting Contact", "Meeting Claim")
	)


def test_an_entry_makes_enterprise_file_people_and_protection(rest, seller, project):
	form = entry_form(remarks="展会上认识")
	answer = rest(seller).result(ENTER, project=project, customer=form)
	assert set(answer) == {"customer", "enterprise", "claim", "protected_until"}
	frappe.db.rollback()
	file = frappe.get_doc("Meeting Customer", answer["customer"])
	assert (file.customer_name, file.holder, file.owner, file.segment, file.source) == (
		form["full_name"], seller, seller, "General", "Entry",
	)  # fmt: skip
	assert [(row.note, row.noted_by) for row in file.remarks] == [("展会上认识", seller)]
	people = frappe.get_all(
		"Meeting Contact", {"customer": file.name}, ["person_name", "position", "mobile_key", "is_primary", "owner"]
	)
	assert people == [
		{"person_name": "李总", "position": "总经理", "mobile_key": "13912345678", "is_primary": 1, "owner": seller}
	]
	claim = frappe.get_doc("Meeting Claim", answer["claim"])
	assert (claim.project, claim.holder, claim.customer, claim.source) == (project, seller, file.name, "Entry")


def test_the_second_entry_of_a_company_hears_its_status_and_nothing_else(rest, seller, colleague, project):
	other = make_project(colleague)
	form = entry_form(profile="SECRET-PROFILE", landline="0535-6000001")
	rest(seller).result(ENTER, project=project, customer=form)
	before = counts()
	again = {**entry_form(form["full_name"]), "profile": "mine"}
	answer = rest(colleague).call(ENTER, project=other, customer=again)
	assert answer.status_code == 409
	assert "In Negotiation" in error_of(answer)
	assert "SECRET-PROFILE" not in answer.text and "6000001" not in answer.text and seller not in answer.text
	assert counts() == before


BAD_FORMS = {
	"no name": ({"full_name": ""}, "Registered Name is missing", "全称"),
	"endless name": ({"full_name": "长" * 10_000}, "10000 characters", "10000"),
	"emoji": ({"full_name": "恒达😀冷链有限公司"}, "😀", "😀"),
	"html": ({"full_name": "<script>alert(1)</script>公司"}, "&lt;", "&lt;"),
	"sql": ({"full_name": "公司'; DROP TABLE tabUser; --"}, "contains ;", ";"),
	"no profile": ({"profile": ""}, "Profile is missing", "简介"),
	"no landline": ({"landline": ""}, "Landline is missing", "座机"),
	"no mobile": ({"mobile": ""}, "Mobile is missing", "手机"),
	"no mail and no fax": ({"email": "", "fax": ""}, "E-mail and fax are both missing", "传真"),
	"no person": ({"contacts": []}, "no responsible person", "负责人"),
	"person without position": ({"contacts": [{"person_name": "李总"}]}, "Person 1: Position is missing", "职务"),
	"impossible mobile": ({"mobile": "1380013"}, "no possible mobile number", "1380013"),
	"impossible landline": ({"landline": "12"}, "no possible telephone number", "12"),
	"impossible mail": ({"email": "a@b"}, "no possible e-mail address", "a@b"),
	"unknown segment": ({"segment": "没有这个"}, "no segment", "没有这个"),
	"wrong type": ({"contacts": "李总", "remarks": 5}, "no responsible person", "负责人"),
}


@pytest.mark.parametrize("case", BAD_FORMS)
def test_a_bad_form_is_refused_in_plain_words_and_leaves_nothing(rest, seller, project, case):
	values, english, chinese = BAD_FORMS[case]
	before = counts()
	answer = rest(seller).call(ENTER, project=project, customer={**entry_form(), **values})
	assert answer.status_code == 417
	assert english in error_of(answer)
	set_language(seller, "zh")
	answer = rest(seller).call(ENTER, project=project, customer={**entry_form(), **values})
	set_language(seller, "en")
	assert answer.status_code == 417
	assert chinese in error_of(answer)
	assert english not in error_of(answer) or english == chinese
	assert counts() == before


@pytest.mark.parametrize("customer", ["", "not json", "[1,2]", "null", "5", '"text"'])
def test_an_unreadable_form_is_refused(rest, seller, project, customer):
	answer = rest(seller).call(ENTER, project=project, customer=customer)
	assert answer.status_code == 417, answer.text


def test_one_enters_only_in_open_projects_one_belongs_to(rest, seller, colleague):
	before = counts()
	client = rest(seller)
	foreign, closed = make_project(colleague), make_project(seller, closed=1)
	frappe.db.commit()
	assert client.call(ENTER, project=foreign, customer=entry_form()).status_code == 403
	assert client.call(ENTER, project=closed, customer=entry_form()).status_code == 417
	assert client.call(ENTER, project="no such project", customer=entry_form()).status_code in (403, 404, 417)
	assert counts() == before


def test_guests_enter_nothing(rest, project):
	assert rest(None).call(ENTER, project=project, customer=entry_form()).status_code == 403


def test_repeated_numbers_are_named_with_company_and_status_only(rest, seller, colleague, project):
	mobile = f"139{abs(hash(unique())) % 10**8:08d}"
	form = entry_form(
		mobile=mobile, profile="SECRET-PROFILE", contacts=[{"person_name": "密人", "position": "总", "mobile": mobile}]
	)
	rest(seller).result(ENTER, project=project, customer=form)
	answer = rest(colleague).call(
		"meeting_crm.entry.api.check_numbers", verb="GET", mobile=f"+86 {mobile[:3]}-{mobile[3:]}"
	)
	assert answer.json()["message"] == [
		{
			"field": "mobile",
			"possible": True,
			"message": None,
			"matches": [{"enterprise_name": form["full_name"], "status": "In Negotiation"}],
		}
	]
	assert "SECRET" not in answer.text and "密人" not in answer.text


def test_private_relations_are_named_to_nobody(rest, seller, colleague):
	mobile = f"137{abs(hash(unique())) % 10**8:08d}"
	client = rest(seller)
	answer = client.resource(
		"POST", "Meeting Customer", json={"customer_name": "王局长", "category": "Social Relation", "mobile": mobile}
	)
	assert answer.status_code == 200, error_of(answer)
	matches = rest(colleague).result("meeting_crm.entry.api.check_numbers", verb="GET", mobile=mobile)
	assert matches[0]["matches"] == []


@pytest.fixture
def added(site):
	"""A mandatory choice and a date that an administrator added to the customer's form."""
	fields = [
		{"fieldname": "how_large", "label": "规模", "fieldtype": "Select", "options": "\n大型\n小型", "reqd": 1},
		{"fieldname": "founded_on", "label": "成立日期", "fieldtype": "Date"},
		{"fieldname": "inner_note", "label": "内部", "fieldtype": "Data", "permlevel": 3, "reqd": 1},
	]
	with added_fields(*fields):
		yield


def test_fields_that_administrators_added_are_asked_and_kept(rest, seller, project, added):
	client = rest(seller)
	asked = client.result("meeting_crm.entry.api.get_added_fields", verb="GET")
	assert {row["fieldname"]: row["reqd"] for row in asked} == {"how_large": 1, "founded_on": 0}
	answer = client.call(ENTER, project=project, customer=entry_form())
	assert answer.status_code == 417 and "规模" in error_of(answer) and "内部" not in error_of(answer)
	before = counts()
	for wrong in ({"how_large": "巨型"}, {"how_large": "大型", "founded_on": "2026-13-01"}):
		answer = client.call(ENTER, project=project, customer=entry_form(**wrong))
		assert answer.status_code == 417, error_of(answer)
	assert counts() == before, "nothing is half entered"
	form = entry_form(how_large="大型", founded_on="2019-05-01", inner_note="不归我填")
	file = client.result(ENTER, project=project, customer=form)["customer"]
	frappe.db.rollback()
	row = frappe.db.get_value("Meeting Customer", file, ["how_large", "founded_on", "inner_note"], as_dict=True)
	assert (row.how_large, str(row.founded_on), row.inner_note) == ("大型", "2019-05-01", None)

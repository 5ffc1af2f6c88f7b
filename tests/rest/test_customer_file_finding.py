"""What a caller says leads to the file, and only whoever may read it (A1, C1)."""

import frappe
import pytest

from meeting_crm.customer_file import api
from meeting_crm.tests import factories
from support.sales import make_contract, make_held

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def held():
	"""(salesperson, claim) of 金石陈氏机械 with a person and two numbers."""
	user = factories.make_user()
	project = factories.make_project(user)
	name = factories.unique("金石陈氏机械")
	claim = factories.make_claim(project, user, enterprise=factories.make_enterprise(name))
	file = frappe.get_doc("Meeting Customer", claim.customer)
	file.update({"landline": "0535-6212345", "email": "info@jinshi.example.com"})
	file.save()
	frappe.get_doc(
		{
			"doctype": "Meeting Contact",
			"customer": file.name,
			"person_name": "張偉",
			"position": "采购",
			"mobile": "13911112222",
		}
	).insert()
	frappe.db.commit()
	return user, claim, name


def find(user: str, text: str) -> list[str]:
	frappe.set_user(user)
	return [row["name"] for row in api.find(text)]


SPOKEN = (
	"13911112222",
	"+86 139-1111-2222",
	"手机：139 1111 2222",
	"1391111",
	"（0535）6212345转8",
	"0535 6212345",
	"INFO@jinshi.example.com",
	"张伟",
	"張偉",
	"金石陈氏",
	"jinshichenshi",
)


@pytest.mark.parametrize("text", SPOKEN)
def test_what_a_caller_says_leads_to_the_file(held, text):
	user, claim, _name = held
	assert claim.customer in find(user, text)


@pytest.mark.parametrize("text", SPOKEN)
def test_a_colleague_finds_nothing(held, text):
	_user, claim, _name = held
	colleague = factories.make_user()
	factories.make_project(colleague)
	assert claim.customer not in find(colleague, text)


def test_finance_and_logistics_find_no_file(held):
	_user, claim, name = held
	for role in ("Meeting Finance", "Meeting Logistics"):
		assert claim.customer not in find(factories.make_user(None, role), name)


def test_administrators_and_managers_find_it(held):
	user, claim, name = held
	manager = factories.make_user(None, "Meeting Manager")
	frappe.db.set_value("User", user, "meeting_department", factories.make_department(manager=manager))
	for asker in (manager, factories.make_user(None, "Meeting Administrator")):
		assert claim.customer in find(asker, name)


def test_a_contract_is_found_by_its_number(site):
	user, _project, claim = make_held()
	frappe.set_user(user)
	contract = make_contract(claim).insert()
	assert find(user, contract.name) == [contract.name]
	assert contract.name in find(user, contract.name[-8:])
	assert contract.name not in find(factories.make_user(), contract.name)
	assert contract.name in find(factories.make_user(None, "Meeting Administrator"), contract.name.lower())


def test_a_private_contact_is_found_by_a_part_of_the_name(site):
	user = factories.make_user()
	frappe.set_user(user)
	name = factories.unique("老同学")
	file = frappe.get_doc(
		{"doctype": "Meeting Customer", "customer_name": name, "category": "Social Relation"}
	).insert()
	assert find(user, name[1:]) == [file.name]


@pytest.mark.parametrize("text", ["", " ", "a", "%", "%%%%%%", "\u200b\u200b", "x" * 5000])
def test_too_little_or_nonsense_finds_nothing(held, text):
	assert find(held[0], text) == []

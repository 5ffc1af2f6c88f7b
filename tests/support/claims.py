"""What the tests of claims share."""

import frappe
import pytest

from meeting_crm.tests.factories import make_project, make_user


@pytest.fixture
def one_transaction(monkeypatch):
	"""Jobs commit and roll back by themselves; such a test rolls back as a whole."""
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	monkeypatch.setattr(
		frappe.db,
		"rollback",
		lambda save_point=None: save_point and frappe.db.sql(f"rollback to savepoint {save_point}"),
	)
	yield
	monkeypatch.undo()


@pytest.fixture(scope="module")
def people(site):
	"""Made once: a user costs a password hash. Projects and claims are each test's own."""
	users = [make_user(f"claims-{name}") for name in ("zhang", "li", "wang")]
	users.append(make_user("claims-manager", "Meeting Manager"))
	frappe.db.commit()
	return users


@pytest.fixture
def zhang(people):
	"""The first of `people`, which a file may override."""
	return people[0]


@pytest.fixture
def li(people):
	return people[1]


@pytest.fixture
def wang(people):
	return people[2]


@pytest.fixture
def manager(people):
	return people[3]


def project_with(*users: str, **values) -> str:
	"""A project that is open on whatever day a test runs."""
	return make_project(*users, start_date="2020-01-01", end_date="2099-12-31", **values)


def bell_of(user: str) -> list[str]:
	return frappe.get_all("Notification Log", filters={"for_user": user}, pluck="subject", order_by="creation desc")


def read(doctype: str, name: str, *fields: str) -> frappe._dict:
	return frappe.db.get_value(doctype, name, fields, as_dict=True)

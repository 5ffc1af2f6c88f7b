"""Rights added to and taken from one person (E4), in the framework's own functions."""

import sys

import frappe
import frappe.permissions
import pytest
from frappe.share import add_docshare
from frappe.utils import add_to_date, now_datetime

from meeting_crm.administration import rights, wrapped_permissions
from meeting_crm.tests import factories
from meeting_crm.tests.factories import make_user

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture(autouse=True)
def in_force():
	wrapped_permissions.install()


@pytest.fixture
def contact():
	holder = make_user()
	claim = factories.make_claim(factories.make_project(holder), holder)
	frappe.set_user(holder)
	doc = frappe.get_doc({"doctype": "Meeting Contact", "customer": claim.customer, "person_name": "权限"}).insert()
	frappe.set_user("Administrator")
	return doc


def may(user: str, right: str, doctype: str = "Meeting Contact", doc=None) -> bool:
	frappe.local.role_permissions = {}
	return bool(frappe.has_permission(doctype, right, doc=doc, user=user))


def test_no_module_of_the_framework_keeps_an_unwrapped_function():
	for name in wrapped_permissions.WRAPPED:
		wrapped = getattr(frappe.permissions, name)
		assert wrapped.is_personal
		loose = [
			module
			for key, module in list(sys.modules.items())
			if key.split(".")[0] in ("frappe", "meeting_crm") and vars(module).get(name) is wrapped.__wrapped__
		]
		assert not loose, f"{name}: {loose}"


@pytest.mark.parametrize("right", ["write", "delete", "create", "print", "report", "export", "read"])
def test_what_is_taken_is_taken_by_roles_ownership_and_share(contact, right):
	user = contact.owner
	if right == "export":
		rights.set_right(user, "Meeting Contact", right, "Add", "试")
	assert may(user, right)
	rights.set_right(user, "Meeting Contact", right, "Remove", "试用期")
	add_docshare(
		"Meeting Contact", contact.name, user, read=1, write=1, share=1, flags={"ignore_share_permission": True}
	)
	assert not may(user, right)
	if right not in ("create", "report", "export"):
		assert not may(user, right, doc=contact)
	colleague = make_user()
	assert may(colleague, right) or right == "export", "the colleague with the same roles keeps the right"


def test_taking_reading_takes_everything(contact):
	rights.set_right(contact.owner, "Meeting Contact", "read", "Remove", "离职交接")
	for right in ("read", "write", "delete", "create", "print", "export"):
		assert not may(contact.owner, right)
	frappe.set_user(contact.owner)
	with pytest.raises(frappe.PermissionError):
		frappe.get_list("Meeting Contact")


def test_what_is_added_holds_and_opens_no_record():
	user = make_user()
	assert not may(user, "export", "Meeting Customer")
	rights.set_right(user, "Meeting Customer", "export", "Add", "年底核对")
	assert may(user, "export", "Meeting Customer")
	stranger = factories.make_customer(make_user())
	frappe.set_user(user)
	assert stranger not in frappe.get_list("Meeting Customer", pluck="name")


def test_minus_beats_two_roles():
	"""Case 56."""
	user = make_user(None, "Meeting Salesperson", "Meeting Manager")
	rights.set_right(user, "Meeting Contact", "delete", "Remove", "试用期")
	assert not may(user, "delete")


def test_a_right_ends_with_its_last_moment():
	"""Case 51."""
	user = make_user()
	rights.set_right(user, "Meeting Customer", "export", "Add", "本周", add_to_date(now_datetime(), hours=1))
	assert may(user, "export", "Meeting Customer")
	name = frappe.db.get_value("Meeting Personal Right", {"user": user})
	frappe.db.set_value("Meeting Personal Right", name, "valid_until", add_to_date(now_datetime(), seconds=-1))
	rights.forget(user)
	assert not may(user, "export", "Meeting Customer")
	cell = next(
		cell
		for module in rights.get_matrix(user)["modules"]
		for record in module["records"]
		if record["document_type"] == "Meeting Customer"
		for cell in record["cells"]
		if cell["right"] == "export"
	)
	assert cell["is_over"] and not cell["has"]


def test_a_tick_of_the_permission_manager_changes_the_group_and_the_minus_stays():
	"""Case 52."""
	user, colleague = make_user(), make_user()
	rights.set_right(user, "Meeting Activity", "export", "Remove", "不导出")
	frappe.permissions.setup_custom_perms("Meeting Activity")
	frappe.permissions.update_permission_property("Meeting Activity", "Meeting Salesperson", 0, "export", 1)
	frappe.clear_cache(doctype="Meeting Activity")
	assert may(colleague, "export", "Meeting Activity")
	assert not may(user, "export", "Meeting Activity")


def test_group_in_place_of_an_effect_gives_back_what_the_roles_give():
	user = make_user()
	rights.set_right(user, "Meeting Contact", "delete", "Remove", "试用期")
	assert rights.set_right(user, "Meeting Contact", "delete", "Group", "")["effect"] is None
	assert may(user, "delete")


def test_rights_are_given_downwards_with_a_reason_and_only_what_one_has():
	staff, administrator = make_user(), make_user(None, "Meeting Administrator")
	with pytest.raises(frappe.ValidationError):
		rights.set_right(staff, "Meeting Contact", "delete", "Remove", " ")
	with pytest.raises(frappe.ValidationError):
		rights.set_right(staff, "Meeting Contact", "submit", "Add", "no such right")
	with pytest.raises(frappe.ValidationError):
		rights.set_right(staff, "Meeting Contact", "delete", "Remove", "over", add_to_date(now_datetime(), hours=-1))
	frappe.set_user(administrator)
	rights.set_right(staff, "Meeting Contact", "delete", "Remove", "试用期")
	with pytest.raises(frappe.PermissionError):
		rights.set_right(staff, "Server Script", "create", "Add", "not mine to give")
	for other in (administrator, make_user(None, "Meeting Administrator"), make_user(None, "System Manager")):
		with pytest.raises(frappe.PermissionError):
			rights.set_right(other, "Meeting Contact", "delete", "Remove", "same level")
	frappe.set_user(staff)
	with pytest.raises(frappe.PermissionError):
		rights.set_right(staff, "Meeting Contact", "delete", "Group", "")


def test_one_person_has_one_row_for_a_right():
	user = make_user()
	for effect in ("Remove", "Add", "Remove"):
		rights.set_right(user, "Meeting Contact", "delete", effect, "改")
	assert frappe.db.count("Meeting Personal Right", {"user": user}) == 1


def test_looking_through_a_persons_eyes_changes_nothing_of_the_session():
	holder = make_user()
	claim = factories.make_claim(factories.make_project(holder), holder)
	session = frappe.local.session
	seen = rights.look_as(holder)
	assert frappe.local.session is session and frappe.session.user == "Administrator"
	rows = {row["document_type"]: row for module in seen["modules"] for row in module["records"]}
	assert rows["Meeting Customer"]["records"] == 1 and claim.customer
	assert "export" not in rows["Meeting Customer"]["may"]


def test_the_desk_is_told_what_a_person_may():
	user = make_user()
	rights.set_right(user, "Meeting Contact", "delete", "Remove", "试用期")
	rights.set_right(user, "Meeting Customer", "export", "Add", "核对")
	frappe.set_user(user)
	permissions = frappe.utils.user.UserPermissions(user)
	permissions.build_permissions()
	assert "Meeting Contact" not in permissions.can_delete
	assert "Meeting Customer" in permissions.can_export

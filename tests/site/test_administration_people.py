"""Levels, groups, people and departments (E1 to E4) on a site: every door through which an account can be changed."""

import contextlib
import itertools

import frappe
import frappe.client
import pytest
from frappe.share import add_docshare
from frappe.utils.password import check_password

from meeting_crm.administration import desk_powers, groups, levels, people
from meeting_crm.tests.factories import caches_kept, make_department, make_project, make_user, unique

pytestmark = pytest.mark.usefixtures("site")
ROLES = {1: "System Manager", 2: "Meeting Administrator", 3: "Meeting Salesperson"}


def make_level(level: int) -> str:
	return make_user(None, ROLES[level])


def act_as(user: str) -> None:
	frappe.set_user(user)


def change_name(user):
	doc = frappe.get_doc("User", user)
	doc.last_name = unique()
	doc.save()


def change_name_past_permissions(user):
	doc = frappe.get_doc("User", user)
	doc.last_name = unique()
	doc.save(ignore_permissions=True)


def disable(user):
	people.set_enabled(user, False)


def disable_by_form(user):
	doc = frappe.get_doc("User", user)
	doc.enabled = 0
	doc.save(ignore_permissions=True)


def delete(user):
	people.delete_person(user)


def delete_past_permissions(user):
	frappe.delete_doc("User", user, ignore_permissions=True)


def rename(user):
	frappe.rename_doc("User", user, f"{unique('new')}@test.meeting", force=True)


def set_password(user):
	people.reset_password(user)


def set_password_by_form(user):
	doc = frappe.get_doc("User", user)
	doc.new_password = "Kx7m-Pq2w-Rt9z"
	doc.save(ignore_permissions=True)


def make_keys(user):
	doc = frappe.get_doc("User", user)
	doc.api_key = frappe.generate_hash(length=15)
	doc.api_secret = frappe.generate_hash(length=15)
	doc.save(ignore_permissions=True)


def give_role(user):
	doc = frappe.get_doc("User", user)
	doc.append_roles("Meeting Finance")
	doc.save(ignore_permissions=True)


def give_role_by_row(user):
	frappe.get_doc(
		{"doctype": "Has Role", "parent": user, "parenttype": "User", "parentfield": "roles", "role": "Meeting Finance"}
	).insert(ignore_permissions=True)


def change_group(user):
	people.change_person(user, group=groups.get_group_of_level(3))


def set_value(user):
	frappe.client.set_value("User", user, "last_name", unique())


def share(user):
	add_docshare("User", user, "Guest", write=1, flags={"ignore_share_permission": True})


DOORS = {
	"form": change_name,
	"code that ignores permissions": change_name_past_permissions,
	"own disabling": disable,
	"disabling past permissions": disable_by_form,
	"own password": set_password,
	"password in the form": set_password_by_form,
	"keys": make_keys,
	"roles in the form": give_role,
	"frappe.client": set_value,
	"own deletion": delete,
	"deletion past permissions": delete_past_permissions,
	"rename": rename,
}
CLOSED = {"a row of roles by itself": give_role_by_row, "share": share}


PAIRS = list(itertools.product((1, 2, 3), repeat=2))
MANAGING = [(actor, target) for actor, target in PAIRS if actor == 1 or (actor, target) == (2, 3)]


@pytest.mark.parametrize(("actor", "target"), MANAGING)
def test_each_door_opens_to_whoever_manages(actor, target):
	"""Cases 49, 53: 3 × 3 × every door."""
	make_level(1)
	actor_name, targets = make_level(actor), [make_level(target) for _number in range(3)]
	act_as(actor_name)
	for door, use in DOORS.items():
		frappe.db.set_value("User", {"name": ["in", targets]}, "enabled", 1)
		with caches_kept():
			use(targets[0])
		if door in ("own deletion", "deletion past permissions"):
			assert not frappe.db.exists("User", targets.pop(0))


@pytest.mark.parametrize(("actor", "target"), sorted(set(PAIRS) - set(MANAGING)))
def test_each_door_keeps_the_levels(actor, target):
	"""Cases 49, 53, the other half."""
	make_level(1)
	actor_name, target_name = make_level(actor), make_level(target)
	act_as(actor_name)
	before = frappe.get_doc("User", target_name).as_json()
	for door, use in {**DOORS, **CLOSED}.items():
		with pytest.raises(frappe.PermissionError), caches_kept():
			use(target_name)
			raise AssertionError(door)
	assert frappe.get_doc("User", target_name).as_json() == before


@pytest.mark.parametrize("door", CLOSED)
def test_doors_that_are_closed_to_everybody(door):
	actor_name, target = make_level(1), make_level(3)
	act_as(actor_name)
	with pytest.raises(frappe.PermissionError):
		CLOSED[door](target)


@pytest.mark.parametrize("level", (1, 2, 3))
def test_everybody_keeps_their_own_profile_and_password(level):
	user = make_level(level)
	make_level(1)
	act_as(user)
	change_name(user)
	set_password_by_form(user)
	for door in (disable_by_form, give_role, delete_past_permissions):
		with pytest.raises(frappe.PermissionError):
			door(user)


@pytest.mark.parametrize("role", ["System Manager", "Meeting Administrator", "Website Manager", "Script Manager"])
def test_level_2_gives_no_role_above_its_own(role):
	"""Case 55."""
	target = make_level(3)
	act_as(make_level(2))
	doc = frappe.get_doc("User", target)
	doc.append_roles(role)
	with pytest.raises(frappe.PermissionError):
		doc.save(ignore_permissions=True)
	with pytest.raises(frappe.PermissionError):
		people.make_person("新人", f"{unique()}@test.meeting", None, [role], [])


def test_nobody_promotes_themselves():
	"""Case 55: also where the framework's permissions are out of the way."""
	user = make_level(2)
	act_as(user)
	doc = frappe.get_doc("User", user)
	doc.append_roles("System Manager")
	with pytest.raises(frappe.PermissionError):
		doc.save(ignore_permissions=True)
	doc = frappe.get_doc("User", user)
	doc.meeting_group = groups.get_group_of_level(1)
	with pytest.raises(frappe.PermissionError):
		doc.save(ignore_permissions=True)


def test_the_last_system_administrator_stays():
	"""Case 54: whoever tries, by whatever door."""
	last = make_level(1)
	others = [
		name
		for name in frappe.get_all("Has Role", {"role": "System Manager", "parenttype": "User"}, pluck="parent")
		if name not in (last, "Administrator")
	]
	frappe.db.set_value("User", {"name": ["in", others]}, "enabled", 0, update_modified=False)
	assert levels.is_last(last)
	for actor in ("Administrator", make_level(2)):
		act_as(actor)
		for door in (disable_by_form, delete_past_permissions):
			with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
				door(last)
		doc = frappe.get_doc("User", last)
		doc.set("roles", [])
		with contextlib.suppress(frappe.ValidationError, frappe.PermissionError):
			doc.save(ignore_permissions=True)  # the framework gives the role back by itself
		frappe.clear_cache(user=last)
		assert levels.get_level(last) == 1
	act_as("Administrator")
	make_level(1)
	disable_by_form(last)


def test_a_group_brings_its_roles_and_a_person_may_have_more():
	"""E3: several roles per person, on top of the group's."""
	user = make_level(3)
	assert frappe.db.get_value("User", user, "meeting_group") == groups.get_group_of_level(3)
	people.change_person(user, group=groups.get_group_of_level(2), roles=["Meeting Salesperson", "Meeting Finance"])
	frappe.clear_cache(user=user)
	roles = set(frappe.get_roles(user))
	assert {"Meeting Administrator", "Meeting Salesperson", "Meeting Finance"} <= roles
	people.change_person(user, group=groups.get_group_of_level(3))
	frappe.clear_cache(user=user)
	assert "Meeting Administrator" not in frappe.get_roles(user)
	assert "Meeting Finance" in frappe.get_roles(user)


def test_roles_given_on_the_frameworks_form_move_the_person_to_the_group_of_their_level():
	user = make_level(3)
	frappe.get_doc("User", user).add_roles("System Manager")
	assert frappe.db.get_value("User", user, "meeting_group") == groups.get_group_of_level(1)


def test_a_changed_group_changes_its_people():
	group = frappe.get_doc(
		{
			"doctype": "Meeting User Group",
			"group_name": unique("组"),
			"level": "3",
			"roles": [{"role": "Meeting Finance"}],
		}
	).insert()
	user = make_level(3)
	people.change_person(user, group=group.name)
	assert "Meeting Finance" in frappe.get_roles(user)
	group.set("roles", [{"role": "Meeting Logistics"}])
	group.save()
	roles = frappe.get_roles(user)
	assert "Meeting Logistics" in roles and "Meeting Finance" not in roles and "Meeting Salesperson" in roles


def test_a_group_has_the_roles_of_its_level_and_level_2_changes_only_lower_groups():
	with pytest.raises(frappe.ValidationError):
		frappe.get_doc(
			{
				"doctype": "Meeting User Group",
				"group_name": unique(),
				"level": "3",
				"roles": [{"role": "System Manager"}],
			}
		).insert()
	act_as(make_level(2))
	own = frappe.get_doc("Meeting User Group", groups.get_group_of_level(2))
	own.append("roles", {"role": "Meeting Finance"})
	with pytest.raises(frappe.PermissionError):
		own.save()
	lower = frappe.get_doc("Meeting User Group", groups.get_group_of_level(3))
	lower.save()


def test_one_dialog_makes_a_salesperson_ready():
	"""Fault 28: name, address, department, roles, projects; the password works and is kept nowhere."""
	department, project = make_department(), make_project()
	act_as(make_level(2))
	made = people.make_person("周敏", f"{unique()}@test.meeting", department, ["Meeting Salesperson"], [project])
	assert check_password(made["user"], made["password"]) == made["user"]
	assert frappe.db.exists("Meeting Project Member", {"parent": project, "user": made["user"]})
	assert frappe.db.get_value("User", made["user"], ["meeting_department", "full_name"]) == (department, "周敏")
	logged = frappe.get_all("Meeting Operation Log", {"reference_name": made["user"]}, ["before", "after"])
	assert logged and made["password"] not in str(logged)


def test_whoever_has_only_a_mobile_number_signs_in_with_it():
	number = "1391234" + str(frappe.utils.now_datetime().microsecond % 10000).zfill(4)
	made = people.make_person("吴迪", None, None, ["Meeting Salesperson"], [], number)
	assert made["sign_in_with"] == number
	with pytest.raises(frappe.DuplicateEntryError):
		people.make_person("吴迪", None, None, ["Meeting Salesperson"], [], number)


@pytest.mark.parametrize(
	"values",
	[
		("", "a@test.meeting", ["Meeting Salesperson"], None),
		("某人", "", ["Meeting Salesperson"], None),
		("某人", "no address", ["Meeting Salesperson"], None),
		("某人", "b@test.meeting", [], None),
		("某人", "c@test.meeting", ["No Such Role"], None),
		("某人", "d@test.meeting", ["Meeting Salesperson"], "123"),
	],
)
def test_bad_input_is_refused_with_words(values):
	full_name, email, roles, mobile = values
	with pytest.raises(frappe.ValidationError) as refusal:
		people.make_person(full_name, email, None, roles, [], mobile)
	assert str(refusal.value)


# departments


def test_a_department_ends_when_its_people_have_moved():
	department, other, user = make_department(), make_department(), make_user()
	frappe.db.set_value("User", user, "meeting_department", department)
	doc = frappe.get_doc("Meeting Department", department)
	doc.ended = 1
	with pytest.raises(frappe.ValidationError, match=frappe.get_value("User", user, "full_name")):
		doc.save()
	people.change_person(user, department=other)
	doc.reload()
	doc.ended = 1
	doc.save()
	with pytest.raises(frappe.ValidationError):
		people.change_person(user, department=department)


def test_a_circle_of_departments_is_refused_in_words():
	upper = make_department()
	lower = make_department(parent=upper)
	doc = frappe.get_doc("Meeting Department", upper)
	doc.parent_meeting_department = lower
	with pytest.raises(frappe.ValidationError, match="part of it"):
		doc.save()


def test_another_manager_is_in_the_log_of_everybody_it_touches():
	department, manager = make_department(), make_user(None, "Meeting Manager")
	members = [make_user(department=department) for _number in range(2)]
	doc = frappe.get_doc("Meeting Department", department)
	doc.manager = manager
	doc.save()
	for member in members:
		assert frappe.db.exists("Meeting Operation Log", {"operation": "Manager Changed", "reference_name": member})


def test_the_tree_counts_heads_with_those_below():
	from meeting_crm.administration.departments import get_tree

	upper = make_department()
	lower = make_department(parent=upper)
	make_user(department=upper)
	make_user(department=lower)
	tree = {row["department"]: row for row in get_tree()}
	assert (tree[upper]["people"], tree[upper]["people_below"]) == (1, 2)
	assert tree[lower]["depth"] == tree[upper]["depth"] + 1


# an administrator without System Manager does an administrator's work (fault 12)


def test_level_2_has_the_desk_of_an_administrator():
	act_as(make_level(2))
	for doctype in ("User", "Workflow", "Custom Field", "Property Setter", "Letter Head"):
		assert frappe.has_permission(doctype, "write"), doctype


def test_level_2_writes_no_program_into_a_workflow():
	act_as(make_level(2))
	workflow = frappe.get_doc("Workflow", "Meeting Claim")
	workflow.transitions[0].condition = "frappe.db.get_value('User', 'Administrator', 'api_key')"
	with pytest.raises(frappe.PermissionError):
		desk_powers.check_workflow(workflow)
	workflow.reload()
	workflow.load_doc_before_save()
	desk_powers.check_workflow(workflow)


def test_level_2_writes_no_program_into_a_form_and_changes_only_ours():
	act_as(make_level(2))
	field = {"doctype": "Custom Field", "dt": "Meeting Customer", "fieldtype": "Data", "label": "特"}
	desk_powers.check_custom_field(frappe.get_doc(field))
	for change in ({"depends_on": "eval:alert(1)"}, {"fieldtype": "HTML"}, {"dt": "User"}):
		with pytest.raises(frappe.PermissionError):
			desk_powers.check_custom_field(frappe.get_doc({**field, **change}))
	setter = {"doctype": "Property Setter", "doc_type": "Meeting Customer", "property": "hidden", "value": "1"}
	desk_powers.check_property_setter(frappe.get_doc(setter))
	for change in ({"property": "depends_on"}, {"doc_type": "User"}, {"property": "permlevel"}):
		with pytest.raises(frappe.PermissionError):
			desk_powers.check_property_setter(frappe.get_doc({**setter, **change}))

"""Two enterprises that turn out to be one: merged, and taken apart again (issue: duplicates)."""

import frappe
import pytest

from meeting_crm.claims import service as claims
from meeting_crm.enterprises import aliases, errors, upkeep
from meeting_crm.enterprises import service as enterprises
from meeting_crm.entry import api as entry_api
from meeting_crm.merging import api as merging_api
from meeting_crm.merging import service as merging
from meeting_crm.tests import factories


@pytest.fixture
def two():
	kept = factories.make_enterprise(factories.unique("青岛海岳冷链"), profile=None, email=None)
	merged = factories.make_enterprise(
		factories.unique("青岛海岳冷藏"),
		contacts=[{"person_name": "孙涛", "position": "厂长", "mobile": "13600001111"}],
	)
	return kept, merged


def name_of(enterprise: str) -> str:
	return frappe.db.get_value("Meeting Enterprise", enterprise, "enterprise_name")


def found(text: str) -> set[str]:
	return {row["enterprise"] for row in entry_api.check_duplicates(text=text)}


def sellers(count: int) -> tuple[str, ...]:
	return tuple(factories.make_user() for _number in range(count))


def test_everything_moves_and_the_old_name_still_finds_it(two):
	kept, merged = two
	(seller,) = sellers(1)
	project = factories.make_project(seller)
	claim = claims.make_claim(project, merged, seller, "Pool")
	aliases.add_alias(merged, "海岳老厂")
	old_name = name_of(merged)
	merging_api.merge(kept, merged)
	assert not frappe.db.exists("Meeting Enterprise", merged)
	row = frappe.db.get_value(
		"Meeting Claim", claim.name, ["enterprise", "enterprise_name", "active_key"], as_dict=True
	)
	assert (row.enterprise, row.enterprise_name) == (kept, name_of(kept))
	assert row.active_key == f"{project}:{kept}"
	assert frappe.db.get_value("Meeting Customer", claim.customer, "enterprise") == kept
	for text in (old_name, "海岳老厂"):
		assert kept in found(text) and merged not in found(text)
	assert enterprises.find_by_name(old_name) == kept
	with pytest.raises(errors.DuplicateEnterpriseError):
		enterprises.add_enterprise(old_name, {}, "Administrator")
	with pytest.raises(frappe.ValidationError):
		claims.make_claim(project, kept, seller, "Pool")


def test_the_base_file_is_filled_up_and_never_overwritten(two):
	kept, merged = two
	before = enterprises.get_base_file(kept)
	merging.merge(kept, merged)
	after = enterprises.get_base_file(kept)
	assert after["profile"] == "测试企业简介" and after["email"] == "contact@example.com"
	assert after["mobile"] == before["mobile"]
	assert [row["person_name"] for row in after["contacts"]] == ["王经理", "孙涛"]


def test_the_earlier_claim_stands_and_the_later_is_released(two):
	kept, merged = two
	early, late = sellers(2)
	project = factories.make_project(early, late)
	first = claims.make_claim(project, merged, early, "Pool")
	frappe.db.set_value("Meeting Claim", first.name, "claimed_on", frappe.utils.add_to_date(first.claimed_on, hours=-1))
	second = claims.make_claim(project, kept, late, "Pool")
	shown = merging.preview(kept, merged)
	assert shown["conflicts"][0]["stays"] == frappe.utils.get_fullname(early)
	assert not shown["refused"]
	merging.merge(kept, merged)
	assert claims.get_active_claim(project, kept).holder == early
	assert frappe.db.get_value("Meeting Claim", second.name, "phase") == "Ended"


def test_a_signed_claim_stands_before_an_earlier_one(two):
	kept, merged = two
	early, signer = sellers(2)
	project = factories.make_project(early, signer)
	first = claims.make_claim(project, kept, early, "Pool")
	second = claims.make_claim(project, merged, signer, "Pool")
	claims.sign(second.name, payment="advance")
	merging.merge(kept, merged)
	assert claims.get_active_claim(project, kept).name == second.name
	assert frappe.db.get_value("Meeting Claim", first.name, "phase") == "Ended"


def test_two_signed_claims_are_refused_and_nothing_changes(two):
	kept, merged = two
	one, other = sellers(2)
	project = factories.make_project(one, other)
	for enterprise, seller in ((kept, one), (merged, other)):
		claims.sign(claims.make_claim(project, enterprise, seller, "Pool").name, payment="advance")
	assert merging.preview(kept, merged)["refused"]
	with pytest.raises(errors.MergeError):
		merging.merge(kept, merged)
	assert name_of(merged)


def test_one_person_with_a_file_on_both_goes_on_with_one(two):
	kept, merged = two
	(seller,) = sellers(1)
	here, there = factories.make_project(seller), factories.make_project(seller)
	first = claims.make_claim(here, kept, seller, "Pool")
	second = claims.make_claim(there, merged, seller, "Pool")
	record = merging.merge(kept, merged)
	assert frappe.db.get_value("Meeting Claim", second.name, "customer") == first.customer
	assert not frappe.db.get_value("Meeting Customer", second.customer, "holder")
	assert frappe.db.get_value("Meeting Customer", second.customer, "owner") == seller
	merging.undo(record)
	assert frappe.db.get_value("Meeting Claim", second.name, "customer") == second.customer
	assert frappe.db.get_value("Meeting Customer", second.customer, "holder") == seller


def test_undo_makes_two_again(two):
	kept, merged = two
	early, late = sellers(2)
	project = factories.make_project(early, late)
	names = {enterprise: name_of(enterprise) for enterprise in two}
	base = {enterprise: enterprises.get_base_file(enterprise) for enterprise in two}
	claims.make_claim(project, kept, early, "Pool")
	second = claims.make_claim(project, merged, late, "Pool")
	alias = aliases.add_alias(merged, "海岳老厂")
	record = merging.merge(kept, merged)
	assert merging_api.undo_merge(record) == {"problems": []}
	for enterprise in two:
		assert name_of(enterprise) == names[enterprise]
		assert enterprises.get_base_file(enterprise) == base[enterprise]
		assert enterprise in found(names[enterprise])
	assert claims.get_active_claim(project, merged).name == second.name
	assert claims.get_active_claim(project, kept).holder == early
	assert frappe.db.get_value("Meeting Enterprise Alias", alias, "enterprise") == merged
	named = {row["enterprise"] for row in entry_api.check_duplicates(text="海岳老厂") if row["match"] == "alias"}
	assert named == {merged}
	with pytest.raises(errors.MergeError):
		merging.undo(record)


def test_the_index_is_right_after_merge_and_undo(two):
	record = merging.merge(*two)
	assert upkeep.compare_with_enterprises() == {"unindexed": 0, "orphaned": 0, "unindexed_aliases": 0}
	merging.undo(record)
	assert upkeep.compare_with_enterprises() == {"unindexed": 0, "orphaned": 0, "unindexed_aliases": 0}


def test_merging_is_for_administrators_and_logged(two):
	kept, merged = two
	frappe.set_user(factories.make_user())
	try:
		for call in (merging_api.preview_merge, merging_api.merge):
			with pytest.raises(frappe.PermissionError):
				call(kept, merged)
	finally:
		frappe.set_user("Administrator")
	with pytest.raises(errors.MergeError):
		merging.merge(kept, kept)
	record = merging_api.merge(kept, merged)["merge"]
	assert frappe.db.exists("Meeting Operation Log", {"operation": "Merged", "reference_name": kept})
	merging_api.undo_merge(record)
	assert frappe.db.exists("Meeting Operation Log", {"operation": "Merge Undone", "reference_name": kept})

"""Other names and affiliates: how the check learns what people call a company (A1, A6)."""

import frappe
import pytest

from meeting_crm.claims import service as claims
from meeting_crm.enterprises import affiliates, aliases, errors
from meeting_crm.enterprises import service as enterprises
from meeting_crm.entry import api
from meeting_crm.tests import factories

BANK = "中国工商银行股份有限公司烟台市分行"


@pytest.fixture
def bank():
	return factories.make_enterprise(BANK)


def matches(text: str) -> dict[str, str]:
	return {row["enterprise"]: row["match"] for row in api.check_duplicates(text=text)}


def test_an_alias_finds_the_company_first(bank):
	factories.make_enterprise("烟台爱存不存仓储有限公司")
	assert bank not in matches("宇宙行")
	aliases.add_alias(bank, "宇宙行")
	assert list(matches("宇宙行"))[0] == bank and matches("宇宙行")[bank] == "alias"
	assert matches("yuzhouhang")[bank] == "alias"
	assert matches("yzh")[bank] == "alias"


def test_an_alias_is_added_once_and_can_be_removed(bank):
	name = aliases.add_alias(bank, "宇宙行")
	assert aliases.add_alias(bank, " 宇宙 行 ") == name
	aliases.remove_alias(name)
	assert bank not in matches("宇宙行")


def test_a_changed_alias_is_found_under_its_new_wording_only(bank):
	doc = frappe.get_doc("Meeting Enterprise Alias", aliases.add_alias(bank, "宇宙行"))
	doc.alias = "爱存不存"
	doc.save()
	assert bank in matches("爱存不存") and bank not in matches("宇宙行")


def test_the_full_name_of_another_company_is_no_alias(bank):
	other = factories.make_enterprise("烟台龙口粉丝有限公司")
	with pytest.raises(errors.AliasError):
		aliases.add_alias(other, BANK)
	with pytest.raises(errors.AliasError):
		aliases.add_alias(other, "）（")


def test_an_alias_of_one_member_finds_its_affiliates(bank):
	sister = factories.make_enterprise("烟台银杏租赁有限公司")
	aliases.add_alias(bank, "宇宙行")
	affiliates.link(bank, [sister])
	assert matches("宇宙行")[sister] == "affiliate"


def test_what_two_people_choose_becomes_an_alias(bank):
	project_of = {}
	for _number in range(2):
		user = factories.make_user()
		project_of[user] = factories.make_project(user)
		frappe.set_user(user)
		api.check_duplicates(text="宇宙行")
		claims.make_claim(project_of[user], bank, user, "Duplicate Check")
		frappe.set_user("Administrator")
	assert [(row.alias, row.source) for row in aliases.get_aliases(bank)] == [("宇宙行", "Learned")]


def test_one_person_alone_teaches_nothing(bank):
	user = factories.make_user()
	for _number in range(2):
		project = factories.make_project(user)
		frappe.set_user(user)
		api.check_duplicates(text="宇宙行")
		claims.make_claim(project, bank, user, "Duplicate Check")
		frappe.set_user("Administrator")
	assert not aliases.get_aliases(bank)


def test_groups_that_meet_become_one_and_a_group_of_one_is_none():
	first, second, third, fourth = (factories.make_enterprise() for _number in range(4))
	affiliates.link(first, [second])
	affiliates.link(third, [fourth])
	group = affiliates.link(second, [third])
	assert set(enterprises.get_affiliates(first)) == {second, third, fourth}
	assert frappe.db.count("Meeting Affiliate Group", {"name": group}) == 1
	for enterprise in (first, second, third):
		affiliates.unlink(enterprise)
	assert not enterprises.get_affiliates(fourth)
	assert not frappe.db.exists("Meeting Affiliate Group", group)
	with pytest.raises(errors.AffiliateError):
		affiliates.unlink(fourth)


def test_only_who_has_a_file_links_and_names(bank):
	user = factories.make_user()
	project = factories.make_project(user)
	other = factories.make_enterprise()
	frappe.set_user(user)
	try:
		for call in (
			lambda: api.add_alias(bank, "宇宙行"),
			lambda: api.link_affiliates(bank, [other]),
			lambda: api.get_affiliates(bank),
			lambda: api.get_aliases(bank),
		):
			with pytest.raises(frappe.PermissionError):
				call()
		claims.make_claim(project, bank, user, "Pool")
		assert api.add_alias(bank, "宇宙行")["alias"]
		answer = api.link_affiliates(bank, [other])
		assert [row["enterprise"] for row in answer["members"]] == [other]
		assert api.get_affiliates(bank)[0]["status"] == "Uncontacted"
	finally:
		frappe.set_user("Administrator")


def test_links_and_aliases_are_in_the_operation_log(bank):
	other = factories.make_enterprise()
	affiliates.link(bank, [other])
	alias = aliases.add_alias(bank, "宇宙行")
	logged = frappe.get_all(
		"Meeting Operation Log", filters={"reference_name": ("in", [bank, other, alias])}, pluck="after"
	)
	assert sum("affiliate_group" in (after or "") for after in logged) >= 2
	assert any("宇宙行" in (after or "") for after in logged)

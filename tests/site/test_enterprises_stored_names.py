"""The name that is stored, its key and the index say the same, whatever somebody writes as a name and however it comes in."""

import frappe
import pytest

from meeting_crm.enterprises import aliases, errors, index, upkeep
from meeting_crm.enterprises import service as enterprises
from meeting_crm.enterprises.search import store
from meeting_crm.entry import api as entry_api
from meeting_crm.entry.importing import columns, writing
from meeting_crm.entry.importing.read_ahead import ReadAhead
from meeting_crm.tests import factories

STRANGE = ("<b>华盛</b>冷链有限公司", "华盛<script>alert(1)</script>冷链", "华盛\x07冷链有限公司", "华盛😀冷链有限公司")
# cleaned or folded: control and invisible characters between, one sign that is several letters, rare variants
UNUSUAL = (
	"华盛\u200b\u202e{0}冷链有限公司",
	"华盛\t\n{0}冷链",
	"ﬃ华盛{0}",
	"薴溪{0}冷链",
	"Ａ＆Ｂ{0}ﬁｓｈ",
	"İstanbul{0}",
)


def stored(enterprise: str) -> tuple[str, str, list[str]]:
	name, key = frappe.db.get_value("Meeting Enterprise", enterprise, ("enterprise_name", "name_key"))
	return name, key, frappe.db.sql_list("select norm from meeting_search_name where enterprise = %s", enterprise)


def assert_agrees(enterprise: str, written: str) -> None:
	name, key, indexed = stored(enterprise)
	assert key == enterprises.rules.normalise_name(name) == enterprises.rules.normalise_name(written)
	assert indexed == [key]
	assert index.find(written, 5)[0] == enterprises.rules.Found(enterprise, 100.0, "exact")


def imported(row) -> writing.Result:
	return list(writing.enter_batch(ReadAhead(iter([row]), 1), 1, "an import"))[0][0]


@pytest.mark.parametrize("name", STRANGE)
def test_what_no_company_is_called_is_refused_everywhere(name):
	with pytest.raises(errors.InvalidNameError):
		enterprises.add_enterprise(name, {}, "Administrator")
	doc = frappe.get_doc("Meeting Enterprise", factories.make_enterprise())
	doc.enterprise_name = name
	with pytest.raises(errors.InvalidNameError):
		doc.save()
	with pytest.raises(errors.AliasError):
		aliases.add_alias(doc.name, name)
	row = columns.read_row(2, [name], ["full_name"])
	assert imported(row).result == writing.INVALID


@pytest.mark.parametrize("pattern", UNUSUAL)
def test_unusual_names_are_one_in_record_key_and_index(pattern):
	entered, renamed, listed = (pattern.format(factories.unique()) for _number in range(3))
	assert_agrees(enterprises.add_enterprise(entered, {}, "Administrator"), entered)
	doc = frappe.get_doc("Meeting Enterprise", factories.make_enterprise())
	doc.enterprise_name = renamed
	doc.save()
	assert_agrees(doc.name, renamed)
	aliases.add_alias(doc.name, pattern.format("别名"))
	assert_agrees(imported(columns.read_row(2, [listed], ["full_name"])).enterprise, listed)
	assert not any(upkeep.compare_with_enterprises().values())


def test_a_rebuild_takes_up_what_a_restore_left_out():
	missing, renamed = factories.make_enterprise(), factories.make_enterprise()
	aliases.add_alias(missing, factories.unique("别名"))
	index.sql(f"DELETE FROM {store.NAMES} WHERE enterprise = %s", (missing,))
	index.sql(f"UPDATE {store.NAMES} SET norm = '旧名' WHERE enterprise = %s", (renamed,))
	frappe.db.commit()
	assert upkeep.compare_with_enterprises() == {"unindexed": 2, "orphaned": 0, "unindexed_aliases": 1}
	checked = upkeep.rebuild()
	assert (checked["unindexed"], checked["orphaned"], checked["unindexed_aliases"]) == (0, 0, 0)
	for enterprise in (missing, renamed):
		name = frappe.db.get_value("Meeting Enterprise", enterprise, "enterprise_name")
		assert enterprise in {row["enterprise"] for row in entry_api.check_duplicates(text=name)}


def test_a_key_longer_than_its_field_is_refused_with_a_reason():
	with pytest.raises(errors.InvalidNameError):
		enterprises.add_enterprise("ﬃ" * 100, {}, "Administrator")
	assert imported(columns.read_row(2, ["ﬃ" * 100], ["full_name"])).result == writing.INVALID


def test_a_rename_over_rest_is_held_to_the_same(rest):
	enterprise = factories.make_enterprise()
	client = rest("Administrator", password="admin")
	answer = client.resource("PUT", "Meeting Enterprise", enterprise, json={"enterprise_name": STRANGE[0]})
	assert answer.status_code == 417
	name = f"华盛\u200b{factories.unique()}冷链"
	assert client.resource("PUT", "Meeting Enterprise", enterprise, json={"enterprise_name": name}).status_code == 200
	frappe.db.rollback()
	assert_agrees(enterprise, name)

"""Names that have one letter: what the pool's search asks the index where there is no pair of letters to look up."""

import frappe
import pytest

from meeting_crm.claims.queries import pool
from meeting_crm.enterprises import index
from meeting_crm.enterprises.search import letters
from meeting_crm.tests import factories

RARE, RARER, NOBODYS = "靐", "龘", "䨻"


@pytest.fixture
def project():
	return factories.make_project(factories.make_user())


@pytest.fixture
def names(monkeypatch):
	"""Two companies in the lists, two that came later."""
	monkeypatch.setattr(letters, "UNSETTLED", 0)
	before = [factories.make_enterprise(f"青岛{RARE}{word}食品有限公司") for word in ("甲", RARER)]
	take_up()
	return before + [factories.make_enterprise(f"青岛{RARE}{word}食品有限公司") for word in ("丙", "丁")]


def take_up() -> None:
	while letters.extend(index.sql):
		continue


def find(project: str, text: str) -> list[str]:
	return [row.enterprise for row in pool.get_pool(project, text)]


def test_a_letter_is_found_in_names_that_are_in_the_lists_and_in_newer_ones(project, names):
	assert set(find(project, RARE)) == set(names)
	assert find(project, RARER) == [names[1]]
	assert find(project, NOBODYS) == []
	take_up()
	assert set(find(project, RARE)) == set(names)
	assert letters.find_letter(index.sql, NOBODYS).ids.size == 0
	assert letters.find_letter(index.sql, f"公{RARER}").ids.size == 1
	assert not letters.extend(index.sql)
	assert letters.count_missing(index.sql) == 0
	index.sql(f"UPDATE {letters.LETTERS} SET ids = SUBSTR(ids, 5) WHERE letter = %s", (RARE,))
	assert letters.count_missing(index.sql) == 1


def test_a_renamed_company_is_found_by_its_new_letters_alone(project, names):
	doc = frappe.get_doc("Meeting Enterprise", names[1])
	doc.enterprise_name = "青岛甲乙食品有限公司"
	doc.save()
	assert find(project, RARER) == []
	assert set(find(project, RARE)) == {names[0], *names[2:]}


@pytest.mark.parametrize("limit", ["MAX_NAMES", "MAX_FRESH"])
def test_where_no_list_is_kept_the_names_are_read_in_their_order(project, names, monkeypatch, limit):
	monkeypatch.setattr(letters, limit, -1)
	assert letters.find_letter(index.sql, RARE) is None
	assert set(find(project, RARE)) == set(names)


def test_a_letter_of_many_names_keeps_their_number_and_no_list(names, monkeypatch):
	monkeypatch.setattr(letters, "MAX_NAMES", 3)
	take_up()
	(row,) = index.sql(f"SELECT entries, ids FROM {letters.LETTERS} WHERE letter = %s", (RARE,))
	assert row == (4, b"")


def test_names_that_may_not_be_committed_yet_are_in_no_list(names, monkeypatch):
	monkeypatch.setattr(letters, "UNSETTLED", 10**9)
	assert not letters.extend(index.sql)

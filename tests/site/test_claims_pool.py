"""The pool: every enterprise that nobody holds, page by page, found by any part of its name."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime

from meeting_crm.claims import service
from meeting_crm.claims.queries import pool
from meeting_crm.enterprises import containing
from meeting_crm.tests.factories import make_claim, make_enterprise, unique
from support.claims import project_with

pytestmark = pytest.mark.usefixtures("one_transaction")


def test_the_pool_is_every_enterprise_nobody_holds_at_this_second(zhang, li):
	project, other, word = project_with(zhang, li), project_with(zhang), unique("池")
	names = [make_enterprise(f"{word}{number}号冷链有限公司") for number in range(5)]
	claim = make_claim(project, zhang, names[0], now=now_datetime())
	make_claim(other, zhang, names[1], now=now_datetime())
	service.sign(make_claim(project, zhang, names[2], now=now_datetime()).name, payment="paid")
	expired = make_claim(project, zhang, names[3], now=now_datetime() - timedelta(days=16))
	assert {row.enterprise for row in pool.get_pool(project, word)} == {names[1], names[3], names[4]}
	assert {row.enterprise for row in pool.get_pool(project, word, now=claim.protected_until)} == {
		names[0],
		names[1],
		names[3],
		names[4],
	}
	assert set(pool.get_pool(project, word)[0]) == {"enterprise", "enterprise_name", "region"}
	assert expired.holder == zhang


def test_the_pool_comes_in_pages_and_by_filter(zhang):
	project, word = project_with(zhang), unique("页")
	for number in range(7):
		make_enterprise(f"上海{word}{number}冷链有限公司")
	make_enterprise(f"重庆{word}化工有限公司")
	pages = [pool.get_pool(project, word, start, 3) for start in (0, 3, 6, 9)]
	assert [len(page) for page in pages] == [3, 3, 2, 0]
	rows = [row.enterprise for page in pages for row in page]
	assert len(set(rows)) == 8
	frappe.db.set_value("Meeting Segment", "Hazardous Chemicals", "keywords", "化工,危险品")
	assert [row.enterprise_name for row in pool.get_pool(project, word, segment="Hazardous Chemicals")] == [
		f"重庆{word}化工有限公司"
	]
	assert len(pool.get_pool(project, word, region="上海")) == 7


@pytest.mark.parametrize(("few", "common"), [(pool.FEW_NAMES, pool.COMMON), (0, pool.COMMON), (0, 0)])
def test_the_pool_finds_a_name_by_any_of_its_parts_however_many_have_it(zhang, monkeypatch, few, common):
	"""Few names are read at once, many in steps from the latest entry on, and words the index does not list by going through
	the names: all three find the same."""
	monkeypatch.setattr(pool, "FEW_NAMES", few)
	monkeypatch.setattr(pool, "COMMON", common)
	monkeypatch.setattr(containing, "FIRST_STEP", 2)
	project, other, brand = project_with(zhang), project_with(zhang), "鑫" + unique("龘")[1:]
	names = [f"厦门{brand}冷藏{number}集团有限公司" for number in range(5)] + [f"泉州{brand}食品服务部"]
	made = [make_enterprise(name) for name in names]
	make_claim(project, zhang, made[0], now=now_datetime())
	free = set(made[1:])
	for text in (brand, brand[1:], f"门{brand}", f"{brand}冷", f" {brand[:6]} "):
		rows = [row.enterprise for start in range(0, 6, 2) for row in pool.get_pool(project, text, start, 2)]
		assert set(rows) >= (free if "冷" not in text and "门" not in text else set(made[1:5])), text
		assert len(rows) == len(set(rows)) and made[0] not in rows
	assert {row.enterprise for row in pool.get_pool(project, f"{brand}食品服务部")} == {made[5]}
	assert {row.enterprise for row in pool.get_pool(project, brand, region="泉州")} == {made[5]}
	assert {row.enterprise for row in pool.get_pool(project, brand, segment="Cold Storage")} == set(made[1:5])
	assert len(pool.get_pool(other, brand)) == 6
	assert not pool.get_pool(project, f"{brand}无此公司")
	frappe.get_doc("Meeting Enterprise", made[5]).update({"enterprise_name": f"泉州{unique('改名')}"}).save()
	assert made[5] not in {row.enterprise for row in pool.get_pool(project, brand)}


@pytest.mark.parametrize("text", ["' or 1=1 --", "%", "_", "\\", "<script>", "😀" * 50, "x" * 10000, "   "])
def test_the_pool_takes_any_text(zhang, text):
	assert isinstance(pool.get_pool(project_with(zhang), text, -5, 10**9), list | tuple)

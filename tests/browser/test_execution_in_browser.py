"""From the contract to rooming list and badge in Chromium, at human pace, as three people: the salesperson carries out the
contract, finance and logistics work on their boards, and a later change reaches exactly whom it concerns."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from meeting_crm.tests import factories
from support.carrying_out import (
	WORDS,
	carry_out,
	confirm,
	fetch_badges,
	fetch_rooming,
	find_card,
	give_rooms,
	open_board,
)
from support.execution import make_finance, make_hotel, make_logistics, make_signed
from support.hands import Hands
from support.sales import make_held

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.timeout(900)
def test_from_contract_to_rooming_list_and_badge(lang, browser_page, screenshot):
	words = WORDS[lang]
	held = make_held(start_date=add_days(nowdate(), -5), end_date=add_days(nowdate(), 40))
	user, contract = make_signed(held)
	frappe.set_user("Administrator")
	hotel = factories.unique("国际会议酒店")
	make_hotel(hotel)
	finance, logistics = make_finance(), make_logistics()
	frappe.db.commit()

	def shot(page, step: str) -> None:
		page.wait_for_timeout(600)
		screenshot(page, f"execution-{lang}-{step}")

	seller = browser_page(user, lang)
	execution, unit_name = carry_out(seller, contract.name, words, shot)

	bookkeeper = browser_page(finance, lang)
	open_board(bookkeeper, "finance-board")
	confirm(bookkeeper, unit_name, words["confirm"])
	shot(bookkeeper, "04-finance-board")

	host = browser_page(logistics, lang)
	open_board(host, "logistics-board")
	confirm(host, unit_name, words["confirm"])
	shot(host, "05-logistics-board")
	give_rooms(host, contract.project, words, shot)
	rows = fetch_rooming(host, contract.project, words, shot)
	assert [row["姓名" if lang == "zh" else "Person Name"] for row in rows] == ["欧阳明", "买买提·艾力"]
	assert {row["酒店" if lang == "zh" else "Hotel"] for row in rows} == {hotel}
	assert "买买提·艾力" in fetch_badges(host, words, shot)

	change_title(seller, execution, words)
	open_board(bookkeeper, "finance-board")
	card = find_card(bookkeeper, unit_name)
	changes = card.locator(".meeting-changes")
	changes.wait_for(timeout=60_000)
	assert "新抬头有限公司" in changes.inner_text() and unit_name in changes.locator(".meeting-old").inner_text()
	shot(bookkeeper, "09-finance-sees-the-change")
	confirm(bookkeeper, unit_name, words["confirm_changes"])
	open_board(host, "logistics-board")
	assert not find_card(host, unit_name).locator(".meeting-changes").count(), "a title is nothing to logistics"
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Execution", execution, ["status", "revision"]) == ("Confirmed", 2)


def change_title(page, execution: str, words: dict) -> None:
	page.goto(f"/app/meeting-execution/{execution}")
	form = page.locator("#page-Meeting\\ Execution")
	form.locator('[data-fieldname="title"] input:visible').wait_for(timeout=60_000)
	hands = Hands(form)
	hands.write("title", "新抬头有限公司")
	hands.press(words["save"])
	form.locator('[data-fieldname="trail"] .meeting-changes').wait_for(timeout=60_000)
	assert "新抬头有限公司" in form.locator('[data-fieldname="trail"]').inner_text()

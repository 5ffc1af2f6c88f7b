"""A change after the last day, at human pace: the salesperson learns that it waits, logistics takes it over or says why not."""

import frappe
import pytest

from meeting_crm.contracts.execution import late_changes
from meeting_crm.tests import factories
from support.carrying_out import find_card
from support.execution import as_user, close_products, make_finance, make_logistics, make_submitted
from support.hands import Hands, type_into

pytestmark = pytest.mark.browser
WORDS = {
	"zh": {
		"save": "保存",
		"waits": "制作已截止，需后勤同意",
		"accept": "接受",
		"refuse": "拒绝",
		"why_not": "已经印好",
		"refused": "已拒绝",
		"take_back": "撤回",
	},
	"en": {
		"save": "Save",
		"waits": "Waiting for logistics",
		"accept": "Accept",
		"refuse": "Refuse",
		"why_not": "Printed already",
		"refused": "Refused",
		"take_back": "Take back",
	},
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_badge_is_changed_after_its_last_day(lang, browser_page, screenshot):
	words = WORDS[lang]
	make_finance()
	logistics = make_logistics()
	user, execution = make_submitted(unit_name=factories.unique("北京华夏医疗"))
	close_products(execution.project, "Badges")
	frappe.db.commit()

	def shot(page, step: str) -> None:
		page.wait_for_timeout(600)
		screenshot(page, f"late-changes-{lang}-{step}")

	seller = browser_page(user, lang)
	for position in ("董事会秘书", "总裁"):
		change_position(seller, execution.name, position, words)
		shot(seller, f"01-{position}")
		seller.locator(".modal.show").get_by_text(words["waits"]).wait_for()
		seller.keyboard.press("Escape")
		host = browser_page(logistics, lang)
		dialog = open_task(host, execution.unit_name, shot)
		row = dialog.locator("[data-late]", has_text=position)
		row.wait_for()
		shot(host, f"02-{position}")
		if position == "总裁":
			row.get_by_role("button", name=words["accept"], exact=True).click()
		else:
			row.get_by_role("button", name=words["refuse"], exact=True).click()
			prompt = host.locator(".modal.show", has=host.locator('[data-fieldname="reason"]'))
			prompt.wait_for()
			host.wait_for_timeout(600)
			hands = Hands(prompt)
			hands.write("reason", words["why_not"])
			shot(host, "03-why")
			prompt.locator(".btn-modal-primary").click()
		row.wait_for(state="detached")
		seller.reload()
		trail = seller.locator('[data-fieldname="trail"]')
		if position == "总裁":
			seller.wait_for_function("window.cur_frm && cur_frm.doc?.attendees?.[0].position === '总裁'")
		else:
			trail.get_by_text(words["why_not"]).wait_for()
			assert words["refused"] in trail.inner_text()
			shot(seller, "04-refused")
	change_position(seller, execution.name, "顾问", words)
	seller.keyboard.press("Escape")
	waiting = seller.locator('[data-fieldname="trail"] [data-late]', has_text="顾问")
	waiting.get_by_role("button", name=words["take_back"], exact=True).click()
	waiting.wait_for(state="detached")
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Attendee", execution.attendees[0].name, "position") == "总裁"
	states = frappe.get_all("Meeting Late Change", {"execution": execution.name}, pluck="state", order_by="creation")
	assert states == ["Refused", "Accepted", "Taken Back"]


def test_taking_back_what_was_answered_meanwhile_is_said(browser_page):
	make_finance()
	logistics = make_logistics()
	user, execution = make_submitted(unit_name=factories.unique("北京华夏医疗"))
	close_products(execution.project, "Badges")
	frappe.db.commit()
	seller = browser_page(user)
	change_position(seller, execution.name, "总裁", WORDS["zh"])
	seller.keyboard.press("Escape")
	waiting = seller.locator('[data-fieldname="trail"] [data-late]')
	waiting.wait_for()
	frappe.db.rollback()
	as_user(logistics)
	late_changes.answer(frappe.get_value("Meeting Late Change", {"execution": execution.name}), True, None)
	frappe.db.commit()
	waiting.get_by_role("button", name="撤回", exact=True).click()
	seller.locator(".modal.show").get_by_text("这项修改已同意，请刷新查看最新内容。").wait_for()
	waiting.wait_for(state="detached")
	seller.wait_for_function("cur_frm.doc.attendees[0].position === '总裁'")


def change_position(page, execution: str, position: str, words: dict) -> None:
	page.goto(f"/app/meeting-execution/{execution}")
	row = page.locator('[data-fieldname="attendees"] .grid-row[data-idx="1"]')
	row.wait_for()
	page.wait_for_timeout(1500)
	row.locator('[data-fieldname="position"]').first.click()
	type_into(row.locator('[data-fieldname="position"] input'), position)
	page.keyboard.press("Tab")
	page.wait_for_timeout(500)
	page.locator("#page-Meeting\\ Execution").get_by_role("button", name=words["save"], exact=True).click()
	page.locator(".modal.show .msgprint").wait_for()
	page.wait_for_timeout(600)  # a dialog that is still opening hears no key


def open_task(page, unit_name: str, shot):
	page.goto("/app/logistics-board")
	pill = find_card(page, unit_name).locator(".meeting-pill.orange[data-action=open]")
	pill.wait_for()
	shot(page, "02-board")
	pill.click()
	dialog = page.locator(".modal.show")
	dialog.wait_for()
	return dialog

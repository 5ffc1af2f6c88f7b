"""The main job in Chromium, as real roles, in both languages: an administrator sets up a project; a salesperson checks,
enters, claims, extends, gives up and signs; what runs out is taken over by a colleague; reminders reach the bell."""

import re
from datetime import timedelta

import frappe
import pytest
from frappe.utils import add_days, now_datetime, nowdate

from meeting_crm.claims.clock import expiry, reminders
from meeting_crm.tests.factories import make_enterprise, make_user, unique
from support.selling import check_and_enter, fill, open_protected, sign

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.timeout(600)
def test_the_story(lang, browser_page, screenshot):
	people = {
		who: make_user(unique(who), f"Meeting {role}")
		for who, role in (
			("admin", "Administrator"),
			("zhang", "Salesperson"),
			("li", "Salesperson"),
			("wang", "Manager"),
		)
	}
	brand = unique("鸿达")[:10]
	names = {fate: f"烟台{brand}{fate}有限公司" for fate in ("冷链物流", "食品冷冻", "制冷设备", "精细化工")}
	for fate in ("食品冷冻", "制冷设备", "精细化工"):
		make_enterprise(names[fate])

	def shot(page, step: str) -> None:
		page.wait_for_timeout(400)
		screenshot(page, f"story-{lang}-{step}")

	admin = browser_page(people["admin"], lang)
	project = set_up_project(admin, people, shot)

	zhang = browser_page(people["zhang"], lang)
	entered = check_and_enter(zhang, names["冷链物流"], shot)
	for fate in ("食品冷冻", "制冷设备", "精细化工"):
		claim_by_keyboard(zhang, names[fate], shot if fate == "食品冷冻" else None)
	extend(zhang, names["冷链物流"], shot)
	mark_dead(zhang, names["制冷设备"], shot)
	sign(zhang, names["食品冷冻"], shot)

	let_end(project, names["冷链物流"], timedelta(seconds=-1))
	li = browser_page(people["li"], lang)
	taken = claim_from_pool(li, names["冷链物流"], shot)
	assert taken != entered, "the colleague works in an own file"
	zhang.goto(f"/app/meeting-customer/{entered}")
	zhang.wait_for_selector(".layout-main-section:visible")
	assert frappe_says(zhang, "Meeting Customer", taken) == 403
	assert frappe_says(zhang, "Meeting Customer", entered) == 200

	let_end(project, names["精细化工"], timedelta(days=2))
	see_reminder(zhang, names["精细化工"], shot)
	see_team(browser_page(people["wang"], lang), people, shot)
	see_board(admin, project, shot)


def set_up_project(page, people: dict, shot) -> str:
	page.goto("/app/project-board")
	page.locator(".page-actions .primary-action:visible").click()
	page.wait_for_selector("[data-fieldname=project_name] input:visible")
	title = unique("第十九届冷链大会")
	fill(page, "project_name", title)
	fill(page, "protection_days", "15")
	fill(page, "max_extensions", "5")
	page.evaluate(
		"([start, end]) => cur_frm.set_value({ start_date: start, end_date: end })",
		[nowdate(), add_days(nowdate(), 60)],
	)
	members = page.locator(".frappe-control[data-fieldname=members]")
	for position, who in enumerate(("zhang", "li")):
		members.locator(".grid-add-row").click()
		row = members.locator(".grid-body .rows .grid-row").nth(position)
		choose(row, "user", people[who])
		choose(row, "manager", people["wang"])
	shot(page, "01-project")
	page.keyboard.press("Control+s")
	page.wait_for_url(re.compile("/meeting-project/PRJ-"))
	project = page.url.rsplit("/", 1)[1]
	page.goto("/app/project-board")
	page.locator(".meeting-board tbody tr").nth(1).wait_for()
	assert page.locator(".meeting-project-switcher").input_value() == project
	assert page.locator(".meeting-board tbody tr").count() == 2
	return project


def claim_by_keyboard(page, name: str, shot) -> None:
	page.goto("/app/duplicate-check")
	page.wait_for_selector(".meeting-check input[name=text]:focus")
	page.keyboard.type(name[2:])
	page.locator(".meeting-check-row").first.wait_for()
	page.keyboard.press("Enter")
	page.keyboard.press("ArrowDown")
	page.keyboard.press("ArrowUp")
	page.locator(".meeting-check-row.active [data-action=claim]").wait_for()
	if shot:
		shot(page, "07-uncontacted")
	page.keyboard.press("Enter")
	page.locator(".meeting-check-row.active [data-action=open]").wait_for()
	if shot:
		shot(page, "08-claimed")


def extend(page, name: str, shot) -> None:
	row = open_protected(page, name)
	before = row.locator(".meeting-clock").get_attribute("data-meeting-until")
	row.locator("input[type=checkbox]").check()
	page.locator(".meeting-actions button").nth(0).click()
	page.locator(".modal.show [data-fieldname=reason] textarea").fill("客户下周开会决定")
	shot(page, "09-extend")
	page.locator(".modal.show .btn-primary:visible").click()
	page.wait_for_function(
		"([name, before]) => [...document.querySelectorAll('.meeting-list-row')].some(row =>"
		" row.textContent.includes(name) && row.querySelector('[data-meeting-until]').dataset.meetingUntil > before)",
		arg=[name, before],
	)
	row.locator(".meeting-clock").click()
	page.locator(".modal.show .meeting-story li").first.wait_for()
	assert "客户下周开会决定" in page.locator(".modal.show .meeting-story").inner_text()
	shot(page, "10-why")
	page.keyboard.press("Escape")
	page.locator(".modal.show").wait_for(state="detached")


def mark_dead(page, name: str, shot) -> None:
	row = open_protected(page, name)
	row.locator("input[type=checkbox]").check()
	page.locator(".meeting-actions button").last.click()
	page.locator(".modal.show [data-fieldname=reason] textarea").fill("公司停业")
	shot(page, "11-dead")
	page.locator(".modal.show .btn-primary:visible").click()
	row.wait_for(state="detached")


def claim_from_pool(page, name: str, shot) -> str:
	page.goto("/app/customer-pool")
	page.locator(".meeting-list-row [data-action=claim]").first.wait_for()
	page.locator(".meeting-search:visible").fill(name)
	row = page.locator(".meeting-list-row", has_text=name)
	row.locator("[data-action=claim]").wait_for()
	page.wait_for_function("document.querySelectorAll('.meeting-list-row').length === 1")
	for secret in ("李建国", "13905350001", "office@example.cn", "冷链仓储与配送"):
		assert secret not in page.content(), "the pool shows names only"
	shot(page, "14-pool")
	row.locator("[data-action=claim]").click()
	row.locator("[data-action=open]").click()
	page.wait_for_url(re.compile("/meeting-customer/"))
	page.wait_for_selector(".layout-main-section:visible")
	shot(page, "15-own-file")
	return page.url.rsplit("/", 1)[1]


def see_reminder(page, name: str, shot) -> None:
	reminders.send_reminders(now_datetime().replace(hour=9))
	frappe.db.commit()
	page.goto("/app")
	page.locator(".meeting-item", has_text=name).locator(".meeting-clock.red").wait_for()
	page.locator(".notifications-icon:visible").first.click()
	page.locator(
		".notifications-list .notification-item, .notifications-list .recent-item", has_text=name
	).first.wait_for()
	shot(page, "16-bell")


def see_team(page, people: dict, shot) -> None:
	page.goto("/app")
	page.locator(".meeting-table tbody tr").first.wait_for()
	assert page.locator(".meeting-table tbody tr").count() == 2, "a manager sees a row for each of their people"
	shot(page, "17-team")


def see_board(page, project: str, shot) -> None:
	page.goto("/app/project-board")
	page.locator(".meeting-project-switcher").select_option(project)
	page.locator(".meeting-count.green").first.wait_for()
	assert page.locator(".meeting-count.green").inner_text() == "1"
	shot(page, "18-board")


def let_end(project: str, name: str, left: timedelta) -> None:
	"""Moves the clock of one claim; everything else happens by itself."""
	frappe.db.rollback()
	claim = frappe.db.get_value(
		"Meeting Claim", {"project": project, "enterprise_name": name, "phase": "Negotiating"}, "name"
	)
	frappe.db.set_value("Meeting Claim", claim, "protected_until", now_datetime() + left)
	frappe.db.commit()
	if left < timedelta():
		expiry.sweep()
		frappe.db.commit()


def frappe_says(page, doctype: str, name: str) -> int:
	return page.request.get(f"/api/resource/{doctype}/{name}").status


def choose(row, field: str, value: str) -> None:
	cell = row.locator(f"[data-fieldname={field}]").first
	cell.click()
	box = cell.locator("input")
	box.fill(value)
	row.page.locator(f".awesomplete ul:not([hidden]) >> text={value}").first.click()

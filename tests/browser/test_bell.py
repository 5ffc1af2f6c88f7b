"""The bell in Chromium: what tells of several companies leads to all of them, and its second tab holds what one planned for today."""

import frappe
import pytest
from frappe.utils import now_datetime

from meeting_crm.core.notifications import notify
from support.sales import make_activity, make_held

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
OPENED = 800


def open_bell(page):
	page.locator(".dropdown-notifications .notifications-icon").click()
	page.wait_for_timeout(OPENED)


def test_the_bell_leads_to_all_it_tells_of(site, browser_page, screenshot):
	user, _project, claim = make_held()
	screen = f"meeting-claim?holder={user}&phase=Negotiating"
	notify(user, "两个保护已到期", "Meeting Claim", claim.name, screen=screen)
	notify(user, "一个保护已到期", "Meeting Claim", claim.name)
	frappe.db.commit()
	page = browser_page(user)
	page.goto("/app/meeting-today")
	open_bell(page)
	screenshot(page, "bell")
	page.locator(".notification-item", has_text="两个保护已到期").click()
	page.wait_for_url("**/app/meeting-claim?**phase=Negotiating**")
	page.locator(".list-row").get_by_text(claim.enterprise_name).first.wait_for()
	open_bell(page)
	page.locator(".notification-item", has_text="一个保护已到期").click()
	page.wait_for_url(f"**/app/meeting-claim/{claim.name}")


def test_today_s_events_are_the_activities_one_planned(site, browser_page, screenshot):
	user, _project, claim = make_held()
	frappe.db.commit()
	page = browser_page(user)
	page.goto("/app/meeting-today")
	open_bell(page)
	page.locator(".notifications-category", has_text="今日").click()
	page.get_by_text("今天没有待办安排").wait_for()
	frappe.set_user(user)
	activity = make_activity(claim.customer, subject="<b>回访</b>", starts_on=now_datetime()).insert()
	frappe.set_user("Administrator")
	frappe.db.commit()
	page.locator(".notifications-category").first.click()
	page.locator(".notifications-category", has_text="今日").click()
	row = page.locator(".recent-item.event")
	row.get_by_text("回访").wait_for()
	assert "＜b＞回访" in row.inner_text()
	screenshot(page, "bell-today")
	row.click()
	page.wait_for_url(f"**/app/meeting-activity/{activity.name}")

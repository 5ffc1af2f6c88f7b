"""A salesperson's work with one customer in the desk: record and plan, drag, quote, contract, subscribe."""

import frappe
import pytest
from frappe.utils import add_to_date, get_datetime, now_datetime

from meeting_crm.tests import factories
from support.hands import type_into
from support.sales import PDF, make_activity, make_held, make_quotation

pytestmark = pytest.mark.browser
ACTIVITY = "Meeting Activity"


@pytest.fixture
def held(site):
	user, project, claim = make_held()
	frappe.db.set_value("User", user, "language", "zh")
	return frappe._dict(user=user, project=project, customer=claim.customer, claim=claim)


def open_form(page, doctype: str, name: str) -> None:
	page.goto(f"/app/{doctype.lower().replace(' ', '-')}/{name}")
	page.wait_for_function("name => window.cur_frm && cur_frm.doc && cur_frm.doc.name === name", arg=name)


def test_done_and_next_in_one_dialog(held, browser_page, screenshot):
	activity = make_activity(
		held.customer, assigned_to=held.user, starts_on=add_to_date(now_datetime(), hours=-3)
	).insert()
	page = browser_page(held.user)
	open_form(page, ACTIVITY, activity.name)
	page.get_by_text("已逾期").first.wait_for()
	page.get_by_role("button", name="完成并计划下一步").click()
	dialog = page.locator(".modal.show")
	page.wait_for_function("document.activeElement.closest('[data-fieldname=result]')")
	page.wait_for_timeout(800)
	for selector, text in (
		('[data-fieldname="result"] textarea', "客户同意参展"),
		('[data-fieldname="next_subject"] input', "送合同"),
	):
		type_into(dialog.locator(selector), text)
		page.keyboard.press("Tab")
	screenshot(page, "activity-finish")
	dialog.get_by_role("button", name="保存").click()
	page.get_by_text("已安排下一步").wait_for()
	frappe.db.rollback()
	assert frappe.db.get_value(ACTIVITY, activity.name, ["status", "result"]) == ("Done", "客户同意参展")
	assert frappe.db.get_value(ACTIVITY, {"previous_activity": activity.name}, "subject") == "送合同"


def test_dragging_on_the_calendar_moves_the_activity(held, browser_page, screenshot):
	morning = get_datetime(now_datetime().strftime("%Y-%m-%d 09:00:00"))
	activity = make_activity(held.customer, assigned_to=held.user, starts_on=morning).insert()
	page = browser_page(held.user)
	page.goto("/app/meeting-activity/view/calendar/default")
	page.locator(".fc-agendaDay-button").click()
	event = page.locator(".fc-time-grid-event").first
	event.wait_for()
	box, hour = event.bounding_box(), page.locator('tr[data-time="10:00:00"]').bounding_box()
	top = page.locator('tr[data-time="09:00:00"]').bounding_box()
	page.mouse.move(box["x"] + 30, box["y"] + 6)
	page.mouse.down()
	page.mouse.move(box["x"] + 30, box["y"] + 20, steps=4)
	with page.expect_response(lambda answer: "move_activity" in answer.url) as moved:
		page.mouse.move(box["x"] + 30, box["y"] + 6 + 2 * (hour["y"] - top["y"]), steps=10)
		page.mouse.up()
	assert moved.value.ok
	screenshot(page, "calendar-day")
	frappe.db.rollback()
	assert frappe.db.get_value(ACTIVITY, activity.name, "starts_on") == add_to_date(morning, hours=2)


def test_a_quotation_becomes_a_signed_contract(held, browser_page, screenshot):
	quotation = make_quotation(held, assigned_to=held.user)
	page = browser_page(held.user)
	open_form(page, "Meeting Quotation", quotation.name)
	page.get_by_role("button", name="生成合同").click()
	page.wait_for_function("cur_frm && cur_frm.doctype === 'Meeting Contract'")
	page.get_by_role("button", name="保存").click()
	page.wait_for_function("!cur_frm.doc.__islocal")
	page.locator('[data-fieldname="attachment"] .btn-attach').click()
	with page.expect_file_chooser() as chooser:
		page.locator(".modal.show .btn-file-upload").first.click()
	chooser.value.set_files({"name": "合同.pdf", "mimeType": "application/pdf", "buffer": PDF})
	page.locator(".modal.show .btn-primary:visible").last.click()
	page.wait_for_function("cur_frm.doc.attachment && !cur_frm.is_dirty()")
	page.get_by_role("button", name="提交").click()
	page.locator(".modal.show .btn-primary").last.click()
	page.wait_for_function("cur_frm.doc.docstatus === 1")
	screenshot(page, "contract-signed")
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Claim", held.claim.name, "workflow_state") == "Signed"
	assert frappe.db.get_value("Meeting Quotation", quotation.name, "status") == "Contracted"


def test_the_calendar_link_is_made_and_revoked(held, browser_page, screenshot):
	page = browser_page(held.user)
	page.goto("/app/meeting-activity")
	page.wait_for_function("window.meeting_crm && window.cur_list")
	page.evaluate("void meeting_crm.show_calendar_link()")
	dialog = page.locator(".modal.show")
	dialog.get_by_role("button", name="生成链接").click()
	dialog.get_by_text("calendar_feed?token=").wait_for()
	screenshot(page, "calendar-link")
	frappe.db.rollback()
	assert frappe.db.exists("Meeting Calendar Feed", held.user)


def test_the_dashboard_compares_what_a_manager_may_see(browser_page, screenshot):
	manager = factories.make_user(None, "Meeting Manager", language="zh")
	page = browser_page(manager)
	page.goto("/app/dashboard-view/Meeting%20Sales")
	page.get_by_text("本月签约金额").wait_for()
	page.get_by_text("各阶段机会").wait_for()
	screenshot(page, "dashboard-sales")

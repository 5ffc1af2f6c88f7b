"""The forms of claims, projects and carry-overs in the desk, as the people who use them."""

import time
from datetime import timedelta

import frappe
import pytest
from frappe.utils import getdate, now_datetime

from meeting_crm.claims import service
from meeting_crm.tests.factories import make_claim, make_enterprise, make_project, make_user, unique

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def people(site):
	users = [make_user("forms-zhang"), make_user("forms-admin", "Meeting Administrator")]
	for user, name in zip(users, ("张三", "管理员"), strict=True):
		frappe.db.set_value("User", user, {"full_name": name, "first_name": name, "language": "zh"})
	frappe.db.commit()
	return users


def test_a_salesperson_works_on_a_claim(people, browser_page, screenshot):
	zhang, _admin = people
	claim = make_claim(
		make_project(zhang),
		zhang,
		make_enterprise(f"青岛{unique()}冷链有限公司"),
		now=now_datetime() - timedelta(days=12),
	)
	page = browser_page(zhang)
	page.goto(f"/app/meeting-claim/{claim.name}")
	page.get_by_role("button", name="延长保护").first.click()
	page.locator(".modal.show textarea").fill("客户下周签约")
	page.locator(".modal.show .btn-primary").click()
	page.locator(".meeting-story").get_by_text("客户下周签约").wait_for()
	screenshot(page, "claim-form")
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Claim", claim.name, "extended_days") == 1
	page.get_by_role("button", name="死单").first.click()
	page.locator(".modal.show textarea").fill("企业停业")
	page.locator(".modal.show .btn-primary").click()
	page.get_by_role("button", name="重新打开").first.wait_for()
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Claim", claim.name, "workflow_state") == "Dead"
	page.goto(f"/app/meeting-claim?project={claim.project}")
	page.get_by_text(claim.enterprise_name).first.wait_for()
	screenshot(page, "claim-list")


def write_protection_days(page, days: str) -> None:
	field = page.locator('[data-fieldname="protection_days"] input').first
	field.click()
	page.wait_for_timeout(500)  # the field selects its text a moment after it is entered
	field.fill(days)
	field.press("Tab")


def test_an_administrator_sees_who_would_lose_before_saving(people, browser_page, screenshot):
	zhang, admin = people
	project = make_project(zhang)
	for days in (1, 8, 9):
		make_claim(project, zhang, now=now_datetime() - timedelta(days=days))
	page = browser_page(admin)
	page.goto(f"/app/meeting-project/{project}")
	write_protection_days(page, "7")
	page.keyboard.press("Control+s")
	page.get_by_text("2 个立即结束").wait_for()
	screenshot(page, "project-dry-run")
	page.locator(".modal.show .btn-secondary, .modal.show .btn-modal-secondary").first.click()
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Project", project, "protection_days") == 15


def test_rules_that_are_refused_have_no_effect_to_show(people, browser_page, screenshot):
	zhang, admin = people
	project = make_project(zhang)
	make_claim(project, zhang, now=now_datetime())
	page = browser_page(admin)
	page.goto(f"/app/meeting-project/{project}")
	write_protection_days(page, "0")
	page.get_by_role("button", name="修改影响预览").click()
	page.locator(".modal.show").get_by_text("1 至 3650").wait_for()
	assert "提前" not in page.locator(".modal.show").inner_text()
	screenshot(page, "project-refused-rules")


def test_who_closes_a_project_hears_of_the_claims_that_run(people, browser_page, screenshot):
	zhang, admin = people
	project = make_project(zhang)
	make_claim(project, zhang, now=now_datetime())
	page = browser_page(admin)
	page.goto(f"/app/meeting-project/{project}")
	page.locator('[data-fieldname="closed"] input[type=checkbox]').first.check()
	page.keyboard.press("Control+s")
	page.locator(".modal.show").get_by_text("还有 1 个保护正在进行").wait_for()
	screenshot(page, "project-closing")
	page.wait_for_timeout(500)  # a dialog that is still opening hears no button
	page.locator(".modal.show .btn-modal-secondary").first.click()
	page.wait_for_timeout(1000)
	frappe.db.rollback()
	assert not frappe.db.get_value("Meeting Project", project, "closed")
	page.keyboard.press("Control+s")
	page.locator(".modal.show").get_by_text("还有 1 个保护正在进行").wait_for()
	page.wait_for_timeout(500)
	page.locator(".modal.show .btn-modal-primary").first.click()
	page.wait_for_function("!cur_frm.is_dirty()")
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Project", project, "closed") == 1


def test_an_administrator_previews_and_starts_a_carry_over(people, browser_page, screenshot, worker, wait_until):
	zhang, admin = people
	last = make_project(zhang, start_date="2020-01-01", end_date="2030-01-01")
	new = make_project(zhang, previous_project=last)
	claim = make_claim(last, zhang, now=now_datetime() - timedelta(days=2))
	service.sign(claim.name, payment="paid")
	page = browser_page(admin)
	page.goto(f"/app/meeting-carry-over/new?project={new}")
	page.locator('[data-fieldname="only_previous"] input[type=checkbox]').first.check()
	page.keyboard.press("Control+s")
	page.get_by_text(claim.enterprise_name).wait_for()
	screenshot(page, "carry-over-preview")
	page.get_by_role("button", name="开始").first.click()
	page.locator(".modal.show .btn-primary").first.click()
	assert wait_until(lambda: service.get_active_claim(new, claim.enterprise), timeout=60).holder == zhang
	page.get_by_text("完成").first.wait_for()
	screenshot(page, "carry-over-done")


@pytest.fixture
def empty_calendar():
	yield
	frappe.db.rollback()
	frappe.set_user("Administrator")
	frappe.get_doc("Meeting Calendar").update({"days": []}).save()
	frappe.db.commit()


def test_an_administrator_enters_days_off_and_hears_who_loses_by_it(
	people, browser_page, screenshot, empty_calendar, worker, wait_until
):
	zhang, admin = people
	claim = make_claim(make_project(zhang, count_weekends=0, count_holidays=0), zhang, now=now_datetime())
	page = browser_page(admin)
	page.goto("/app/meeting-calendar")
	page.get_by_role("button", name="填入某年已知的安排").click()
	dialog = page.locator(".modal.show")
	dialog.wait_for()
	page.wait_for_timeout(600)
	dialog.get_by_role("button", name="添加", exact=True).click()
	page.locator(".grid-row[data-idx='1']").get_by_text("元旦").wait_for()
	page.keyboard.press("Control+s")
	page.wait_for_function("!cur_frm.is_dirty()")
	screenshot(page, "calendar")
	frappe.db.rollback()
	days = frappe.get_all("Meeting Calendar Day", pluck="day", order_by="idx")
	assert len(days) >= 8
	assert {day.year for day in days} == {now_datetime().year + 1}
	tomorrow = getdate() + timedelta(days=1)
	saturday = next(day for day in (tomorrow + timedelta(days=number) for number in range(7)) if day.weekday() == 5)
	page.evaluate("day => {cur_frm.add_child('days', {day, kind: 'Working Day'}); cur_frm.dirty();}", str(saturday))
	page.keyboard.press("Control+s")
	dialog.get_by_text("个提前").wait_for()
	screenshot(page, "calendar-asks")
	page.wait_for_timeout(600)
	dialog.locator(".btn-primary").click()
	page.wait_for_function("!cur_frm.is_dirty()")
	frappe.db.rollback()
	assert frappe.db.exists("Meeting Calendar Day", {"day": saturday, "kind": "Working Day"})
	ends = claim.protected_until

	def has_moved() -> bool:
		frappe.db.rollback()
		return frappe.db.get_value("Meeting Claim", claim.name, "protected_until") < ends

	assert wait_until(has_moved, timeout=60)


def test_an_administrator_looks_for_contradictions(people, browser_page, screenshot):
	page = browser_page(people[1])
	page.goto("/app/meeting-claim")
	page.get_by_role("button", name="检查数据矛盾").click()
	page.get_by_text("未发现矛盾").or_(page.get_by_text("发现矛盾")).first.wait_for()
	screenshot(page, "claims-checked")


@pytest.mark.parametrize("by_address", [True, False])
def test_the_daily_volume_report_draws_however_late_the_projects_name_comes(
	by_address, people, browser_page, screenshot
):
	zhang, _admin = people
	project = make_project(zhang)
	make_claim(project, zhang)
	page = browser_page(zhang)
	page.route("**/api/method/frappe.desk.search.get_link_title*", lambda route: (time.sleep(2), route.continue_()))
	page.goto(f"/app/query-report/Meeting Daily Volume{f'?project={project}' if by_address else ''}")
	page.locator(".chart-container svg, .report-chart svg").first.wait_for()
	screenshot(page, "daily-volume")


def test_forms_and_lists_offer_what_their_reader_can_use(people, browser_page, screenshot):
	zhang, _admin = people
	claim = make_claim(make_project(zhang), zhang, make_enterprise(f"厦门{unique()}冷链有限公司"), now=now_datetime())
	page = browser_page(zhang)
	page.goto(f"/app/meeting-claim/{claim.name}")
	page.locator(".meeting-story ol").wait_for()
	page.get_by_role("button", name="退回公共池").first.wait_for()
	page.wait_for_timeout(500)  # the workflow's menu is asked for separately
	assert not page.locator(".actions-btn-group:visible, .form-sidebar:visible, .control-label.reqd:visible").count()
	assert "Asia/Shanghai" not in page.locator(".form-layout").inner_text()
	page.goto("/app/meeting-leave/new")
	page.locator('[data-fieldname="reason"] textarea').fill("年假")
	page.keyboard.press("Control+s")
	page.wait_for_function("window.cur_frm && !cur_frm.is_new()")
	assert page.locator(".title-text:visible").inner_text() == "张三"
	page.goto("/app/meeting-leave")
	page.locator(".list-row").get_by_text("张三").first.wait_for()
	assert not page.get_by_placeholder("ID", exact=True).is_visible()
	screenshot(page, "leave-list")
	page.goto("/app/query-report/Meeting Daily Volume")
	page.locator(".page-title:visible").get_by_text("每日新增统计").wait_for()
	page.locator(".report-wrapper .datatable, .chart-container").first.wait_for()
	assert not page.get_by_role("button", name="设置图表").is_visible()


def test_a_link_to_a_list_shows_what_its_filter_says_on_the_first_visit(browser_page):
	user = make_user()
	project, other = make_project(user), make_project(user)
	shown = make_claim(project, user, make_enterprise(f"大连{unique()}冷链有限公司"))
	left_out = make_claim(other, user, make_enterprise(f"宁波{unique()}冷链有限公司"))
	page = browser_page(user)
	page.goto(f"/app/meeting-claim?project={project}")
	page.get_by_text(shown.enterprise_name).first.wait_for()
	page.locator(".list-row").get_by_text(left_out.enterprise_name).wait_for(state="detached")


def test_the_workspace_shows_the_day_between_minimum_and_maximum(people, browser_page, screenshot):
	user = make_user()
	project = make_project(user, daily_minimum=2, daily_maximum=5)
	make_claim(project, user)
	page = browser_page(user)
	page.goto("/app/meeting-crm")
	page.locator(".meeting-workspace-volume").get_by_text("再新增 1 家达到每日下限 2 家").wait_for()
	screenshot(page, "workspace")

"""The customer file in Chromium, in Chinese: a salesperson's morning, a share that runs out, a handover with its undo."""

import re

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from meeting_crm.claims.service import make_claim
from meeting_crm.tests.factories import make_department, make_enterprise, make_project, make_user, unique
from support.rest import error_of

DIALOG_SETTLES = 800
"""Milliseconds until a dialog that opens has set its defaults and the focus."""
SUBSCRIPTION_SETTLES = 800
"""Milliseconds until the realtime server has asked whether the person may listen."""

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def people(site):
	manager = make_user(unique("wang"), "Meeting Manager")
	department = make_department(manager=manager)
	return {
		"wang": manager,
		"zhang": make_user(unique("zhang"), department=department),
		"li": make_user(unique("li"), department=department),
	}


@pytest.fixture
def company(people):
	project = make_project(people["zhang"], people["li"])
	name = f"烟台{unique('恒')[:8]}冷链物流有限公司"
	claim = make_claim(project, make_enterprise(name, profile="冷链仓储"), people["zhang"], "Pool")
	frappe.db.commit()
	project_name = frappe.db.get_value("Meeting Project", project, "project_name")
	return frappe._dict(name=name, file=claim.customer, claim=claim, project=project_name)


def open_file(page, file: str) -> None:
	page.goto(f"/app/meeting-customer/{file}")
	page.wait_for_selector(".meeting-file-claims")


def test_a_morning(browser_page, screenshot, people, company):
	page = browser_page(people["zhang"], "zh")
	page.goto("/app/meeting-customer")
	page.get_by_role("button", name="按剩余天数").click()
	page.locator(".meeting-quick-filters .active", has_text="按剩余天数").wait_for()
	page.locator(".sort-selector", has_text="保护到期").wait_for()
	page.locator(".list-row", has_text=company.name).wait_for()
	page.get_by_role("button", name="按项目").click()
	page.locator(".meeting-quick-filters .dropdown-menu.show a", has_text=company.project).click()
	page.locator(".meeting-quick-filters .active", has_text="按项目").wait_for()
	page.get_by_text(company.name).first.click()
	page.wait_for_selector(".meeting-file-claims")
	assert "还剩" in page.inner_text(".meeting-file-claims")
	assert page.locator('a[href="tel:13800138000"]').count() >= 1
	screenshot(page, "customer-zh-1-file")
	page.fill(".meeting-note textarea", "电话沟通，对标展感兴趣")
	page.keyboard.press("Control+Enter")
	page.wait_for_selector(".meeting-entry.note >> text=电话沟通，对标展感兴趣")
	page.get_by_role("button", name="记录活动").first.click()
	dialog = page.locator(".modal.show")
	page.wait_for_timeout(DIALOG_SETTLES)
	dialog.locator('[data-fieldname="subject"] input').fill("首次拜访")
	dialog.locator('[data-fieldname="subject"] input').press("Tab")
	page.wait_for_function("cur_dialog.get_value('subject')")
	dialog.locator('[data-fieldname="next_subject"] input').fill("发送报价")
	dialog.get_by_role("button", name="保存").click()
	page.wait_for_selector(".meeting-entry.activity >> text=首次拜访")
	page.wait_for_selector(".meeting-step >> text=发送报价")
	screenshot(page, "customer-zh-2-recorded")
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Customer", company.file, "next_activity_on")
	assert frappe.db.exists("Meeting Customer Remark", {"parent": company.file, "note": "电话沟通，对标展感兴趣"})


def test_a_review_by_the_manager(browser_page, screenshot, people, company):
	"""Opens the files of the team, looks at one, plans the next step for its holder, and reads the pipeline."""
	frappe.get_doc(
		{
			"doctype": "Meeting Opportunity",
			"customer": company.file,
			"opportunity_name": "标展",
			"assigned_to": people["zhang"],
			"amount": 36000,
		}
	).insert()
	frappe.db.commit()
	wang = browser_page(people["wang"], "zh")
	wang.goto("/app/meeting-customer")
	wang.locator(".list-row", has_text=company.name).locator(".meeting-clock").wait_for()
	screenshot(wang, "customer-zh-8-review-list")
	wang.get_by_text(company.name).first.click()
	wang.wait_for_selector(".meeting-file-claims")
	assert wang.locator(".meeting-note").is_hidden(), "reads the file of the team, and leaves it to its holder"
	wang.locator(".form-sidebar .created-by", has_not_text="@").wait_for(state="attached")
	assert wang.locator("text=标展").count() and wang.get_by_role("button", name="移交").count()
	screenshot(wang, "customer-zh-9-review-file")
	wang.goto("/app/query-report/Meeting Opportunity Pipeline")
	wang.locator(".report-summary >> text=36,000").first.wait_for()
	wang.locator(".chart-container svg .bar").first.wait_for()
	screenshot(wang, "customer-zh-10-review-pipeline")


def rename_file(file: str, name: str) -> None:
	doc = frappe.get_doc("Meeting Customer", file)
	doc.customer_name = name
	doc.flags.by_service = True
	doc.save()
	frappe.db.commit()


def test_a_change_by_another_person_shows_up_live(browser_page, realtime, people, company):
	zhang = browser_page(people["zhang"], "zh")
	open_file(zhang, company.file)
	zhang.wait_for_function("frappe.realtime.socket.connected && frappe.realtime.open_docs.size")
	zhang.wait_for_timeout(SUBSCRIPTION_SETTLES)
	rename_file(company.file, renamed := f"{company.name}一部")
	zhang.locator(".title-text:visible", has_text=renamed).wait_for()
	zhang.goto("/app/meeting-customer")
	zhang.locator(".list-row", has_text=renamed).wait_for()
	zhang.wait_for_function("frappe.realtime.socket.connected")
	zhang.wait_for_timeout(SUBSCRIPTION_SETTLES)
	rename_file(company.file, renamed := f"{company.name}二部")
	zhang.locator(".list-row", has_text=renamed).wait_for()


def test_a_share_that_runs_out(browser_page, screenshot, people, company):
	zhang = browser_page(people["zhang"], "zh")
	open_file(zhang, company.file)
	zhang.locator("[data-sharing]").click()
	dialog = zhang.locator(".modal.show")
	dialog.locator(".meeting-access >> text=客户负责人").wait_for()
	screenshot(zhang, "customer-zh-3-who-sees")
	zhang.keyboard.press("Escape")
	dialog.wait_for(state="hidden")
	zhang.locator(".share-doc-btn:visible").click()
	dialog.get_by_text("谁能看到，为什么").wait_for()
	frappe.db.rollback()
	zhang.evaluate(
		"([customer, user]) => meeting_crm.call('meeting_crm.customers.api.share', { customer, users: [user] })",
		[company.file, people["li"]],
	)
	li = browser_page(people["li"], "zh")
	open_file(li, company.file)
	assert li.locator(".meeting-note").is_hidden(), "a reader writes no notes"
	li.wait_for_timeout(500)
	assert li.get_by_role("button", name="保存", exact=True).count() == 0, "and saves nothing"
	for offered in (".share-doc-btn", ".add-assignment-btn", ".add-attachment-btn", "[data-new]"):
		assert li.locator(f"{offered}:visible").count() == 0, f"{offered} would end in a refusal"
	head = li.locator(".meeting-file-claims").inner_text()
	assert "洽谈中" in head and "没有在任何项目" not in head, "a reader learns what the duplicate check tells everybody"
	screenshot(li, "customer-zh-4-shared")
	frappe.db.rollback()
	frappe.db.set_value(
		"DocShare",
		{"share_name": company.file, "user": people["li"]},
		"meeting_shared_until",
		add_to_date(now_datetime(), seconds=-1),
	)
	frappe.db.commit()
	answer = li.request.get("/api/method/meeting_crm.customer_file.api.get_cockpit", params={"customer": company.file})
	assert answer.status == 403 and "无权" in error_of(answer)
	li.goto("/app/meeting-customer")
	li.wait_for_timeout(1500)
	assert company.name not in li.inner_text("body")


def test_a_handover_and_its_undo(browser_page, screenshot, worker, wait_until, people, company):
	wang = browser_page(people["wang"], "zh")
	open_file(wang, company.file)
	wang.get_by_role("button", name="移交").first.click()
	dialog = wang.locator(".modal.show")
	wang.wait_for_timeout(DIALOG_SETTLES)
	receiver = dialog.locator('[data-fieldname="receiver"] input')
	receiver.fill(people["li"])
	wang.wait_for_timeout(800)
	receiver.press("Tab")
	dialog.locator('[data-fieldname="reason"] textarea').fill("岗位调整")
	dialog.get_by_role("button", name="预览").click()
	dialog.locator("td >> text=客户").first.wait_for()
	screenshot(wang, "customer-zh-5-handover-preview")
	dialog.get_by_role("button", name="移交").click()
	wait_until(lambda: frappe.db.get_value("Meeting Customer", company.file, "holder") == people["li"], timeout=60)
	handover = frappe.db.get_value("Meeting Handover", {"from_user": people["zhang"]}, "name")
	wang.goto(f"/app/meeting-handover/{handover}")
	wang.get_by_role("button", name="确认").first.wait_for()
	screenshot(wang, "customer-zh-6-handover-done")
	wang.get_by_role("button", name=re.compile("^撤销")).first.click()
	wang.locator(".modal.show .btn-primary").first.click()
	wait_until(lambda: frappe.db.get_value("Meeting Customer", company.file, "holder") == people["zhang"], timeout=60)
	wang.wait_for_timeout(1500)
	screenshot(wang, "customer-zh-7-handover-undone")
	assert frappe.db.get_value("Meeting Handover", handover, "status") == "Undone"

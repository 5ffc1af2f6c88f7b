"""Money in Chromium, at human pace: a salesperson registers, finance confirms and issues, the manager looks at the figures."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from meeting_crm.contracts import api
from meeting_crm.tests import factories
from support.hands import type_into
from support.sales import make_contract

pytestmark = pytest.mark.browser
CHART_GROWS = 1500
"""Milliseconds until a chart that begins flat shows its values."""


@pytest.fixture
def people(site):
	manager = factories.make_user(None, "Meeting Manager", language="zh")
	user = factories.make_user(
		None, "Meeting Salesperson", department=factories.make_department(manager=manager), language="zh"
	)
	project = factories.make_project(user)
	claim = factories.make_claim(project, user)
	frappe.set_user(user)
	plan = [
		{"label": "定金", "due_on": add_days(nowdate(), -3), "amount": 3000},
		{"label": "尾款", "due_on": add_days(nowdate(), 30), "amount": 7000},
	]
	contract = make_contract(claim, amount=10000, plan=plan).insert()
	contract.submit()
	frappe.get_doc(
		{
			"doctype": "Meeting Invoice Title",
			"customer": contract.customer,
			"title": contract.enterprise_name,
			"tax_number": "91110000600037341L",
			"is_default": 1,
		}
	).insert()
	frappe.set_user("Administrator")
	finance = factories.make_user(None, "Meeting Finance", language="zh")
	return manager, user, finance, contract


def fill(page, label, value):
	box = (
		page.locator(".modal.show .frappe-control", has=page.locator(f"label:has-text('{label}')"))
		.locator("input")
		.first
	)
	type_into(box, value)
	page.locator(".modal.show .modal-title").click()


def test_from_the_customer_s_word_to_the_invoice(people, browser_page, screenshot):
	manager, user, finance, contract = people
	page = browser_page(user)
	page.goto(f"/app/meeting-contract/{contract.name}")
	page.get_by_role("button", name="登记回款").click()
	fill(page, "金额", "3000")
	page.locator(".modal.show").get_by_role("button", name="登记", exact=True).click()
	page.get_by_text("已登记，等待财务确认").wait_for()
	screenshot(page, "contract-salesperson")
	page.get_by_role("button", name="申请开票").click()
	page.locator(".modal.show").get_by_role("button", name="申请", exact=True).click()
	page.get_by_text("已申请").first.wait_for()

	desk = browser_page(finance)
	desk.goto("/app/finance-money")
	row = desk.locator("tr", has_text=contract.enterprise_name).filter(has=desk.locator("[data-step=confirm]"))
	row.wait_for()
	screenshot(desk, "money-finance")
	row.get_by_role("button", name="确认").click()
	desk.get_by_text("已到账").first.wait_for(timeout=60_000)
	request = desk.locator("tr", has_text=contract.enterprise_name).filter(has=desk.locator("[data-step=issue]"))
	request.get_by_role("button", name="开票").click()
	number = factories.unique("2611")
	fill(desk, "发票号码", number)
	desk.locator(".modal.show").get_by_role("button", name="开票", exact=True).click()
	desk.locator(".modal.show").wait_for(state="hidden", timeout=60_000)
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Invoice", {"contract": contract.name}, ["status", "invoice_number"]) == (
		"Issued",
		number,
	)
	assert frappe.db.get_value("Meeting Contract", contract.name, ["received", "outstanding"]) == (3000, 7000)

	page.reload()
	page.get_by_text("30%").first.wait_for()
	screenshot(page, "contract-paid")
	board = browser_page(manager)
	board.goto("/app/director-board")
	board.get_by_text("排行榜").wait_for()
	board.locator("[data-chart=months] svg").wait_for()
	board.wait_for_timeout(CHART_GROWS)
	screenshot(board, "director")


def test_overdue_leads_to_what_is_overdue_alone(people, browser_page, screenshot):
	"""A contract without a plan has no day on which it is due."""
	manager, user, _finance, contract = people
	frappe.set_user(user)
	other = make_contract(factories.make_claim(contract.project, user), amount=500, plan=[]).insert()
	other.submit()
	frappe.set_user("Administrator")
	frappe.db.set_value("Meeting Contract", other.name, "next_due_on", None)
	frappe.db.commit()
	page = browser_page(manager)
	for link in (".meeting-figure[href*=next_due_on]", "[data-chart=ages] a[href*=next_due_on]"):
		page.goto("/app/director-board")
		page.locator(link).first.click()
		rows = page.locator(".list-row")
		rows.get_by_text(contract.enterprise_name).first.wait_for()
		assert not rows.get_by_text(other.enterprise_name).count()
	screenshot(page, "director-overdue")


def test_the_commission_base_leads_to_the_payments_it_counts(people, browser_page, screenshot):
	manager, user, finance, contract = people
	today = nowdate()
	frappe.set_user(user)
	names = [
		api.register_payment(contract.claim, amount, paid_on, contract=contract.name)["payment"]
		for amount, paid_on in ((3000, today), (2000, add_days(today, -70)))
	]
	frappe.set_user(finance)
	for name in names:
		api.confirm_payment(name)
	frappe.db.commit()
	page = browser_page(manager)
	page.goto(f"/app/query-report/Meeting Commission Base?from_date={add_days(today, -5)}&to_date={today}")
	page.locator(".report-summary").get_by_text("提成基数").wait_for()
	page.locator(".chart-container svg").wait_for()
	page.wait_for_timeout(CHART_GROWS)
	screenshot(page, "commission-base")
	assert page.evaluate(
		"[1, 9999, 12345678, 105000000].map((number) => frappe.utils.shorten_number(number, 'China', 3))"
	) == [
		"1",
		"9999",
		"1234.57 万",
		"1.05 亿",
	]
	page.locator(".dt-cell a[href*=holder]").first.click()
	page.locator(".list-row").first.wait_for()
	page.wait_for_timeout(CHART_GROWS)
	screenshot(page, "commission-payments")
	assert page.locator(".list-row").count() == 1
	row = page.locator(".list-row").first.inner_text()
	assert "3,000" in row and "收款" in row
	page.get_by_role("button", name="2 个筛选条件").wait_for()


def test_the_end_is_told_before_it_comes(people, browser_page, screenshot):
	manager, _user, _finance, contract = people
	page = browser_page(manager)
	page.goto(f"/app/meeting-contract/{contract.name}")
	page.get_by_role("button", name="合同操作").first.click()
	page.get_by_role("link", name="终止合同").click()
	page.get_by_text("没有回款").wait_for()
	screenshot(page, "contract-ending")
	reason = page.locator(".modal.show textarea").first
	reason.click()
	type_into(reason, "客户退展")
	page.locator(".modal.show").get_by_role("button", name="终止合同").click()
	page.get_by_text("已解除").first.wait_for(timeout=60_000)
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Contract", contract.name, "status") == "Terminated"


def test_an_english_manager_reads_the_figures(people, browser_page, screenshot):
	manager, *_others = people
	frappe.db.set_value("User", manager, "language", "en")
	page = browser_page(manager, lang="en")
	page.goto("/app/director-board")
	page.get_by_text("Signed and received per month").wait_for()
	page.wait_for_timeout(CHART_GROWS)
	screenshot(page, "director-en")


def test_a_change_shows_both_contents(people, browser_page, screenshot):
	_manager, user, _finance, contract = people
	frappe.set_user(user)
	change = api.make_change(contract.name)
	change.update({"reason": "增加展位", "terms": "新条款", "amount": 12000, "plan": []})
	change.insert()
	frappe.set_user("Administrator")
	page = browser_page(user)
	page.goto(f"/app/meeting-contract-change/{change.name}")
	page.locator(".meeting-comparison .changed", has_text="12,000").first.wait_for()
	screenshot(page, "contract-change")

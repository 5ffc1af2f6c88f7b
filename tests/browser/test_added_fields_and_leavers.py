"""What administrators add to the customer is asked where a company is entered; whose account is disabled is found with the work."""

import frappe
import pytest

from meeting_crm.tests import factories
from support.added_fields import added_fields
from support.hands import type_into
from support.sales import make_late_payment

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SETTLES = 1000


@pytest.fixture
def added(site):
	fields = [
		{"fieldname": "how_large", "label": "规模", "fieldtype": "Select", "options": "\n大型\n小型", "reqd": 1},
		{"fieldname": "founded_in", "label": "成立年份", "fieldtype": "Data"},
	]
	with added_fields(*fields):
		yield


def test_an_added_field_is_asked_kept_and_shown(browser_page, screenshot, added):
	user = factories.make_user()
	factories.make_project(user)
	frappe.db.commit()
	page = browser_page(user)
	page.goto("/app/enter-enterprise")
	name = f"烟台{factories.unique('辛')}食品有限公司"
	for field, text in (
		("full_name", name),
		("landline", "0535-6212345"),
		("mobile", "13905350001"),
		("email", "office@example.cn"),
		("profile", "冷链仓储与配送"),
	):
		type_into(page.locator(f"#meeting-entry-{field}"), text)
	for field, text in (("person_name", "孙经理"), ("position", "采购")):
		type_into(page.locator(f".meeting-people-grid [data-field={field}]").first, text)
	type_into(page.locator('.meeting-added-fields [data-fieldname="founded_in"] input'), "1998")
	page.get_by_role("button", name="检查并提交").click()
	page.locator(".meeting-added-fields .meeting-field.has-error").wait_for()
	page.locator('.meeting-added-fields [data-fieldname="how_large"] select').select_option("大型")
	page.wait_for_timeout(SETTLES)
	screenshot(page, "entry-added-fields")
	page.get_by_role("button", name="检查并提交").click()
	confirm = page.locator(".meeting-confirm")
	confirm.get_by_text("大型").wait_for()
	assert "1998" in confirm.inner_text()
	page.locator(".modal.show").get_by_role("button", name="提交").click()
	facts = page.locator(".meeting-file-facts")
	facts.get_by_text("大型").wait_for()
	assert "1998" in facts.inner_text()
	screenshot(page, "file-added-fields")
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Customer", {"customer_name": name}, ["how_large", "founded_in"]) == (
		"大型",
		"1998",
	)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_manager_goes_from_today_to_the_handover(browser_page, screenshot, site, language):
	manager = factories.make_user(None, "Meeting Manager")
	leaver = factories.make_user(department=factories.make_department(manager=manager))
	project = factories.make_project(leaver, manager=manager)
	factories.make_claim(project, leaver)
	frappe.db.set_value("User", leaver, "enabled", 0)
	frappe.db.commit()
	page = browser_page(manager, language)
	page.goto("/app/meeting-today")
	hand_over = page.locator(f'a[href*="from_user"][href*="{leaver.split("@")[0]}"]')
	hand_over.wait_for()
	page.wait_for_timeout(SETTLES)
	screenshot(page, f"today-left-behind-{language}")
	hand_over.click()
	page.wait_for_function("user => window.cur_frm?.doc.from_user === user", arg=leaver)


def test_a_disabled_account_leads_to_the_handover(browser_page, site):
	administrator = factories.make_user(None, "Meeting Administrator", "System Manager")
	leaver = factories.make_user()
	factories.make_claim(factories.make_project(leaver), leaver)
	frappe.db.set_value("User", leaver, "enabled", 0)
	frappe.db.commit()
	page = browser_page(administrator)
	page.goto(f"/app/user/{leaver}")
	page.get_by_role("button", name="移交 1 家客户").click()
	page.wait_for_function("user => window.cur_frm?.doc.from_user === user", arg=leaver)


def test_an_administrator_lets_late_money_sign(browser_page, screenshot, site):
	administrator = factories.make_user(None, "Meeting Administrator")
	claim, name = make_late_payment()
	frappe.db.commit()
	page = browser_page(administrator)
	page.goto(f"/app/meeting-payment/{name}")
	page.get_by_role("button", name="补签").click()
	page.wait_for_timeout(SETTLES)
	screenshot(page, "payment-sign-afterwards")
	page.locator(".modal.show").get_by_role("button", name="是").click()
	page.get_by_role("button", name="补签").wait_for(state="hidden")
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Claim", claim, ["phase", "payment"]) == ("Signed", name)

"""The search box at the top of the desk, with a caller on the line."""

import frappe
import pytest

from meeting_crm.tests.factories import make_claim, make_enterprise, make_project, make_user, unique
from support.hands import type_into

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

BOX = "#navbar-search"
SUGGESTIONS = ".search-bar .awesomplete li"


@pytest.fixture
def company(site):
	user = make_user()
	name = f"烟台{unique('恒')[:8]}冷链物流有限公司"
	mobile = f"139{abs(hash(name)) % 10**8:08d}"
	contacts = [{"person_name": "孙经理", "position": "采购", "mobile": mobile}]
	claim = make_claim(make_project(user), user, make_enterprise(name, contacts=contacts))
	frappe.db.commit()
	return frappe._dict(user=user, name=name, file=claim.customer, mobile=mobile)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_number_as_it_is_spoken_leads_to_the_file(browser_page, screenshot, company, language):
	page = browser_page(company.user, language)
	page.goto("/app/meeting-today")
	page.locator(BOX).click()
	number = company.mobile
	type_into(page.locator(BOX), f"{number[:3]} {number[3:7]} {number[7:]}")
	page.locator(SUGGESTIONS, has_text=company.name).wait_for()
	page.wait_for_timeout(500)
	assert page.locator(SUGGESTIONS).first.inner_text().startswith(company.name)
	assert "孙经理" in page.locator(SUGGESTIONS).first.inner_text()
	screenshot(page, f"top-search-{language}")
	page.keyboard.press("Enter")
	page.wait_for_url(f"**/meeting-customer/{company.file}")
	page.locator(".meeting-file-claims").wait_for()


def test_a_name_nobody_has_goes_on_to_the_check(browser_page, company):
	page = browser_page(company.user, "zh")
	page.goto("/app/meeting-today")
	page.locator(BOX).click()
	type_into(page.locator(BOX), "没有这家公司")
	page.locator(SUGGESTIONS, has_text="查重").click()
	page.wait_for_url("**/duplicate-check")
	page.wait_for_timeout(1000)
	assert (
		page.locator("input:visible").first.input_value() == "没有这家公司" or page.get_by_text("没有这家公司").count()
	)


def test_pages_of_the_desk_are_still_found(browser_page, company):
	page = browser_page(company.user, "zh")
	page.goto("/app/meeting-today")
	page.locator(BOX).click()
	type_into(page.locator(BOX), "公共池")
	page.wait_for_timeout(1500)
	assert page.locator(SUGGESTIONS, has_text="公共池").count() >= 1
	page.keyboard.press("Escape")
	page.wait_for_timeout(500)
	assert not page.locator(SUGGESTIONS).first.is_visible()

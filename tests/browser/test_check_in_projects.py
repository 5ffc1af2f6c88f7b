"""The duplicate check with many projects, by keyboard, and a company held in two projects."""

import frappe
import pytest
from frappe.utils import now_datetime

from meeting_crm.tests import factories
from support.claims import project_with
from support.hands import type_into

pytestmark = pytest.mark.browser


@pytest.fixture
def many(site):
	"""A member of six open projects, and three companies of one brand that nobody holds."""
	user = factories.make_user()
	projects = [project_with(user) for _number in range(6)]
	brand = f"鸿图{factories.unique('丁')}"
	names = [f"{place}{brand}展览有限公司" for place in ("上海", "北京", "广州")]
	for name in names:
		factories.make_enterprise(name)
	return frappe._dict(user=user, projects=projects, brand=brand, names=names)


def open_check(page, project: str) -> None:
	page.goto("/app/meeting-today")
	page.wait_for_function("Boolean(window.meeting_crm)")
	page.evaluate("project => meeting_crm.remember_project(project)", project)
	page.goto("/app/duplicate-check")
	page.wait_for_selector(".meeting-check input[name=text]:focus")
	page.wait_for_function("document.querySelector('.meeting-check-project select').value")


def settle(page, companies: int) -> None:
	"""Until what was typed is answered."""
	page.wait_for_timeout(800)
	page.wait_for_function(
		"number => !document.querySelector('.searching') && document.querySelectorAll('.meeting-check-row').length >= number",
		arg=companies,
	)


def test_one_row_per_company_and_enter_claims_in_the_switchers_project(many, browser_page, screenshot):
	wanted = many.projects[3]
	page = browser_page(many.user)
	open_check(page, wanted)
	page.keyboard.type(many.brand, delay=60)
	rows = page.locator(".meeting-check-row")
	settle(page, 3)
	names = rows.locator(".meeting-check-name").all_inner_texts()
	assert len(names) == len(set(names)) and set(many.names) <= set(names)
	assert rows.first.locator(".meeting-place").first.get_attribute("data-project") == wanted
	screenshot(page, "check-six-projects")
	page.keyboard.press("Enter")
	page.locator(".meeting-check-row.active .meeting-place.marked").wait_for()
	page.keyboard.press("ArrowDown")
	name = page.locator(".meeting-check-row.active .meeting-check-name").inner_text()
	page.keyboard.press("Enter")
	undo = page.locator(".alert [data-action=undo]").first
	undo.wait_for()
	frappe.db.rollback()
	claim = frappe.db.get_value("Meeting Claim", {"enterprise_name": name, "holder": many.user}, ["name", "project"])
	assert claim[1] == wanted
	screenshot(page, "check-claimed")
	undo.click()
	page.locator(".alert", has_text="已撤销").first.wait_for()
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Claim", claim[0], ["phase", "source"]) == ("Ended", "Undone")
	page.locator(".meeting-check-row", has_text=name).locator(".meeting-place").first.locator(
		"[data-action=claim]"
	).wait_for()


def test_left_and_right_choose_another_project(many, browser_page):
	page = browser_page(many.user, "en")
	open_check(page, many.projects[0])
	page.keyboard.type(many.names[0], delay=60)
	settle(page, 1)
	page.keyboard.press("Enter")
	page.locator(".meeting-place.marked").wait_for()
	for _step in range(4):
		page.keyboard.press("ArrowRight")
	marked = page.locator(".meeting-place.marked")
	project = marked.get_attribute("data-project")
	assert project != many.projects[0]
	page.keyboard.press("Enter")
	page.locator(".alert [data-action=undo]").first.wait_for()
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Claim", {"holder": many.user}, "project") == project


def test_a_company_held_in_two_projects_is_asked_about(site, browser_page, screenshot):
	user = factories.make_user()
	first, second = (project_with(user, project_name=f"{season}展 {factories.unique()}") for season in ("春季", "秋季"))
	enterprise = factories.make_enterprise()
	older = factories.make_claim(first, user, enterprise)
	factories.make_claim(second, user, enterprise, now=now_datetime())
	page = browser_page(user)
	page.goto(f"/app/meeting-customer/{older.customer}")
	page.get_by_role("button", name="标记死单").click()
	asked = page.locator(".modal.show")
	asked.get_by_role("button", name="春季展").wait_for()
	screenshot(page, "which-project")
	asked.get_by_role("button", name="春季展").click()
	dialog = page.locator(".modal.show", has_text="死单").last
	dialog.locator(".modal-title", has_text="春季展").wait_for()
	type_into(dialog.locator('[data-fieldname="reason"] textarea'), "展位太贵")
	page.wait_for_timeout(800)
	dialog.locator(".btn-primary").click()
	page.locator(".alert", has_text="撤销").first.wait_for()
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Claim", older.name, "workflow_state") == "Dead"
	page.locator(".meeting-entry", has_text="春季展").first.wait_for()

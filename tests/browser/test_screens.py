"""The screens under a demanding hand: input methods, names that look like HTML, long lists, several rows at once,
a phone."""

import frappe
import pytest

from meeting_crm.claims import service
from meeting_crm.tests import factories

pytestmark = pytest.mark.browser

MANY = 260
SCREENS = (
	"meeting-today",
	"duplicate-check",
	"enter-enterprise",
	"protected-enterprises",
	"customer-pool",
	"signed-enterprises",
	"contract-history",
)
COUNT_QUESTIONS = """() => {
	window.questions = 0;
	const send = window.fetch;
	window.fetch = (address, ...rest) => {
		if (String(address).includes("check_duplicates")) window.questions += 1;
		return send(address, ...rest);
	};
}"""


@pytest.fixture
def zhang():
	return factories.make_user()


@pytest.fixture
def project(zhang):
	return factories.make_project(zhang, daily_maximum=500)


def test_nothing_is_asked_while_an_input_method_composes(zhang, project, browser_page):
	brand = factories.unique("冷泉")
	factories.make_enterprise(f"烟台{brand}有限公司")
	page = browser_page(zhang)
	page.goto("/app/duplicate-check")
	page.wait_for_selector(".meeting-check input[name=text]:focus")
	page.evaluate(COUNT_QUESTIONS)
	keyboard = page.context.new_cdp_session(page)
	for letters in ("l", "le", "leng", "leng q", "leng quan"):
		keyboard.send(
			"Input.imeSetComposition",
			{"text": letters, "selectionStart": len(letters), "selectionEnd": len(letters)},
		)
		page.wait_for_timeout(300)
	assert page.evaluate("window.questions") == 0
	keyboard.send("Input.insertText", {"text": brand})
	page.locator(".meeting-check-row mark", has_text=brand).first.wait_for()
	assert page.evaluate("window.questions") == 1


def test_a_name_that_looks_like_html_is_text(zhang, project, browser_page):
	word = factories.unique("乙")
	enterprise = factories.make_enterprise(f"{word}公司 & 子公司")
	# No entry lets tags in; names from before the application may hold them.
	tagged = f"<b onclick=alert(1)>{word}</b>公司 & <i>子公司</i>"
	frappe.db.set_value("Meeting Enterprise", enterprise, "enterprise_name", tagged)
	page = browser_page(zhang)
	for screen, box in (("customer-pool", ".meeting-search:visible"), ("duplicate-check", "[name=text]")):
		page.goto(f"/app/{screen}")
		page.locator(box).fill(word)
		row = page.locator(".meeting-list-row, .meeting-check-row", has_text=word).first
		row.wait_for()
		assert not row.locator("i, [onclick]").count()


def test_a_long_list_holds_few_rows_and_reaches_its_end(zhang, project, browser_page):
	brand = factories.unique("丙")
	names = sorted(f"{brand}{number:03}有限公司" for number in range(MANY))
	for name in names:
		factories.make_enterprise(name)
	page = browser_page(zhang)
	page.goto("/app/customer-pool")
	page.locator(".meeting-search:visible").fill(brand)
	page.locator(".meeting-list-row", has_text=names[0]).wait_for()
	assert page.locator(".meeting-list-row").count() < 80
	page.locator(".meeting-list-view").focus()
	for _ in range(3):
		page.keyboard.press("End")
		page.wait_for_timeout(600)
	page.locator(".meeting-list-row", has_text=names[-1]).wait_for()
	assert page.locator(".meeting-list-row").count() < 80
	assert str(MANY) in page.locator(".meeting-list-foot").inner_text()


@pytest.fixture
def more_than_counted(zhang, project):
	"""1,101 protected companies; all but one are rows of the list and nothing else, and go again."""
	claim = factories.make_claim(project, zhang)
	stem = factories.unique("many-")
	columns = "project, project_name, enterprise, enterprise_name, holder, source, claimed_on, protected_from, protected_until, workflow_state, phase"
	frappe.db.sql(
		f"""insert into `tabMeeting Claim` (name, creation, modified, owner, modified_by, {columns})
		select concat(%s, seq), creation, modified, owner, modified_by, {columns} from `tabMeeting Claim`, seq_1_to_1100 where name = %s""",
		(stem, claim.name),
	)
	yield 1101
	frappe.db.rollback()
	frappe.db.sql("delete from `tabMeeting Claim` where name like %s", f"{stem}%")
	frappe.db.commit()


def test_the_number_of_a_long_list_is_counted_on_a_click(zhang, more_than_counted, browser_page):
	page = browser_page(zhang)
	page.goto("/app/protected-enterprises")
	foot = page.locator(".meeting-list-foot:visible")
	foot.get_by_text("1,000+").click()
	foot.get_by_text(f"{more_than_counted:,}").wait_for()
	page.locator(".meeting-list-view:visible").focus()
	for _ in range(3):
		page.keyboard.press("End")
		page.wait_for_timeout(400)
	page.locator(f".meeting-list-row[data-position='{more_than_counted - 1}']:not(.waiting)").wait_for()


def test_each_row_tells_what_became_of_it(zhang, project, browser_page):
	colleague = factories.make_user()
	doc = frappe.get_doc("Meeting Project", project)
	doc.append("members", {"user": colleague})
	doc.save()
	brand = factories.unique("丁")
	names = [f"{brand}{letter}有限公司" for letter in "甲乙丙"]
	enterprises = [factories.make_enterprise(name) for name in names]
	page = browser_page(zhang)
	page.goto("/app/customer-pool")
	page.locator(".meeting-search:visible").fill(brand)
	page.wait_for_function("document.querySelectorAll('.meeting-list-row').length === 3")
	for name in names:
		page.locator(".meeting-list-row", has_text=name).locator("input").check()
	factories.make_claim(project, colleague, enterprises[1])
	frappe.db.commit()
	page.locator(".meeting-actions .btn-primary").click()
	results = page.locator(".modal.show .meeting-result")
	page.locator(".modal.show .meeting-result[data-state=refused]").wait_for()
	page.wait_for_function("document.querySelectorAll('.meeting-result[data-state=done]').length === 2")
	assert names[1] in page.locator(".meeting-result[data-state=refused]").inner_text()
	assert results.count() == 3
	page.locator(".modal.show .btn-primary:visible").click()
	assert page.locator(".meeting-list-row[data-state=refused]", has_text=names[1]).count() == 1
	assert page.locator(".meeting-list-row [data-action=open]").count() == 2


def test_keys_lead_through_a_list_and_its_dialog(zhang, project, browser_page):
	claim = factories.make_claim(project, zhang)
	page = browser_page(zhang)
	page.goto("/app/protected-enterprises")
	page.wait_for_selector(".meeting-list-row:not(.waiting)")
	page.locator(".meeting-list-view:visible").focus()
	page.keyboard.press("ArrowDown")
	page.keyboard.press("Space")
	page.locator(".meeting-list-row.chosen").wait_for()
	page.locator(".meeting-actions button", has_text="延长保护").press("Enter")
	reason = page.locator(".modal.show textarea:focus")
	reason.fill("客户下周答复")
	service.release(claim.name, "退回")
	frappe.db.commit()
	page.keyboard.press("Control+Enter")
	page.locator(".modal.show .meeting-problem").wait_for()
	assert page.locator(".modal.show textarea").input_value() == "客户下周答复"
	page.keyboard.press("Escape")
	page.locator(".frappe-confirm-message:visible").wait_for()
	page.wait_for_timeout(800)
	page.keyboard.press("Enter")
	page.locator(".meeting-actions button:focus", has_text="延长保护").wait_for()


def test_an_unfinished_entry_survives_and_is_not_mixed_with_another(zhang, project, browser_page):
	page = browser_page(zhang)
	page.goto("/app/enter-enterprise")
	page.fill("#meeting-entry-full_name", "烟台戊食品有限公司")
	page.fill("#meeting-entry-landline", "0535-6212345")
	page.wait_for_function("Object.values(localStorage).some((draft) => draft.includes('0535-6212345'))")
	page.reload()
	page.wait_for_function("document.querySelector('#meeting-entry-landline')?.value === '0535-6212345'")
	page.goto("/app/duplicate-check")
	page.locator(".meeting-check input[name=text]").fill(other := f"青岛{factories.unique('己')}有限公司")
	page.locator("[data-action=enter]").click()
	page.wait_for_function("name => document.querySelector('#meeting-entry-full_name')?.value === name", arg=other)
	assert page.input_value("#meeting-entry-landline") == ""
	page.locator(".meeting-undo a").click()
	assert page.input_value("#meeting-entry-full_name") == "烟台戊食品有限公司"
	assert page.input_value("#meeting-entry-landline") == "0535-6212345"


def test_screens_fit_a_phone(zhang, project, browser_page, screenshot):
	factories.make_claim(project, zhang)
	page = browser_page(zhang)
	page.set_viewport_size({"width": 390, "height": 844})
	for screen in SCREENS:
		page.goto(f"/app/{screen}")
		page.wait_for_selector(".meeting-screen:visible")
		page.wait_for_timeout(800)
		screenshot(page, f"phone-{screen}")
		assert page.evaluate("document.documentElement.scrollWidth") <= 390, screen


def test_without_a_project_each_screen_says_what_to_do(browser_page):
	page = browser_page(factories.make_user())
	for screen in ("meeting-today", "enter-enterprise", "protected-enterprises", "customer-pool"):
		page.goto(f"/app/{screen}")
		page.locator(".meeting-empty .btn-primary:visible").click()
		page.wait_for_selector(".meeting-check input[name=text]:focus")

"""The administrator's week at human pace: two new people, a right taken and one given, a department moved, a session ended,
the log searched and verified. In Chinese as level 2, in English as level 1, and as the auditor."""

import frappe
import pytest

from meeting_crm.administration import log_seals
from meeting_crm.core.log import log
from meeting_crm.tests.factories import make_department, make_project, make_user, unique
from support.hands import Hands, type_into

pytestmark = pytest.mark.browser
LONG = 60_000


def open_screen(page, route: str, ready: str) -> None:
	page.goto(f"/app/{route}")
	page.wait_for_selector(ready, timeout=LONG)
	page.wait_for_timeout(800)


def get_dialog(page):
	dialog = page.locator(".modal.show").last
	dialog.wait_for(timeout=LONG)
	page.wait_for_timeout(600)
	return dialog


def pick(dialog, page, fieldname: str, value: str) -> None:
	field = dialog.locator(f'[data-fieldname="{fieldname}"] input').first
	type_into(field, value)
	option = page.locator(f'[data-fieldname="{fieldname}"] .awesomplete li', has_text=value).first
	option.wait_for(timeout=LONG)
	option.click()
	page.wait_for_timeout(500)


@pytest.fixture
def realtime_screen(realtime):
	return realtime


def test_an_administrators_week(browser_page, rest, realtime_screen, screenshot, wait_until):
	administrator = make_user(None, "Meeting Administrator", first_name="李管理")
	department, other = make_department(unique("销售")), make_department(unique("市场"))
	project = make_project(project_name=unique("冷链大会"))
	title = frappe.db.get_value("Meeting Project", project, "project_name")
	page = browser_page(administrator)

	# two new people
	names = [f"周{unique()[:4]}", f"吴{unique()[:4]}"]
	for name in names:
		open_screen(page, "people", ".meeting-people")
		page.get_by_role("button", name="新建人员").first.click()
		dialog = get_dialog(page)
		hands = Hands(dialog)
		hands.write("full_name", name)
		hands.write("email", f"{unique()}@test.meeting")
		pick(dialog, page, "department", department)
		dialog.get_by_label(title, exact=True).check()
		screenshot(page, f"administration-new-person-{names.index(name)}")
		hands.press("建立账号")
		shown = page.locator(".meeting-password")
		shown.wait_for(timeout=LONG)
		password = shown.inner_text().rsplit(" ", 1)[1].strip()
		screenshot(page, f"administration-password-{names.index(name)}")
		page.keyboard.press("Escape")
	users = [wait_until(lambda name=name: frappe.db.get_value("User", {"full_name": name}, "name")) for name in names]
	newcomer = rest(users[1], password)
	assert frappe.db.exists("Meeting Project Member", {"parent": project, "user": users[0]})

	# a right is taken, and one is given
	for doctype, right, effect in (
		("Meeting Contact", "delete", "从此人收回"),
		("Meeting Customer", "export", "给此人增加"),
	):
		open_screen(page, f"personal-rights/{users[0]}", ".meeting-matrix")
		page.locator(f'[data-doctype="{doctype}"][data-right="{right}"]').click()
		dialog = get_dialog(page)
		hands = Hands(dialog)
		dialog.locator('[data-fieldname="effect"] select').select_option(label=effect)
		hands.write("reason", "试用期")
		hands.press("保存")
		dialog.wait_for(state="hidden", timeout=LONG)
	page.locator('[data-doctype="Meeting Contact"][data-right="delete"].removed').wait_for(timeout=LONG)
	page.locator('[data-doctype="Meeting Customer"][data-right="export"].added').wait_for(timeout=LONG)
	screenshot(page, "administration-rights-zh")
	page.get_by_role("button", name="以此人身份预览").first.click()
	get_dialog(page)
	screenshot(page, "administration-eyes-zh")
	page.keyboard.press("Escape")

	# a department is moved below another
	open_screen(page, "departments", ".meeting-people")
	page.locator(f'tr[data-department="{department}"] [data-act=edit]').click()
	dialog = get_dialog(page)
	pick(dialog, page, "parent", other)
	Hands(dialog).press("保存")
	dialog.wait_for(state="hidden", timeout=LONG)
	wait_until(lambda: frappe.db.get_value("Meeting Department", department, "parent_meeting_department") == other)
	screenshot(page, "administration-departments-zh")

	# a session is ended; the person's page leaves
	theirs = browser_page(users[1], password=password)
	theirs.goto("/app/meeting-today")
	theirs.wait_for_selector(".meeting-menu", timeout=LONG)
	theirs.wait_for_timeout(3000)
	open_screen(page, "online-users", ".meeting-people")
	screenshot(page, "administration-online-zh")
	row = page.locator("tr", has_text=names[1]).filter(has_text="Chrome").first
	row.get_by_role("button", name="强制下线").click()
	get_dialog(page).get_by_role("button", name="确认").or_(page.get_by_role("button", name="是")).first.click()
	theirs.wait_for_url("**/login**", timeout=20_000)
	assert newcomer.call("frappe.auth.get_logged_user", verb="GET").status_code == 200, "the other device stays"

	# the log is searched and verified
	log_seals.seal_pending(seconds=30)
	open_screen(page, "operation-log", ".meeting-log")
	type_into(page.locator(".meeting-search"), "没有这家公司")
	page.wait_for_selector(".meeting-empty", timeout=LONG)
	page.locator(".meeting-search").fill("")
	page.wait_for_selector(".meeting-log", timeout=LONG)
	page.locator("select[aria-label=类型], select[aria-label=种类], .meeting-top select").first.select_option(
		"People and Rights"
	)
	page.locator(".meeting-log .sentence", has_text="个人权限").first.wait_for(timeout=LONG)
	page.locator(".meeting-log details summary").first.click()
	page.wait_for_timeout(600)
	screenshot(page, "administration-log-zh")
	page.get_by_role("button", name="验证完整性", exact=True).first.click()
	page.locator(".meeting-verify.green, .meeting-verify.red").wait_for(timeout=LONG)
	screenshot(page, "administration-verified-zh")


@pytest.mark.parametrize(
	("role", "lang"),
	[("System Manager", "en"), ("Meeting Administrator", "zh"), ("Meeting Auditor", "en"), ("Meeting Auditor", "zh")],
)
def test_system_management_opens_to_each_who_works_there(role, lang, browser_page, screenshot):
	user = make_user(None, role)
	make_user(None, "Meeting Salesperson", department=make_department())
	page = browser_page(user, lang)
	screens = ["operation-log", "self-check"]
	if role != "Meeting Auditor":
		screens = ["people", "personal-rights", "departments", "online-users", "personal-data", *screens]
	name = f"{role.split()[-1].lower()}-{lang}"
	open_screen(page, "meeting-administration", ".shortcut-widget-box")
	screenshot(page, f"administration-{name}-workspace")
	for screen in screens:
		open_screen(page, screen, ".meeting-people, .meeting-log, .meeting-checks, .meeting-empty")
		assert not page.locator(".meeting-problem").count(), page.locator(".meeting-problem").inner_text()
		screenshot(page, f"administration-{name}-{screen}")


def test_a_tampered_log_is_red_and_names_the_line(browser_page, screenshot):
	mark = unique("Forged ")
	log(mark, "Meeting Customer", "x", after={"a": 1})
	log_seals.seal_pending(seconds=30)
	name = frappe.db.get_value("Meeting Operation Log", {"operation": mark})
	frappe.db.sql("update `tabMeeting Operation Log` set `after` = '{}' where name = %s", name)
	try:
		page = browser_page(make_user(None, "Meeting Auditor"))
		open_screen(page, "operation-log", ".meeting-log")
		page.get_by_role("button", name="验证完整性", exact=True).first.click()
		page.locator(".meeting-verify.red", has_text=name).wait_for(timeout=LONG)
		screenshot(page, "administration-log-red")
	finally:
		frappe.db.sql("update `tabMeeting Operation Log` set `after` = '{\"a\": 1}' where name = %s", name)
		frappe.db.commit()

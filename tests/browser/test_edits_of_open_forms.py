"""Our own functions change records behind open forms: what was typed there and not saved yet survives, and can be saved."""

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from meeting_crm.tests import factories
from support.hands import Hands
from support.sales import make_activity, make_held

pytestmark = pytest.mark.browser
ADDRESS = "上海市浦东新区世纪大道 100 号"


@pytest.fixture
def held(site):
	user, project, claim = make_held()
	return frappe._dict(user=user, project=project, customer=claim.customer, claim=claim)


def open_form(page, doctype: str, name: str) -> None:
	page.goto(f"/app/{doctype.lower().replace(' ', '-')}/{name}")
	page.wait_for_function("name => window.cur_frm && cur_frm.doc && cur_frm.doc.name === name", arg=name)


def type_address(page) -> None:
	page.get_by_role("tab", name="详细信息").click()
	hands = Hands(page.locator(".layout-main:visible").first)
	hands.write("address", ADDRESS)
	page.keyboard.press("Tab")
	page.wait_for_function("address => cur_frm.doc.address === address && cur_frm.is_dirty()", arg=ADDRESS)


def save(page) -> None:
	with page.expect_response(lambda answer: "savedocs" in answer.url or "form.save" in answer.url) as saved:
		page.keyboard.press("Control+s")
	assert saved.value.ok, saved.value.text()[:500]
	page.wait_for_function("!cur_frm.is_dirty()")


# What a person does in the overview or from the form's own buttons, as the script that does it
STEPS = {
	"a note": """async (frm) => {
		const $text = $(".meeting-note textarea:visible, .meeting-note textarea").first();
		$text.val("客户来电"); await frm.file.timeline.save(); }""",
	"an activity": """async (frm) => {
		await meeting_crm.call("meeting_crm.sales.api.record_activity", { customer: frm.doc.name, subject: "回访",
			next: { subject: "送合同", starts_on: frappe.datetime.add_days(frappe.datetime.get_today(), 2) + " 10:00:00" } });
		await frm.file.refresh(); }""",
	"more protection": """async (frm) => {
		await meeting_crm.call("meeting_crm.claims.api.extend", { claim: frm.file.state.claims[0].name, reason: "要时间" });
		await meeting_crm.refresh_form(frm); }""",
	"a share": """async (frm) => {
		await meeting_crm.call("meeting_crm.customers.api.share", { customer: frm.doc.name, users: [window.colleague] });
		await frm.file.refresh(); }""",
}


@pytest.mark.parametrize("step", STEPS)
def test_an_unsaved_address_survives(held, browser_page, step):
	page = browser_page(held.user)
	open_form(page, "Meeting Customer", held.customer)
	page.locator(".meeting-file-claims").wait_for()
	page.evaluate("user => (window.colleague = user)", factories.make_user())
	frappe.db.commit()
	type_address(page)
	page.evaluate(f"async () => {{ const step = {STEPS[step]}; await step(cur_frm); }}")
	page.wait_for_timeout(1500)
	assert page.evaluate("cur_frm.doc.address") == ADDRESS
	save(page)
	frappe.db.rollback()
	file = frappe.get_doc("Meeting Customer", held.customer)
	assert file.address == ADDRESS
	if step == "a note":
		assert [row.note for row in file.remarks] == ["客户来电"]


def test_an_unsaved_address_survives_the_decision_of_an_administrator(held, browser_page):
	frappe.db.set_value("Meeting Customer", held.customer, "review_status", "Pending")
	page = browser_page(factories.make_user(None, "Meeting Administrator"))
	open_form(page, "Meeting Customer", held.customer)
	page.locator(".meeting-file-claims").wait_for()
	type_address(page)
	page.evaluate(
		"""async () => { await meeting_crm.call("meeting_crm.customers.api.review", { customer: cur_frm.doc.name,
			decision: "Approved" }); await meeting_crm.refresh_form(cur_frm); }"""
	)
	assert page.evaluate("cur_frm.doc.review_status") == "Approved"
	save(page)
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Customer", held.customer, ["address", "review_status"]) == (ADDRESS, "Approved")


def test_an_unsaved_subject_survives_that_the_activity_is_finished(held, browser_page):
	activity = make_activity(
		held.customer, assigned_to=held.user, starts_on=add_to_date(now_datetime(), hours=-3)
	).insert()
	page = browser_page(held.user)
	open_form(page, "Meeting Activity", activity.name)
	Hands(page.locator(".layout-main:visible").first).write("subject", "回访，改了题目")
	page.keyboard.press("Tab")
	page.wait_for_function("cur_frm.is_dirty()")
	page.evaluate(
		"""async () => { await meeting_crm.call("meeting_crm.sales.api.finish_activity", { activity: cur_frm.doc.name,
			result: "已确认" }); await meeting_crm.refresh_form(cur_frm); }"""
	)
	save(page)
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Activity", activity.name, ["subject", "status", "result"]) == (
		"回访，改了题目",
		"Done",
		"已确认",
	)

"""What people type stays where they typed it: no dialog and no form of ours redraws by itself while somebody writes."""

import frappe
import pytest
from frappe.utils import add_to_date, get_datetime, now_datetime

from meeting_crm.tests import factories
from support.hands import Hands, type_into
from support.sales import make_activity, make_held, make_quotation

pytestmark = pytest.mark.browser
ACTIVITY = "Meeting Activity"

WATCH = """() => {
	window.redrawn = [];
	if (window.is_watching) return;
	window.is_watching = true;
	const control = frappe.ui.form.ControlInput.prototype;
	const redraw = control.refresh_input;
	control.refresh_input = function () {
		window.redrawn.push(this.df.fieldname);
		return redraw.call(this);
	};
	document.addEventListener("change", (event) => window.redrawn.push(`change of ${event.target.dataset.fieldname}`), true);
	$(document).on("change", (event) => window.redrawn.push(`change of ${event.target.dataset.fieldname}`));
}"""
IDLE = 1500
# All kinds of fields, required and conditional at once, as an administrator may make them
EVERY_KIND = """() => {
	const kinds = ["Data", "Small Text", "Text", "Int", "Float", "Currency", "Date", "Datetime", "Time", "Link", "Select", "Check",
		"Password", "Attach", "Autocomplete"];
	window.every_kind = new frappe.ui.Dialog({
		title: "Every kind",
		fields: kinds.flatMap((fieldtype) => ["plain", "full"].map((state) => ({
			fieldname: `${state}_${fieldtype.toLowerCase().replace(" ", "_")}`,
			fieldtype,
			label: `${state} ${fieldtype}`,
			options: { Link: "Meeting Customer", Select: "one\\ntwo", Autocomplete: "one\\ntwo" }[fieldtype],
			reqd: state === "plain" ? 1 : 0,
			default: state === "full"
				? { Date: "2026-11-26", Datetime: "2026-11-26 10:00:00", Time: "10:00:00", Int: 5, Currency: 12.5 }[fieldtype]
				: undefined,
			depends_on: "eval:true",
			mandatory_depends_on: "eval:doc.plain_data",
			read_only_depends_on: "eval:doc.full_data == 'locked'",
		}))),
		primary_action() {},
	});
	window.every_kind.show();
}"""


@pytest.fixture
def held(site):
	user, project, claim = make_held()
	frappe.get_doc(
		{
			"doctype": "Meeting Opportunity",
			"opportunity_name": "标准展位",
			"customer": claim.customer,
			"project": project,
		}
	).insert()
	return frappe._dict(user=user, project=project, customer=claim.customer, claim=claim)


def open_form(page, doctype: str, name: str) -> None:
	page.goto(f"/app/{doctype.lower().replace(' ', '-')}/{name}")
	page.wait_for_function("name => window.cur_frm && cur_frm.doc && cur_frm.doc.name === name", arg=name)


def get_redrawn(page) -> list[str]:
	page.wait_for_timeout(IDLE)
	page.evaluate(WATCH)
	page.wait_for_timeout(IDLE)
	return page.evaluate("window.redrawn")


def test_an_activity_of_yesterday_is_recorded_at_human_pace(held, browser_page, screenshot):
	contact = frappe.db.get_value("Meeting Contact", {"customer": held.customer}, "person_name")
	yesterday = add_to_date(now_datetime(), days=-1).replace(hour=15, minute=30, second=0, microsecond=0)
	page = browser_page(held.user)
	open_form(page, "Meeting Customer", held.customer)
	page.get_by_role("button", name="记录活动").click()
	dialog = page.locator(".modal.show")
	dialog.wait_for()
	hands = Hands(dialog)
	hands.write("subject", "上门拜访，看了样品间")
	hands.write("starts_on", yesterday.strftime("%Y-%m-%d %H:%M:%S"))
	page.keyboard.press("Tab")
	page.mouse.click(5, 5) if not dialog.is_visible() else dialog.locator(".modal-title").click()
	hands.choose("outcome", "约访")
	label = dialog.locator('[data-fieldname="contact"] option').nth(1).inner_text()
	assert contact in label
	hands.choose("contact", label)
	hands.choose("opportunity", dialog.locator('[data-fieldname="opportunity"] option').nth(1).inner_text())
	hands.write("result", "客户想要 <两个> 展位 & 会刊")
	hands.write("next_subject", "发送方案")
	screenshot(page, "activity-record")
	hands.press("保存")
	page.get_by_text("已安排下一步").wait_for()
	page.locator(".meeting-file-side").get_by_text("发送方案").wait_for()
	frappe.db.rollback()
	row = frappe.get_last_doc(ACTIVITY, {"customer": held.customer, "status": "Done"})
	assert (row.subject, row.result, row.outcome) == (
		"上门拜访，看了样品间",
		"客户想要 ＜两个＞ 展位 & 会刊",
		"Visit Agreed",
	)
	assert get_datetime(row.starts_on) == yesterday
	assert row.contact and row.opportunity
	assert frappe.db.get_value(ACTIVITY, {"previous_activity": row.name}, "subject") == "发送方案"


def test_a_planned_activity_is_finished_from_today_at_human_pace(held, browser_page, screenshot):
	activity = make_activity(
		held.customer, assigned_to=held.user, starts_on=add_to_date(now_datetime(), hours=-3)
	).insert()
	page = browser_page(held.user)
	page.goto("/app/meeting-today")
	page.locator(".meeting-item", has_text=activity.subject).get_by_role("button", name="完成").click()
	dialog = page.locator(".modal.show")
	dialog.wait_for()
	hands = Hands(dialog)
	hands.press("保存")
	dialog.get_by_text("结果如何").wait_for()
	hands.write("result", "客户同意参展，要两个标准展位")
	hands.write("next_subject", "送合同")
	screenshot(page, "activity-finish-slowly")
	hands.press("保存")
	page.get_by_text("已安排下一步").wait_for()
	frappe.db.rollback()
	activity.reload()
	assert (activity.status, activity.result) == ("Done", "客户同意参展，要两个标准展位")


def test_one_key_opens_the_dialog_for_any_customer(held, browser_page):
	page = browser_page(held.user, "en")
	page.goto("/app/meeting-today")
	page.wait_for_function("window.meeting_crm && $('.meeting-section').length")
	page.keyboard.press("Control+Shift+L")
	dialog = page.locator(".modal.show")
	dialog.wait_for()
	name = frappe.db.get_value("Meeting Customer", held.customer, "customer_name")
	type_into(dialog.locator('[data-fieldname="customer"] input'), name[:6])
	dialog.locator('[data-fieldname="customer"] .awesomplete li', has_text=name).first.click()
	page.wait_for_function("document.querySelectorAll('.modal.show [data-fieldname=contact] option').length > 1")
	hands = Hands(dialog)
	hands.write("subject", "Called back")
	hands.press("Save")
	page.get_by_text("Recorded.").wait_for()
	frappe.db.rollback()
	assert frappe.db.exists(ACTIVITY, {"customer": held.customer, "subject": "Called back"})


def test_no_dialog_of_ours_redraws_while_nothing_happens(held, browser_page):
	activity = make_activity(held.customer, assigned_to=held.user).insert()
	manager = factories.make_user(None, "Meeting Administrator")
	page = browser_page(manager)
	open_form(page, "Meeting Customer", held.customer)
	page.wait_for_function("$('.meeting-file-head').text().trim()")
	customer = {"customer": held.customer, "customer_name": "客户", "project": held.project}
	claim = {
		"name": held.claim.name,
		"enterprise_name": "客户",
		"project": held.project,
		"enterprise": held.claim.enterprise,
		"holder": held.user,
	}
	calls = {
		"record_activity": [customer],
		"finish_activity": [frappe.parse_json(activity.as_json())],
		"plan_activity": [customer],
		"extend": [[claim]],
		"mark_dead": [[claim]],
		"release": [[claim]],
		"sign": [claim],
		"assign": [{"project": held.project, "rows": [claim]}],
		"show_calendar_link": [],
		"show_sharing": [{**customer, "may_share": True}],
	}
	for function, arguments in calls.items():
		page.evaluate("([name, values]) => void meeting_crm[name](...values)", [function, arguments])
		page.locator(".modal.show").first.wait_for()
		assert get_redrawn(page) == [], function
		page.evaluate("cur_dialog.hide()")
		page.wait_for_function("!document.querySelector('.modal.show')")


def test_no_kind_of_field_redraws_or_loses_what_is_typed(held, browser_page, screenshot):
	page = browser_page(held.user)
	page.goto("/app/meeting-today")
	page.wait_for_function("Boolean(window.meeting_crm && window.frappe && frappe.ui.Dialog)")
	page.evaluate(EVERY_KIND)
	dialog = page.locator(".modal.show")
	dialog.wait_for()
	assert get_redrawn(page) == []
	hands = Hands(dialog)
	for fieldname, text in {
		"plain_data": "上海展览有限公司",
		"full_data": "第二行",
		"plain_small_text": "一段备注",
		"plain_text": "另一段备注",
		"plain_int": "12",
		"plain_currency": "1200",
		"plain_date": "2026-11-20",
	}.items():
		hands.write(fieldname, text)
		hands.written.pop(fieldname)  # a number is formatted once the field is left
	assert hands.read("plain_data") == "上海展览有限公司"
	assert hands.read("plain_small_text") == "一段备注"
	assert hands.read("plain_date") == "2026-11-20"
	assert get_redrawn(page) == []


def test_what_is_being_typed_survives_that_the_form_is_drawn_anew(held, browser_page):
	page = browser_page(held.user)
	open_form(page, "Meeting Customer", held.customer)
	page.locator(".meeting-file-head .meeting-file-claims").wait_for()
	page.get_by_role("tab", name="详细信息").click()
	page.locator('[data-fieldname="address"] textarea').click()
	page.keyboard.type("上海市浦东新区", delay=60)
	page.evaluate("cur_frm.refresh_fields()")
	page.keyboard.type("世纪大道", delay=60)
	assert page.evaluate("cur_frm.fields_dict.address.$input.val()").endswith("上海市浦东新区世纪大道")
	page.keyboard.press("Tab")
	page.wait_for_function("cur_frm.doc.address.endsWith('上海市浦东新区世纪大道')")


def test_a_number_being_typed_survives_that_the_form_is_drawn_anew(held, browser_page):
	page = browser_page(held.user)
	open_form(page, "Meeting Opportunity", frappe.db.get_value("Meeting Opportunity", {"customer": held.customer}))
	page.wait_for_timeout(IDLE)
	page.locator('[data-fieldname="amount"] input').click()
	for digits in ("12", "00", "0"):
		page.keyboard.type(digits, delay=60)
		page.evaluate("cur_frm.refresh_fields()")
	page.keyboard.press("Tab")
	page.wait_for_function("cur_frm.doc.amount === 12000")


def test_a_new_form_that_is_slow_leaves_the_cursor_where_somebody_types(held, browser_page):
	page = browser_page(held.user)
	page.goto("/app/meeting-today")
	page.wait_for_function("Boolean(window.meeting_crm && frappe.ui.form.on)")
	page.evaluate(
		"""() => frappe.ui.form.on("Meeting Opportunity", {
			refresh: () => new Promise((answered) => setTimeout(answered, 2500)).then(() => (window.is_there = true)),
		})"""
	)
	page.evaluate("void frappe.new_doc('Meeting Opportunity', {}, () => {})")
	form = page.locator("#page-Meeting\\ Opportunity")
	form.locator('[data-fieldname="opportunity_name"] input:visible').wait_for()
	hands = Hands(form)
	hands.write("notes", "对方预算年底前必须用完，展位要靠近主入口")
	page.wait_for_function("window.is_there")
	hands.rest()
	hands.look()
	assert page.evaluate("document.activeElement.dataset.fieldname") == "notes"


def test_numbers_are_typed_from_field_to_field_without_waiting(held, browser_page):
	page = browser_page(held.user)
	page.goto("/app/meeting-today")
	page.wait_for_function("Boolean(window.meeting_crm && window.frappe && frappe.ui.Dialog)")
	page.evaluate(
		"""() => new frappe.ui.Dialog({
			title: "Numbers",
			fields: ["Int", "Data", "Currency", "Percent", "Float", "Small Text"].map((fieldtype) => ({
				fieldname: fieldtype.toLowerCase().replace(" ", "_"), fieldtype, label: fieldtype,
			})),
		}).show()"""
	)
	dialog = page.locator(".modal.show")
	dialog.wait_for()
	page.wait_for_timeout(IDLE)
	hands = Hands(dialog)
	hands.get_input("int").click()
	for text in ("12", "三号馆", "8000.5", "95", "2.5", "靠近主入口"):
		page.keyboard.type(text, delay=20)
		page.keyboard.press("Tab")
	hands.rest()
	fields = ("int", "data", "currency", "percent", "float", "small_text")
	assert [hands.read(fieldname).replace(",", "") for fieldname in fields] == [
		"12",
		"三号馆",
		"8000.50",
		"95.000",
		"2.500",
		"靠近主入口",
	]
	hands.get_input("currency").click()
	page.keyboard.type("9", delay=20)
	page.keyboard.press("Tab")
	assert hands.read("currency") == "9.00", "a click selects the number"


@pytest.mark.parametrize(
	"doctype", ["Meeting Customer", "Meeting Contact", ACTIVITY, "Meeting Opportunity", "Meeting Quotation"]
)
def test_no_form_of_ours_changes_by_being_looked_at(held, browser_page, doctype):
	make_activity(held.customer, starts_on=now_datetime()).insert()
	make_quotation(held)
	name = held.customer if doctype == "Meeting Customer" else frappe.db.get_value(doctype, {"customer": held.customer})
	page = browser_page(held.user)
	open_form(page, doctype, name)
	page.wait_for_load_state("networkidle")
	assert get_redrawn(page) == []
	assert not page.evaluate("cur_frm.is_dirty()")


def open_recording(page, customer: str):
	open_form(page, "Meeting Customer", customer)
	page.get_by_role("button", name="记录活动").click()
	dialog = page.locator(".modal.show", has=page.locator('[data-fieldname="subject"]'))
	dialog.wait_for()
	page.wait_for_timeout(IDLE)
	return dialog


def test_a_dialog_is_not_closed_over_what_was_typed(held, browser_page, screenshot):
	page = browser_page(held.user)
	dialog = open_recording(page, held.customer)
	hands = Hands(dialog)
	hands.write("result", "说了很久")
	question = page.locator(".frappe-confirm-message:visible", has_text="已输入的内容尚未保存")
	page.keyboard.press("Escape")
	question.wait_for()
	page.wait_for_timeout(IDLE)
	screenshot(page, "dialog-not-closed")
	page.keyboard.press("Escape")
	question.wait_for(state="hidden")
	page.wait_for_timeout(IDLE)
	hands.look()
	page.mouse.click(5, 300)
	question.wait_for()
	page.wait_for_timeout(IDLE)
	page.locator(".modal.show").last.get_by_role("button", name="是").click()
	dialog.wait_for(state="hidden")


def test_one_escape_closes_one_dialog_and_nothing_typed_asks_nothing(held, browser_page):
	page = browser_page(held.user)
	dialog = open_recording(page, held.customer)
	page.evaluate("frappe.msgprint('一条消息')")
	page.get_by_text("一条消息").wait_for()
	page.wait_for_timeout(IDLE)
	page.keyboard.press("Escape")
	page.get_by_text("一条消息").wait_for(state="hidden")
	page.wait_for_timeout(IDLE)
	assert dialog.is_visible()
	page.keyboard.press("Escape")
	dialog.wait_for(state="hidden")

"""One company at human pace, as five roles: from the duplicate check to rooming list, badge, invoice and parcel; and another that
changes its contract, is invoiced anew, withdraws and gets its money back."""

import re

import frappe
import pytest
from frappe.utils import add_days, nowdate

from meeting_crm.tests import factories
from support.carrying_out import WORDS, carry_out, confirm, fetch_badges, fetch_rooming, give_rooms, open_board
from support.execution import make_finance, make_hotel, make_logistics
from support.hands import Hands, type_into
from support.sales import make_contract
from support.selling import attach, check_and_enter, sign

pytestmark = pytest.mark.browser
ZH = WORDS["zh"]


@pytest.fixture
def people(site):
	manager = factories.make_user(None, "Meeting Manager", language="zh")
	seller = factories.make_user(department=factories.make_department(manager=manager), language="zh")
	project = factories.make_project(seller, start_date=add_days(nowdate(), -5), end_date=add_days(nowdate(), 40))
	admin = factories.make_user(None, "Meeting Administrator", language="zh")
	return frappe._dict(
		manager=manager, seller=seller, admin=admin, project=project, finance=make_finance(), logistics=make_logistics()
	)


@pytest.fixture
def shot(screenshot):
	def take(page, step: str) -> None:
		page.wait_for_timeout(600)
		screenshot(page, f"parcel-{step}")

	return take


def read(doctype: str, filters, fields):
	frappe.db.rollback()
	return frappe.db.get_value(doctype, filters, fields)


@pytest.mark.timeout(900)
def test_from_the_duplicate_check_to_badge_invoice_and_parcel(people, browser_page, shot):
	make_hotel(factories.unique("国际会议酒店"))
	frappe.db.commit()
	name = f"烟台{factories.unique('鸿达')[:10]}冷链物流有限公司"

	seller = browser_page(people.seller)
	customer = check_and_enter(seller, name, shot)
	sign(seller, name, shot, amount="12000")
	contract = read("Meeting Contract", {"customer": customer}, "name")
	add_invoice_title(seller, name)
	register_payment(seller, contract, "12000")
	request_invoice(seller, contract, "快递")
	execution, unit_name = carry_out(seller, contract, ZH, shot)

	bookkeeper = browser_page(people.finance)
	confirm_payment(bookkeeper, name)
	issue_invoice(bookkeeper, name, number := factories.unique("2611"))
	send_invoice(bookkeeper, name, tracking := factories.unique("SF14"), shot)
	open_board(bookkeeper, "finance-board")
	confirm(bookkeeper, unit_name, ZH["confirm"])

	host = browser_page(people.logistics)
	open_board(host, "logistics-board")
	confirm(host, unit_name, ZH["confirm"])
	give_rooms(host, people.project, ZH, shot)
	assert [row["姓名"] for row in fetch_rooming(host, people.project, ZH, shot)] == ["欧阳明", "买买提·艾力"]
	assert "买买提·艾力" in fetch_badges(host, ZH, shot)
	assert read("Meeting Execution", execution, "status") == "Confirmed"

	invoice = read("Meeting Invoice", {"contract": contract}, "name")
	seller.goto(f"/app/meeting-invoice/{invoice}")
	seller.wait_for_function("window.cur_frm && cur_frm.doc?.status === 'Sent'")
	assert number in seller.locator("body").inner_html()
	shot(seller, "20-invoice-sent")
	parcel = read("Meeting Shipment", {"tracking_number": tracking}, "name")
	assert seller.request.get(f"/api/resource/Meeting Shipment/{parcel}").status == 200, (
		"who sold it follows the parcel"
	)

	head = browser_page(people.manager)
	head.goto("/app/director-board")
	head.locator("[data-chart=months] svg").wait_for()
	assert frappe.utils.get_fullname(people.seller) in head.locator("body").inner_text()
	shot(head, "21-director")

	admin = browser_page(people.admin)
	admin.goto("/app/contract-history")
	admin.locator(".meeting-search:visible").wait_for()
	type_into(admin.locator(".meeting-search:visible"), name)
	admin.locator(".meeting-list-row, tbody tr", has_text=name).first.wait_for()
	shot(admin, "22-history")


@pytest.mark.timeout(900)
def test_a_contract_is_changed_invoiced_anew_terminated_and_paid_back(people, browser_page, shot):
	claim = factories.make_claim(people.project, people.seller)
	frappe.set_user(people.seller)
	doc = make_contract(claim, amount=10000).insert()
	doc.submit()
	frappe.set_user("Administrator")
	frappe.db.commit()
	name, contract = claim.enterprise_name, doc.name

	seller = browser_page(people.seller)
	add_invoice_title(seller, name)
	register_payment(seller, contract, "10000")
	request_invoice(seller, contract)
	bookkeeper = browser_page(people.finance)
	confirm_payment(bookkeeper, name)
	issue_invoice(bookkeeper, name, first := factories.unique("2611"))

	change = write_change(seller, contract, "8000", shot)
	red_letter(bookkeeper, first, factories.unique("2612"), shot)
	head = browser_page(people.manager)
	head.goto(f"/app/meeting-contract-change/{change}")
	head.locator(".meeting-comparison .changed", has_text="8,000").first.wait_for()
	shot(head, "31-change")
	submit_form(head)
	assert read("Meeting Contract", contract, ["amount", "outstanding"]) == (8000, -2000)

	give_back(bookkeeper, name, "2000", shot)
	request_invoice(seller, contract)
	issue_invoice(bookkeeper, name, second := factories.unique("2613"))
	assert read("Meeting Invoice", {"invoice_number": second}, ["gross", "status"]) == (8000, "Issued")

	terminate(head, contract, "1000", shot)
	give_back(bookkeeper, name, "7000", shot)
	red_letter(bookkeeper, second, factories.unique("2614"), shot)
	assert read("Meeting Contract", contract, ["status", "received", "refunded", "outstanding"]) == (
		"Terminated",
		10000,
		9000,
		0,
	)
	seller.goto(f"/app/meeting-contract/{contract}")
	seller.get_by_text("已解除").first.wait_for()
	plan = seller.locator('[data-fieldname="plan_state"] tbody')
	assert "1,000.00" in plan.inner_text() and "8,000" not in plan.inner_text(), "no more is asked for than is kept"
	shot(seller, "36-terminated")


def add_invoice_title(page, name: str) -> None:
	page.goto("/app/meeting-invoice-title/new")
	form = page.locator("#page-Meeting\\ Invoice\\ Title")
	form.locator('[data-fieldname="title"] input:visible').wait_for()
	hands = Hands(form)
	type_into(hands.get_input("customer"), name)
	form.locator('[data-fieldname="customer"] .awesomplete li', has_text=name).first.click()
	hands.write("title", name)
	hands.write("tax_number", "91110000600037341L")
	hands.rest()
	hands.look()
	page.keyboard.press("Control+s")
	page.wait_for_url(re.compile("/meeting-invoice-title/(?!new)"))


def open_step(page, contract: str, label: str):
	page.goto(f"/app/meeting-contract/{contract}")
	page.get_by_role("button", name=label, exact=True).first.click()
	dialog = page.locator(".modal.show")
	dialog.locator("input:visible").first.wait_for()
	page.wait_for_timeout(600)
	return dialog


def register_payment(page, contract: str, amount: str) -> None:
	dialog = open_step(page, contract, "登记回款")
	Hands(dialog).write("amount", amount)
	dialog.get_by_role("button", name="登记", exact=True).click()
	page.get_by_text("已登记，等待财务确认").wait_for()


def request_invoice(page, contract: str, delivery: str | None = None) -> None:
	dialog = open_step(page, contract, "申请开票")
	if delivery:
		Hands(dialog).choose("delivery", delivery)
	dialog.get_by_role("button", name="申请", exact=True).click()
	page.get_by_text("已申请").first.wait_for()


def open_money(page, name: str, step: str):
	page.goto("/app/finance-money")
	row = page.locator("tr", has_text=name).filter(has=page.locator(f"[data-step={step}]"))
	row.wait_for()
	page.wait_for_timeout(600)
	row.locator(f"[data-step={step}]").click()


def confirm_payment(page, name: str) -> None:
	open_money(page, name, "confirm")
	page.get_by_text("已到账").first.wait_for()


def issue_invoice(page, name: str, number: str) -> None:
	open_money(page, name, "issue")
	dialog = page.locator(".modal.show")
	Hands(dialog).write("invoice_number", number)
	dialog.get_by_role("button", name="开票", exact=True).click()
	dialog.wait_for(state="hidden")


def send_invoice(page, name: str, tracking: str, shot) -> None:
	open_money(page, name, "send")
	dialog = page.locator(".modal.show")
	hands = Hands(dialog)
	hands.write("tracking_number", tracking)
	assert hands.read("recipient") and hands.read("address"), "as the execution says"
	shot(page, "10-send")
	dialog.locator(".btn-modal-primary").click()
	dialog.wait_for(state="hidden")


def write_change(page, contract: str, amount: str, shot) -> str:
	page.goto(f"/app/meeting-contract/{contract}")
	page.get_by_role("button", name="合同操作").first.click()
	page.get_by_role("link", name="变更合同").click()
	form = page.locator("#page-Meeting\\ Contract\\ Change")
	form.locator('[data-fieldname="reason"] textarea:visible').wait_for()
	hands = Hands(form)
	hands.write("reason", "客户减少一个展位")
	hands.write("amount", amount)
	hands.written.pop("amount")
	attach(page, form, "supplement")
	shot(page, "30-change-form")
	page.keyboard.press("Control+s")
	page.wait_for_url(re.compile("/meeting-contract-change/(?!new)"))
	return page.url.rsplit("/", 1)[1]


def submit_form(page) -> None:
	page.wait_for_timeout(800)
	page.locator(".page-actions .primary-action:visible").click()
	question = page.locator(".modal.show")
	question.locator(".btn-primary:visible").click()
	page.wait_for_function("cur_frm.doc.docstatus === 1")


def give_back(page, name: str, amount: str, shot) -> None:
	"""From what was paid too much, where finance finds it."""
	page.goto("/app/finance-money")
	row = page.locator('[data-section="to_refund"] tr', has_text=name)
	row.get_by_role("button", name="退款", exact=True).click()
	dialog = page.locator(".modal.show")
	dialog.wait_for()
	page.wait_for_timeout(600)
	hands = Hands(dialog)
	hands.write("amount", amount)
	hands.written.pop("amount")
	hands.write("reason", "退还多收款项")
	shot(page, f"32-refund-{amount}")
	dialog.locator(".btn-modal-primary").click()
	dialog.wait_for(state="hidden")


def red_letter(page, number: str, red_number: str, shot) -> None:
	invoice = read("Meeting Invoice", {"invoice_number": number}, "name")
	page.goto(f"/app/meeting-invoice/{invoice}")
	page.get_by_role("button", name="红冲", exact=True).first.click()
	dialog = page.locator(".modal.show")
	hands = Hands(dialog)
	hands.write("reason", "合同变更")
	hands.write("invoice_number", red_number)
	shot(page, "33-red-letter")
	dialog.locator(".btn-modal-primary").click()
	dialog.wait_for(state="hidden")
	page.wait_for_function("cur_frm.doc.status === 'Red-lettered'")


def terminate(page, contract: str, settled: str, shot) -> None:
	page.goto(f"/app/meeting-contract/{contract}")
	page.get_by_role("button", name="合同操作").first.click()
	page.get_by_role("link", name="终止合同").click()
	dialog = page.locator(".modal.show", has=page.locator('[data-fieldname="settled_amount"]'))
	dialog.wait_for()
	page.wait_for_timeout(600)
	hands = Hands(dialog)
	hands.write("settled_amount", settled)
	hands.written.pop("settled_amount")
	hands.write("reason", "客户退展，保留定金")
	shot(page, "34-terminate")
	dialog.get_by_role("button", name="终止合同").click()
	page.get_by_text("已解除").first.wait_for()

"""What a salesperson does in Chromium from the duplicate check to the signature, for every story that begins there. `shot` is called
with a page and the name of a step."""

import re

CONTRACT = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PEOPLE = "李建国\t总经理\t13905350001\t0535-6212345\tli@example.cn\n王芳\t市场部经理\t13905350002\t\t"

PASTE = """(input, text) => {
	const data = new DataTransfer();
	data.setData("text/plain", text);
	input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def check_and_enter(page, name: str, shot) -> str:
	page.goto("/app")
	page.wait_for_selector(".meeting-figures")
	assert page.locator(".meeting-menu a.current").get_attribute("data-route") == "meeting-today"
	shot(page, "02-today")
	page.locator(".page-actions .primary-action:visible").click()
	page.wait_for_selector(".meeting-check input[name=text]:focus")
	page.keyboard.type(name, delay=15)
	page.locator(".meeting-check-entry [data-action=enter]").wait_for()
	shot(page, "03-nothing-found")
	page.locator(".meeting-check-entry [data-action=enter]").click()
	page.wait_for_selector(".meeting-entry:visible")
	assert page.locator("#meeting-entry-full_name").input_value() == name, "the typed name is carried over"
	page.locator(".page-actions .primary-action:visible").click()
	assert page.locator(".meeting-entry .has-error").count(), "missing fields are marked"
	page.locator(".meeting-people-grid [data-field=person_name]").first.evaluate(PASTE, PEOPLE)
	assert page.locator(".meeting-people-grid [data-field=position]").nth(1).input_value() == "市场部经理"
	page.fill("#meeting-entry-landline", "0535-6212345")
	page.fill("#meeting-entry-mobile", "1390535")
	page.locator(".meeting-finding[data-for=mobile] .meeting-refused").wait_for()
	page.fill("#meeting-entry-mobile", "13905350001")
	page.fill("#meeting-entry-email", "office@example.cn")
	page.fill("#meeting-entry-profile", "冷链仓储与配送，员工 200 人。")
	shot(page, "04-entry")
	page.locator(".page-actions .primary-action:visible").click()
	confirmation = page.locator(".modal.show .meeting-confirm")
	confirmation.wait_for()
	for word in (name, "李建国", "13905350001", "office@example.cn"):
		assert word in confirmation.inner_text()
	shot(page, "05-confirmation")
	page.locator(".modal.show .btn-primary:visible").click()
	page.wait_for_url(re.compile("/meeting-customer/"))
	customer = page.url.rsplit("/", 1)[1]
	plan = page.locator(".modal.show [data-fieldname=subject] input")
	plan.wait_for()
	shot(page, "06-file")
	page.locator(".modal.show .btn-primary:visible").click()
	page.locator(".modal.show").wait_for(state="detached")
	return customer


def open_protected(page, name: str):
	page.goto("/app/protected-enterprises")
	row = page.locator(".meeting-list-row", has_text=name)
	row.locator(".meeting-clock").wait_for()
	return row


def sign(page, name: str, shot, amount: str = "28000") -> None:
	row = open_protected(page, name)
	row.locator("input[type=checkbox]").check()
	page.locator(".meeting-actions button").nth(1).click()
	dialog = page.locator(".modal.show", has=page.locator("[data-fieldname=amount]"))
	page.wait_for_selector(".modal.show [data-fieldname=amount] input:focus")
	fill(page, "amount", amount)
	attach(page, dialog, "attachment")
	shot(page, "12-sign")
	dialog.locator(".modal-footer .btn-primary:visible").click()
	row.wait_for(state="detached")
	page.goto("/app/signed-enterprises")
	page.locator(".meeting-list-row", has_text=name).wait_for()
	shot(page, "13-signed")


def attach(page, place, field: str) -> None:
	place.locator(f"[data-fieldname={field}] .btn-attach").click()
	uploader = page.locator(".modal.show", has=page.locator(".file-uploader"))
	uploader.locator("input[type=file]").first.set_input_files(
		{"name": "合同.pdf", "mimeType": "application/pdf", "buffer": CONTRACT}
	)
	uploader.locator(".modal-footer .btn-modal-primary, .modal-header .btn-primary").first.click()
	place.locator(f"[data-fieldname={field}] .attached-file").wait_for()


def fill(page, field: str, value: str) -> None:
	box = page.locator(f".frappe-control[data-fieldname={field}] input:visible").first
	box.focus()
	box.fill(value)
	box.dispatch_event("change")

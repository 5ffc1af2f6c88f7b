"""What is done in Chromium from a signed contract to rooming list and badges, as the salesperson and the departments. `shot` is called
with a page and the name of a step, `words` are WORDS of a language."""

import re
import subprocess
from io import BytesIO

import frappe
import openpyxl
from frappe.utils import add_days, getdate, nowdate

from support.hands import Hands, type_into

WORDS = {
	"zh": {
		"carry_out": "合同执行",
		"paste": "粘贴或上传参会人员",
		"add": "加入名单",
		"submit": "提交给财务和后勤",
		"confirm": "确认",
		"confirm_changes": "确认变更",
		"propose": "自动分房",
		"make": "生成 1 间房",
		"badges": "代表证",
		"rooming": "住房名单",
		"save": "保存",
	},
	"en": {
		"carry_out": "Carry Out",
		"paste": "Paste or Upload Attendees",
		"add": "Add to the List",
		"submit": "Submit to Finance and Logistics",
		"confirm": "Confirm",
		"confirm_changes": "Confirm Changes",
		"propose": "Propose Rooms",
		"make": "Make 1 Rooms",
		"badges": "Badges",
		"rooming": "Rooming List",
		"save": "Save",
	},
}


def carry_out(page, contract: str, words: dict, shot) -> tuple[str, str]:
	page.goto(f"/app/meeting-contract/{contract}")
	page.get_by_role("button", name=words["carry_out"], exact=True).first.click(timeout=60_000)
	page.wait_for_url(re.compile("/meeting-execution/new"), timeout=60_000)
	form = page.locator("#page-Meeting\\ Execution")
	form.locator('[data-fieldname="unit_name"] input:visible').wait_for(timeout=60_000)
	hands = Hands(form)
	unit_name = hands.read("unit_name")
	assert unit_name, "the customer's name is there already"
	hands.write("address", "北京市朝阳区建国路 88 号")
	hands.write("participation_fee", "8000")
	hands.written.pop("participation_fee")
	hands.write("publicity_fee", "2000")
	hands.written.pop("publicity_fee")
	hands.write("accommodation_fee", "2000")
	hands.written.pop("accommodation_fee")
	hands.go_on()
	paste_people(page, words, shot)
	hands.look()
	page.keyboard.press("Control+s")
	page.wait_for_url(re.compile("/meeting-execution/(?!new)"), timeout=60_000)
	execution = page.url.rsplit("/", 1)[1]
	shot(page, "02-draft")
	page.get_by_role("button", name=words["submit"], exact=True).first.click()
	page.locator('[data-fieldname="trail"] [data-task]').first.wait_for(timeout=60_000)
	shot(page, "03-submitted")
	return execution, unit_name


def paste_people(page, words: dict, shot) -> None:
	first, last = (getdate(add_days(nowdate(), days)) for days in (10, 13))
	stay = f"{first.month}.{first.day}-{last.month}.{last.day}"
	table = "\n".join(
		[
			"姓名\t性别\t民族\t职务\t手机\t住房\t住房时间",
			f"欧阳明\t男\t汉\t总经理\t13811112222\t标间\t{stay}",
			f"买买提·艾力\t男\t维吾尔\t副总经理\t13811112223\t标间\t{stay}",
			"赵敏\t女\t满\t财务\t13811112224\t不住\t",
		]
	)
	page.get_by_role("button", name=words["paste"], exact=True).first.click()
	dialog = page.locator(".modal.show")
	box = dialog.locator('[data-fieldname="text"] textarea')
	box.click()
	page.wait_for_timeout(500)
	page.keyboard.insert_text(table)
	dialog.locator(".meeting-table tbody tr").nth(2).wait_for(timeout=60_000)
	assert "买买提·艾力" in dialog.locator(".meeting-table").inner_text()
	shot(page, "01-paste")
	dialog.get_by_role("button", name=words["add"], exact=True).click()
	dialog.wait_for(state="hidden", timeout=30_000)
	page.wait_for_timeout(1000)


def open_board(page, name: str) -> None:
	page.goto("/app")
	page.wait_for_url(re.compile(name), timeout=60_000)
	page.locator(".meeting-task-card").first.wait_for(timeout=60_000)


def find_card(page, unit_name: str):
	box = page.locator(".meeting-search:visible")
	if box.input_value() != unit_name:
		type_into(box, unit_name)
	page.wait_for_function(
		"name => [...document.querySelectorAll('.meeting-task-card')].every(card => card.textContent.includes(name))",
		arg=unit_name,
		timeout=60_000,
	)
	card = page.locator(".meeting-task-card:visible", has_text=unit_name)
	card.first.wait_for(timeout=60_000)
	return card.first


def confirm(page, unit_name: str, label: str) -> None:
	button = find_card(page, unit_name).get_by_role("button", name=label, exact=True)
	page.wait_for_timeout(800)
	button.click()
	button.wait_for(state="detached", timeout=60_000)


def give_rooms(page, project: str, words: dict, shot) -> None:
	page.goto("/app/room-plan")
	choose_project(page, project)
	page.locator(".meeting-room-person").first.wait_for(timeout=60_000)
	page.get_by_role("button", name=words["propose"], exact=True).first.click()
	dialog = page.locator(".modal.show")
	dialog.locator(".meeting-proposal").first.wait_for(timeout=60_000)
	assert dialog.locator(".meeting-proposal").count() == 1, "two men with the same stay share"
	hotels = dialog.locator('[data-fieldname="hotel"] select')
	hotels.select_option(index=hotels.locator("option").count() - 1)
	label = hotels.locator("option:checked").inner_text()
	frappe.db.rollback()
	newest = frappe.get_last_doc("Meeting Hotel").hotel_name
	if label != newest:
		hotels.select_option(label=newest)
	page.wait_for_timeout(800)
	shot(page, "06-proposal")
	dialog.get_by_role("button", name=words["make"], exact=True).click()
	page.locator(".meeting-room-guest").nth(1).wait_for(timeout=60_000)
	shot(page, "07-rooms")


def choose_project(page, project: str) -> None:
	page.locator(f'.meeting-project-switcher:visible option[value="{project}"]').wait_for(
		state="attached", timeout=60_000
	)
	page.locator(".meeting-project-switcher:visible").select_option(project)


def fetch_rooming(page, project: str, words: dict, shot) -> list[dict]:
	page.goto("/app/project-lists")
	choose_project(page, project)
	page.get_by_role("tab", name=words["rooming"], exact=True).click()
	page.locator(".meeting-preview tbody tr").first.wait_for(timeout=60_000)
	shot(page, "08-lists")
	content = fetch(page, "Excel")
	rows = list(openpyxl.load_workbook(BytesIO(content)).active.iter_rows(min_row=3, values_only=True))
	return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def fetch_badges(page, words: dict, shot) -> str:
	page.get_by_role("tab", name=words["badges"], exact=True).click()
	page.locator("[name=badge_size]").wait_for(timeout=60_000)
	content = fetch(page, "PDF")
	return subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()


def fetch(page, label: str) -> bytes:
	page.wait_for_timeout(1000)
	with page.expect_download(timeout=120_000) as started:
		page.locator(".meeting-list-options").get_by_role("button", name=label, exact=True).click()
	with open(started.value.path(), "rb") as file:
		return file.read()

"""F3 in the desk: a workbook is edited at human pace, kept as a draft, saved as a version, and given back."""

from io import BytesIO

import frappe
import pytest
from openpyxl import load_workbook

from meeting_crm.documents import blobs, service
from meeting_crm.documents.permissions import DOCUMENT
from meeting_crm.tests import factories
from support.documents import make_document, make_workbook

pytestmark = pytest.mark.browser
PATIENCE = 60_000
WORDS = {
	"zh": {
		"edit": "编辑",
		"changed": "有未保存的修改",
		"save": "保存",
		"saved": "已保存为第 2 版",
		"close": "关闭",
		"draft": "草稿已于",
		"go_on": "继续编辑草稿",
		"only": "只修改内容与公式",
	},
	"en": {
		"edit": "Edit",
		"changed": "Not saved yet",
		"save": "Save",
		"saved": "Saved as version 2",
		"close": "Close",
		"draft": "Draft kept at",
		"go_on": "Go on with the draft",
		"only": "Only contents are changed here",
	},
}


def read_cells(document: str) -> dict:
	frappe.db.rollback()
	content = blobs.read(service.get_version(document).sha256)
	return {cell.coordinate: cell.value for row in load_workbook(BytesIO(content))["报价"].iter_rows() for cell in row}


def open_sheet(page):
	"""Waits until the sheet can be typed in, with the cursor in its first cell."""
	canvas = page.frame_locator(".meeting-editor-window").locator("canvas[id^=univer-sheet-main]").first
	canvas.wait_for(timeout=PATIENCE)
	page.wait_for_timeout(2500)
	box = canvas.bounding_box()
	page.mouse.click(box["x"] + 90, box["y"] + 32)
	page.wait_for_timeout(300)


def write(page, text: str, *, down: int = 0, right: int = 0) -> None:
	for key, times in (("ArrowDown", down), ("ArrowRight", right)):
		for _ in range(times):
			page.keyboard.press(key)
			page.wait_for_timeout(60)
	page.keyboard.type(text, delay=60)
	page.keyboard.press("Enter")
	page.wait_for_timeout(300)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_price_list_is_edited_and_nothing_is_lost(lang, browser_page, screenshot):
	words = WORDS[lang]
	author = factories.make_user(None, "Meeting Salesperson")
	rows = ["单位", "金额"], ["甲公司", 100], ["乙公司", 200], ["合计", "=SUM(B2:B3)"]
	name = make_document(author, make_workbook(*rows), title="报价.xlsx")
	frappe.db.commit()
	page = browser_page(author, lang)
	page.goto(f"/app/meeting-documents/document/{name}")
	page.get_by_role("button", name=words["edit"], exact=True).click()
	open_sheet(page)
	write(page, "1500", down=1, right=1)
	page.keyboard.press("ArrowLeft")
	write(page, "110101199001011234", down=2)
	state = page.locator(".meeting-editor-state:visible")
	state.get_by_text(words["changed"]).wait_for()
	screenshot(page, f"document-editor-{lang}")
	page.keyboard.press("Control+b")
	page.get_by_text(words["only"]).first.wait_for()
	page.get_by_role("button", name=words["save"], exact=True).click()
	page.locator(".meeting-editor-state:visible", has_text=words["saved"]).wait_for(timeout=PATIENCE)
	cells = read_cells(name)
	assert (cells["B2"], cells["A5"], cells["B4"]) == (1500, "110101199001011234", "=SUM(B2:B3)")
	write(page, "00122")
	page.keyboard.press("Control+s")
	page.locator(".meeting-editor-state:visible", has_text=words["saved"].replace("2", "3")).wait_for(timeout=PATIENCE)
	write(page, "00123")
	page.locator(".meeting-editor-state:visible", has_text=words["draft"]).wait_for(timeout=PATIENCE)
	page.once("dialog", lambda dialog: dialog.accept())
	page.reload()
	page.get_by_role("button", name=words["go_on"]).click()
	open_sheet(page)
	screenshot(page, f"document-editor-draft-{lang}")
	page.get_by_role("button", name=words["close"], exact=True).click()
	page.locator(".meeting-document-pane h3").wait_for(timeout=PATIENCE)
	page.wait_for_function("!document.querySelector('.meeting-editor-window')")
	cells = read_cells(name)
	assert (cells["A6"], cells["A7"]) == ("00122", "00123")
	doc = frappe.get_doc(DOCUMENT, name)
	assert (doc.current_version, doc.locked_by) == (4, None)
	assert not frappe.db.exists("Meeting Document Draft", {"document": name})

"""F2 in the desk: a contract is changed by two people at human pace, every change tracked, and decided on by its owner."""

import frappe
import pytest

from meeting_crm.documents import blobs, comparison, service
from meeting_crm.documents.word import decisions
from meeting_crm.tests import factories
from support.documents import TWO_AUTHORS, make_document

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
		"only": "此处只修改文字",
		"foreign": "他人的修改",
	},
	"en": {
		"edit": "Edit",
		"changed": "Not saved yet",
		"save": "Save",
		"saved": "Saved as version 2",
		"close": "Close",
		"draft": "Draft kept at",
		"go_on": "Go on with the draft",
		"only": "Only text is changed here",
		"foreign": "What others changed",
	},
}


def read_text(document: str, number: int | None = None) -> list[str]:
	return comparison._read_paragraphs(read_content(document, number))


def read_content(document: str, number: int | None = None) -> bytes:
	frappe.db.rollback()
	return blobs.read(service.get_version(document, number).sha256)


def read_own(document: str, author: str) -> list[tuple[str, str]]:
	"""(struck out, inserted) of each change of one author."""
	return [
		(change.gone, change.new)
		for change in decisions.read_changes(read_content(document))
		if change.author == author
	]


def get_page(page):
	frame = page.frame_locator(".meeting-editor-window")
	frame.locator(".layout-page").first.wait_for(timeout=PATIENCE)
	page.wait_for_timeout(1500)
	return frame


def click_before(page, frame, text: str) -> None:
	"""Sets the cursor before the first character of `text`."""
	place = (
		frame.locator(".layout-page")
		.get_by_text(text)
		.first.evaluate(
			"""(element, text) => {
			const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
			for (let node; (node = walker.nextNode()); ) {
				const at = node.data.indexOf(text);
				if (at < 0) continue;
				const range = element.ownerDocument.createRange();
				range.setStart(node, at);
				range.setEnd(node, at + 1);
				const { left, top, height } = range.getBoundingClientRect();
				return { x: left + 1, y: top + height / 2 };
			}
		}""",
			text,
		)
	)
	box = page.locator(".meeting-editor-window").bounding_box()
	page.mouse.click(box["x"] + place["x"], box["y"] + place["y"])
	page.wait_for_timeout(300)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_contract_is_changed_and_every_change_bears_its_author(lang, browser_page, screenshot):
	words = WORDS[lang]
	author = factories.make_user(None, "Meeting Salesperson")
	full_name = frappe.utils.get_fullname(author)
	name = make_document(author, TWO_AUTHORS.read_bytes(), title="合同.docx")
	frappe.db.commit()
	page = browser_page(author, lang)
	page.goto(f"/app/meeting-documents/document/{name}")
	page.get_by_role("button", name=words["edit"], exact=True).click()
	frame = get_page(page)
	click_before(page, frame, "地点为上海")
	page.keyboard.type("会议", delay=80)
	state = page.locator(".meeting-editor-state:visible")
	state.get_by_text(words["changed"]).wait_for()
	screenshot(page, f"word-editor-{lang}")
	page.keyboard.press("Control+b")
	page.get_by_text(words["only"]).first.wait_for()
	page.keyboard.press("Control+s")
	page.locator(".meeting-editor-state:visible", has_text=words["saved"]).wait_for(timeout=PATIENCE)
	assert read_own(name, full_name) == [("", "会议")]
	assert "会议时间为2026年9月18日至9月20日，会议地点为上海国际会议中心。" in read_text(name)

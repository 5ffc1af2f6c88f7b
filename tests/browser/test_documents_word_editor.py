"""F2 in the desk: a contract is changed by two people at human pace, every change tracked, and decided on by its owner."""

import frappe
import pytest

from meeting_crm.documents import blobs, comparison, service
from meeting_crm.documents.word import decisions, reading
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
		"comment": "批注",
		"changes": "修改痕迹…",
		"accept": "接受",
		"reject_all": "全部驳回",
		"none": "文中没有修改痕迹。",
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
		"comment": "Comment",
		"changes": "Changes…",
		"accept": "Accept",
		"reject_all": "Reject All",
		"none": "There are no tracked changes in this text.",
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


def read_all(document: str) -> list[tuple[str, str, str]]:
	return [(change.author, change.gone, change.new) for change in decisions.read_changes(read_content(document))]


def read_comments(document: str) -> str:
	return reading.WordFile(read_content(document)).zip.read("word/comments.xml").decode()


def get_page(page):
	frame = page.frame_locator(".meeting-editor-window")
	frame.locator(".layout-page").first.wait_for(timeout=PATIENCE)
	page.wait_for_timeout(1500)
	return frame


def click_before(page, frame, text: str, place: int = 0) -> None:
	"""Sets the cursor before the character of `text` at `place`."""
	point = (
		frame.locator(".layout-page")
		.get_by_text(text)
		.first.evaluate(
			"""(element, [text, place]) => {
			element.scrollIntoView({ block: "center" });
			const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
			for (let node; (node = walker.nextNode()); ) {
				const at = node.data.indexOf(text);
				if (at < 0) continue;
				const range = element.ownerDocument.createRange();
				range.setStart(node, at + place);
				range.setEnd(node, at + place + 1);
				const { left, top, height } = range.getBoundingClientRect();
				return { x: left + 1, y: top + height / 2 };
			}
		}""",
			[text, place],
		)
	)
	box = page.locator(".meeting-editor-window").bounding_box()
	page.mouse.click(box["x"] + point["x"], box["y"] + point["y"])
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
	compose(page, "中心")
	page.keyboard.press("Enter")
	page.wait_for_timeout(300)
	page.keyboard.press("Control+s")
	page.locator(".meeting-editor-state:visible", has_text=words["saved"]).wait_for(timeout=PATIENCE)
	assert read_own(name, full_name) == [("", "会议中心"), ("", "\n")]
	texts = read_text(name)
	assert texts[texts.index("会议时间为2026年9月18日至9月20日，会议中心") + 1] == "地点为上海国际会议中心。"

	page.keyboard.press("Backspace")
	click_before(page, frame, "6人", 1)
	page.keyboard.press("Delete")
	page.keyboard.type("位", delay=80)
	click_before(page, frame, "书面通知乙方")
	page.keyboard.press("Shift+ArrowRight")
	page.keyboard.press("Shift+ArrowRight")
	compose(page, "中心")
	click_before(page, frame, "乙方负责提供")
	for _ in range(4):
		page.keyboard.press("Shift+ArrowRight")
		page.wait_for_timeout(60)
	frame.locator("button:not([title])").first.click()
	page.wait_for_timeout(400)
	page.keyboard.type("请核对场地", delay=80)
	frame.get_by_role("button", name=words["comment"], exact=True).last.click()
	page.wait_for_timeout(400)
	frame.locator(".layout-page-header").first.dblclick()
	page.wait_for_timeout(400)
	page.keyboard.press("Escape")
	screenshot(page, f"word-editor-comment-{lang}")
	page.locator(".meeting-editor-state:visible", has_text=words["draft"]).wait_for(timeout=PATIENCE)
	page.once("dialog", lambda dialog: dialog.accept())
	page.reload()
	page.get_by_role("button", name=words["go_on"]).click()
	frame = get_page(page)
	frame.get_by_text("请核对场地").first.wait_for(timeout=PATIENCE)
	click_before(page, frame, "国际会议中心")
	page.keyboard.type("新", delay=80)
	page.get_by_role("button", name=words["close"], exact=True).click()
	page.locator(".meeting-document-pane h3").wait_for(timeout=PATIENCE)
	page.wait_for_function("!document.querySelector('.meeting-editor-window')")
	texts = read_text(name)
	assert "会议时间为2026年9月18日至9月20日，会议中心地点为上海新国际会议中心。" in texts
	assert "甲方参会人数为6位，其中需安排住宿3人。" in texts
	assert read_own(name, full_name) == [("", "会议中心"), ("", "新"), ("人", "位"), ("书面", "中心")]
	assert ("张三", "5人", "6人") in read_all(name)
	assert "请核对场地" in read_comments(name)
	assert not frappe.db.exists("Meeting Document Draft", {"document": name})

	page.get_by_role("button", name=words["changes"]).click()
	dialog = page.locator(".modal.show")
	row = dialog.locator("li", has=page.locator("ins", has_text="位"))
	row.wait_for()
	page.wait_for_timeout(600)
	screenshot(page, f"word-changes-{lang}")
	row.get_by_role("button", name=words["accept"], exact=True).click()
	row.wait_for(state="detached", timeout=PATIENCE)
	dialog.get_by_role("button", name=words["reject_all"], exact=True).click()
	dialog.get_by_text(words["none"]).wait_for(timeout=PATIENCE)
	texts = read_text(name)
	assert "会议时间为2026年9月18日至9月20日，地点为上海国际会议中心。" in texts
	assert read_all(name) == []


def compose(page, text: str) -> None:
	"""As an input method writes: what one types is replaced by what one chooses."""
	session = page.context.new_cdp_session(page)
	key = {"key": "Process", "code": "KeyZ", "windowsVirtualKeyCode": 229}
	session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
	for part in ("zh", "zhong", "zhong'xin"):
		session.send("Input.imeSetComposition", {"text": part, "selectionStart": len(part), "selectionEnd": len(part)})
		page.wait_for_timeout(150)
	session.send("Input.insertText", {"text": text})
	page.wait_for_timeout(300)


def test_a_text_is_changed_on_a_phone(browser_page, screenshot):
	author = factories.make_user(None, "Meeting Salesperson")
	name = make_document(author, TWO_AUTHORS.read_bytes(), title="合同.docx")
	frappe.db.commit()
	page = browser_page(author)
	page.set_viewport_size({"width": 390, "height": 844})
	page.goto(f"/app/document-editor/{name}")
	get_page(page)
	screenshot(page, "word-editor-phone")
	page.goto(f"/app/meeting-documents/document/{name}")
	page.get_by_role("button", name=WORDS["zh"]["changes"]).click()
	page.locator(".modal.show li").first.wait_for()
	page.wait_for_timeout(600)
	screenshot(page, "word-changes-phone")
	assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

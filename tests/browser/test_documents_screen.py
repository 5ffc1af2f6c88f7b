"""F1 in the desk: files dropped with their progress, found, looked at, taken back, as the person who works with them."""

import frappe
import pytest

from meeting_crm.documents import folders, service, texts
from meeting_crm.documents.permissions import DOCUMENT
from meeting_crm.tests import factories
from support.documents import CONTRACT, as_user, make_document, make_docx
from support.hands import type_into
from support.sales import make_held

pytestmark = pytest.mark.browser
PATIENCE = 60_000


@pytest.fixture
def author(site):
	return factories.make_user(None, "Meeting Salesperson", language="zh", first_name="王芳")


def open_library(page, route: str = "") -> None:
	page.goto(f"/app/meeting-documents{route}")
	page.locator(".meeting-documents-folders button").first.wait_for(timeout=PATIENCE)


def drop(page, *files: tuple[str, bytes]) -> None:
	"""As the file manager does it: the files come in a DataTransfer over the page."""
	transfer = page.evaluate_handle(
		"""(files) => {
			const transfer = new DataTransfer();
			files.forEach(([name, bytes]) => transfer.items.add(new File([new Uint8Array(bytes)], name)));
			return transfer;
		}""",
		[[name, list(content)] for name, content in files],
	)
	page.dispatch_event(".meeting-documents-list", "dragenter", {"dataTransfer": transfer})
	page.dispatch_event(".meeting-documents-list", "dragover", {"dataTransfer": transfer})
	page.dispatch_event(".meeting-documents-list", "drop", {"dataTransfer": transfer})


def test_files_are_dropped_found_read_and_restored(author, browser_page, screenshot, worker):
	word = factories.unique("展位")
	page = browser_page(author)
	open_library(page)
	page.get_by_role("button", name="我的文档").click()
	drop(page, ("参展合同.docx", CONTRACT.read_bytes()), ("说明.txt", word.encode()))
	page.locator(".meeting-document-title", has_text="参展合同.docx").wait_for(timeout=PATIENCE)
	page.locator(".meeting-document-title", has_text="说明.txt").wait_for(timeout=PATIENCE)
	page.locator(".meeting-document-title", has_text="参展合同.docx").click()
	page.locator(".meeting-preview-page").first.wait_for(timeout=120_000)
	page.wait_for_function(
		"[...document.querySelectorAll('.meeting-preview-page')][0].naturalWidth > 100", timeout=PATIENCE
	)
	screenshot(page, "documents-preview")
	frappe.db.rollback()
	name = frappe.db.get_value(DOCUMENT, {"owner": author, "title": "参展合同.docx"})
	with as_user(author):
		service.write(name, 1, make_docx("第二稿"), "改了价格")
	frappe.db.commit()
	page.locator(".meeting-document-close").click()
	page.locator(".meeting-document-title", has_text="参展合同.docx").click()
	page.get_by_text("改了价格").wait_for(timeout=PATIENCE)
	page.get_by_role("button", name="第 1 版", exact=True).click()
	page.get_by_role("button", name="与第 2 版对照").click()
	page.locator(".meeting-comparison ins", has_text="二稿").wait_for(timeout=PATIENCE)
	screenshot(page, "documents-compare")
	page.locator(".modal.show .btn-modal-close").click()
	page.get_by_role("button", name="恢复第 1 版").click()
	page.get_by_role("button", name="第 3 版", exact=True).wait_for(timeout=PATIENCE)
	frappe.db.rollback()
	assert frappe.db.get_value(DOCUMENT, name, "current_version") == 3


def test_the_search_is_typed_and_leads_to_the_text(author, browser_page, screenshot):
	mark = factories.unique("冷链")
	name = make_document(author, make_docx(f"乙方提供{mark}展位两个"), title="报价说明.docx")
	texts.refresh(name)
	frappe.db.commit()
	page = browser_page(author)
	open_library(page)
	box = page.get_by_placeholder("搜索标题、标签和正文")
	type_into(box, mark)
	page.locator(".meeting-document-snippet mark", has_text=mark.lower()).wait_for(timeout=PATIENCE)
	screenshot(page, "documents-search")
	box.press("ArrowDown")
	page.keyboard.press("Enter")
	page.locator(".meeting-document-pane h3", has_text="报价说明.docx").wait_for(timeout=PATIENCE)


def test_a_taken_title_offers_a_new_version(author, browser_page, screenshot):
	with as_user(author):
		first = service.upload("合同.docx", folders.get_personal_folder(), make_docx("一"))["document"]
	frappe.db.commit()
	page = browser_page(author)
	open_library(page)
	page.get_by_role("button", name="我的文档").click()
	drop(page, ("合同.docx", make_docx("二")))
	page.get_by_role("button", name="存为新版本").wait_for(timeout=PATIENCE)
	screenshot(page, "documents-taken")
	page.get_by_role("button", name="存为新版本").click()
	page.locator(".meeting-upload.done").wait_for(timeout=PATIENCE)
	frappe.db.rollback()
	assert frappe.db.get_value(DOCUMENT, first, "current_version") == 2
	drop(page, ("合同.docx", make_docx("三")))
	page.get_by_role("button", name="两份都保留").click(timeout=PATIENCE)
	page.locator(".meeting-document-title", has_text="合同 (").wait_for(timeout=PATIENCE)


def test_into_the_bin_and_back(author, browser_page, screenshot):
	name = make_document(author, title="旧稿.docx")
	frappe.db.commit()
	page = browser_page(author, lang="en")
	frappe.db.set_value("User", author, "language", "en")
	frappe.db.commit()
	open_library(page, f"/document/{name}")
	page.locator(".meeting-document-pane h3").wait_for(timeout=PATIENCE)
	screenshot(page, "documents-english")
	page.get_by_role("button", name="Put into the Bin").click()
	page.locator("[data-action=undo]").click(timeout=PATIENCE)
	page.locator(".meeting-document-title", has_text="旧稿.docx").wait_for(timeout=PATIENCE)
	frappe.db.rollback()
	assert frappe.db.get_value(DOCUMENT, name, "deleted_on") is None


def test_reading_on_a_phone(author, browser_page, screenshot):
	name = make_document(author, "会议通知".encode(), title="通知.txt")
	frappe.db.commit()
	page = browser_page(author)
	page.set_viewport_size({"width": 390, "height": 800})
	open_library_on_phone(page)
	screenshot(page, "documents-phone-list")
	page.locator(f'[data-document="{name}"]').click()
	page.locator(".meeting-preview pre", has_text="会议通知").wait_for(timeout=PATIENCE)
	screenshot(page, "documents-phone")
	assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")


def open_library_on_phone(page) -> None:
	page.goto("/app/meeting-documents")
	page.locator(".meeting-document-row").first.wait_for(timeout=PATIENCE)


def test_a_customers_documents_are_one_click_from_its_file(browser_page, screenshot):
	holder, _project, claim = make_held()
	make_document(holder, "参展要求".encode(), title="参展要求.txt", customer=claim.customer)
	frappe.db.commit()
	page = browser_page(holder)
	page.goto(f"/app/meeting-customer/{claim.customer}")
	page.get_by_role("link", name="参展要求.txt").wait_for(timeout=PATIENCE)
	page.locator("h4 a", has_text="文档").click()
	page.locator(".meeting-document-title", has_text="参展要求.txt").click(timeout=PATIENCE)
	page.locator(".meeting-preview pre", has_text="参展要求").wait_for(timeout=PATIENCE)
	screenshot(page, "documents-of-customer")

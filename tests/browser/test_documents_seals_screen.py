"""F3, F4 in the desk: asked for from the document, approved from it, and looked at by somebody outside."""

import frappe
import pytest

from meeting_crm.documents import blobs
from meeting_crm.documents.permissions import DOCUMENT
from meeting_crm.tests import factories
from support.documents import CONTRACT, make_document, make_seal
from support.hands import type_into

pytestmark = pytest.mark.browser
PATIENCE = 90_000


def test_a_contract_is_sealed_from_the_request_to_the_check(site, browser_page, screenshot, worker, tmp_path):
	author = factories.make_user(None, "Meeting Salesperson", first_name="王芳")
	keeper = factories.make_user(None, "Meeting Manager", first_name="李静")
	make_seal(keeper, author)
	name = make_document(author, CONTRACT.read_bytes(), "参展合同.docx")
	frappe.db.commit()
	page = browser_page(author)
	page.goto(f"/app/meeting-documents/document/{name}")
	page.get_by_role("button", name="申请用印…").click(timeout=PATIENCE)
	dialog = page.locator(".modal.show")
	type_into(dialog.locator("[data-fieldname=reason] textarea"), "与华夏医疗签订参展合同")
	dialog.get_by_text("同时加盖骑缝章").click()
	page.wait_for_function("document.querySelector('.meeting-seal-sample')?.naturalWidth > 50", timeout=PATIENCE)
	screenshot(page, "seal-ask")
	dialog.get_by_role("button", name="提交申请").click()
	page.get_by_role("button", name="撤回").wait_for(timeout=PATIENCE)
	screenshot(page, "seal-asked")

	other = browser_page(keeper)
	other.set_viewport_size({"width": 390, "height": 800})
	other.goto(f"/app/meeting-document/{name}")
	other.get_by_text("与华夏医疗签订参展合同").wait_for(timeout=PATIENCE)
	other.locator(".meeting-preview-page").first.wait_for(timeout=120_000)
	screenshot(other, "seal-approve-phone")
	other.get_by_role("button", name="批准并用印").click()
	other.locator(".meeting-document-pane .meeting-pill.green", has_text="已用印").first.wait_for(timeout=PATIENCE)
	other.set_viewport_size({"width": 1400, "height": 900})
	other.wait_for_function(
		"[...document.querySelectorAll('.meeting-preview-page')].some((page) => page.naturalWidth > 100)",
		timeout=PATIENCE,
	)
	other.locator(".meeting-preview-page").last.scroll_into_view_if_needed()
	other.wait_for_timeout(1500)
	screenshot(other, "seal-sealed")

	frappe.db.rollback()
	path = tmp_path / "合同.pdf"
	path.write_bytes(blobs.read(frappe.db.get_value(DOCUMENT, name, "sha256")))
	context = other.context.browser.new_context(base_url=other.url.split("/app")[0], locale="zh-CN")
	guest = context.new_page()
	guest.goto("/verify-document")
	guest.locator("input[type=file]").set_input_files(str(path))
	guest.locator(".meeting-verify-result h4.valid").wait_for(timeout=PATIENCE)
	screenshot(guest, "verify-valid")
	changed = bytearray(path.read_bytes())
	changed[len(changed) // 3] ^= 1
	path.write_bytes(bytes(changed))
	guest.locator("input[type=file]").set_input_files(str(path))
	guest.locator(".meeting-verify-result h4.bad").wait_for(timeout=PATIENCE)
	screenshot(guest, "verify-changed")
	context.close()

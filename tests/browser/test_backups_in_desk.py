"""Backup and restore as the company's administrator does them, without a command line."""

import subprocess
import sys

import frappe
import pytest

from meeting_crm.administration import backups
from meeting_crm.tests.factories import make_user, unique
from support.hands import type_into
from support.keeper import keeper_environment
from support.rest import PASSWORD
from support.restoring import clean_up
from support.site import BENCH

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1800)]
LONG = 900_000


@pytest.fixture(autouse=True)
def cleaned(site):
	clean_up()
	yield
	frappe.connect()
	clean_up()


@pytest.fixture
def keeper(site):
	"""The keeper at work, as on a server."""
	log = (BENCH / "logs" / "test-keeper.log").open("w")
	process = subprocess.Popen(
		[sys.executable, "-m", "keeper", "--site", frappe.local.site],
		cwd=BENCH / "sites", env=keeper_environment(), stdout=log, stderr=log,
	)  # fmt: skip
	yield process
	process.terminate()
	process.wait(timeout=30)


def test_an_administrator_backs_up_downloads_restores_and_takes_it_back(
	browser_page, screenshot, keeper, rest, tmp_path
):
	administrator = make_user(None, "System Manager", "Meeting Administrator")
	frappe.db.commit()
	browser_page.meant.add("request_download")  # with a wrong password
	page = browser_page(administrator)
	page.set_default_timeout(120_000)
	page.goto("/app/meeting-backup")
	page.get_by_text("还没有成功的备份").wait_for()
	screenshot(page, "backups-empty")
	page.get_by_role("button", name="立即备份").click()
	page.locator(".meeting-run .indicator-pill", has_text="已完成").or_(
		page.locator(".meeting-run .indicator-pill", has_text="完成")
	).first.wait_for(timeout=LONG)
	page.wait_for_timeout(2000)
	screenshot(page, "backup-done")
	page.get_by_role("button", name="校验").click()
	page.get_by_text("校验通过").wait_for()
	page.get_by_role("button", name="下载", exact=True).click()
	dialog = page.locator(".modal.show")
	type_into(dialog.locator("input[type=password]"), "not-mine")
	dialog.locator(".btn-primary").click()
	page.get_by_text("密码不正确").wait_for()
	screenshot(page, "backup-download-refused")
	dialog.locator("input[type=password]").fill("")
	type_into(dialog.locator("input[type=password]"), PASSWORD)
	with page.expect_download(timeout=LONG) as download:
		dialog.locator(".btn-primary").click()
	frappe.db.rollback()
	doc = frappe.get_last_doc(backups.DOCTYPE)
	target = tmp_path / download.value.suggested_filename
	download.value.save_as(target)
	assert target.read_bytes() == backups.get_path(doc).read_bytes()

	note = frappe.get_doc({"doctype": "Meeting Department", "department_name": unique("误建的部门")}).insert()
	frappe.db.commit()
	page.goto("/app/restore-backup")
	page.get_by_role("button", name="选择", exact=True).first.wait_for()
	screenshot(page, "restore-choose")
	page.locator("input[type=file]").set_input_files(target)
	page.get_by_text("将会丢失").wait_for(timeout=LONG)
	page.get_by_role("cell", name="部门", exact=True).wait_for()
	screenshot(page, "restore-check")
	page.get_by_role("button", name="继续").click()
	type_into(page.locator("input[name=site]"), "wrong.localhost")
	type_into(page.locator("input[name=password]"), PASSWORD)
	page.get_by_role("button", name="立即恢复").click()
	page.get_by_text("请输入本站点名称以确认").wait_for()
	screenshot(page, "restore-confirm")
	page.locator("input[name=site]").fill("")
	type_into(page.locator("input[name=site]"), frappe.local.site)
	page.get_by_role("button", name="立即恢复").click()
	page.get_by_text("正在旁路载入").wait_for(timeout=LONG)
	screenshot(page, "restore-running")
	page.get_by_role("button", name="查看变化与撤销").wait_for(timeout=LONG)
	screenshot(page, "restore-done")
	frappe.db.close()
	frappe.connect()
	assert not frappe.db.exists("Meeting Department", note.name)
	page.get_by_role("button", name="查看变化与撤销").click()
	page.get_by_role("button", name="撤销恢复").wait_for()
	page.wait_for_timeout(1500)
	screenshot(page, "restore-record")
	page.get_by_role("button", name="撤销恢复").click()
	page.locator(".modal.show .btn-primary").first.click()
	page.locator(".meeting-run .indicator-pill", has_text="已撤销").wait_for(timeout=LONG)
	screenshot(page, "restore-undone")
	frappe.db.close()
	frappe.connect()
	assert frappe.db.exists("Meeting Department", note.name)
	frappe.get_doc("Meeting Department", note.name).delete()
	frappe.db.commit()


def test_the_screens_speak_english_and_say_when_the_keeper_is_missing(browser_page, screenshot):
	administrator = make_user(None, "System Manager", "Meeting Administrator")
	name = backups.start()
	frappe.db.commit()
	page = browser_page(administrator, "en")
	page.set_default_timeout(120_000)
	page.goto("/app/meeting-backup")
	page.get_by_text("does not run on the server").wait_for()
	screenshot(page, "backups-english")
	page.goto(f"/app/meeting-backup/{name}")
	page.get_by_text("Waits for its turn").wait_for()
	screenshot(page, "backup-english")
	page.get_by_role("button", name="Cancel", exact=True).first.click()
	page.locator(".meeting-run .indicator-pill", has_text="Cancelled").wait_for()
	page.goto("/app/restore-backup")
	page.get_by_text("There is no backup on the server yet").wait_for()
	screenshot(page, "restore-english")
	page.goto("/app/meeting-backup-settings")
	page.get_by_text("Daily Backups Kept").first.wait_for()
	screenshot(page, "backup-settings-english")

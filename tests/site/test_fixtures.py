"""The ground itself: every fixture works, and the desk opens."""

import os
import signal
from threading import Timer

import frappe
import pytest


def test_site_is_connected(site):
	assert frappe.db.get_value("User", "Administrator", "name") == "Administrator"
	assert frappe.db.get_single_value("System Settings", "time_zone") == "Asia/Shanghai"


def test_database_holds_four_byte_characters(site):
	assert frappe.db.sql("select %s", ("𠮷🏢",))[0][0] == "𠮷🏢"


def test_web_answers_guests(rest):
	assert rest(None).call("ping", verb="GET").json()["message"] == "pong"


def test_web_refuses_a_wrong_password(rest):
	with pytest.raises(AssertionError, match="401"):
		rest("Administrator", password="wrong")


def test_worker_runs_a_job(worker, wait_until):
	job = frappe.enqueue("frappe.ping", queue="short")
	assert wait_until(lambda: job.get_status(refresh=True) == "finished")


@pytest.mark.browser
def test_desk_opens_in_chinese(browser_page, screenshot):
	page = browser_page("Administrator", password="admin")
	page.goto("/app/user/Administrator")
	page.get_by_text("已启用").first.wait_for()
	screenshot(page, "desk")


@pytest.mark.browser
def test_a_browser_left_deaf_by_a_time_limit_is_replaced(browser_page):
	def strike(*_args):
		raise TimeoutError

	before = signal.signal(signal.SIGUSR1, strike)
	page = browser_page("Administrator", password="admin")
	Timer(1, os.kill, (os.getpid(), signal.SIGUSR1)).start()
	with pytest.raises(TimeoutError):
		page.wait_for_timeout(20_000)
	signal.signal(signal.SIGUSR1, before)
	assert browser_page("Administrator", password="admin").goto("/robots.txt").ok


@pytest.mark.browser
def test_realtime_message_reaches_its_user_alone(realtime, browser_page):
	own = browser_page("Administrator", password="admin")
	own.goto("/app/user")
	own.evaluate("frappe.realtime.on('ground_test', (data) => (window.ground_test = data.word))")
	own.wait_for_function("frappe.realtime.socket.connected")
	for user, word in (("Guest", "foreign"), ("Administrator", "own")):
		frappe.publish_realtime("ground_test", {"word": word}, user=user)
	own.wait_for_function("window.ground_test")
	assert own.evaluate("window.ground_test") == "own"

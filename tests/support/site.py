"""The test site: chosen by the environment, connected once, rolled back after each test."""

import os
from pathlib import Path
from unittest import TestCase

import pytest

ROOT = Path(__file__).resolve().parents[2]
BENCH = Path(os.environ.get("FRAPPE_BENCH_ROOT", ROOT))
UNIT = ROOT / "tests" / "unit"
DEMO_SITE = "meeting.localhost"


def test_site_name() -> str:
	site = os.environ.get("MEETING_TEST_SITE", "")
	if not site:
		pytest.exit("No test site. Run script/test, or name a site of your own: MEETING_TEST_SITE=my.localhost", 4)
	if site == os.environ.get("MEETING_SITE", DEMO_SITE):
		pytest.exit(f"{site} is the demo site; tests write and delete. Name another one in MEETING_TEST_SITE.", 4)
	return site


test_site_name.__test__ = False


def needs_site(node) -> bool:
	"""What stands in tests/unit needs none and runs in milliseconds."""
	return node.path.parent != UNIT


def connect_beside():
	"""A second connection of the site's database user, as another request has one."""
	import frappe
	import pymysql

	conf = frappe.conf
	return pymysql.connect(
		host=conf.db_host or "127.0.0.1",
		port=int(conf.db_port or 3306),
		user=conf.db_name,
		password=conf.db_password,
		database=conf.db_name,
	)


def roll_back() -> None:
	"""End the transaction; on a connection that an interrupt or a fault has closed, open a new one."""
	import frappe
	from frappe.realtime import clear_realtime_log

	connection = frappe.db._conn
	if connection and not connection.open:
		frappe.connect()
	else:
		frappe.db.rollback()
	# Frappe keeps what waits for a commit beside the connection: after a new one it would wait for ever
	clear_realtime_log()


@pytest.fixture(scope="session")
def site(redis_queue):
	"""Connects this process to the test site as Administrator; the value is the site's name."""
	import frappe

	name = test_site_name()
	os.environ["FRAPPE_BENCH_ROOT"] = str(BENCH)
	os.chdir(BENCH / "sites")
	frappe.init(site=name)
	frappe.connect()
	frappe.flags.in_test = True
	frappe.flags.mute_emails = True
	yield name
	roll_back()
	frappe.destroy()


@pytest.fixture(scope="module", autouse=True)
def site_of_module(request):
	if needs_site(request.node):
		request.getfixturevalue("site")


@pytest.fixture(autouse=True)
def rolled_back(request):
	"""Nothing a test leaves uncommitted outlives it. Frappe's own test classes do this a class at a time."""
	if not needs_site(request.node) or (request.cls and issubclass(request.cls, TestCase)):
		yield
		return
	import frappe

	yield
	roll_back()
	frappe.set_user("Administrator")
	frappe.local.message_log = []
	frappe.local.lang = "en"
	getattr(frappe.local, "request_cache", {}).clear()

"""A restore interrupted anywhere leaves the site on exactly one side, and the next request makes it whole."""

import multiprocessing
import os
import signal
import time
from contextlib import closing
from pathlib import Path

import frappe
import pytest

from meeting_crm.administration import backups
from meeting_crm.administration.restoring import service, stage, switching
from meeting_crm.core import runs
from support.restoring import clean_up, dump, fingerprint, make_bundle, make_tar, no_migration, no_safety
from support.servers import OwnMariaDB
from support.site import connect_beside

pytestmark = [pytest.mark.race, pytest.mark.timeout(1200)]

POINTS = (
	"journal",
	"closed",
	"exchanged public/files",
	"folders",
	"renaming",
	"renamed",
	"forgotten",
	"recorded",
	"open",
)
COMMITTED = ("renamed", "forgotten", "recorded", "open")


class Prepared:
	"""A second database with the site's own data in it, marked, so that the side the site is on can be told."""

	def __init__(self):
		import tarfile

		entry = tarfile.TarInfo("side.txt")
		self.backup = make_bundle(dump(), make_tar((entry, b"second")))
		backups.require_nothing_running()
		self.number = 0
		stage.clean()
		with service.open_dump(backups.get_path(self.backup), lambda done, total: None) as stream:
			stage.load(stream, switching.get_kept_tables())
		with closing(stage.connect()) as connection, connection.cursor() as cursor:
			cursor.execute(f"create table `{stage.get_name()}`.`side second` (x int)")
			cursor.execute("create table if not exists `side first` (x int)")

	def make_restore(self) -> str:
		"""A record whose run waits right before the switch."""
		doc = frappe.new_doc(service.DOCTYPE)
		doc.update({"backup": self.backup.name, "status": "Draft", "purpose": "Restore"})
		backups.insert(doc, "s")
		runs.start(doc)
		frappe.db.set_value(service.DOCTYPE, doc.name, "status", "Running")
		frappe.db.commit()
		for folder in switching.FOLDERS:
			path = switching.get_folder(doc.name) / folder
			path.mkdir(parents=True)
			(path / "side.txt").write_text("other")
		switching.mark_folders(doc.name, "Restore")
		return doc.name


@pytest.fixture(scope="module")
def prepared(site):
	clean_up()
	yield Prepared()
	connection = connect_beside()
	with connection, connection.cursor() as cursor:
		for table in ("side first", "side second"):
			cursor.execute(f"drop table if exists `{table}`")
	frappe.connect()
	clean_up()
	for folder in switching.FOLDERS:
		Path(frappe.get_site_path(folder), "side.txt").unlink(missing_ok=True)


def get_side() -> str:
	connection = connect_beside()
	with connection, connection.cursor() as cursor:
		cursor.execute("show tables like 'side %'")
		(side,) = [table for (table,) in cursor.fetchall()]
		cursor.execute("select count(*) from information_schema.tables where table_name like '~%'")
		assert cursor.fetchone()[0] == 0, "a table is between the sides"
	return side


def get_folders() -> list[str]:
	return [
		(Path(frappe.get_site_path(folder)) / "side.txt").read_text()
		if (Path(frappe.get_site_path(folder)) / "side.txt").exists()
		else "none"
		for folder in switching.FOLDERS
	]


def switch_and_die(site: str, folder: str, name: str, point: str) -> None:
	frappe.init(site=site, sites_path=folder)
	frappe.connect()

	def step(reached: str) -> None:
		if reached == point:
			os.kill(os.getpid(), signal.SIGKILL)

	switching.switch(name, "Restore", None, step)


def run_process(work, *arguments) -> multiprocessing.Process:
	process = multiprocessing.get_context("fork").Process(
		target=work, args=(frappe.local.site, os.path.abspath(frappe.local.sites_path), *arguments)
	)
	process.start()
	return process


@pytest.mark.parametrize("point", POINTS)
def test_killed_in_the_switch_the_next_request_makes_it_whole(prepared, web_url, rest, point):
	name = prepared.make_restore()
	before, files = get_side(), get_folders()
	for folder in switching.FOLDERS:
		(switching.get_folder(name) / folder / "side.txt").write_text(point)
	frappe.db.close()
	process = run_process(switch_and_die, name, point)
	process.join()
	assert process.exitcode == -signal.SIGKILL
	client = rest_without_commit(web_url)
	first, second = client("ping"), client("ping")
	if point not in ("journal", "open"):
		assert first == 503, "the site was closed"
	assert second == 200, "it did not heal"
	assert not switching.get_journal().exists()
	assert "maintenance_mode" not in switching.get_settings_file().read_text()
	frappe.connect()
	status = frappe.db.get_value(service.DOCTYPE, name, "status")
	if point in COMMITTED:
		assert (get_side() != before, get_folders(), status) == (True, [point, point], "Done")
	else:
		assert (get_side() == before, get_folders(), status) == (True, files, "Failed")


def rest_without_commit(url: str):
	import requests

	return lambda method: requests.get(f"{url}/api/method/{method}", timeout=60).status_code


def test_an_open_transaction_does_not_hold_the_switch_and_an_operators_closing_stays(prepared):
	name = prepared.make_restore()
	before = get_side()
	settings = switching.get_settings_file().read_text()
	frappe.db.close()
	idle = connect_beside()
	with idle.cursor() as cursor:
		cursor.execute("begin")
		cursor.execute("select * from tabUser limit 1")
	import json

	from meeting_crm.administration.restoring.exchange import write_json

	write_json(switching.get_settings_file(), json.loads(settings) | {"maintenance_mode": 1})
	frappe.connect()
	started = time.monotonic()
	switching.switch(name, "Restore", None)
	took = time.monotonic() - started
	frappe.db.close()
	frappe.connect()
	assert get_side() != before
	assert json.loads(switching.get_settings_file().read_text())["maintenance_mode"] == 1
	write_json(switching.get_settings_file(), json.loads(settings))
	with pytest.raises(Exception), idle.cursor() as cursor:  # noqa: B017  (the server's own words differ by version)
		cursor.execute("select 1")
	print(
		f"switch of {frappe.db.sql('select count(*) from information_schema.tables where table_schema=database()')[0][0]} tables: {took:.2f} s"
	)


def switch(site: str, folder: str, name: str) -> None:
	frappe.init(site=site, sites_path=folder)
	frappe.connect()
	switching.switch(name, "Restore", None)


@pytest.mark.parametrize("delay", [0.0, 0.15, 0.4])
def test_the_database_server_killed_in_the_rename_is_whole_on_one_side(prepared, delay):
	server = OwnMariaDB() if not hasattr(prepared, "server") else prepared.server
	prepared.server = server
	frappe.connect()
	name = prepared.make_restore()
	before, files = get_side(), get_folders()
	frappe.db.close()
	process = run_process(switch, name)
	wait_for_rename()
	time.sleep(delay)
	server.kill_and_restart()
	process.join()
	frappe.connect()
	switching.recover_if_interrupted()
	after = get_side()
	status = frappe.db.get_value(service.DOCTYPE, name, "status")
	if after == before:
		assert (get_folders(), status) == (files, "Failed")
	else:
		assert status == "Done"
	assert not switching.get_journal().exists()


def wait_for_rename(timeout: float = 60) -> None:
	deadline = time.monotonic() + timeout
	connection = connect_beside()
	while time.monotonic() < deadline:
		try:
			with connection.cursor() as cursor:
				cursor.execute("select 1 from information_schema.processlist where info like 'rename table%'")
				if cursor.fetchone():
					return
		except Exception:
			connection = connect_beside()
	raise AssertionError("it never came to the rename")


def run_and_die(site: str, folder: str, name: str, point: str) -> None:
	frappe.init(site=site, sites_path=folder)
	frappe.connect()
	doc = frappe.get_doc(service.DOCTYPE, name)

	def step(reached: str) -> None:
		if reached == point:
			os.kill(os.getpid(), signal.SIGKILL)

	with runs.take(doc.doctype, doc.name, doc.run) as runner:
		service.run(runner, no_migration, no_safety, step)


@pytest.mark.parametrize("point", ["safety", "cleaned", "loaded", "tidied"])
def test_killed_before_the_switch_nothing_has_changed(prepared, monkeypatch, point):
	monkeypatch.setattr(runs, "SILENT_SECONDS", 4)
	frappe.connect()
	name = service.start(prepared.backup, frappe.local.site)
	frappe.db.commit()
	before = fingerprint()
	process = run_process(run_and_die, name, point)
	process.join()
	assert process.exitcode == -signal.SIGKILL
	time.sleep(6)
	runs.look_after()
	frappe.db.rollback()
	assert frappe.db.get_value(service.DOCTYPE, name, "status") == "Failed"
	assert fingerprint() == before

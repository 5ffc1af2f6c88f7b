"""An import killed at any instant, and the job that joins what its batches wrote into the index: whole batches stand,
the next run does the rest, nothing is entered twice."""

import multiprocessing
import os
import signal
import time

import frappe
import pytest

from meeting_crm.enterprises import index, upkeep
from meeting_crm.enterprises.search import store, waiting
from meeting_crm.entry.importing import service as imports
from meeting_crm.tests import factories

pytestmark = pytest.mark.race

ROWS, BATCH, KILLS = 3000, 200, 3
# Entries that may wait outside the lists: of the first run all that it enters, of the others none.
WAITING = (10**6, 0, 0)


def connect(site: str, folder: str) -> None:
	frappe.init(site=site, sites_path=folder)
	frappe.connect()
	frappe.set_user("Administrator")


def run_import(site: str, folder: str, name: str, most_waiting: int) -> None:
	connect(site, folder)
	imports.ROWS_A_BATCH, store.WORTH_A_ROW, store.MAX_WAITING = BATCH, 0, most_waiting
	imports.run(name)


def join_without_pause(site: str, folder: str) -> None:
	connect(site, folder)
	while True:
		index.fold_delta()
		index.join_blocks()


def start_process(work, *arguments):
	process = multiprocessing.get_context("fork").Process(
		target=work, args=(frappe.local.site, os.path.abspath(frappe.local.sites_path), *arguments)
	)
	process.start()
	return process


def make_import(prefix: str):
	content = "公司名称,联系人\n" + "".join(f"{prefix}{number}号冷库有限公司,王{number}\n" for number in range(ROWS))
	file = frappe.get_doc(
		{"doctype": "File", "file_name": f"{prefix}.csv", "content": content, "is_private": 1}
	).insert()
	doc = frappe.get_doc({"doctype": "Meeting Enterprise Import", "import_file": file.file_url}).insert()
	doc.db_set("status", "Queued")  # not started: a worker of the bench would run it beside
	frappe.db.commit()
	return doc


def done(doc) -> int:
	frappe.db.rollback()
	return frappe.db.get_value(doc.doctype, doc.name, "done_rows")


def test_a_killed_import_goes_on_and_enters_nothing_twice():
	prefix = factories.unique("双鸭山")
	doc = make_import(prefix)
	for kill in range(KILLS):
		running = [process := start_process(run_import, doc.name, WAITING[kill])]
		running += [start_process(join_without_pause)] if kill else []
		while done(doc) < (kill + 1) * 2 * BATCH:
			assert process.is_alive(), "the run ended by itself"
			time.sleep(0.02)
		for killed in running:
			os.kill(killed.pid, signal.SIGKILL)
			killed.join()
		position = done(doc)
		assert position % BATCH == 0
		assert frappe.db.count("Meeting Enterprise", {"enterprise_name": ("like", f"{prefix}%")}) == position
		assert frappe.db.count("Meeting Enterprise Import Row", {"enterprise_import": doc.name}) == position
		if not kill:
			assert waiting.count_entries(index.sql)
			index.rebuild()
			assert not waiting.count_entries(index.sql)
	runners = [start_process(run_import, doc.name, 0) for _number in range(2)]
	for runner in runners:
		runner.join()
	frappe.db.rollback()
	finished = frappe.get_doc(doc.doctype, doc.name)
	assert (finished.status, finished.created_rows, finished.duplicate_rows) == ("Finished", ROWS, 0)
	assert frappe.db.count("Meeting Enterprise", {"enterprise_name": ("like", f"{prefix}%")}) == ROWS
	assert store.count_loose(index.sql)
	assert_lists_are_right()
	index.join_blocks()
	assert not store.count_loose(index.sql)
	assert_lists_are_right()
	assert index.find(f"{prefix}7号冷库有限公司", 1)[0].reason == "exact"


def assert_lists_are_right() -> None:
	checked = upkeep.verify()
	assert not checked["missing"] and not checked["wrong"], checked

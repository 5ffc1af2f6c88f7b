"""Many processes at once: names that are entered, renamed, merged and deleted while others search; one name entered by
many; what is committed is found by every process at its next check."""

import multiprocessing
import os
import random
import time

import frappe
import pytest

from meeting_crm.enterprises import aliases, index, service, upkeep
from meeting_crm.enterprises.errors import DuplicateEnterpriseError
from meeting_crm.entry import service as entry
from meeting_crm.merging import service as merging
from meeting_crm.tests import factories

pytestmark = pytest.mark.race

WRITERS, SEARCHERS, STEPS = 4, 3, 40
BRANDS = "恒瑞华金盛鸿远德嘉泰信天海安永兴宏通达丰源润康祥隆博昌林邦诚和顺阳辉腾"


def in_process(work, *arguments):
	"""`work(site, *arguments)` in a process with a connection of its own; its answer comes through a queue."""
	answers = multiprocessing.get_context("fork").Queue()

	def start(site, folder):
		frappe.init(site=site, sites_path=folder)
		frappe.connect()
		frappe.set_user("Administrator")
		try:
			answers.put(work(*arguments))
		except BaseException as error:
			answers.put(error)
		finally:
			frappe.db.close()

	process = multiprocessing.get_context("fork").Process(
		target=start, args=(frappe.local.site, os.path.abspath(frappe.local.sites_path))
	)
	process.start()
	return process, answers


def finish(running) -> list:
	results = [answers.get(timeout=240) for _process, answers in running]
	for process, _answers in running:
		process.join()
	failed = [result for result in results if isinstance(result, BaseException)]
	assert not failed, failed
	return results


def company(rng: random.Random, stamp: str) -> str:
	return f"烟台{stamp}{''.join(rng.sample(BRANDS, 3))}{rng.randrange(10**6)}冷链有限公司"


def again_on_conflict(step):
	"""What every endpoint does: a whole request again when the database gave way to another one."""
	from meeting_crm.core.transactions import is_conflict

	for attempt in range(10):
		try:
			answer = step()
			frappe.db.commit()
			return answer
		except Exception as error:
			frappe.db.rollback()
			if not is_conflict(error) or attempt == 9:
				raise
			time.sleep(random.random() * 0.05 * (attempt + 1))
	return None


def write(stamp: str, seed: int) -> dict[str, str]:
	"""Enters, renames, deletes and merges its own companies; answers what must stand in the end."""
	rng, standing = random.Random(seed), {}
	for _step in range(STEPS):
		what = rng.random()
		if what < 0.5 or len(standing) < 4:
			name = company(rng, stamp)
			standing[again_on_conflict(lambda name=name: service.add_enterprise(name, {}, "Administrator"))] = name
		elif what < 0.75:
			enterprise, name = rng.choice(sorted(standing)), company(rng, stamp)
			again_on_conflict(lambda enterprise=enterprise, name=name: rename(enterprise, name))
			standing[enterprise] = name
		elif what < 0.9:
			enterprise = rng.choice(sorted(standing))
			again_on_conflict(
				lambda enterprise=enterprise: frappe.delete_doc("Meeting Enterprise", enterprise, force=True)
			)
			del standing[enterprise]
		else:
			kept, merged = rng.sample(sorted(standing), 2)
			again_on_conflict(lambda kept=kept, merged=merged: merging.merge(kept, merged))
			del standing[merged]
	return standing


def rename(enterprise: str, name: str) -> None:
	doc = frappe.get_doc("Meeting Enterprise", enterprise)
	doc.enterprise_name = name
	doc.save()


def search_against_full_scan(stamp: str, seconds: float) -> int:
	"""In one snapshot the index and a scan of the table must agree: no name wrong, none missing. Answers the comparisons."""
	compared, until = 0, time.monotonic() + seconds
	while time.monotonic() < until:
		frappe.db.rollback()
		rows = dict(
			frappe.db.sql(
				"select name, enterprise_name from `tabMeeting Enterprise` where enterprise_name like %s",
				(f"%{stamp}%",),
			)
		)
		others = set(
			frappe.db.sql_list(
				"select enterprise from `tabMeeting Enterprise Alias` where alias like %s", (f"%{stamp}%",)
			)
		)
		for enterprise in random.sample(sorted(rows), min(4, len(rows))):
			hits = {hit.enterprise: hit for hit in index.find(rows[enterprise], 50)}
			assert hits[enterprise].reason == "exact", (rows[enterprise], hits[enterprise])
			gone = [hit for hit in hits if not frappe.db.exists("Meeting Enterprise", hit)]
			assert not gone, gone
			exact = {hit for hit, found in hits.items() if found.reason == "exact"}
			assert exact <= {enterprise, *others}, exact
			compared += 1
	return compared


def upkeep_meanwhile(seconds: float) -> int:
	"""Folding, joining and rebuilding while people write and search."""
	rebuilt, until = 0, time.monotonic() + seconds
	while time.monotonic() < until:
		index.fold_delta(500)
		index.fold_delta(500)
		index.join_blocks()
		index.rebuild()
		rebuilt += 1
		time.sleep(1)
	return rebuilt


def test_no_wrong_and_no_missing_row_while_everything_changes():
	frappe.db.commit()
	stamp = factories.unique("q")
	seconds = 20
	searchers = [in_process(search_against_full_scan, stamp, seconds) for _number in range(SEARCHERS)]
	keeper = [in_process(upkeep_meanwhile, seconds)]
	writers = finish([in_process(write, stamp, seed) for seed in range(WRITERS)])
	assert all(count > 3 for count in finish(searchers))
	assert finish(keeper)[0] >= 1
	frappe.db.rollback()
	standing = {enterprise: name for part in writers for enterprise, name in part.items()}
	for enterprise, name in standing.items():
		assert index.find(name, 5)[0].enterprise == enterprise
	checked = upkeep.verify()
	wrong = {key: checked[key] for key in ("missing", "wrong", "unindexed", "orphaned", "unindexed_aliases")}
	assert not any(wrong.values()), wrong


def enter_one(name: str) -> str:
	try:
		return again_on_conflict(lambda: entry.add_enterprise(name, {}, "Administrator"))
	except DuplicateEnterpriseError as error:
		assert "Uncontacted" in str(error)
		return "duplicate"


def test_one_name_entered_by_many_is_entered_once():
	frappe.db.commit()
	name = factories.unique("一家")
	results = finish(
		[in_process(enter_one, variant) for variant in (name, f"（{name}）", f" {name} ", name.upper()) * 4]
	)
	assert results.count("duplicate") == len(results) - 1
	frappe.db.rollback()
	assert frappe.db.count("Meeting Enterprise", {"name_key": service.rules.normalise_name(name)}) == 1


def test_a_committed_name_is_found_by_other_processes_at_once(rest):
	seller = factories.make_user()
	factories.make_project(seller)
	client = rest(seller)
	for _number in range(10):
		name = factories.unique("速冻")
		enterprise = service.add_enterprise(name, {}, "Administrator")
		frappe.db.commit()
		rows = client.result("meeting_crm.entry.api.check_duplicates", verb="GET", text=name)
		assert rows[0]["enterprise"] == enterprise
		alias = factories.unique("速达")
		aliases.add_alias(enterprise, alias)
		frappe.db.commit()
		rows = client.result("meeting_crm.entry.api.check_duplicates", verb="GET", text=alias)
		assert rows[0]["enterprise"] == enterprise


def test_what_is_rolled_back_is_never_found():
	frappe.db.commit()
	name = factories.unique("未遂")
	service.add_enterprise(name, {}, "Administrator")
	assert index.find(name, 1)[0].reason == "exact"
	frappe.db.rollback()
	assert not [hit for hit in index.find(name, 5) if hit.reason == "exact"]


def enter_and_rename(stamp: str, seed: int, seconds: float) -> list[str]:
	"""Enters and renames without a second attempt; answers what the database refused."""
	rng, refused, own = random.Random(seed), [], []
	until = time.monotonic() + seconds
	while time.monotonic() < until:
		name = company(rng, stamp)
		try:
			if own and rng.random() < 0.4:
				rename(rng.choice(own), name)
			else:
				own.append(service.add_enterprise(name, {}, "Administrator"))
			frappe.db.commit()
		except frappe.QueryDeadlockError as error:
			frappe.db.rollback()
			refused.append(str(error))
	return refused


def rebuild_without_pause(seconds: float) -> int:
	rebuilt, until = 0, time.monotonic() + seconds
	while time.monotonic() < until:
		index.rebuild()
		index.fold_delta(1000)
		index.join_blocks()
		rebuilt += 1
	return rebuilt


def test_rebuilding_makes_nobody_lose_an_entry():
	frappe.db.commit()
	stamp, seconds = factories.unique("r"), 6
	keeper = in_process(rebuild_without_pause, seconds)
	writers = [in_process(enter_and_rename, stamp, seed, seconds) for seed in range(2 * WRITERS)]
	refused = [error for answer in finish(writers) for error in answer]
	assert finish([keeper])[0] >= 1
	assert not refused, refused
	frappe.db.rollback()
	checked = upkeep.verify()
	assert not any(checked[key] for key in ("missing", "wrong", "unindexed", "orphaned")), checked

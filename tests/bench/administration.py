"""What seals and personal rights cost, and how long a log of a million lines takes to verify.

env/bin/python tests/bench/administration.py --site bench.localhost --rows 1000000
"""

import argparse
import os
import statistics
import sys
import time
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import frappe
import frappe.permissions

ROOT = Path(__file__).resolve().parents[2]
SITES = Path(os.environ.get("FRAPPE_BENCH_ROOT", ROOT)) / "sites"
LOG = "Meeting Operation Log"
INSERT = """insert into `tabMeeting Operation Log` (name, creation, modified, modified_by, owner, user, happened_on,
	ip_address, operation, reference_doctype, reference_name, `before`, `after`)
	select concat(%(stem)s, lpad(seq, 10, '0')), now(6), now(6), 'a', 'a', 'zhangsan@demo.meeting', now(6), '10.0.0.1', %(mark)s,
	'Meeting Customer', md5(seq), '{"holder": "x", "category": "A"}', '{"holder": "y", "category": "B"}'
	from seq_%(first)s_to_%(last)s"""


@contextmanager
def connected(site: str):
	os.chdir(SITES)  # why: the framework finds its logs beside it
	frappe.init(site=site, sites_path=str(SITES))
	frappe.connect()
	try:
		yield
	finally:
		frappe.destroy()


# verification


def measure_verification(rows: int, mark: str = "Benchmark") -> dict[str, float]:
	"""Seconds for making, sealing and verifying `rows` lines."""
	from meeting_crm.administration import log_seals

	seconds = {}
	began = time.perf_counter()
	stem = frappe.generate_hash(length=8)
	for first in range(1, rows + 1, 200_000):
		values = {"stem": stem, "mark": mark, "first": first, "last": min(first + 199_999, rows)}
		frappe.db.sql(INSERT, values)
		frappe.db.commit()
	seconds["insert"] = time.perf_counter() - began
	began = time.perf_counter()
	log_seals.seal_pending(seconds=60)
	seconds["seal"] = time.perf_counter() - began
	began = time.perf_counter()
	answer = log_seals.verify()
	seconds["verify"] = time.perf_counter() - began
	assert answer["is_whole"], answer["findings"][:3]
	return seconds


# seals: what people's requests feel of the sealer beside them


def write_lines(site: str, lines: int, answers) -> None:
	with connected(site):
		from meeting_crm.core.log import log

		began = time.perf_counter()
		for _number in range(lines):
			log("Benchmark", "Meeting Customer", "x", {"holder": "x"}, {"holder": "y"})
			frappe.db.commit()
		answers.put(time.perf_counter() - began)


def seal_until(site: str, stop) -> None:
	with connected(site):
		from meeting_crm.administration import log_seals

		while not stop.wait(1):
			log_seals.seal_pending()


def measure_writers(site: str, sealed: bool, writers: int = 8, lines: int = 250) -> float:
	"""Lines per second of `writers` at once, with the sealer running each second (sixty times as often as in life) or not."""
	context = get_context("spawn")
	answers, stop = context.Queue(), context.Event()
	processes = [context.Process(target=write_lines, args=(site, lines, answers)) for _number in range(writers)]
	sealer = context.Process(target=seal_until, args=(site, stop))
	if sealed:
		sealer.start()
	for process in processes:
		process.start()
	seconds = [answers.get(timeout=600) for _process in processes]
	for process in processes:
		process.join()
	if sealed:
		stop.set()
		sealer.join()
	return writers * lines / statistics.mean(seconds)


# personal rights: whole requests, with the framework's own functions and with the wrapped ones in turn


@contextmanager
def unwrapped():
	from meeting_crm.administration import wrapped_permissions

	replaced = []
	for name in wrapped_permissions.WRAPPED:
		wrapped = getattr(frappe.permissions, name)
		for module in wrapped_permissions.get_holders(name, wrapped):
			setattr(module, name, wrapped.__wrapped__)
			replaced.append((module, name, wrapped))
	install, wrapped_permissions.install = wrapped_permissions.install, lambda: None
	try:
		yield
	finally:
		wrapped_permissions.install = install
		for module, name, wrapped in replaced:
			setattr(module, name, wrapped)


def measure_checks(user: str, doctype: str = "Meeting Customer", times: int = 2000) -> dict[str, float]:
	"""Microseconds per `has_permission`, each kind in turn."""
	from meeting_crm.administration import wrapped_permissions

	wrapped_permissions.install()
	measured: dict[str, list[float]] = {"own": [], "wrapped": []}
	for _turn in range(5):
		for kind in measured:
			with unwrapped() if kind == "own" else connected_already():
				frappe.permissions.has_permission(doctype, "read", user=user)
				began = time.perf_counter()
				for _number in range(times):
					frappe.permissions.has_permission(doctype, "read", user=user)
				measured[kind].append((time.perf_counter() - began) / times * 1e6)
	return {kind: min(values) for kind, values in measured.items()}


@contextmanager
def connected_already():
	yield


def measure_requests(site: str, user: str, password: str, times: int = 150) -> dict[str, float]:
	"""Milliseconds of a page of My customers through the web application, each kind in turn; the median."""
	os.environ["SITES_PATH"] = str(SITES)
	os.chdir(SITES)
	import frappe.app
	from werkzeug.test import Client

	from meeting_crm.administration import wrapped_permissions

	frappe.app._site = site
	client = Client(frappe.app.application)
	answer = client.post("/api/method/login", data={"usr": user, "pwd": password})
	assert answer.status_code == 200, answer.text[:300]
	wrapped_permissions.install()
	measured: dict[str, list[float]] = {"own": [], "wrapped": []}
	for turn in range(times):
		for kind in measured if turn % 2 else reversed(measured):
			with unwrapped() if kind == "own" else connected_already():
				began = time.perf_counter()
				answer = client.get("/api/resource/Meeting Customer?limit_page_length=20")
				measured[kind].append((time.perf_counter() - began) * 1000)
			assert answer.status_code == 200, answer.text[:300]
	return {kind: statistics.median(values) for kind, values in measured.items()}


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("--site", required=True)
	parser.add_argument("--rows", type=int, default=1_000_000)
	parser.add_argument("--only", choices=("verify", "seals", "rights"))
	arguments = parser.parse_args()
	wanted = {arguments.only} if arguments.only else {"verify", "seals", "rights"}
	if "seals" in wanted:
		for turn in range(2):
			for sealed in (False, True):
				rate = measure_writers(arguments.site, sealed)
				print(
					f"8 writers, {'sealed each second' if sealed else 'not sealed':18} {rate:8.0f} lines/s (turn {turn + 1})"
				)
	if "rights" in wanted:
		sys.path.insert(0, str(ROOT / "tests"))
		with connected(arguments.site):
			from meeting_crm.tests.factories import PASSWORD, make_user

			user = make_user()
			frappe.db.commit()
			checks = measure_checks(user)
			print("has_permission, µs:", {kind: round(value, 1) for kind, value in checks.items()})
		requests = measure_requests(arguments.site, user, PASSWORD)
		price = requests["wrapped"] / requests["own"] - 1
		print("a page of customers, ms:", {kind: round(value, 2) for kind, value in requests.items()}, f"{price:+.1%}")
	if "verify" in wanted:
		with connected(arguments.site):
			seconds = measure_verification(arguments.rows)
			print(f"{arguments.rows:,} lines:", {part: f"{value:.1f} s" for part, value in seconds.items()})


if __name__ == "__main__":
	main()

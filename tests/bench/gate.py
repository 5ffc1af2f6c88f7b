"""What the gate costs: the same requests, in turn with it and without it, in one process.

	MEETING_TEST_SITE=my.localhost env/bin/python tests/bench/gate.py [rounds]

Each request is served by Frappe's own application, from the address to the bytes, so that nothing but the gate differs.
Printed is the median of each, and the difference in per cent.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[2]
GATE = "meeting_crm.gate.service.check_request"
ROUNDS = 200


def get_requests(user_file: str) -> dict[str, tuple[str, dict]]:
	return {
		"a list of files": (
			"/api/method/frappe.desk.reportview.get",
			{
				"doctype": "Meeting Customer",
				"fields": json.dumps(
					["name", "`tabMeeting Customer`.`customer_name`", "`tabMeeting Customer`.`modified`"]
				),
				"filters": json.dumps([["Meeting Customer", "category", "=", "Intended"]]),
				"order_by": "`tabMeeting Customer`.`modified` desc",
				"start": 0,
				"page_length": 20,
			},
		),
		"a form": ("/api/method/frappe.desk.form.load.getdoc", {"doctype": "Meeting Customer", "name": user_file}),
		"a link's search": ("/api/method/frappe.desk.search.search_link", {"doctype": "Meeting Customer", "txt": "a"}),
		"our own screen": ("/api/method/meeting_crm.claims.api.get_my_projects", {}),
	}


def measure(site: str, rounds: int) -> dict[str, tuple[float, float]]:
	"""{request: (median without, median with)} in milliseconds."""
	import frappe
	import frappe.app
	from werkzeug.test import Client

	from meeting_crm.tests import factories

	frappe.init(site=site)
	frappe.connect()
	user = factories.make_user(None, "Meeting Salesperson")
	file = factories.make_customer(user)
	frappe.db.commit()
	frappe.destroy()
	headers = {"X-Frappe-Site-Name": site, "Accept": "application/json"}
	client = Client(frappe.app.application)
	answer = client.post("/api/method/login", data={"usr": user, "pwd": "demo"}, headers=headers)
	assert answer.status_code == 200, answer.text[:300]
	return {what: _compare(client, headers, *request, rounds) for what, request in get_requests(file).items()}


def _compare(client, headers: dict, path: str, values: dict, rounds: int) -> tuple[float, float]:
	times: dict[bool, list[float]] = {False: [], True: []}
	for turn in range(2 * rounds + 4):
		with_gate = turn % 2 == 1
		if with_gate:
			seconds = _time(client, headers, path, values)
		else:
			with patch(GATE, lambda: None):
				seconds = _time(client, headers, path, values)
		if turn >= 4:
			times[with_gate].append(seconds * 1000)
	return statistics.median(times[False]), statistics.median(times[True])


def _time(client, headers: dict, path: str, values: dict) -> float:
	began = time.perf_counter()
	answer = client.get(path, query_string=values, headers=headers)
	assert answer.status_code == 200, answer.text[:500]
	return time.perf_counter() - began


def main(rounds: int = ROUNDS) -> None:
	os.chdir(Path(os.environ.get("FRAPPE_BENCH_ROOT", ROOT)) / "sites")
	for what, (without, with_gate) in measure(os.environ["MEETING_TEST_SITE"], rounds).items():
		print(f"{what}: {without:.2f} ms without, {with_gate:.2f} ms with, {(with_gate / without - 1) * 100:+.1f} %")


if __name__ == "__main__":
	main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)

"""Many writers while the log is sealed (case 59), and two system administrators who disable each other at the same instant."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import frappe
import pytest

from meeting_crm.administration import log_seals
from meeting_crm.tests.factories import make_user
from support.site import roll_back

pytestmark = pytest.mark.race
BENCH = Path(__file__).resolve().parents[1] / "bench" / "administration.py"


def test_each_row_is_in_exactly_one_seal_while_eight_write(site, monkeypatch):
	"""Case 59."""
	monkeypatch.setenv("PYTHONPATH", f"{BENCH.parent}:{BENCH.parents[2] / 'script'}")
	monkeypatch.syspath_prepend(str(BENCH.parent))
	import administration as bench

	log_seals.seal_pending(seconds=30)
	before = frappe.db.count("Meeting Operation Log")
	bench.measure_writers(site, sealed=True, writers=8, lines=40)
	log_seals.seal_pending(seconds=30)
	roll_back()
	assert frappe.db.count("Meeting Operation Log") - before == 8 * 40
	assert frappe.db.count("Meeting Operation Log", {"seal": 0}) == 0
	answer = log_seals.verify()
	assert answer["is_whole"], answer["findings"]
	assert frappe.db.sql("select sum(row_count) from `tabMeeting Log Seal`")[0][0] == answer["rows"] + answer["removed"]


@pytest.fixture
def only_two(site):
	two = [make_user(None, "System Manager") for _number in range(2)]
	others = frappe.get_all(
		"Has Role",
		{"role": "System Manager", "parenttype": "User", "parent": ["not in", [*two, "Administrator"]]},
		pluck="parent",
	)
	enabled = frappe.get_all("User", {"name": ["in", others or [""]], "enabled": 1}, pluck="name")
	frappe.db.set_value("User", {"name": ["in", enabled or [""]]}, "enabled", 0, update_modified=False)
	frappe.db.commit()
	yield two
	roll_back()
	frappe.db.set_value("User", {"name": ["in", [*enabled, *two]]}, "enabled", 1, update_modified=False)
	frappe.db.commit()


def test_two_who_disable_each_other_at_once_leave_one(only_two, rest):
	"""Case 54, at the same instant."""
	first, second = only_two
	clients = [(rest(first), second), (rest(second), first)]
	with ThreadPoolExecutor(2) as together:
		answers = list(
			together.map(
				lambda pair: pair[0].call("meeting_crm.administration.api.set_enabled", user=pair[1], enabled=0),
				clients,
			)
		)
	roll_back()
	left = [user for user in only_two if frappe.db.get_value("User", user, "enabled")]
	assert len(left) >= 1, [answer.text[:300] for answer in answers]
	assert sum(answer.status_code == 200 for answer in answers) <= 1

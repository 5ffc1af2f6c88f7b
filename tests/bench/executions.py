"""Outputs for many attendees, submitting an execution, and the board, on a site of its own.

	MEETING_TEST_SITE=my.localhost env/bin/python tests/bench/executions.py [attendees] [tasks]

Everything is written in one transaction that is rolled back at the end."""

import os
import sys
import time
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import frappe
import xlsxwriter
from frappe.utils import add_days, nowdate

from support.site import BENCH, test_site_name

PER_EXECUTION = 50
LONG_NAME = "买买提·艾力·阿不都热合曼·吐尔逊江"


def main(attendees: int = 10_000, tasks: int = 100_000) -> dict[str, float]:
	"""Seconds, and how many times the bare counterpart; printed, and returned for the tests."""
	os.environ["FRAPPE_BENCH_ROOT"] = str(BENCH)
	os.chdir(BENCH / "sites")
	frappe.init(site=test_site_name())
	frappe.connect()
	frappe.flags.mute_emails = True
	try:
		return {**measure_submission(min(200, attendees)), **measure_outputs(attendees), **measure_board(tasks)}
	finally:
		frappe.db.rollback()
		frappe.destroy()


def timed(run) -> float:
	started = time.perf_counter()
	run()
	return time.perf_counter() - started


def say(results: dict[str, float]) -> dict[str, float]:
	for name, value in results.items():
		print(f"{name:44} {value:10.3f}")
	return results


def make_rows(count: int) -> list[dict]:
	arrive = date.fromisoformat(add_days(nowdate(), 10))
	return [
		{
			"person_name": f"张三{number}" if number % 50 else LONG_NAME,
			"gender": ("Male", "Female")[number % 2],
			"position": "销售总监",
			"mobile": f"139{number:08}",
			"housing": ("Sharing", "Sharing", "Single", "No Room")[number % 4],
			"arrive_on": str(arrive + timedelta(days=number % 3)),
			"leave_on": str(arrive + timedelta(days=4 + number % 2)),
			"diet": ("Standard", "Halal")[number % 7 == 0],
		}
		for number in range(count)
	]


def measure_submission(count: int) -> dict[str, float]:
	"""Submitting an execution beside a plain save of the same rows, the better of three each. Two people in each department
	are told; each more costs a notification."""
	from meeting_crm.contracts.execution import service
	from support.execution import make_execution, make_finance, make_logistics, make_signed

	frappe.set_user("Administrator")
	frappe.db.delete("Has Role", {"parenttype": "User", "role": ["in", ("Meeting Finance", "Meeting Logistics")]})
	for make in (make_finance, make_logistics) * 2:
		make()
	saves, submissions = [], []
	for _round in range(3):
		_user, contract = make_signed()
		execution = make_execution(contract, attendees=make_rows(count))
		execution.reload()
		saves.append(timed(execution.save))
		submissions.append(timed(lambda name=execution.name: service.submit(name)))
	return say(
		{
			f"plain save, {count} attendees (s)": min(saves),
			f"submission, {count} attendees (s)": min(submissions),
			"submission / plain save": min(submissions) / min(saves),
		}
	)


def measure_outputs(count: int) -> dict[str, float]:
	from meeting_crm.contracts.execution.outputs import service as outputs
	from meeting_crm.contracts.execution.outputs.lists import Wanted
	from support.execution import make_submitted

	_user, first = make_submitted()
	frappe.set_user("Administrator")
	fill_project(first, count)
	place_everybody(first.project)
	wanted = Wanted(first.project)
	results = {}
	for kind, file_format in (
		("rooming", "xlsx"),
		("nights", "xlsx"),
		("badges", "xlsx"),
		("badges", "pdf"),
		("rooming", "pdf"),
	):
		made = {}

		def run(kind=kind, file_format=file_format, made=made):
			made["file"] = outputs.print_list(kind, file_format, wanted, False, None, "90x54")[1]

		seconds = timed(run)
		results[f"{kind} {file_format}, {count} attendees (s)"] = seconds
		if file_format == "xlsx" and kind != "nights":  # a matrix reckons much and writes little
			sheets = outputs.make_list(kind, wanted, False)[0]
			bare = timed(lambda sheets=sheets: write_bare(sheets))
			results[f"{kind} xlsx / bare writing"] = seconds / bare
	return say(results)


def write_bare(sheets) -> None:
	"""As many cells with borders, and nothing else."""
	with xlsxwriter.Workbook(BytesIO(), {"constant_memory": True}) as book:
		form = book.add_format({"border": 1})
		for sheet in sheets:
			page = book.add_worksheet()
			for number, row in enumerate(sheet.rows):
				for place, value in enumerate(row):
					page.write(number, place, "" if value is None else str(value), form)


def fill_project(execution, count: int) -> None:
	"""Executions with PER_EXECUTION attendees each, written straight into the tables."""
	from meeting_crm.core.database import insert_rows
	from meeting_crm.core.names import make_name_stem

	stem, now = make_name_stem(), frappe.utils.now()
	same = {"creation": now, "modified": now, "owner": "Administrator", "modified_by": "Administrator"}
	number_of_executions = -(-count // PER_EXECUTION)
	insert_rows(
		"tabMeeting Execution",
		("name", "contract", "unit_name"),
		((f"{stem}{n:06}", f"BENCH-{stem}-{n:06}", f"第{n}冷链物流有限责任公司") for n in range(number_of_executions)),
		same={**same, "project": execution.project, "holder": execution.holder, "status": "Submitted", "revision": 1},
	)
	rows = make_rows(count)
	columns = list(rows[0])
	insert_rows(
		"tabMeeting Attendee",
		("name", "parent", "idx", *columns),
		(
			(f"{stem}p{n:06}", f"{stem}{n // PER_EXECUTION:06}", n % PER_EXECUTION + 1, *row.values())
			for n, row in enumerate(rows)
		),
		same={
			**same,
			"parenttype": "Meeting Execution",
			"parentfield": "attendees",
			"badge_kind": "Delegate",
			"fee_paid_by": "Company",
		},
	)


def place_everybody(project: str) -> None:
	from meeting_crm.contracts.execution import rooming
	from meeting_crm.core.database import insert_rows
	from meeting_crm.core.names import make_name_stem
	from support.execution import make_hotel

	hotel, stem, now = make_hotel(), make_name_stem(), frappe.utils.now()
	started = time.perf_counter()
	proposal = rooming.propose(project)["rooms"]
	say({"proposal of rooms (s)": time.perf_counter() - started})
	same = {
		"creation": now,
		"modified": now,
		"owner": "Administrator",
		"modified_by": "Administrator",
		"project": project,
	}
	insert_rows(
		"tabMeeting Room",
		("name", "room_number", "room_key"),
		((f"{stem}r{n:06}", n + 1, f"{project}:{n + 1}") for n in range(len(proposal))),
		same={**same, "hotel": hotel, "room_type": "Twin"},
	)
	insert_rows(
		"tabMeeting Room Guest",
		("name", "room", "attendee", "guest_key", "person_name", "gender", "arrive_on", "leave_on"),
		(
			(
				f"{stem}g{n:05}{place}",
				f"{stem}r{n:06}",
				guest["attendee"],
				f"{stem}{n}:{place}",
				guest["person_name"],
				guest["gender"],
				guest["arrive_on"],
				guest["leave_on"],
			)
			for n, room in enumerate(proposal)
			for place, guest in enumerate(room)
		),
		same=same,
	)


def measure_board(count: int) -> dict[str, float]:
	"""The first page with a thousand tasks and with `count`; the better of five."""
	results = {}
	for number in (min(1_000, count), count):
		add_tasks(number)
		results[number] = min(timed(read_board) for _round in range(5))
	small, large = results[min(1_000, count)], results[count]
	return say(
		{
			f"board, {min(1_000, count)} tasks (s)": small,
			f"board, {count} tasks (s)": large,
			"board, many / few": large / small,
		}
	)


def read_board() -> None:
	from meeting_crm.contracts.execution import board

	board.get_board("Logistics")


def add_tasks(count: int) -> None:
	from meeting_crm.contracts.execution.tasks import STEPS
	from meeting_crm.core.database import insert_rows
	from meeting_crm.core.names import make_name_stem

	stem, now, steps = make_name_stem(), frappe.utils.now(), STEPS["Logistics"]
	same = {
		"creation": now,
		"modified": now,
		"owner": "Administrator",
		"modified_by": "Administrator",
		"department": "Logistics",
	}
	insert_rows(
		"tabMeeting Department Task",
		("name", "execution", "unit_name", "status", "current_step", "due_on"),
		(
			(f"{stem}{n:07}", f"{stem}{n:07}", f"第{n}公司", "Open", steps[n % len(steps)], add_days(nowdate(), n % 60))
			for n in range(count)
		),
		same=same,
	)


if __name__ == "__main__":
	main(*map(int, sys.argv[1:3]))

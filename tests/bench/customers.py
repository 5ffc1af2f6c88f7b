"""Measures the first page of My customers and of the lists that hang on it, small and large, and a handover.

	env/bin/bench new-site bench-customers.localhost --admin-password admin --install-app meeting_crm
	env/bin/python tests/bench/customers.py --site bench-customers.localhost

Fills the site with `--people` salespeople in departments of fifty and `--customers` files spread evenly over them, three contacts
and three activities each, set-based, first with 1,000 files and then with all. Each list is asked as the desk asks it (the report
view's endpoint, with the user's permissions), for a salesperson, a department's manager, a person who holds nothing, and an
administrator. The site is used for nothing else and its bench rows are replaced at each run.
"""

import argparse
import os
import statistics
import time
from pathlib import Path

import frappe

SITES = Path(__file__).resolve().parents[2] / "sites"
DEPARTMENT = 50
ROUNDS = 25
FILES, CONTACTS, ACTIVITIES = "tabMeeting Customer", "tabMeeting Contact", "tabMeeting Activity"
LISTS = {
	"My customers": (
		"Meeting Customer",
		["name", "customer_name", "segment", "project", "protected_until"],
		"claimed_on desc",
	),
	"Contacts": ("Meeting Contact", ["name", "person_name", "customer", "customer_name", "mobile"], "modified desc"),
	"Activities": ("Meeting Activity", ["name", "subject", "customer", "customer_name", "starts_on"], "modified desc"),
}


def main() -> None:
	arguments = read_arguments()
	os.chdir(SITES)
	frappe.init(site=arguments.site, sites_path=str(SITES))
	frappe.connect()
	if arguments.only in (None, "lists"):
		bench_lists(arguments)
	if arguments.only in (None, "handover"):
		bench_handover(arguments)
	frappe.destroy()


def read_arguments() -> argparse.Namespace:
	parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
	parser.add_argument("--site", required=True)
	parser.add_argument("--customers", type=int, default=1_000_000)
	parser.add_argument("--people", type=int, default=1_000)
	parser.add_argument("--handed", type=int, default=25_000, help="customers of the person who hands over")
	parser.add_argument("--only", choices=("lists", "handover"))
	parser.add_argument("--measure", action="store_true", help="measure what the site holds, without filling it")
	parser.add_argument("--plans", action="store_true", help="show the database's plans")
	return parser.parse_args()


def bench_lists(arguments: argparse.Namespace) -> None:
	make_people(arguments.people)
	if arguments.measure:
		size = frappe.db.count("Meeting Customer")
		show({size: measure_all(arguments.people)}, size, size)
		return
	medians = {}
	for size in (min(1_000, arguments.customers), arguments.customers):
		started = time.perf_counter()
		fill(size, arguments.people)
		print(f"{size:,} customers filled in {time.perf_counter() - started:.0f} s", flush=True)
		wait_until_written()
		medians[size] = measure_all(arguments.people)
	small, large = sorted(medians) if len(medians) > 1 else [next(iter(medians))] * 2
	show(medians, small, large)
	if arguments.plans:
		show_plans(arguments.people)


def measure_all(people: int) -> dict[tuple[str, str], float]:
	return {(who, name): measure(user, name) for who, user in get_askers(people).items() for name in LISTS}


def get_askers(people: int) -> dict[str, str]:
	return {
		"salesperson": person(people // 2),
		"manager of fifty": "manager1@bench.meeting",
		"holds nothing": "idle@bench.meeting",
		"administrator": "Administrator",
	}


def person(number: int) -> str:
	return f"sales{number}@bench.meeting"


def make_people(people: int) -> None:
	"""Users by SQL: only what visibility asks of them, role and department."""
	if frappe.db.exists("User", person(people)):
		return
	departments = people // DEPARTMENT
	frappe.db.sql("delete from tabUser where name like '%@bench.meeting'")
	rows = [(person(number), f"Bench {(number - 1) // DEPARTMENT + 1}") for number in range(1, people + 1)]
	rows += [(f"manager{number}@bench.meeting", None) for number in range(1, departments + 1)]
	rows += [("idle@bench.meeting", None)]
	frappe.db.bulk_insert(
		"User",
		("name", "email", "first_name", "full_name", "enabled", "user_type", "meeting_department"),
		[(name, name, name, name, 1, "System User", department) for name, department in rows],
	)
	frappe.db.bulk_insert(
		"Has Role",
		("name", "parent", "parenttype", "parentfield", "role"),
		[
			(
				f"bench-{name}"[:140],
				name,
				"User",
				"roles",
				"Meeting Manager" if name.startswith("manager") else "Meeting Salesperson",
			)
			for name, _department in rows
		],
		ignore_duplicates=True,
	)
	frappe.db.sql("delete from `tabMeeting Department` where name like 'Bench %'")
	frappe.db.bulk_insert(
		"Meeting Department",
		("name", "department_name", "manager", "lft", "rgt"),
		[
			(
				f"Bench {number}",
				f"Bench {number}",
				f"manager{number}@bench.meeting",
				1_000_000 + 2 * number,
				1_000_001 + 2 * number,
			)
			for number in range(1, departments + 1)
		],
	)
	frappe.db.commit()
	frappe.clear_cache()


def fill(customers: int, people: int) -> None:
	"""Files, contacts and activities, spread evenly and in random order of time, straight in the database."""
	for table in (FILES, CONTACTS, ACTIVITIES):
		frappe.db.sql_ddl(f"truncate table `{table}`")
	owner = f"concat('sales', 1 + mod(s.seq, {people}), '@bench.meeting')"
	moment = "date_sub(now(6), interval floor(rand(s.seq) * 40000000) second)"
	frappe.db.sql(
		f"""insert into `{FILES}` (name, creation, modified, claimed_on, owner, modified_by, holder, customer_name, category,
			enterprise, segment, mobile_key)
		select concat('c', lpad(s.seq, 9, '0')), {moment}, {moment}, {moment}, {owner}, {owner}, {owner}, concat('测试企业', s.seq),
			'Intended', concat('e', s.seq), 'General', 13000000000 + s.seq
		from seq_1_to_{customers} s"""
	)
	frappe.db.sql(
		f"""insert into `{CONTACTS}` (name, creation, modified, owner, modified_by, customer, customer_name, person_name, mobile,
			mobile_key)
		select concat('p', n.seq, lpad(s.seq, 9, '0')), {moment}, {moment}, {owner}, {owner}, concat('c', lpad(s.seq, 9, '0')),
			concat('测试企业', s.seq), concat('联系人', s.seq), 13000000000 + s.seq, 13000000000 + s.seq
		from seq_1_to_{customers} s join seq_1_to_3 n"""
	)
	frappe.db.sql(
		f"""insert into `{ACTIVITIES}` (name, creation, modified, owner, modified_by, customer, customer_name, subject,
			activity_type, status, assigned_to, starts_on)
		select concat('a', n.seq, lpad(s.seq, 9, '0')), {moment}, {moment}, {owner}, {owner}, concat('c', lpad(s.seq, 9, '0')),
			concat('测试企业', s.seq), '电话', 'Call', if(n.seq = 1, 'Planned', 'Done'), {owner}, {moment}
		from seq_1_to_{customers} s join seq_1_to_3 n"""
	)
	frappe.db.sql("delete from `tabMeeting Enterprise` where name like 'e%' and entered_by is null")
	frappe.db.sql(
		f"""insert ignore into `tabMeeting Enterprise` (name, creation, modified, enterprise_name, name_key)
		select concat('e', s.seq), now(6), now(6), concat('测试企业', s.seq), concat('bench', s.seq) from seq_1_to_{customers} s"""
	)
	frappe.db.commit()
	for table in (FILES, CONTACTS, ACTIVITIES):
		frappe.db.sql(f"analyze table `{table}`")


def wait_until_written(limit: int = 30) -> None:
	"""Filling leaves changed pages that the database writes for some time after."""
	deadline = time.monotonic() + limit
	while time.monotonic() < deadline:
		dirty = int(frappe.db.sql("show global status like 'Innodb_buffer_pool_pages_dirty'")[0][1])
		if dirty < DIRTY_PAGES:
			return
		time.sleep(2)


DIRTY_PAGES = 2_000


def measure(user: str, name: str) -> float:
	"""Median milliseconds of the first page, as the report view's endpoint builds it."""
	times = []
	for _round in range(ROUNDS):
		frappe.set_user(user)
		started = time.perf_counter()
		ask(name)
		times.append((time.perf_counter() - started) * 1000)
	frappe.set_user("Administrator")
	return statistics.median(times)


def ask(name: str, run: bool = True):
	from frappe.model.db_query import DatabaseQuery

	doctype, fields, order = LISTS[name]
	getattr(frappe.local, "request_cache", {}).clear()
	return DatabaseQuery(doctype).execute(
		fields=[f"`tab{doctype}`.`{field}`" for field in fields],
		order_by=f"`tab{doctype}`.{order}",
		limit_page_length=20,
		run=run,
	)


def show(medians: dict, small: int, large: int) -> None:
	print(f"\n| who | list | {small:,} ms | {large:,} ms | times |\n|---|---|---|---|---|")
	for who, name in medians[small]:
		before, after = medians[small][who, name], medians[large][who, name]
		print(f"| {who} | {name} | {before:.1f} | {after:.1f} | {after / before:.1f} |")


def show_plans(people: int) -> None:
	for who, user in get_askers(people).items():
		for name in LISTS:
			frappe.set_user(user)
			query = ask(name, run=False)
			print(f"\n{who}, {name}")
			for row in frappe.db.sql(f"explain {query}", as_dict=True):
				print("  ", {key: row[key] for key in ("table", "type", "key", "rows", "Extra")})
	frappe.set_user("Administrator")


def bench_handover(arguments: argparse.Namespace) -> None:
	"""One person's files and activities, four records a file, against saving a document each."""
	from meeting_crm.customers import handover

	make_people(arguments.people)
	fill(arguments.handed, 1)
	doc = frappe.get_doc(
		{
			"doctype": "Meeting Handover",
			"from_user": person(1),
			"reason": "bench",
			"receivers": [{"user": person(2)}, {"user": person(3)}],
		}
	).insert()
	started = time.perf_counter()
	moved = handover.run(doc.name)
	frappe.db.commit()
	seconds = time.perf_counter() - started
	each = measure_single_saves()
	records = sum(moved.values())
	print(
		f"\n{records:,} records handed over in {seconds:.1f} s; saved one by one: {each * 1000:.1f} ms each, {each * records:.0f} s"
	)
	print(f"{each * records / seconds:.0f} times as fast")


def measure_single_saves(count: int = 200) -> float:
	names = frappe.get_all("Meeting Customer", limit=count, pluck="name", order_by="name")
	started = time.perf_counter()
	for name in names:
		doc = frappe.get_doc("Meeting Customer", name)
		doc.holder = person(4)
		doc.flags.by_service = True
		doc.save()
	seconds = time.perf_counter() - started
	frappe.db.rollback()
	return seconds / len(names)


if __name__ == "__main__":
	main()

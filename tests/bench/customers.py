"""Measures the first page of My customers and of the lists that hang on it, small and large, and a handover.

	for size in small large; do
		env/bin/bench new-site $size.localhost --admin-password admin --install-app meeting_crm
	done
	env/bin/python tests/bench/customers.py --site large.localhost --small-site small.localhost --plans

Fills two sites with `--people` salespeople in departments of fifty: the small one with 1,000 files and 1,000 of each record that
hangs on them, the large one with `--customers` files, three contacts and three activities each, and a third as many of every other
kind. One file in ten is held by somebody else than who wrote it, one in ten by nobody; colleagues wrote one record in a hundred. Each
list is asked as the desk asks it (its endpoint, with its fields, its order and the user's permissions), and so is the number beside
it. The sites are used for nothing else and their bench rows are replaced at each run.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import frappe
from common import add_toy, connect, sized

SMALL = sized(1_000, 100)
DEPARTMENT = 50
ROUNDS = sized(25, 1)
DIRTY_PAGES = 2_000
TEAM = 3
LEADER, IDLE = "leader@bench.meeting", "idle@bench.meeting"


@dataclass(frozen=True)
class Filled:
	"""One kind of record: how many a file on the large site, and its columns beside those all records have."""

	doctype: str
	a_file: float = 1 / 3
	columns: dict[str, str] = field(default_factory=dict)


KINDS = (
	Filled(
		"Meeting Contact",
		3,
		{
			"person_name": "concat('联系人', n.seq)",
			"position": "'经理'",
			"mobile": "13000000000 + n.seq",
			"mobile_key": "13000000000 + n.seq",
		},
	),
	Filled(
		"Meeting Activity",
		3,
		{
			"subject": "'电话'",
			"activity_type": "'Call'",
			"status": "if(mod(n.seq, 3) = 0, 'Planned', 'Done')",
			"assigned_to": "{holder}",
			"starts_on": "{moment}",
		},
	),
	Filled(
		"Meeting Opportunity",
		columns={
			"opportunity_name": "'标展'",
			"stage": "'Proposal'",
			"assigned_to": "{holder}",
			"amount": "mod(n.seq, 90000)",
		},
	),
	Filled("Meeting Customer Project", columns={"project_title": "'新厂'", "status": "'Planned'"}),
	Filled(
		"Meeting Maintenance",
		columns={"subject": "'回访'", "kind": "'Return Visit'", "status": "'Open'", "assigned_to": "{holder}"},
	),
	Filled("Meeting Quotation", columns={"status": "'Sent'", "assigned_to": "{holder}", "amount": "mod(n.seq, 90000)"}),
	Filled(
		"Meeting Expense",
		columns={"purpose": "'差旅'", "expense_type": "'Travel'", "spent_by": "{holder}", "amount": "mod(n.seq, 900)"},
	),
	Filled(
		"Meeting Contract",
		columns={"enterprise_name": "{customer_name}", "holder": "{holder}", "amount": "mod(n.seq, 90000)"},
	),
)
FILES = "tabMeeting Customer"
LISTS = {
	"My customers": ("Meeting Customer", []),
	"Social relations": ("Meeting Customer", [["Meeting Customer", "category", "=", "Social Relation"]]),
	**{kind.doctype.removeprefix("Meeting "): (kind.doctype, []) for kind in KINDS},
}


def main() -> None:
	arguments = read_arguments()
	if arguments.only in (None, "lists"):
		bench_lists(arguments)
	if arguments.only in (None, "handover"):
		connect(arguments.site)
		bench_handover(arguments)
		frappe.destroy()


def read_arguments() -> argparse.Namespace:
	parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
	parser.add_argument("--site", required=True, help="the large one")
	parser.add_argument("--small-site", help="needed for the lists")
	parser.add_argument("--customers", type=int, default=sized(1_000_000, 500))
	parser.add_argument("--people", type=int, default=sized(1_000, 100))
	parser.add_argument("--handed", type=int, default=sized(25_000, 100), help="customers of the person who hands over")
	parser.add_argument("--only", choices=("lists", "handover"))
	parser.add_argument("--fill", action="store_true", help="fill the sites, measure nothing")
	parser.add_argument("--measure", action="store_true", help="measure what the sites hold, without filling them")
	parser.add_argument("--list", action="append", choices=LISTS, help="these lists alone")
	parser.add_argument("--plans", action="store_true", help="show the database's plans on the large site")
	add_toy(parser)
	return parser.parse_args()


def bench_lists(arguments: argparse.Namespace) -> None:
	medians = {}
	for site, size in ((arguments.small_site, SMALL), (arguments.site, arguments.customers)):
		connect(site)
		if not arguments.measure:
			started = time.perf_counter()
			make_people(arguments.people)
			fill(
				size,
				arguments.people,
				{kind.doctype: SMALL if size == SMALL else int(size * kind.a_file) for kind in KINDS},
			)
			print(f"{size:,} customers filled in {time.perf_counter() - started:.0f} s", flush=True)
			wait_until_written()
		elif (held := frappe.db.count("Meeting Customer")) != size:
			raise SystemExit(f"{site} holds {held:,} customers instead of {size:,}: fill it first, without --measure")
		if not arguments.fill:
			medians[size] = measure_all(arguments)
			if arguments.plans and size != SMALL:
				show_plans(arguments)
		frappe.destroy()
	if medians:
		show(medians, SMALL, arguments.customers)


def get_askers(people: int) -> dict[str, str]:
	return {
		"salesperson": person(people // 2),
		"manager of three": LEADER,
		"manager of fifty": "manager1@bench.meeting",
		"holds nothing": IDLE,
		"administrator": "Administrator",
	}


def person(number: int) -> str:
	return f"sales{number}@bench.meeting"


def make_people(people: int) -> None:
	"""Users by SQL: only what visibility asks of them, role and department."""
	departments = people // DEPARTMENT
	frappe.db.sql("delete from tabUser where name like '%@bench.meeting'")
	rows = [(person(number), f"Bench {(number - 1) // DEPARTMENT + 1}") for number in range(1, people + 1)]
	rows[-TEAM:] = [(name, "Bench team") for name, _department in rows[-TEAM:]]
	managers = {f"Bench {number}": f"manager{number}@bench.meeting" for number in range(1, departments + 1)}
	managers["Bench team"] = LEADER
	rows += [(name, None) for name in (*managers.values(), IDLE)]
	frappe.db.bulk_insert(
		"User",
		("name", "email", "first_name", "full_name", "enabled", "user_type", "meeting_department"),
		[(name, name, name, name, 1, "System User", department) for name, department in rows],
	)
	roles = dict.fromkeys(managers.values(), "Meeting Manager")
	frappe.db.bulk_insert(
		"Has Role",
		("name", "parent", "parenttype", "parentfield", "role"),
		[
			(f"bench-{name}"[:140], name, "User", "roles", roles.get(name, "Meeting Salesperson"))
			for name, _department in rows
		],
		ignore_duplicates=True,
	)
	frappe.db.sql("delete from `tabMeeting Department` where name like 'Bench %'")
	frappe.db.bulk_insert(
		"Meeting Department",
		("name", "department_name", "manager", "lft", "rgt"),
		[
			(name, name, manager, 1_000_000 + 2 * number, 1_000_001 + 2 * number)
			for number, (name, manager) in enumerate(managers.items())
		],
	)
	frappe.db.commit()
	frappe.clear_cache()


def fill(customers: int, people: int, records: dict[str, int]) -> None:
	"""Files and what hangs on them, spread evenly and in random order of time, straight in the database."""

	def salesperson(number: str) -> str:
		return f"concat('sales', 1 + mod({number}, {people}), '@bench.meeting')"

	def moment(seed: str) -> str:
		return f"date_sub(now(6), interval floor(rand({seed}) * 40000000) second)"

	frappe.db.sql_ddl(f"truncate table `{FILES}`")
	author, own = salesperson("s.seq"), moment("s.seq")
	share = "mod(crc32(concat('h', s.seq)), 10)"
	frappe.db.sql(
		f"""insert into `{FILES}` (name, creation, modified, claimed_on, owner, modified_by, holder, customer_name, category,
			enterprise, segment, mobile_key)
		select concat('c', lpad(s.seq, 9, '0')), {own}, {own}, {own}, {author}, {author},
			case {share} when 0 then {salesperson("s.seq + 1")} when 1 then null else {author} end, concat('测试企业', s.seq),
			if(mod(crc32(s.seq), 20) = 0, 'Social Relation', 'Intended'), concat('e', s.seq), 'General', 13000000000 + s.seq
		from seq_1_to_{customers} s"""
	)
	frappe.db.commit()
	for kind in KINDS:
		table, count = f"tab{kind.doctype}", records[kind.doctype]
		frappe.db.sql_ddl(f"truncate table `{table}`")
		values = {
			"holder": "coalesce(f.holder, f.owner)",
			"moment": moment("n.seq + 5"),
			"customer_name": "f.customer_name",
		}
		columns = {name: value.format(**values) for name, value in kind.columns.items()}
		names, expressions = (
			"".join(f", {name}" for name in columns),
			"".join(f", {value}" for value in columns.values()),
		)
		frappe.db.sql(
			f"""insert into `{table}` (name, creation, modified, owner, modified_by, customer{"" if kind.doctype == "Meeting Contract" else ", customer_name"}{names})
			select concat('r', lpad(n.seq, 9, '0')), {moment("n.seq")}, {moment("n.seq")},
				if(mod(n.seq, 101) = 0, {salesperson("n.seq * 31")}, f.owner), f.owner, f.name
				{"" if kind.doctype == "Meeting Contract" else ", f.customer_name"}{expressions}
			from seq_1_to_{count} n join `{FILES}` f on f.name = concat('c', lpad(1 + mod(n.seq, {customers}), 9, '0'))"""
		)
		frappe.db.commit()
		frappe.db.sql(f"analyze table `{table}`")
	frappe.db.sql(f"analyze table `{FILES}`")


def wait_until_written(limit: int = 60) -> None:
	"""Filling leaves changed pages that the database writes for some time after."""
	deadline = time.monotonic() + limit
	while time.monotonic() < deadline:
		dirty = int(frappe.db.sql("show global status like 'Innodb_buffer_pool_pages_dirty'")[0][1])
		if dirty < DIRTY_PAGES:
			return
		time.sleep(2)


def measure_all(arguments: argparse.Namespace) -> dict[tuple[str, str, str], float]:
	return {
		(who, name, what): measure(user, lambda name=name, ask=ask: ask(*LISTS[name]))
		for who, user in get_askers(arguments.people).items()
		for name in arguments.list or LISTS
		for what, ask in (("page", ask_page), ("number", ask_number))
	}


def measure(user: str, ask: Callable) -> float:
	"""Median milliseconds."""
	times = []
	for _round in range(ROUNDS):
		frappe.set_user(user)
		getattr(frappe.local, "request_cache", {}).clear()
		started = time.perf_counter()
		ask()
		times.append((time.perf_counter() - started) * 1000)
	frappe.set_user("Administrator")
	return statistics.median(times)


def ask_page(doctype: str, filters: list) -> None:
	"""What the desk's list asks for when it opens."""
	meta = frappe.get_meta(doctype)
	shown = [df.fieldname for df in meta.fields if df.in_list_view]
	fields = dict.fromkeys(
		("name", "owner", "creation", "modified", "_user_tags", "_comments", "_assign", "_liked_by", *shown)
	)
	frappe.local.form_dict = frappe._dict(
		doctype=doctype,
		fields=json.dumps([f"`tab{doctype}`.`{name}`" for name in fields]),
		filters=json.dumps(filters),
		order_by=f"`tab{doctype}`.`{meta.sort_field}` {meta.sort_order.lower()}",
		start=0,
		page_length=20,
		view="List",
		with_comment_count=1,
	)
	call("frappe.desk.reportview.get")


def ask_number(doctype: str, filters: list) -> None:
	frappe.local.form_dict = frappe._dict(
		doctype=doctype, filters=json.dumps(filters), fields="[]", distinct="false", limit=1001
	)
	call("frappe.desk.reportview.get_count")


def call(method: str) -> None:
	"""As Frappe's handler does: the app's own function where it has one."""
	overrides = frappe.get_hooks("override_whitelisted_methods").get(method)
	frappe.get_attr(overrides[-1] if overrides else method)()


def show(medians: dict, small: int, large: int) -> None:
	print(f"\n| who | list | asked | {small:,} ms | {large:,} ms | times |\n|---|---|---|---|---|---|")
	for who, name, what in medians[small]:
		before, after = medians[small][who, name, what], medians[large][who, name, what]
		print(f"| {who} | {name} | {what} | {before:.1f} | {after:.1f} | {after / before:.1f} |")


def show_plans(arguments: argparse.Namespace) -> None:
	"""The plan of every statement that a list makes, as the database ran it."""
	for who, user in get_askers(arguments.people).items():
		for name in [*(arguments.list or LISTS)][: sized(None, 1)]:
			for what, ask in (("page", ask_page), ("number", ask_number)):
				frappe.set_user(user)
				getattr(frappe.local, "request_cache", {}).clear()
				print(f"\n{who}, {name}, {what}")
				for statement in record_statements(lambda name=name, ask=ask: ask(*LISTS[name])):
					print(" ", " ".join(statement.split())[:200])
					for row in frappe.db.sql(f"explain {statement}", as_dict=True):
						print("    ", {key: row[key] for key in ("table", "type", "key", "rows", "Extra")})
	frappe.set_user("Administrator")


def record_statements(ask: Callable) -> list[str]:
	"""Those that read records of the lists; the framework's own look-ups are left out."""
	made, sql = [], frappe.db.sql

	def recording(query, *args, **kwargs):
		answer = sql(query, *args, **kwargs)
		made.append(frappe.db.last_query)
		return answer

	frappe.db.sql = recording
	try:
		ask()
	finally:
		del frappe.db.sql
	return [text for text in made if any(f"tab{doctype}" in text for doctype, _filters in LISTS.values())]


def bench_handover(arguments: argparse.Namespace) -> None:
	"""Everything of one person, against saving a document each."""
	from meeting_crm.handover import moves

	make_people(arguments.people)
	fill(arguments.handed, 1, {kind.doctype: int(arguments.handed * kind.a_file) for kind in KINDS})
	frappe.db.sql(
		f"""insert ignore into `tabMeeting Enterprise` (name, creation, modified, enterprise_name, name_key)
		select enterprise, now(6), now(6), customer_name, concat('bench', enterprise) from `{FILES}`"""
	)
	doc = frappe.get_doc(
		{
			"doctype": "Meeting Handover",
			"from_user": person(1),
			"reason": "bench",
			"receivers": [{"user": person(2)}, {"user": person(3)}],
		}
	).insert()
	started = time.perf_counter()
	moved = moves.run(doc.name)
	frappe.db.commit()
	seconds = time.perf_counter() - started
	each = measure_single_saves()
	records = sum(moved.values())
	print(
		f"\n{records:,} records handed over in {seconds:.1f} s; saved one by one: {each * 1000:.1f} ms each, {each * records:.0f} s"
	)
	print(f"{each * records / seconds:.0f} times as fast")


def measure_single_saves(count: int = sized(200, 3)) -> float:
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

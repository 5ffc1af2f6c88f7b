"""Measures the duplicate check and the import on a site of its own, beside what a user would have otherwise.

	env/bin/bench new-site bench.localhost --admin-password admin --install-app meeting_crm
	env/bin/python tests/bench/enterprises.py --site bench.localhost --names names.txt.gz --queries queries.tsv

`--names`: a company name a line, gzip or plain. `--queries`: query, name, class, separated by tabs. The first run imports the
names, later ones use them and import a hundred thousand others for a while; an import that was ended goes on. Alternatives
measured in the same run: Frappe's link search (`LIKE '%…%'`), RapidFuzz over all names in memory as the ceiling of accuracy,
and Frappe's Data Import. `--copies 4` makes four million of a million names on another site; `--only fill` enters them without people, log and results, which the search
never reads, and `--large-site` then searches that site in turn with the first. Without `--only`, one run prints all figures.
"""

import argparse
import csv
import gzip
import io
import multiprocessing
import random
import re
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

import frappe
import numpy as np
from common import add_toy, connect, percentiles, show, sized

WARM_UP = sized(200, 10)
LIKE_QUERIES = 60
CEILING_QUERIES = 60
THROUGHPUT_SECONDS = sized(5, 0.3)
THROUGHPUT_ROUNDS = sized(7, 1)
PARTS = ("import", "data-import", "build", "recall", "speed", "throughput", "insert", "size")
SIZE_ROUNDS = sized(3, 1)
INSERTS = sized(200, 2)
DATA_IMPORT_ROUNDS = sized(3, 1)
FRAPPE_ROWS = sized(1000, 10)
# Where the names are there already, an import of others is measured.
OTHER_ROWS = sized(100_000, 50)
ROWS_A_REMOVAL = 1000
ALONE_SECONDS = sized(30, 1)
ROWS_A_FILL = 50_000


def main() -> None:
	arguments = read_arguments()
	connect(arguments.site)
	names = read_names(arguments.names, arguments.count)
	if "import" in arguments.only:
		bench_import(arguments, names)
	if "fill" in arguments.only:
		fill(arguments, names)
	if "data-import" in arguments.only:
		bench_data_import(names, arguments.rows)
	if "build" in arguments.only:
		bench_build()
	given, unseen = make_queries(arguments, names)
	if "recall" in arguments.only:
		bench_recall(given, unseen)
	if "speed" in arguments.only:
		bench_speed(arguments, names, given or unseen)
	if arguments.large_site:
		bench_sizes(arguments.site, arguments.large_site, [query.text for query in given or unseen])
	if "throughput" in arguments.only:
		show("Throughput, checks a second", bench_throughput(arguments.site, [query.text for query in given or unseen]))
	if "insert" in arguments.only:
		show("One entry and its commit", bench_inserts(names))
	if "size" in arguments.only:
		show("Index", read_sizes())
	frappe.destroy()


def read_arguments() -> argparse.Namespace:
	parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
	parser.add_argument("--site", required=True)
	parser.add_argument("--names", required=True, type=Path)
	parser.add_argument("--queries", type=Path)
	parser.add_argument("--count", type=int, default=sized(1_000_000, 300))
	parser.add_argument("--each", type=int, default=sized(100, 1), help="unseen queries of each class")
	parser.add_argument("--seed", type=int, default=11)
	parser.add_argument(
		"--copies", type=int, default=1, help="times the names, each time with other digits: 4 makes 4 million"
	)
	parser.add_argument(
		"--only", type=lambda text: text.split(","), default=PARTS, help=f"some of {','.join(PARTS)}, fill"
	)
	parser.add_argument("--large-site", help="a site with more enterprises, searched in turn with the first one")
	parser.add_argument("--minutes", type=float, help="end the import after so long; the next run goes on")
	parser.add_argument(
		"--rows",
		type=lambda text: [int(number) for number in text.split(",")],
		default=sized([1000, 10_000, 30_000, 100_000], [20]),
		help="of the files that both importers read",
	)
	parser.add_argument("--without-alternatives", action="store_true")
	add_toy(parser)
	return parser.parse_args()


def read_names(path: Path, count: int) -> list[str]:
	opener = gzip.open if path.suffix == ".gz" else open
	with opener(path, "rt", encoding="utf-8") as file:
		return [line.strip() for _number, line in zip(range(count), file, strict=False)]


# Import


def bench_import(arguments: argparse.Namespace, names: list[str]) -> None:
	doc, others = get_unfinished() or make_import(arguments, names), []
	if doc is None:
		others = make_fresh_labels(names, OTHER_ROWS)
		doc = attach_labels(others)
	spawn = multiprocessing.get_context("spawn")
	stop, beside, memory = spawn.Event(), spawn.Queue(), spawn.Queue()
	checker = spawn.Process(target=check_until, args=(arguments.site, names[:1000], stop, beside))
	checker.start()
	# a fresh process, so that its memory is its own
	runner = spawn.Process(target=run_import, args=(arguments.site, doc.name, memory))
	before, begun = doc.done_rows, time.perf_counter()
	runner.start()
	runner.join(arguments.minutes * 60 if arguments.minutes else None)
	if runner.is_alive():
		frappe.db.set_value(doc.doctype, doc.name, "status", "Cancelling")
		frappe.db.commit()
		runner.join()
	seconds = time.perf_counter() - begun
	stop.set()
	loud = beside.get()
	checker.join()
	frappe.db.rollback()
	doc.reload()
	entered = doc.done_rows - before
	rows = [("import", "rows", "seconds", "rows a second", "memory MB")]
	done = f"{before:,} to {doc.done_rows:,}"
	rows.append((doc.status, done, f"{seconds:.0f}", f"{entered / seconds:.0f}", memory.get()))
	show("Import of a CSV", rows)
	alone = measure_alone(arguments.site, names)
	rows = [("beside", loud), ("beside, last quarter", loud[-len(loud) // 4 :]), ("alone, afterwards", alone)]
	factors = [f"{np.percentile(loud, point) / np.percentile(alone, point):.2f}" for point in (50, 95, 99)]
	show(
		"A check beside the import (ms)",
		[
			("", "p50", "p95", "p99", "checks"),
			*((way, *percentiles(taken), len(taken)) for way, taken in rows),
			("factor", *factors, ""),
		],
	)
	remove_entered(others)


def get_unfinished():
	name = frappe.db.get_value("Meeting Enterprise Import", {"status": ("in", ("Queued", "Running", "Cancelled"))})
	if not name:
		return None
	frappe.db.set_value("Meeting Enterprise Import", name, "status", "Queued")
	frappe.db.commit()
	return frappe.get_doc("Meeting Enterprise Import", name)


def make_import(arguments: argparse.Namespace, names: list[str]):
	if frappe.db.count("Meeting Enterprise") >= arguments.count * arguments.copies:
		return None
	with tempfile.TemporaryDirectory() as folder:
		path = Path(folder) / "names.csv"
		write_csv(path, names, arguments.copies)
		return attach(path)


def write_csv(path: Path, names: list[str], copies: int) -> None:
	with path.open("w", encoding="utf-8", newline="") as file:
		writer = csv.writer(file)
		writer.writerow(["公司名称", "主营业务", "联系人", "职务", "联系人手机", "座机"])
		for copy in range(copies):
			for number, name in enumerate(names):
				writer.writerow(make_cells(make_label(name, copy), number))


def make_label(name: str, copy: int) -> str:
	return name if not copy else f"{name[:2]}{'甲乙丙丁戊'[copy]}{name[2:]}"


def make_cells(label: str, number: int) -> list[str]:
	return [label, "会展", f"联系人{number}", "经理", f"13{number % 10**9:09d}", f"010-6{number % 10**7:07d}"]


def attach(path: Path):
	folder = Path(frappe.utils.get_files_path(is_private=1))
	target = folder / f"bench-{frappe.generate_hash(length=8)}.csv"
	target.write_bytes(path.read_bytes())
	url = f"/private/files/{target.name}"
	frappe.db.sql(
		"insert into tabFile (name, creation, modified, owner, file_name, file_url, is_private, folder) values (%s, now(), now(), 'Administrator', %s, %s, 1, 'Home')",
		(frappe.generate_hash(length=10), target.name, url),
	)
	doc = frappe.get_doc({"doctype": "Meeting Enterprise Import", "import_file": url}).insert()
	doc.db_set({"status": "Queued", "titles": "[]"})
	frappe.db.commit()
	return doc


def run_import(site: str, name: str, answers) -> None:
	connect(site)
	from meeting_crm.entry.importing import service

	service.run(name)
	answers.put(read_peak_memory())
	frappe.destroy()


def read_peak_memory() -> int:
	"""MB of this program; getrusage would count the one that started it."""
	return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text()).group(1)) // 1024


def check_until(site: str, names: list[str], stop, answers) -> None:
	connect(site)
	taken = []
	while not stop.is_set():
		taken.append(time_check(random.choice(names)[:8]))
		time.sleep(0.1)
	answers.put(taken)
	frappe.destroy()


def measure_alone(site: str, names: list[str]) -> list[float]:
	stop, answers = multiprocessing.Event(), multiprocessing.Queue()
	process = multiprocessing.Process(target=check_until, args=(site, names[:1000], stop, answers))
	process.start()
	time.sleep(ALONE_SECONDS)
	stop.set()
	taken = answers.get()
	process.join()
	return taken


def bench_data_import(names: list[str], sizes: list[int]) -> None:
	"""The same rows by our import and by Frappe's own, the ones of the first deleted before the second; each is first in
	turn, and reads into memory what the other finds there. Of a large file Frappe, which takes minutes for ten thousand
	rows, enters the first ones alone, into tables as full."""
	for way in (import_ours, import_with_frappe):
		import_and_remove(way, make_fresh_labels(names, WARM_UP))
	rows = [
		(
			"rows",
			"import, seconds",
			"rows a second",
			"index taken up",
			"Data Import, seconds",
			"rows a second",
			"factor",
		)
	]
	for count in sizes:
		taken, speeds = defaultdict(list), {}
		for number in range(DATA_IMPORT_ROUNDS if count <= FRAPPE_ROWS else 1):
			labels = make_fresh_labels(names, count)
			ways = [(import_ours, labels), (import_with_frappe, labels[:FRAPPE_ROWS])]
			for way, part in ways[:: 1 if number % 2 == 0 else -1]:
				taken[way].append(import_and_remove(way, part))
		for way, found in taken.items():
			speeds[way] = sum(entered for entered, *_seconds in found) / sum(
				seconds for _entered, seconds, _after in found
			)
		(first, *_rest), ours, theirs = (
			taken[import_with_frappe],
			*(
				", ".join(f"{seconds:.2f}" for _entered, seconds, _after in taken[way])
				for way in (import_ours, import_with_frappe)
			),
		)
		rows.append(
			(
				f"{count:,}",
				ours,
				f"{speeds[import_ours]:.0f}",
				f"{statistics.median(after for _entered, _seconds, after in taken[import_ours]):.1f}",
				f"{theirs} ({first[0]:,} rows)",
				f"{speeds[import_with_frappe]:.0f}",
				f"{speeds[import_ours] / speeds[import_with_frappe]:.1f}",
			)
		)
	show(f"The same rows beside {frappe.db.count('Meeting Enterprise'):,} enterprises", rows)


def make_fresh_labels(names: list[str], count: int) -> list[str]:
	rng, letters = random.Random(time.time()), "".join(names[:1000])
	chosen = [name for name in rng.sample(names, min(2 * count, len(names))) if len(name) < 100][:count]
	return [f"{name[:2]}{rng.choice(letters)}{rng.choice(letters)}{name[2:]}" for name in chosen]


def import_and_remove(way, labels: list[str]) -> tuple[int, float, float]:
	"""How many were entered, in how many seconds, and how long the job then took that keeps the index. Removed without the
	jobs that Frappe makes for each deleted record: they would run beside the next round."""
	from meeting_crm.enterprises import upkeep

	seconds = way(labels)
	frappe.db.commit()
	after = time_call(upkeep.fold_delta)
	return remove_entered(labels), seconds, after


def remove_entered(labels: list[str]) -> int:
	entered = find_entered(labels)
	for start in range(0, len(entered), ROWS_A_REMOVAL):
		part = entered[start : start + ROWS_A_REMOVAL]
		for table, column in (
			("meeting_search_name", "enterprise"),
			("tabMeeting Enterprise Contact", "parent"),
			("tabMeeting Enterprise", "name"),
		):
			frappe.db.sql(f"delete from `{table}` where {column} in %s", (part,))
		frappe.db.commit()
	return len(entered)


def import_ours(labels: list[str]) -> float:
	from meeting_crm.entry.importing import service

	doc = attach_labels(labels)
	return time_call(lambda: service.run(doc.name))


def attach_labels(labels: list[str]):
	with tempfile.TemporaryDirectory() as folder:
		path = Path(folder) / "names.csv"
		write_csv(path, labels, 1)
		return attach(path)


def import_with_frappe(labels: list[str]) -> float:
	from frappe.core.doctype.data_import.importer import Importer

	text = io.StringIO()
	writer = csv.writer(text)
	writer.writerow(
		["Enterprise Name", "Profile", "Person Name (Contacts)", "Position (Contacts)"]
		+ ["Mobile (Contacts)", "Landline"]
	)
	for number, label in enumerate(labels):
		writer.writerow(make_cells(label, number))
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{frappe.generate_hash(length=8)}.csv",
			"content": text.getvalue(),
			"is_private": 1,
		}
	).insert()
	doc = frappe.get_doc(
		{
			"doctype": "Data Import",
			"reference_doctype": "Meeting Enterprise",
			"import_type": "Insert New Records",
			"mute_emails": 1,
			"import_file": file.file_url,
		}
	).insert()
	frappe.db.commit()
	importer = Importer("Meeting Enterprise", data_import=doc)
	return time_call(importer.import_data)


def find_entered(labels: list[str]) -> list[str]:
	"""By their keys: names themselves have no index."""
	from meeting_crm.enterprises.rules import normalise_name

	keys, found = [normalise_name(label) for label in labels], []
	for start in range(0, len(keys), ROWS_A_REMOVAL):
		part = keys[start : start + ROWS_A_REMOVAL]
		found += frappe.get_all("Meeting Enterprise", filters={"name_key": ("in", part)}, pluck="name")
	return found


def fill(arguments: argparse.Namespace, names: list[str]) -> None:
	"""Goes on where the last run ended; the lists are written when the last name stands."""
	from meeting_crm.core.database import insert_rows
	from meeting_crm.enterprises import index
	from meeting_crm.enterprises.rules import normalise_name
	from meeting_crm.enterprises.search import store
	from meeting_crm.entry.importing import writing

	begun, now = time.perf_counter(), frappe.utils.now_datetime()
	for copy in range(arguments.copies):
		for start in range(0, len(names), ROWS_A_FILL):
			if arguments.minutes and time.perf_counter() - begun > arguments.minutes * 60:
				print(f"{frappe.db.count('Meeting Enterprise'):,} enterprises; run again to go on")
				return
			labels = {}
			for name in names[start : start + ROWS_A_FILL]:
				label = make_label(name, copy)
				labels.setdefault(normalise_name(label), label)
			known = writing.find_known(list(labels))
			fresh = [(key, label) for key, label in labels.items() if key not in known]
			keys = list(writing.make_names(len(fresh)))
			insert_rows(
				"tabMeeting Enterprise",
				("name", "creation", "modified", "owner", "enterprise_name", "name_key"),
				[(name, now, now, "Administrator", label, key) for name, (key, label) in zip(keys, fresh, strict=True)],
			)
			store.insert_names(
				index.sql,
				[(name, store.OWN_NAME, key, split_core(key)) for name, (key, _label) in zip(keys, fresh, strict=True)],
			)
			frappe.db.commit()
	index.rebuild()
	print(f"{frappe.db.count('Meeting Enterprise'):,} enterprises and their lists")


def split_core(name_key: str) -> str:
	from meeting_crm.enterprises.search.text import split_name

	return split_name(name_key).core


# Search


def make_queries(arguments: argparse.Namespace, names: list[str]) -> tuple[list, list]:
	from queries import Labelled, QueryMaker

	if not arguments.large_site and not {"recall", "speed", "throughput"} & set(arguments.only):
		return [], []
	given = []
	if arguments.queries:
		given = [Labelled(*line.split("\t")) for line in arguments.queries.read_text("utf-8").splitlines()]
	unseen = QueryMaker(names, {query.name for query in given}, arguments.seed).make(arguments.each)
	random.Random(arguments.seed).shuffle(unseen)
	return given, unseen


def bench_build() -> None:
	from meeting_crm.enterprises import index, upkeep

	frappe.db.commit()
	rebuilt = time_call(index.rebuild)
	begun = time.perf_counter()
	checked = upkeep.verify()
	rows = [("what", "value"), ("rebuilt while in use, seconds", f"{rebuilt:.0f}")]
	rows.append(("compared with a full scan, seconds", f"{time.perf_counter() - begun:.0f}"))
	show("Build", rows + [(what, f"{value:,}") for what, value in checked.items()])


def bench_recall(given: list, unseen: list) -> None:
	show_recall("given", given)
	show_recall("unseen", unseen)
	short = add_short_names()
	show_recall("short names, nobody added any", short)
	added = add_aliases(short)
	show_recall("short names, added as aliases", short)
	remove_aliases(added)


def show_recall(title: str, queries: list) -> None:
	if not queries:
		return
	_taken, right, total = run_queries(queries, lambda text: [hit.enterprise for hit in find(text)])
	rows = [(kind, f"{right[kind] / total[kind]:.3f}", total[kind]) for kind in sorted(total)]
	rows.append(("all", f"{sum(right.values()) / len(queries):.4f}", len(queries)))
	show(f"Recall at 10, {title}", [("class", "recall", "queries"), *rows])


def bench_speed(arguments: argparse.Namespace, names: list[str], queries: list) -> None:
	for query in random.Random(1).sample(queries, min(WARM_UP, len(queries))):
		time_check(query.text)
	speed = [("search", "p50 ms", "p95 ms", "p99 ms", "recall at 10", "queries")]
	taken, right, total = run_queries(queries, lambda text: [hit.enterprise for hit in find(text)])
	ours = np.percentile(taken, 95)
	speed.append(("index", *percentiles(taken), f"{sum(right.values()) / sum(total.values()):.4f}", len(queries)))
	sample = random.Random(3).sample(queries, min(LIKE_QUERIES, len(queries)))
	taken = [time_call(lambda text=query.text: whole_check(text)) for query in sample]
	speed.append(("whole answer of the API", *percentiles(taken), "", len(sample)))
	if not arguments.without_alternatives:
		like, *others = bench_alternatives(names, sample)
		speed += [
			like,
			*others,
			("p95 of LIKE to that of the index", "", f"{float(like[2]) / ours / 1000:.0f} times", "", "", ""),
		]
	show(f"Search among {frappe.db.count('Meeting Enterprise'):,} enterprises", speed)


def bench_sizes(small_site: str, large_site: str, texts: list[str]) -> None:
	"""The smaller site and the larger one in turn, each in a process of its own, so that both meet the same disturbances."""
	taken, spawn = defaultdict(list), multiprocessing.get_context("spawn")
	for number in range(SIZE_ROUNDS):
		for site in (small_site, large_site)[:: 1 if number % 2 == 0 else -1]:
			answers = spawn.Queue()
			process = spawn.Process(target=time_checks, args=(site, texts, answers))
			process.start()
			taken[site].append(answers.get())
			process.join()
	rows = [("enterprises", "p50 ms", "p95 ms", "p99 ms", "p95 of each round")]
	for site in (small_site, large_site):
		seconds = [each for _count, found in taken[site] for each in found]
		rounds = ", ".join(percentiles(found)[1] for _count, found in taken[site])
		rows.append((f"{taken[site][0][0]:,}", *percentiles(seconds), rounds))
	small, large = (
		np.percentile([each for _count, found in taken[site] for each in found], 95)
		for site in (small_site, large_site)
	)
	rows.append(("factor", "", f"{large / small:.2f}", "", ""))
	show("Search by size", rows)


def time_checks(site: str, texts: list[str], answers) -> None:
	connect(site)
	for text in random.Random(1).sample(texts, min(WARM_UP, len(texts))):
		find(text)
	answers.put((frappe.db.count("Meeting Enterprise"), [time_check(text) for text in texts]))
	frappe.destroy()


def read_sizes() -> list[tuple]:
	from meeting_crm.enterprises import index

	sizes = index.sql(
		"""select table_name, round((data_length + index_length) / 1e6) from information_schema.tables
		where table_schema = database() and table_name like 'meeting\\_search%'"""
	)
	return [("table", "MB"), *sizes, ("together", sum(size for _name, size in sizes))]


def find(text: str) -> list:
	from meeting_crm.enterprises import index

	frappe.db.commit()
	return index.find(text, 10)


def whole_check(text: str) -> list:
	from meeting_crm.entry import checks

	frappe.db.commit()
	return checks.check(text=text, limit=10)


def time_check(text: str) -> float:
	return time_call(lambda: find(text))


def time_call(call) -> float:
	begun = time.perf_counter()
	call()
	return time.perf_counter() - begun


def run_queries(queries, search) -> tuple[list[float], Counter, Counter]:
	taken, right, total = [], Counter(), Counter()
	labels = {}
	for query in queries:
		begun = time.perf_counter()
		found = search(query.text)
		taken.append(time.perf_counter() - begun)
		total[query.kind] += 1
		missing = [enterprise for enterprise in found if enterprise not in labels]
		if missing:
			labels.update(
				frappe.get_all(
					"Meeting Enterprise",
					filters={"name": ("in", missing)},
					fields=["name", "enterprise_name"],
					as_list=True,
				)
			)
		right[query.kind] += any(labels.get(enterprise) == query.name for enterprise in found)
	return taken, right, total


def add_short_names() -> list:
	"""Well-known companies among the others, asked for by what people call them."""
	from queries import Labelled

	from meeting_crm.enterprises import service

	queries = []
	for line in (Path(__file__).parent / "short_names.tsv").read_text("utf-8").splitlines():
		name, short = line.split("\t")
		if not service.find_by_name(name):
			service.add_enterprise(name, {}, "Administrator")
		queries.append(Labelled(short, name, f"{len(short)} letters"))
	frappe.db.commit()
	return queries


def add_aliases(queries: list) -> list[str]:
	"""As people do who call a company so; answers those that were not there."""
	from meeting_crm.enterprises import aliases, errors, service

	added = []
	for query in queries:
		enterprise = service.find_by_name(query.name)
		if aliases.find_alias(enterprise, query.text):
			continue
		try:
			added.append(aliases.add_alias(enterprise, query.text))
		except errors.AliasError:
			frappe.clear_messages()
	frappe.db.commit()
	return added


def remove_aliases(names: list[str]) -> None:
	from meeting_crm.enterprises import aliases

	for name in names:
		aliases.remove_alias(name)
	frappe.db.commit()


def bench_alternatives(names: list[str], sample: list) -> list[tuple]:
	from rapidfuzz import fuzz, process

	from meeting_crm.enterprises.rules import normalise_name

	def like(text: str) -> list[str]:
		"""The statement Frappe's link search makes for a DocType with a title field."""
		found = frappe.db.sql(
			"""select name from `tabMeeting Enterprise` where (name like %(part)s or enterprise_name like %(part)s)
			order by if(locate(%(text)s, enterprise_name), locate(%(text)s, enterprise_name), 99999), modified desc limit 10""",
			{"text": text, "part": f"%{text}%"},
		)
		return [name for (name,) in found]

	taken, right, total = run_queries(sample, like)
	rows = [
		(
			"Frappe's link search (LIKE)",
			*percentiles(taken),
			f"{sum(right.values()) / sum(total.values()):.4f}",
			len(sample),
		)
	]
	norms = [normalise_name(name) for name in names]
	hits, taken = 0, []
	for query in sample[:CEILING_QUERIES]:
		text = normalise_name(query.text)
		begun = time.perf_counter()
		best = process.extract(text, norms, scorer=fuzz.ratio, limit=10)
		taken.append(time.perf_counter() - begun)
		hits += any(names[place] == query.name for _norm, _score, place in best)
	rows.append(("RapidFuzz over all in memory", *percentiles(taken), f"{hits / len(taken):.4f}", len(taken)))
	return rows


def bench_throughput(site: str, texts: list[str]) -> list[tuple]:
	"""One process and two in turn, so that both meet the same disturbances. Rounds that agree on a little more than twice
	are true: where one process and the database wait for one another, a core sleeps and must be woken for each answer."""
	counts = {1: [], 2: []}
	rows = [("round", "one process", "two", "factor")]
	for number in range(1, THROUGHPUT_ROUNDS + 1):
		for processes in (1, 2)[:: 1 if number % 2 else -1]:
			counts[processes].append(run_processes(site, texts, processes))
		alone, both = (found[-1] for found in counts.values())
		rows.append((number, f"{alone:.0f}", f"{both:.0f}", f"{both / alone:.2f}"))
	alone, both = (statistics.median(found) for found in counts.values())
	factors = [two / one for one, two in zip(counts[1], counts[2], strict=True)]
	rows.append(("median", f"{alone:.0f}", f"{both:.0f}", f"{statistics.median(factors):.2f}"))
	rows.append(("medians' factor", "", "", f"{both / alone:.2f}"))
	return rows


def run_processes(site: str, texts: list[str], count: int) -> float:
	answers, start = multiprocessing.Queue(), multiprocessing.Barrier(count)
	running = [
		multiprocessing.Process(target=count_checks, args=(site, texts, seed, start, answers)) for seed in range(count)
	]
	for process in running:
		process.start()
	done = sum(answers.get() for _process in running)
	for process in running:
		process.join()
	return done


def count_checks(site: str, texts: list[str], seed: int, start, answers) -> None:
	connect(site)
	order = random.Random(seed).sample(texts, len(texts))
	for text in order[:50]:
		find(text)
	start.wait()
	begun, done = time.perf_counter(), 0
	while time.perf_counter() - begun < THROUGHPUT_SECONDS:
		find(order[done % len(order)])
		done += 1
	answers.put(done / (time.perf_counter() - begun))
	frappe.destroy()


def bench_inserts(names: list[str]) -> list[tuple]:
	"""A whole entry, as the form makes it: enterprise, claim, file and people. With and without the index in turn, so
	that both meet the same disturbances."""
	from meeting_crm.enterprises import index
	from meeting_crm.entry import service as entry
	from meeting_crm.meeting_projects.rules import MAX_PER_DAY
	from meeting_crm.tests import factories

	seller = factories.make_user()
	project = factories.make_project(seller, daily_minimum=1, daily_maximum=MAX_PER_DAY)
	frappe.db.commit()
	frappe.set_user(seller)
	taken = defaultdict(list)
	add_name, rng = index.add_name, random.Random(time.time())
	left_out = []
	for number in range(2 * INSERTS):
		way = ("with the index", "without", "without", "with the index")[number % 4]
		index.add_name = add_name if way == "with the index" else lambda *name: left_out.append(name)
		name = rng.choice(names)
		form = factories.entry_form(f"{name[:4]}{rng.choice(names)[2:4]}{rng.choice(names)[3:5]}{name[4:]}")
		begun = time.perf_counter()
		entry.enter(project, form, seller)
		frappe.db.commit()
		taken[way].append(time.perf_counter() - begun)
	index.add_name = add_name
	for name in left_out:
		add_name(*name)
	frappe.db.commit()
	frappe.set_user("Administrator")
	medians = {way: statistics.median(values) * 1000 for way, values in taken.items()}
	return [
		("way", "median ms"),
		*((way, f"{value:.2f}") for way, value in medians.items()),
		("overhead", f"{(medians['with the index'] / medians['without'] - 1) * 100:.0f} %"),
	]


if __name__ == "__main__":
	main()

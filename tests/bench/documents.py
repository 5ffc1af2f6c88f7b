"""The document library: `env/bin/python tests/bench/documents.py --site bench.localhost [--documents 100000]`.

It writes that many documents, the first 20,000 with texts, and takes them away again: the first page of the library and the search, as one salesperson to whom a hundredth belongs and who sees the company's folder, p50 and p95 in
milliseconds."""

import argparse
import os
import random
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "apps" / "meeting_crm")]
WORDS = "合同 展位 会议 参展 报价 冷链 医疗 付款 定金 发票 住宿 代表 主办 条款 违约 会刊 广告 条幅 上海 北京 二零二六 标准 光地 服务".split()
TEXT_LENGTH = 1_500
ROUNDS = 20
MARK = "bench-document-"


def main(site: str, count: int) -> None:
	import frappe

	bench = Path(os.environ.setdefault("FRAPPE_BENCH_ROOT", str(ROOT)))
	os.chdir(bench / "sites")
	frappe.init(site=site)
	frappe.connect()
	from meeting_crm.documents import folders, library, search
	from meeting_crm.tests import factories

	user = factories.make_user()
	company = folders.get_company_folder()
	try:
		fill(frappe, count, user, company)
		frappe.db.commit()
		frappe.set_user(user)
		show(f"first page, {count:,} documents", lambda: library.get_page())
		show("first page of the company's folder", lambda: library.get_page(folder=company))
		show("search, common word", lambda: search.search("合同"))
		show("search, two words", lambda: search.search("冷链 发票"))
		show("search, nothing found", lambda: search.search("不存在的词"))
	finally:
		frappe.set_user("Administrator")
		for doctype in ("Meeting Document", "Meeting Document Text"):
			frappe.db.sql(f"delete from `tab{doctype}` where name like '{MARK}%'")
		frappe.db.commit()
		frappe.destroy()


def fill(frappe, count: int, user: str, company: str) -> None:
	from meeting_crm.core.database import insert_rows

	choose = random.Random(1)
	now = frappe.utils.now_datetime()
	same = {"creation": now, "modified_by": "Administrator", "kind": "Word", "status": "Draft", "current_version": 1}
	columns = ["name", "owner", "title", "folder", "modified", "saved_on"]
	insert_rows(
		"tabMeeting Document",
		columns,
		(
			(
				f"{MARK}{number}",
				user if number % 100 == 0 else "Administrator",
				f"{''.join(choose.sample(WORDS, 3))}{number}.docx",
				company if number % 2 else None,
				frappe.utils.add_to_date(now, seconds=-number),
				frappe.utils.add_to_date(now, seconds=-number),
			)
			for number in range(count)
		),
		same=same,
	)
	insert_rows(
		"tabMeeting Document Text",
		["name", "document", "content"],
		(
			(f"{MARK}{number}", f"{MARK}{number}", "".join(choose.choices(WORDS, k=TEXT_LENGTH // 2)))
			for number in range(min(count, 20_000))
		),
		same={"creation": now, "modified": now, "owner": "Administrator", "state": "Read"},
	)


def show(what: str, work) -> None:
	work()
	times = []
	for _round in range(ROUNDS):
		started = time.perf_counter()
		work()
		times.append((time.perf_counter() - started) * 1000)
	times.sort()
	print(f"{what:45} p50 {statistics.median(times):8.1f} ms   p95 {times[int(ROUNDS * 0.95) - 1]:8.1f} ms", flush=True)


if __name__ == "__main__":
	parser = argparse.ArgumentParser(description=__doc__)
	parser.add_argument("--site", required=True)
	parser.add_argument("--documents", type=int, default=20_000)
	parser.add_argument("--toy", action="store_true")
	given = parser.parse_args()
	main(given.site, 200 if given.toy else given.documents)

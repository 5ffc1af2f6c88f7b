"""Measures claims on a site of its own, beside what the same work costs without them. Prints tables.

	env/bin/bench new-site bench.localhost --admin-password admin --install-app meeting_crm
	env/bin/bench new-site small.localhost --admin-password admin --install-app meeting_crm
	env/bin/python tests/bench/claims.py --site bench.localhost --small-site small.localhost

Parts (`--only`): `fill` (nothing else), `pages` (first pages at full size and on the small site with 1,000 enterprises, and the
plans behind them), `rate` (claims a second with 1, 2
and 4 web processes, beside the same rows through Frappe's documents without any rule), `sweep` (100,000 expired claims, beside
saving each document, and what people claiming meanwhile notice), `carry-over` (50,000). The site is filled by the first
part that needs it; a filled site is used again.
"""

import argparse
import multiprocessing
import os
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import frappe
import requests
from common import ROOT, SITES, add_toy, connect, milliseconds, show, sized
from frappe.utils import now_datetime

from meeting_crm.enterprises import index
from meeting_crm.enterprises.search import store
from meeting_crm.meeting_projects.rules import MAX_PER_DAY

PEOPLE, PROJECTS = sized(1000, 60), 20
SMALL, FULL = 1000, sized(1_000_000, 2000)
CLAIMS_EACH = 2000
"""Each holder has as many on both sites, 100 of them in each project: the small site has one holder, the full one a thousand, so
that the same page carries as many rows on both."""
CURRENT, BEFORE = f"PRJ-B{PROJECTS:03}", f"PRJ-B{PROJECTS - 1:03}"
STEP = 100_000
CLIENTS = 8
PLAIN_ROWS = "meeting_crm.claims.api.insert_plain_rows"
RATE_SECONDS = sized(12, 0.5)
WARM_UP_SECONDS = sized(2, 0.2)
PROCESSES = sized((1, 2, 4), (1,))
EXPIRED = sized(100_000, 100)
SIGNED = sized(50_000, 100)
TIMES = sized(15, 1)
ALONE_SECONDS = sized(12, 0.5)


def main() -> None:
	arguments = read_arguments()
	connect(arguments.site)
	parts = {
		"fill": bench_fill,
		"pages": bench_pages,
		"rate": bench_rate,
		"sweep": bench_sweep,
		"carry-over": bench_carry_over,
	}
	for name, part in parts.items():
		if arguments.only in (None, name):
			part(arguments)
	frappe.destroy()


def read_arguments() -> argparse.Namespace:
	parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
	parser.add_argument("--site", required=True)
	parser.add_argument("--small-site", help="for the pages: the same with 1,000 enterprises")
	parser.add_argument("--only", choices=("fill", "pages", "rate", "sweep", "carry-over"))
	parser.add_argument("--enterprises", type=int, default=FULL, help="full size; claims are twice as many")
	add_toy(parser)
	return parser.parse_args()


# Filling

PLACES = "上海 北京 青岛 广州 成都 武汉 沈阳 哈尔滨 黑龙江 浙江 义乌 苏州 天津 重庆 西安 大连 长沙 南京 宁波 合肥 郑州 昆明 厦门 福州 济南".split()
TRADES = "冷链物流 食品 水产 化工 制冷设备 仓储 农业科技 医药 危险品运输 包装 电子商务 生物技术 机械 会展服务 贸易 能源".split()
FORMS = "有限公司 有限责任公司 股份有限公司 集团有限公司 有限公司分公司 合作社 经营部".split()
BRANDS = (
	"安博昌达德鼎东方丰福富冠光广贵国海汉和恒红宏洪鸿华辉汇惠吉佳嘉建江金锦京晶景久巨凯康科兰蓝朗乐力丽利联良林龙隆鲁"
	"绿美民明铭宁诺鹏平普齐启千强庆秋泉仁日荣瑞润森山尚升生盛胜圣石时世双顺思松泰腾天田通同旺万威维伟文翔祥欣新鑫信兴星"
	"旭轩雅亚阳洋耀业一宜亿益银英盈永优友宇玉裕元园源远悦云运泽展长兆振正之智中忠众舟州珠卓子紫宗奥百邦宝北本滨波成承诚"
	"澄驰川创春聪翠大岱丹道登迪典殿定栋都杜渡端敦朵峨恩帆菲芬峰凤孚府复傅甘高格耕公谷冠桂果哈航浩禾河贺亨弘虎沪花怀环"
)
MULTIPLIER, PRIME = 7919, 1_000_003
RUNNING = sized(100_000, 500)


def bench_fill(arguments: argparse.Namespace) -> None:
	fill(arguments.enterprises)


def fill(enterprises: int) -> None:
	"""`enterprises` companies and twice as many claims in 20 projects, of 2,000 to a holder: a hundred thousand and more run in
	the current project, those of the one before are signed, the earlier ones are signed or over."""
	make_people()
	make_projects()
	have = frappe.db.sql("select count(*) from `tabMeeting Enterprise` where name like 'BE%'")[0][0]
	if have >= enterprises:
		return
	for start in range(have, enterprises, STEP):
		stop = min(start + STEP, enterprises)
		make_enterprises(start, stop)
		make_claims(2 * start, 2 * stop, holders=max(1, 2 * enterprises // CLAIMS_EACH))
		frappe.db.commit()
	index.rebuild()
	for doctype in ("Meeting Enterprise", "Meeting Claim", "Meeting Customer"):
		frappe.db.sql(f"analyze table `tab{doctype}`")


def make_people() -> None:
	if frappe.db.exists("User", person(0)):
		return
	from frappe.utils.password import update_password

	stamp = "now(6), now(6), 'Administrator', 'Administrator'"
	name = "concat('bench', lpad(seq, 4, '0'), '@bench.meeting')"
	frappe.db.sql(
		f"""insert into `tabUser` (name, creation, modified, owner, modified_by, email, first_name, full_name, enabled, user_type, language)
		select {name}, {stamp}, {name}, concat('Person ', seq), concat('Person ', seq), 1, 'System User', 'en' from seq_0_to_{PEOPLE - 1}"""
	)
	role = f"case {name} when '{MANAGER}' then 'Meeting Manager' when '{ADMINISTRATOR}' then 'Meeting Administrator' else 'Meeting Salesperson' end"
	frappe.db.sql(
		f"""insert into `tabHas Role` (name, creation, modified, owner, modified_by, parent, parenttype, parentfield, role, idx)
		select concat('bench-role-', seq), {stamp}, {name}, 'User', 'roles', {role}, 1 from seq_0_to_{PEOPLE - 1}"""
	)
	for number in range(CLIENTS):
		update_password(person(number), "demo")
	frappe.db.commit()


def person(number: int) -> str:
	return f"bench{number:04}@bench.meeting"


FIRST_HOLDER = 36
"""Not one of those who claim for `rate`."""
SALESPERSON, MANAGER, ADMINISTRATOR = person(FIRST_HOLDER), person(PEOPLE - 2), person(PEOPLE - 1)
MANAGED_EACH = 33
"""One person in so many is the manager's: thirty people."""


def make_projects() -> None:
	for number in range(1, PROJECTS + 1):
		name = f"PRJ-B{number:03}"
		if frappe.db.exists("Meeting Project", name):
			continue
		begins = now_datetime().date() - timedelta(days=30 * (PROJECTS - number) + 10)
		members = [
			{"user": person(user), "manager": MANAGER if user % MANAGED_EACH == 3 else None} for user in range(PEOPLE)
		]
		doc = frappe.get_doc(
			{
				"doctype": "Meeting Project",
				"project_name": f"Bench {number}",
				"start_date": begins,
				"end_date": now_datetime().date() + timedelta(days=400),
				"daily_minimum": 0,
				"daily_maximum": MAX_PER_DAY,
				"previous_project": f"PRJ-B{number - 1:03}" if number > 1 else None,
				"members": members if number > PROJECTS - 3 else [],
			}
		)
		doc.insert(set_name=name)
		frappe.db.commit()


def make_enterprises(start: int, stop: int) -> None:
	"""Names as companies have them: place, brand, trade, legal form. No brand stands twice."""
	shuffled = f"(seq * {MULTIPLIER} mod {PRIME})"
	brand = ", ".join(
		f"substr('{BRANDS[first : first + 101]}', 1 + {shuffled} div {step} mod {size}, 1)"
		for first, step, size in ((0, 1, 100), (50, 100, 100), (100, 10_000, 101))
	)
	place, trade, form = (
		f"elt(1 + crc32(concat('{salt}', seq)) mod {len(words)}, {', '.join(map(repr, words))})"
		for salt, words in (("place", PLACES), ("trade", TRADES), ("form", FORMS))
	)
	rows = f"select seq, {place} as place, concat({brand}) as brand, {trade} as trade, {form} as form from seq_{start}_to_{stop - 1}"
	frappe.db.sql(
		f"""insert into `tabMeeting Enterprise`
			(name, creation, modified, owner, modified_by, enterprise_name, name_key, region, mobile, entered_by, entered_on)
		select concat('BE', lpad(seq, 8, '0')), now(6), now(6), 'Administrator', 'Administrator', concat(place, brand, trade, form),
			concat(place, brand, trade, form), place, '13800138000', 'Administrator', now(6) from ({rows}) made"""
	)
	frappe.db.sql(
		f"""insert into {store.NAMES} (enterprise, kind, norm, core)
		select concat('BE', lpad(seq, 8, '0')), {store.OWN_NAME}, concat(place, brand, trade, form), concat(brand, trade)
		from ({rows}) made order by seq"""
	)


def make_claims(start: int, stop: int, holders: int) -> None:
	"""Claim number n: its project goes round; files exist for the two last projects, a single holder's for both at once."""
	project = f"concat('PRJ-B', lpad(1 + seq mod {PROJECTS}, 3, '0'))"
	enterprise = "concat('BE', lpad(seq div 2, 8, '0'))"
	number = f"({FIRST_HOLDER} + (seq * 7919 + seq div 1000) mod {holders}) mod {PEOPLE}"
	holder = f"concat('bench', lpad({number}, 4, '0'), '@bench.meeting')"
	phase = f"if(seq mod {PROJECTS} = {PROJECTS - 1}, 'Negotiating', if(seq mod {PROJECTS} = {PROJECTS - 2} or seq mod 3 = 0, 'Signed', 'Ended'))"
	file = "seq" if holders > 1 else "(seq - seq mod 2)"
	rules = dict(
		frappe.get_all(
			"Meeting Project", filters={"name": ("like", "PRJ-B%")}, fields=["name", "rules_version"], as_list=True
		)
	)
	versions = " ".join(f"when '{name}' then '{version}'" for name, version in rules.items())
	frappe.db.sql(
		f"""insert into `tabMeeting Customer`
			(name, creation, modified, owner, modified_by, customer_name, enterprise, holder, category, review_status)
		select concat('BF', lpad(seq, 8, '0')), now(6), now(6), {holder}, {holder}, {enterprise}, {enterprise}, {holder}, 'Intended', 'Approved'
		from seq_{start}_to_{stop - 1} where seq mod {PROJECTS} >= {PROJECTS - 2} and seq = {file}"""
	)
	frappe.db.sql(
		f"""insert into `tabMeeting Claim`
			(name, creation, modified, owner, modified_by, project, project_name, enterprise, enterprise_name, customer, holder, source,
			claimed_on, protected_from, protected_until, workflow_state, phase, signed_on, ended_on, active_key, rules)
		select name, creation, creation, holder, holder, project, project, enterprise, enterprise, customer, holder, 'Assigned',
			claimed_on, claimed_on, claimed_on + interval 15 day, if(phase = 'Ended', 'Released', phase), phase,
			if(phase = 'Signed', claimed_on + interval 1 day, null), if(phase = 'Ended', claimed_on + interval 15 day, null),
			if(phase = 'Ended', null, concat(project, ':', enterprise)), case project {versions} end
		from (
			select concat('BC', lpad(seq, 8, '0')) as name, now(6) as creation, {project} as project, {enterprise} as enterprise,
				concat('BF', lpad({file}, 8, '0')) as customer, {holder} as holder, {phase} as phase,
				now(6) - interval (seq mod {PROJECTS} != {PROJECTS - 1}) * 40 day - interval (seq * 31) mod 1200000 second as claimed_on
			from seq_{start}_to_{stop - 1}
		) made"""
	)


# First pages


def bench_pages(arguments: argparse.Namespace) -> None:
	small = {}
	if arguments.small_site:
		frappe.destroy()  # a second init of another site would stay with the first
		connect(arguments.small_site)
		fill(SMALL)
		small = measure_pages(SMALL)
		frappe.destroy()
		connect(arguments.site)
	fill(arguments.enterprises)
	full = measure_pages(arguments.enterprises)
	rows = [
		("first page", "1,000 enterprises, ms", "rows", f"{arguments.enterprises:,} enterprises, ms", "rows", "times")
	]
	for page, measured in full.items():
		before = small.get(page)
		rows.append(
			(
				page,
				milliseconds(before.seconds) if before else "-",
				before.rows if before else "-",
				milliseconds(measured.seconds),
				measured.rows,
				f"{measured.seconds / before.seconds:.1f}" if before else "-",
			)
		)
	show(
		f"First pages: {count('Meeting Enterprise')} enterprises, {count('Meeting Claim')} claims, {PEOPLE:,} people; medians",
		rows,
	)
	show_plans()


def remove_left(enterprises: int) -> None:
	"""What other parts left behind: the pages are those of the sizes that the table says."""
	for doctype, made in (
		("Meeting Claim", "binary name regexp '^BC[0-9]{8}$'"),
		("Meeting Customer", "binary name regexp '^BF[0-9]{8}$'"),
		("Meeting Enterprise", "binary name regexp '^BE[0-9]{8}$'"),
		("Meeting Enterprise Contact", "binary parent regexp '^BE[0-9]{8}$'"),
	):
		frappe.db.sql(f"delete from `tab{doctype}` where not {made}")
	frappe.db.commit()
	claims = frappe.db.count("Meeting Claim")
	if claims != 2 * enterprises or frappe.db.count("Meeting Enterprise") != enterprises:
		sys.exit(f"{frappe.local.site} holds {claims:,} claims, not {2 * enterprises:,}. Make it anew.")


def count(doctype: str) -> str:
	return f"{frappe.db.count(doctype):,}"


def get_pages() -> dict:
	"""What each page asks the server for when it opens: page: (who opens it, the question)."""
	from meeting_crm.claims.queries import figures, lists, pool
	from meeting_crm.claims.queries import today as screens

	fields = ["name", "enterprise_name", "workflow_state", "protected_until", "holder"]
	words = {
		"the beginning of many names": "上海",
		"inside many names": "龙江",
		"a common trade": "冷链物流",
		"a brand": "恒优",
		"one company": "恒优万",
		"what nobody has": "龘龘",
		"common letters, nobody's word": "海上",
		"a single letter": "鑫",
		"a single letter nobody has": "龘",
	}
	pages = {
		"pool": (SALESPERSON, lambda: pool.get_pool(CURRENT)),
		**{
			f"pool, {text} ({what})": (SALESPERSON, lambda text=text: pool.get_pool(CURRENT, text))
			for what, text in words.items()
		},
		"pool, a region": (SALESPERSON, lambda: pool.get_pool(CURRENT, region="青岛")),
		"pool, a region and a word": (SALESPERSON, lambda: pool.get_pool(CURRENT, "龙江", region="青岛")),
		"pool, a segment": (SALESPERSON, lambda: pool.get_pool(CURRENT, segment="Cold Storage")),
		"pool, a segment and a word": (SALESPERSON, lambda: pool.get_pool(CURRENT, "上海", segment="Cold Storage")),
		"my claims (list of the desk)": (SALESPERSON, lambda: list_claims(fields)),
		"my claims of a project": (SALESPERSON, lambda: list_claims(fields, project=CURRENT)),
		"all claims": (ADMINISTRATOR, lambda: list_claims(fields)),
	}
	for who, user in (("salesperson", SALESPERSON), ("manager", MANAGER), ("administrator", ADMINISTRATOR)):
		for kind, order in (("protected", "protected_until"), ("signed", "signed_on"), ("past", None)):
			pages[f"{kind} in all projects, {who}"] = (
				user,
				lambda user=user, kind=kind: lists.get_claims(user, lists.Filters(kind)),
			)
			if kind != "past":
				filters = lists.Filters(kind, CURRENT if kind == "protected" else BEFORE)
				pages[f"{kind} list, {who}"] = (
					user,
					lambda user=user, filters=filters, order=order: lists.get_claims(user, filters, order),
				)
		pages[f"protected list, a word, {who}"] = (
			user,
			lambda user=user: lists.get_claims(user, lists.Filters("protected", CURRENT, text="恒优")),
		)
		pages[f"today, {who}"] = (user, lambda user=user: screens.get_today(CURRENT, user))
		pages[f"board of a fortnight, {who}"] = (
			user,
			lambda user=user: figures.get_board(CURRENT, user, *get_days(14)),
		)
		pages[f"totals of today and board, {who}"] = (user, lambda user=user: figures.get_totals(CURRENT, user))
		pages[f"report of daily volume, {who}"] = (user, run_volume_report)
	return pages


def list_claims(fields: list[str], **filters) -> list:
	from frappe.model.db_query import DatabaseQuery

	return DatabaseQuery("Meeting Claim").execute(
		fields=fields, filters=filters, order_by="claimed_on desc", limit_page_length=20, user=frappe.session.user
	)


def get_days(number: int) -> tuple[str, str]:
	"""The last days, as many as a screen shows at first."""
	today = now_datetime().date()
	return str(today - timedelta(days=number - 1)), str(today)


def run_volume_report() -> tuple:
	from meeting_crm.claims.report.meeting_daily_volume import meeting_daily_volume

	first, last = get_days(7)
	return meeting_daily_volume.execute(frappe._dict(project=CURRENT, from_date=first, to_date=last))


class Measured(NamedTuple):
	seconds: float
	rows: int


def measure_pages(enterprises: int, times: int = TIMES) -> dict[str, Measured]:
	remove_left(enterprises)
	restart_claims(RUNNING, "now(6) - interval crc32(name) mod 1200000 second")
	keep_signed(RUNNING)
	wait_for_purge()
	found = {}
	for page, (user, read) in get_pages().items():
		frappe.set_user(user)
		rows = count_rows(read())
		found[page] = Measured(statistics.median(timed(read) for _time in range(times)), rows)
	frappe.set_user("Administrator")
	return found


def count_rows(answer: list | dict | tuple) -> int:
	if isinstance(answer, tuple):
		return len(answer[1])
	if isinstance(answer, list):
		return len(answer)
	parts = (answer, answer.get("team") or {})
	return sum(len(value) for part in parts for value in part.values() if isinstance(value, list))


def timed(function) -> float:
	getattr(frappe.local, "request_cache", {}).clear()
	start = time.perf_counter()
	function()
	return time.perf_counter() - start


def show_plans() -> None:
	from meeting_crm.meeting_projects import service as projects

	now = now_datetime()
	queries = {
		"pool": (
			"""select enterprise.name from `tabMeeting Enterprise` enterprise left join `tabMeeting Claim` claim
			on claim.active_key = concat(%s, ':', enterprise.name) and (claim.phase = 'Signed' or claim.protected_until > %s)
			where claim.name is null order by enterprise.name_key limit 20""",
			(CURRENT, now),
		),
		"my claims": (
			"select name from `tabMeeting Claim` where holder = %s order by claimed_on desc limit 20",
			(SALESPERSON,),
		),
		"my claims of a project": (
			"select name from `tabMeeting Claim` where project = %s and holder = %s order by claimed_on desc limit 20",
			(CURRENT, SALESPERSON),
		),
		"all claims": ("select name from `tabMeeting Claim` order by claimed_on desc limit 20", ()),
		"worklist": (
			"""select name from `tabMeeting Claim` where holder = %s and phase = 'Negotiating' and protected_until > %s
			order by protected_until limit 20""",
			(SALESPERSON, now),
		),
		"sweep": (
			"""select name from `tabMeeting Claim` where project in %s
			and phase = 'Negotiating' and protected_until <= %s order by project, protected_until, name""",
			(projects.get_all_projects(), now - timedelta(days=100)),
		),
		"claims of a day": (
			"""select holder, count(*) from `tabMeeting Claim` where project = %s and claimed_on >= %s and claimed_on < %s
			group by holder""",
			(CURRENT, now.date(), now.date() + timedelta(days=1)),
		),
		"total of a project": (
			"select count(*) from `tabMeeting Claim` where project = %s and phase = 'Negotiating' and protected_until > %s",
			(CURRENT, now),
		),
		"who ever held something": (
			"select distinct project, holder from `tabMeeting Claim` where project = %s",
			(CURRENT,),
		),
		"whose protections end first": (
			"""select holder from `tabMeeting Claim` where project = %s and phase = 'Negotiating' and protected_until > %s
			order by protected_until limit 200""",
			(CURRENT, now),
		),
		"days of the board": (
			"""select holder, date(claimed_on), count(*) from `tabMeeting Claim`
			where project = %s and holder in %s and claimed_on >= %s group by holder, date(claimed_on)""",
			(CURRENT, tuple(map(person, range(50))), now.date() - timedelta(days=13)),
		),
		"days of the report": (
			"""select holder, date(claimed_on), count(*) from `tabMeeting Claim`
			where project = %s and claimed_on >= %s and source in ('Entry', 'Pool') group by holder, date(claimed_on)""",
			(CURRENT, now.date() - timedelta(days=6)),
		),
		"one person's day": (
			"select count(*) from `tabMeeting Claim` where project = %s and holder = %s and claimed_on >= %s",
			(CURRENT, SALESPERSON, now.date()),
		),
		"who holds an enterprise": (
			"select name from `tabMeeting Claim` where active_key = %s",
			(f"{CURRENT}:BE00000019",),
		),
		"statuses of a check": (
			"select name from `tabMeeting Claim` where enterprise in ('BE00000001', 'BE00000002') and active_key is not null",
			(),
		),
		"who held it when": (
			"select name from `tabMeeting Claim` where enterprise = 'BE00000001' order by claimed_on desc",
			(),
		),
		"does a file stay held": (
			"select 1 from `tabMeeting Claim` where customer = 'BF00000039' and phase = 'Negotiating' limit 1",
			(),
		),
		"journal of a claim": (
			"select name from `tabMeeting Claim Event` where claim = 'BC00000039' order by happened_on",
			(),
		),
	}
	rows = [("query", "table", "access", "index", "rows looked at", "extra")]
	for name, (query, values) in queries.items():
		for step in frappe.db.sql(f"explain {query}", values, as_dict=True):
			rows.append(
				(name, step.table, step.type, step.key or "-", step.rows, (step.Extra or "").replace("Using ", ""))
			)
	show("Plans", rows)


# Claims a second


def bench_rate(arguments: argparse.Namespace) -> None:
	fill(SMALL)
	taken = iter(range(10**9))
	rows = [
		(
			"web processes",
			"claims a second",
			"plain documents a second",
			"share",
			"median claim, ms",
			"median document, ms",
			"errors: claims, documents",
		)
	]
	for processes in PROCESSES:
		with web(arguments.site, processes) as url:
			sessions = [log_in(url, person(number)) for number in range(CLIENTS)]
			names = make_free_enterprises(taken, 6000)
			results = {}
			for _warm, seconds in ((True, WARM_UP_SECONDS), (False, RATE_SECONDS)):
				for method in (PLAIN_ROWS, "meeting_crm.claims.api.claim"):
					results[method] = press(url, sessions, method, names, seconds)
		claims, plain = results["meeting_crm.claims.api.claim"], results[PLAIN_ROWS]
		rows.append(
			(
				processes,
				f"{claims.rate:.1f}",
				f"{plain.rate:.1f}",
				f"{claims.rate / plain.rate:.2f}",
				milliseconds(claims.median),
				milliseconds(plain.median),
				f"{claims.errors}, {plain.errors}",
			)
		)
	show(
		f"Claims through HTTP with {CLIENTS} clients, beside the same rows without any rule, {os.cpu_count()} processors",
		rows,
	)


class Pressed(frappe._dict):
	pass


def press(url: str, sessions: list, method: str, names, seconds: float) -> Pressed:
	until, times, errors = time.perf_counter() + seconds, [], []

	def work(session) -> None:
		while time.perf_counter() < until:
			start = time.perf_counter()
			answer = session.post(
				f"{url}/api/method/{method}", data={"project": CURRENT, "enterprise": next(names)}, timeout=60
			)
			(times if answer.status_code == 200 else errors).append(time.perf_counter() - start)
			if answer.status_code != 200 and len(errors) == 1:
				print(answer.status_code, answer.text[-600:], file=sys.stderr)

	start = time.perf_counter()
	with ThreadPoolExecutor(len(sessions)) as pool:
		list(pool.map(work, sessions))
	return Pressed(rate=len(times) / (time.perf_counter() - start), median=statistics.median(times), errors=len(errors))


def make_free_enterprises(taken, number: int):
	"""Fresh companies with a base file of one person, as entry makes them, behind all others in the order of names: the first page
	of the pool stays what it was."""
	stamp, first = frappe.generate_hash(length=8), next(taken)
	frappe.db.sql(
		f"""insert into `tabMeeting Enterprise` (name, creation, modified, owner, modified_by, enterprise_name, name_key, mobile, entered_by, entered_on)
		select concat('{stamp}', lpad(seq, 6, '0')), now(6), now(6), 'Administrator', 'Administrator', concat('free ', '{stamp}', seq),
			concat('龠', '{stamp}', seq), '13800138000', 'Administrator', now(6) from seq_0_to_{number - 1}"""
	)
	frappe.db.sql(
		f"""insert into `tabMeeting Enterprise Contact` (name, creation, modified, owner, modified_by, parent, parenttype, parentfield, idx, person_name, position, mobile)
		select concat('{stamp}c', lpad(seq, 6, '0')), now(6), now(6), 'Administrator', 'Administrator', concat('{stamp}', lpad(seq, 6, '0')),
			'Meeting Enterprise', 'contacts', 1, '王经理', '总经理', '13800138000' from seq_0_to_{number - 1}"""
	)
	frappe.db.commit()
	return iter([f"{stamp}{place:06}" for place in range(first % 2, number)])


def web(site: str, processes: int):
	from contextlib import contextmanager

	from support.servers import free_port, running

	@contextmanager
	def serve():
		port = free_port()
		command = [
			str(ROOT / "env" / "bin" / "gunicorn"), "--pythonpath", f"{ROOT / 'config' / 'web'},{Path(__file__).resolve().parent}",
			"--bind", f"127.0.0.1:{port}", "--workers", str(processes), "--threads", "4", "--timeout", "120", "--preload", "plain_rows:application",
		]  # fmt: skip
		with running("bench-web", command, port, FRAPPE_SITE=site):
			yield f"http://127.0.0.1:{port}"

	return serve()


def log_in(url: str, user: str) -> requests.Session:
	session = requests.Session()
	session.headers.update({"Connection": "close", "Accept": "application/json"})
	answer = session.post(f"{url}/api/method/login", data={"usr": user, "pwd": "demo"}, timeout=60)
	assert answer.status_code == 200, answer.text[:300]
	return session


# Sweep

SAVED = sized(300, 3)
"""Documents saved before the sweep and as many after it: a machine shared with others does not stay equally fast."""


def bench_sweep(arguments: argparse.Namespace) -> None:
	from meeting_crm.claims import service
	from meeting_crm.claims.clock import expiry

	fill(arguments.enterprises)
	sample = frappe.db.sql_list(
		"select name from `tabMeeting Claim` where project = %s and phase = 'Signed' limit %s", (BEFORE, 2 * SAVED)
	)
	expired = expire(EXPIRED)
	documents = [timed(lambda name=name: end_by_document(service, name)) for name in sample[:SAVED]]
	start = time.perf_counter()
	released = expiry.sweep()
	took = time.perf_counter() - start
	wait_for_purge()
	documents += [timed(lambda name=name: end_by_document(service, name)) for name in sample[SAVED:]]
	each = statistics.mean(documents)
	names = iter(list(make_free_enterprises(iter(range(2)), 4000)))
	alone = claim_for(arguments.site, names, ALONE_SECONDS)
	expire(EXPIRED)
	with multiprocessing.get_context("fork").Pool(1) as people:
		Path(SITES / ".bench-sweep").touch()
		meanwhile = people.apply_async(claim_until_told, (arguments.site, list(names), str(SITES / ".bench-sweep")))
		time.sleep(1)
		start = time.perf_counter()
		expiry.sweep()
		pressed = time.perf_counter() - start
		Path(SITES / ".bench-sweep").unlink()
		during = meanwhile.get(120)
	told = timed(expiry.tell_former_holders)
	show(
		"Sweep",
		[
			("", "value"),
			("expired claims", f"{expired:,}"),
			("released", f"{released:,}"),
			("sweep, s", f"{took:.1f}"),
			(
				"one document saved, ms: before, after",
				", ".join(milliseconds(statistics.mean(part)) for part in (documents[:SAVED], documents[SAVED:])),
			),
			("telling all former holders afterwards, s", f"{told:.1f}"),
			(f"all documents saved, s (from {2 * SAVED})", f"{each * released:.0f}"),
			("times faster", f"{each * released / took:.0f}"),
			("sweep while somebody claims without a pause, s", f"{pressed:.1f}"),
			("median claim alone, ms", milliseconds(alone)),
			("median claim during the sweep, ms", milliseconds(during)),
			("times slower", f"{during / alone:.2f}"),
		],
	)


def expire(number: int) -> int:
	restart_claims(number, "now(6) - interval 16 day - interval crc32(name) mod 86400 second")
	wait_for_purge()
	return frappe.db.sql(
		"select count(*) from `tabMeeting Claim` where phase = 'Negotiating' and protected_until <= now(6)"
	)[0][0]


def wait_for_purge(seconds: float = sized(180, 2)) -> None:
	"""What the database still has to clear away behind the preparation is no part of what is measured."""
	until = time.perf_counter() + seconds
	while time.perf_counter() < until:
		frappe.db.commit()
		if int(frappe.db.sql("show global status like 'Innodb_history_list_length'")[0][1]) < 100:
			break
		time.sleep(1)


def restart_claims(number: int, began: str) -> None:
	"""Claims of the current project run again, for fifteen days from `began`; their files are held again."""
	frappe.db.sql(
		f"""update `tabMeeting Claim` set phase = 'Negotiating', workflow_state = 'Negotiating', ended_on = null, end_reason = null,
			active_key = concat(project, ':', enterprise), claimed_on = {began}, protected_from = claimed_on,
			protected_until = claimed_on + interval 15 day, source = if(crc32(name) mod 4, 'Pool', 'Assigned')
		where project = %s and name like 'BC%%' order by name limit %s""",
		(CURRENT, number),
	)
	frappe.db.sql(
		"""update `tabMeeting Customer` file join `tabMeeting Claim` claim on claim.customer = file.name
		set file.holder = claim.holder where claim.project = %s and claim.phase = 'Negotiating'""",
		(CURRENT,),
	)
	frappe.db.commit()


def end_by_document(service, name: str) -> None:
	"""What the sweep would do with documents: load, change, save with the log and the journal, commit."""
	doc = frappe.get_doc("Meeting Claim", name)
	doc.update(
		{"phase": "Negotiating", "workflow_state": "Released", "protected_until": now_datetime() + timedelta(days=1)}
	)
	service.prepare_end(doc, "Protection ran out", now_datetime())
	service.save_by_service(doc)
	frappe.db.commit()


def claim_for(site: str, names, seconds: float) -> float:
	from meeting_crm.claims import service

	until, times = time.perf_counter() + seconds, []
	while time.perf_counter() < until:
		name = next(names)
		times.append(timed(lambda name=name: claim_once(service, name)))
	return statistics.median(times)


def claim_once(service, name: str) -> None:
	service.make_claim(CURRENT, name, person(5), "Pool")
	frappe.db.commit()


def claim_until_told(site: str, names: list[str], told: str) -> float:
	frappe.local.db = None
	connect(site)
	from meeting_crm.claims import service

	times = []
	while Path(told).exists():
		name = names.pop()
		times.append(timed(lambda name=name: claim_once(service, name)))
	frappe.destroy()
	return statistics.median(times)


# Carry-over


def bench_carry_over(arguments: argparse.Namespace) -> None:
	from meeting_crm.claims.bulk import carry_over

	fill(arguments.enterprises)
	project = frappe.get_doc(
		{
			"doctype": "Meeting Project",
			"project_name": f"Carried {frappe.generate_hash(length=6)}",
			"start_date": now_datetime().date(),
			"end_date": now_datetime().date() + timedelta(days=60),
			"previous_project": BEFORE,
			"members": [{"user": person(user)} for user in range(PEOPLE)],
		}
	).insert()
	keep_signed(SIGNED)
	doc = frappe.get_doc({"doctype": "Meeting Carry Over", "project": project.name, "only_previous": 1}).insert()
	frappe.db.commit()
	preview = timed(lambda: carry_over.preview(doc.name))
	carry_over.start(doc.name)
	start = time.perf_counter()
	frappe.get_attr("meeting_crm.claims.jobs.carry_over")(doc.name, frappe.db.get_value(doc.doctype, doc.name, "run"))
	made = frappe.db.get_value(doc.doctype, doc.name, "carried_over")
	took = time.perf_counter() - start
	show(
		"Carry-over",
		[
			("", "value"),
			("carried over", f"{made:,}"),
			("preview, s", f"{preview:.1f}"),
			("run, s", f"{took:.1f}"),
			("claims a second", f"{made / took:,.0f}"),
		],
	)


def keep_signed(number: int) -> None:
	frappe.db.sql(
		"""update `tabMeeting Claim` claim join (
			select name, row_number() over (order by name) as place from `tabMeeting Claim` where project = %s and name like 'BC%%'
		) ordered on ordered.name = claim.name
		set claim.phase = if(ordered.place <= %s, 'Signed', 'Ended'), claim.workflow_state = if(ordered.place <= %s, 'Signed', 'Released'),
			claim.active_key = if(ordered.place <= %s, concat(claim.project, ':', claim.enterprise), null),
			claim.signed_on = if(ordered.place <= %s, claim.claimed_on + interval 1 day, null), claim.ended_on = if(ordered.place <= %s, null, now(6))""",
		(BEFORE, *[number] * 5),
	)
	frappe.db.commit()


if __name__ == "__main__":
	main()

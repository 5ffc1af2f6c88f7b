"""Demo data: a company that sells two meetings, with people, enterprises in every state, contracts
and activities. Dates are relative to today; the same day gives the same data."""

import random
from base64 import b64decode
from contextlib import contextmanager
from datetime import datetime, time, timedelta

import frappe
from frappe.utils import add_days, getdate, now_datetime, nowdate

from meeting_crm.claims import service as claims
from meeting_crm.claims.clock import expiry
from meeting_crm.enterprises import service as enterprises
from meeting_crm.setup.demo_executions import make_executions
from meeting_crm.setup.demo_money import make_money
from meeting_crm.setup.demo_sales import make_sales

PASSWORD = "demo"
COMPANY = "北京会通会展服务有限公司"
SYSTEM = "system@demo.meeting"
ADMIN = "admin@demo.meeting"
MANAGER = "wangwu@demo.meeting"
FINANCE = "caiwu@demo.meeting"
LOGISTICS = "houqin@demo.meeting"
SALESPEOPLE = (
	("zhangsan@demo.meeting", "张三"),
	("lisi@demo.meeting", "李四"),
	("chenjing@demo.meeting", "陈静"),
	("liuyang@demo.meeting", "刘洋"),
	("yangfan@demo.meeting", "杨帆"),
)
OTHERS = (
	(SYSTEM, "系统管理员", "System Manager", None),
	(ADMIN, "业务管理员", "Meeting Administrator", None),
	(MANAGER, "王五", "Meeting Manager", "销售部"),
	(FINANCE, "赵会计", "Meeting Finance", "财务部"),
	(LOGISTICS, "钱后勤", "Meeting Logistics", "后勤部"),
)
DEPARTMENTS = (("销售部", MANAGER), ("财务部", FINANCE), ("后勤部", LOGISTICS))

COLD_CHAIN = {"project_name": "第十八届全国冷链物流大会", "segment": "Cold Storage"}
CHEMICALS = {"project_name": "2026危化品安全管理峰会", "segment": "Hazardous Chemicals"}

REGIONS = (
	("北京", "010"),
	("上海", "021"),
	("天津", "022"),
	("重庆", "023"),
	("广州", "020"),
	("深圳", "0755"),
	("杭州", "0571"),
	("南京", "025"),
	("苏州", "0512"),
	("宁波", "0574"),
	("青岛", "0532"),
	("济南", "0531"),
	("武汉", "027"),
	("长沙", "0731"),
	("成都", "028"),
	("西安", "029"),
	("郑州", "0371"),
	("沈阳", "024"),
	("大连", "0411"),
	("厦门", "0592"),
	("福州", "0591"),
	("合肥", "0551"),
	("昆明", "0871"),
	("哈尔滨", "0451"),
)
FIRST = "恒瑞华金盛鸿远德嘉泰信天海安永兴宏通"
SECOND = "达丰源润康祥隆博昌林邦诚和顺阳辉腾"
TRADES = {
	"Cold Storage": ("冷链物流", "冷藏仓储", "制冷设备", "食品冷冻", "生鲜供应链"),
	"Hazardous Chemicals": ("化工", "石化储运", "危化品运输", "精细化学", "安全科技"),
}
LEGAL_FORMS = ("有限公司", "有限责任公司", "股份有限公司", "集团有限公司")
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林"
GIVEN_NAMES = ("伟", "芳", "建国", "秀英", "志强", "丽娜", "海燕", "文博", "晓明", "雪梅", "国庆", "欣怡")
POSITIONS = ("总经理", "副总经理", "市场部经理", "办公室主任", "采购总监", "董事长助理")
SUBJECTS = ("电话介绍展位方案", "上门拜访", "确认参会人数", "发送会议邀请函", "跟进报价", "确认会刊广告")
PAGES = b64decode(
	b"JVBERi0xLjQKMSAwIG9iajw8L1R5cGUvQ2F0YWxvZy9QYWdlcyAyIDAgUj4+ZW5kb2JqCjIgMCBvYmo8PC9UeXBlL1BhZ2VzL0tpZHNb"
	b"MyAwIFJdL0NvdW50IDE+PmVuZG9iagozIDAgb2JqPDwvVHlwZS9QYWdlL1BhcmVudCAyIDAgUi9NZWRpYUJveFswIDAgNTk1IDg0Ml0+"
	b"PmVuZG9iagp0cmFpbGVyPDwvUm9vdCAxIDAgUj4+Cg=="
)
"""A one-page empty PDF, the signed paper of a demo contract."""


def make_demo() -> None:
	"""Fills an empty site; on a site that has the demo already it does nothing."""
	if frappe.db.exists("User", ADMIN):
		return
	rng = random.Random(20)
	frappe.db.set_single_value("Meeting Customer Settings", "company_name", COMPANY)
	make_departments()
	make_people()
	make_departments_managers()
	previous, current, second = make_projects()
	names = company_names(rng)
	make_past_signatures(rng, previous, names)
	for project, segment, count in (
		(current, COLD_CHAIN["segment"], 46),
		(second, CHEMICALS["segment"], 22),
	):
		make_claims(rng, project, segment, names, count)
	make_pool(rng, names)
	make_sales()
	make_executions([email for email, _full_name in SALESPEOPLE], FINANCE, LOGISTICS)
	make_money(rng, current)
	frappe.db.commit()  # why: all of the demo or nothing of it
	expiry.sweep()


def make_departments() -> None:
	for department_name, _manager in DEPARTMENTS:
		_insert("Meeting Department", department_name=department_name)


def make_people() -> None:
	"""The system manager first: Frappe makes the first user of a site its System Manager, whatever roles he has."""
	for email, full_name, role, department in OTHERS:
		make_person(email, full_name, role, department)
	for email, full_name in SALESPEOPLE:
		make_person(email, full_name, "Meeting Salesperson", "销售部")


def make_person(email: str, full_name: str, role: str, department: str | None) -> None:
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": email,
			"first_name": full_name,
			"language": "zh",
			"time_zone": "Asia/Shanghai",
			"send_welcome_email": 0,
			"new_password": PASSWORD,
			"meeting_department": department,
			"roles": [{"role": role}],
		}
	)
	user.flags.no_welcome_mail = True
	user.flags.ignore_password_policy = True
	user.insert(ignore_permissions=True)  # why: set-up has no user


def make_departments_managers() -> None:
	for department_name, manager in DEPARTMENTS:
		department = frappe.get_doc("Meeting Department", department_name)
		department.manager = manager
		department.save(ignore_permissions=True)  # why: set-up has no user


def make_projects() -> tuple[str, str, str]:
	"""The edition of last year (closed below), this year's successor, and a second meeting."""
	members = [{"user": email, "manager": MANAGER} for email, _full_name in SALESPEOPLE]
	previous = _insert(
		"Meeting Project",
		project_name="第十七届全国冷链物流大会",
		start_date=add_days(nowdate(), -400),
		end_date=add_days(nowdate(), -35),
		members=members,
	)
	current = _insert(
		"Meeting Project",
		project_name=COLD_CHAIN["project_name"],
		start_date=add_days(nowdate(), -30),
		end_date=add_days(nowdate(), 60),
		previous_project=previous,
		members=members,
	)
	second = _insert(
		"Meeting Project",
		project_name=CHEMICALS["project_name"],
		start_date=add_days(nowdate(), -25),
		end_date=add_days(nowdate(), 90),
		members=members,
	)
	return previous, current, second


def company_names(rng: random.Random) -> dict[str, list[tuple[str, str, str]]]:
	"""{segment: [(full name, region, dialling code)]}, no full name twice, shuffled."""
	brands = [first + second for first in FIRST for second in SECOND]
	names = {}
	for segment, trades in TRADES.items():
		kinds = rng.sample([(brand, place, trade) for brand in brands for place in REGIONS for trade in trades], 400)
		names[segment] = [
			(f"{region}{brand}{trade}{rng.choice(LEGAL_FORMS)}", region, code) for brand, (region, code), trade in kinds
		]
	return names


def make_enterprise(rng: random.Random, names: list[tuple[str, str, str]], entered_by: str) -> str:
	full_name, region, code = names.pop()
	person = _person(rng)
	return enterprises.add_enterprise(
		full_name,
		{
			"profile": f"位于{region}，成立于{rng.randint(1996, 2018)}年，现有员工{rng.randint(3, 90) * 10}人。",
			"region": region,
			"address": f"{region}市开发区{rng.choice('一二三四五六')}路{rng.randint(1, 199)}号",
			"landline": f"{code}-{rng.randint(62000000, 88999999)}",
			"mobile": person["mobile"],
			"email": f"office{rng.randint(1000, 9999)}@example.cn",
			"contacts": [person] + ([_person(rng)] if rng.random() < 0.4 else []),
		},
		entered_by,
	)


def make_past_signatures(rng: random.Random, project: str, names: dict[str, list]) -> None:
	"""Last year's signed customers, from which this year's edition can be carried over."""
	for number in range(20):
		holder = SALESPEOPLE[number % len(SALESPEOPLE)][0]
		claimed_on = _moment(rng, 60 + number)
		with acting_as(holder):
			claim = _claim(rng, project, "Cold Storage", names, holder, claimed_on)
			make_contract(rng, claim, claimed_on + timedelta(days=rng.randint(1, 9)))
	doc = frappe.get_doc("Meeting Project", project)
	doc.closed = 1
	doc.save(ignore_permissions=True)  # why: set-up has no user


def make_claims(rng: random.Random, project: str, segment: str, names: dict[str, list], count: int) -> None:
	"""For each salesperson `count` claims of the last 20 days: those of more than 15 days ago are signed,
	dead or back in the pool by now, the others are running out."""
	for email, _full_name in SALESPEOPLE:
		days_ago = sorted((rng.randint(0, 20) for _ in range(count)), reverse=True) + [0] * rng.randint(3, 9)
		for claimed_on in (_moment(rng, days) for days in days_ago):
			with acting_as(email):
				claim = _claim(rng, project, segment, names, email, claimed_on)
				decide_fate(rng, claim, claimed_on)


def decide_fate(rng: random.Random, claim, claimed_on: datetime) -> None:
	later = min(claimed_on + timedelta(days=rng.randint(1, 8)), now_datetime())
	fate = rng.random()
	if fate < 0.16:
		make_contract(rng, claim, later)
	elif fate < 0.22:
		claims.mark_dead(claim.name, rng.choice(("今年没有参会预算", "已参加同期展会", "公司停业")), now=later)
	elif fate < 0.6:
		make_activity(rng, claim)


@contextmanager
def acting_as(user: str):
	"""What a salesperson does belongs to that salesperson, in the files and in the log."""
	former = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(former)


def make_contract(rng: random.Random, claim, signed_on: datetime) -> None:
	"""Signed in the past: the claim is signed at that instant, then the paper follows."""
	contract = frappe.get_doc(
		{
			"doctype": "Meeting Contract",
			"customer": claim.customer,
			"project": claim.project,
			"contract_kind": rng.choice(("Comprehensive Plan", "Participation Receipt")),
			"amount": rng.choice((9800, 16800, 28000, 45000, 68000, 120000)),
			"signed_on": signed_on.date(),
		}
	)
	contract.insert(ignore_permissions=True)  # why: set-up has no user
	paper = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{contract.name}.pdf",
			"content": PAGES,
			"is_private": 1,
			"attached_to_doctype": contract.doctype,
			"attached_to_name": contract.name,
			"attached_to_field": "attachment",
		}
	).insert(ignore_permissions=True)  # why: set-up has no user
	claims.sign(claim.name, contract=contract.name, now=signed_on)
	contract.attachment = paper.file_url
	contract.submit()


def make_activity(rng: random.Random, claim) -> None:
	planned = rng.random() < 0.6
	starts_on = _moment(rng, -rng.randint(0, 4) if planned else rng.randint(1, 5))
	activity = frappe.get_doc(
		{
			"doctype": "Meeting Activity",
			"customer": claim.customer,
			"project": claim.project,
			"subject": rng.choice(SUBJECTS),
			"activity_type": rng.choice(("Call", "Visit", "WeChat")),
			"status": "Planned" if planned else "Done",
			"result": "" if planned else rng.choice(("有意向，等领导批示", "需要报价", "下周再联系")),
			"starts_on": starts_on,
			"assigned_to": claim.holder,
		}
	)
	activity.insert(ignore_permissions=True)  # why: set-up has no user


def make_pool(rng: random.Random, names: dict[str, list]) -> None:
	for remaining in names.values():
		for _number in range(min(40, len(remaining))):
			make_enterprise(rng, remaining, ADMIN)


def _claim(rng, project: str, segment: str, names: dict[str, list], holder: str, claimed_on: datetime):
	enterprise = make_enterprise(rng, names[segment], holder)
	claim = claims.make_claim(project, enterprise, holder, "Entry", now=claimed_on)
	frappe.db.set_value("Meeting Customer", claim.customer, "segment", segment, update_modified=False)
	return claim


def _moment(rng: random.Random, days_ago: int) -> datetime:
	"""A working moment `days_ago` days ago; today's lie before now."""
	moment = datetime.combine(getdate(add_days(nowdate(), -days_ago)), time(rng.randint(9, 17), rng.randint(0, 59)))
	return moment if days_ago else min(moment, now_datetime())


def _person(rng: random.Random) -> dict:
	return {
		"person_name": rng.choice(SURNAMES) + rng.choice(GIVEN_NAMES),
		"position": rng.choice(POSITIONS),
		"mobile": f"1{rng.choice(('38', '39', '36', '58', '86'))}{rng.randint(10000000, 99999999)}",
	}


def _insert(doctype: str, **values) -> str:
	return frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True).name  # why: set-up

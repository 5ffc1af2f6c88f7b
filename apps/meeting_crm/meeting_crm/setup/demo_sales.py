"""Demo data of sales: what hangs on the customer files of the demo. Same day, same data."""

import random
from datetime import timedelta

import frappe
from frappe.utils import add_days, now_datetime, nowdate

OPPORTUNITIES = ("标准展位两个", "特装展台 36 平米", "大会主赞助", "会刊彩页及展板", "分论坛演讲与参会名额")
ITEMS = (
	("标准展位", "3m×3m，含桌椅电源", "个", 9800),
	("特装光地", "按平方米", "平方米", 1200),
	("会刊彩页", "整版四色", "页", 6000),
	("参会代表", "含会议资料及餐饮", "人", 2800),
	("展板广告", "入口通道 2m×3m", "块", 5000),
)
CUSTOMER_PROJECTS = ("新建 5 万吨冷库", "危化品仓库智能化改造", "冷链车队更新", "园区二期工程")
SERVICES = (
	("Return Visit", "会后满意度回访"),
	("Invoice", "补开参会费发票"),
	("Service Request", "索取会议影像资料"),
	("Complaint", "展位电源不足"),
)
EXPENSES = (
	("Travel", "拜访客户高铁票", 553),
	("Entertainment", "客户商务午餐", 680),
	("Gift", "会议纪念礼品", 260),
	("Courier", "邀请函快递", 23),
)
COUNT = 24


def make_sales(seed: int = 5) -> None:
	"""Opportunities, quotations, maintenance, projects and expenses on the newest customer files."""
	rng = random.Random(seed)
	claims = frappe.get_all(
		"Meeting Claim",
		filters={"phase": ["in", ("Negotiating", "Signed")]},
		fields=["customer", "project", "holder", "phase", "contract"],
		order_by="claimed_on desc, name",
		limit=COUNT,
	)
	former = frappe.session.user
	for number, claim in enumerate(claims):
		frappe.set_user(claim.holder)
		make_records(rng, claim)
		if not number:
			make_weekly_visit(claim)
	frappe.set_user(former)


def make_records(rng: random.Random, claim) -> None:
	signed = claim.phase == "Signed"
	opportunity = make_opportunity(rng, claim, signed)
	if rng.random() < 0.6:
		make_quotation(rng, claim, opportunity)
	if rng.random() < 0.3:
		make_customer_project(rng, claim)
	if signed:
		make_maintenance(rng, claim)
	for _number in range(rng.randint(0, 2)):
		make_expense(rng, claim)


def make_opportunity(rng: random.Random, claim, signed: bool) -> str:
	stage = "Won" if signed else rng.choice(("Interest", "Interest", "Proposal", "Negotiation", "Lost"))
	return _insert(
		"Meeting Opportunity",
		claim,
		opportunity_name=rng.choice(OPPORTUNITIES),
		stage=stage,
		amount=rng.choice((9800, 19600, 36000, 58000, 120000)),
		expected_on=add_days(nowdate(), rng.randint(-3, 45)),
		lost_reason="预算已用于同期展会" if stage == "Lost" else None,
	)


def make_quotation(rng: random.Random, claim, opportunity: str) -> None:
	quotation = frappe.get_doc(
		{
			"doctype": "Meeting Quotation",
			"customer": claim.customer,
			"project": claim.project,
			"opportunity": opportunity,
			"quoted_on": add_days(nowdate(), -rng.randint(0, 20)),
			"discount_percentage": rng.choice((0, 0, 5)),
			"items": [
				{"item_name": name, "description": text, "unit": unit, "rate": rate, "quantity": rng.randint(1, 4)}
				for name, text, unit, rate in rng.sample(ITEMS, rng.randint(1, 3))
			],
		}
	).insert()
	if rng.random() < 0.7:
		quotation.submit()


def make_customer_project(rng: random.Random, claim) -> None:
	starts_on = add_days(nowdate(), -rng.randint(0, 120))
	_insert(
		"Meeting Customer Project",
		claim,
		project_title=rng.choice(CUSTOMER_PROJECTS),
		status=rng.choice(("Planned", "In Progress")),
		budget=rng.choice((800000, 3000000, 12000000)),
		starts_on=starts_on,
		ends_on=add_days(starts_on, 365),
	)


def make_maintenance(rng: random.Random, claim) -> None:
	kind, subject = rng.choice(SERVICES)
	_insert(
		"Meeting Maintenance",
		claim,
		kind=kind,
		subject=subject,
		contract=claim.contract,
		reported_on=add_days(nowdate(), -7),
		due_on=add_days(nowdate(), rng.randint(-4, 10)),
		priority=rng.choice(("Low", "Medium", "High")),
	)


def make_expense(rng: random.Random, claim) -> None:
	kind, purpose, amount = rng.choice(EXPENSES)
	_insert(
		"Meeting Expense",
		claim,
		expense_type=kind,
		purpose=purpose,
		amount=amount,
		spent_on=add_days(nowdate(), -rng.randint(0, 25)),
	)


def make_weekly_visit(claim) -> None:
	start = now_datetime().replace(hour=9, minute=30, second=0, microsecond=0) + timedelta(days=1)
	_insert("Meeting Activity", claim, subject="每周例行回访", activity_type="Visit", starts_on=start, repeat="Weekly")


def _insert(doctype: str, claim, **values) -> str:
	return (
		frappe.get_doc({"doctype": doctype, "customer": claim.customer, "project": claim.project, **values})
		.insert()
		.name
	)

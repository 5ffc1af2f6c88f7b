"""Demo data of money: what the demo's contracts were paid, invoiced and sent; targets and a preferential policy."""

import random
from datetime import timedelta

import frappe
from frappe.utils import add_days, add_months, flt, get_first_day, getdate, nowdate

from meeting_crm.contracts import invoices, payments
from meeting_crm.credit import service as credit

FINANCE = "caiwu@demo.meeting"
CONTRACT = "Meeting Contract"
TAX_NUMBERS = ("91110000600037341L", "91440300708461136T", "91330106673959654P", "91310000132278822L")
METHODS = ("Bank Transfer", "Bank Transfer", "Bank Transfer", "WeChat", "Cheque")
COUNT = 36


def make_money(rng: random.Random, project: str) -> None:
	"""Most contracts are paid in part or whole, some not at all; invoices stand in every state."""
	former = frappe.session.user
	contracts = frappe.get_all(
		CONTRACT,
		filters={"docstatus": 1, "holder": ("like", "%@demo.meeting")},
		fields=["name", "customer", "claim", "holder", "amount", "signed_on", "enterprise_name", "enterprise"],
		order_by="signed_on desc, name",
		limit=COUNT,
	)
	for number, contract in enumerate(contracts):
		make_title(rng, contract)
		make_payments(rng, contract, number)
		make_invoice(contract, number)
	make_registered(rng, project)
	make_targets(contracts)
	frappe.set_user("Administrator")
	make_policy(contracts)
	frappe.set_user(former)


def make_title(rng: random.Random, contract) -> None:
	frappe.set_user(contract.holder)
	frappe.get_doc(
		{
			"doctype": "Meeting Invoice Title",
			"customer": contract.customer,
			"title": contract.enterprise_name,
			"tax_number": rng.choice(TAX_NUMBERS),
			"bank": "中国工商银行开发区支行",
			"account": f"62{rng.randint(10**14, 10**15 - 1)}",
			"recipient": rng.choice(("财务部 李会计", "办公室 王主任", "市场部 陈经理")),
			"recipient_mobile": f"139{rng.randint(10000000, 99999999)}",
			"courier_address": "开发区创业路 18 号",
			"email": f"fapiao{rng.randint(100, 999)}@example.cn",
			"is_default": 1,
		}
	).insert()


def make_payments(rng: random.Random, contract, number: int) -> None:
	"""A third in full, a third in part, a third not yet."""
	if number % 3 == 2:
		return
	shares = (1.0,) if number % 3 == 0 else (rng.choice((0.3, 0.5)),)
	for share in shares:
		paid_on = min(getdate(contract.signed_on) + timedelta(days=rng.randint(1, 20)), getdate())
		frappe.set_user(contract.holder)
		payment = payments.register(
			contract.claim,
			flt(contract.amount * share, 2),
			paid_on,
			contract.name,
			method=rng.choice(METHODS),
			payer_name=contract.enterprise_name,
			bank_number=f"{paid_on:%Y%m%d}{number:05d}",
		)
		frappe.set_user(FINANCE)
		payments.confirm(payment.name)


def make_invoice(contract, number: int) -> None:
	"""Requested, issued, sent, received, red-lettered, returned, none: in turn."""
	state = number % 7
	if state == 6:
		return
	frappe.set_user(contract.holder)
	share = 1 if number % 2 else 0.5
	lines = [{"item": "会议服务费", "gross": flt(contract.amount * share, 2), "rate": 6}]
	invoice = invoices.request(contract.name, lines=lines, delivery="Courier" if state in (1, 2, 3) else "Email")
	frappe.set_user(FINANCE)
	if state == 5:
		invoices.reject(invoice.name, "请补充开户行信息")
	elif state:
		invoices.issue(invoice.name, f"2611{number:016d}")
	if state in (2, 3):
		make_parcel(invoice, number, received=state == 3)
	elif state == 4:
		invoices.red_letter(invoice.name, "开票信息有误", invoice_number=f"2611R{number:015d}")


def make_parcel(invoice, number: int, received: bool) -> None:
	frappe.get_doc(
		{
			"doctype": "Meeting Shipment",
			"courier": "顺丰速运",
			"tracking_number": f"SF14{number:010d}",
			"sent_on": add_days(nowdate(), -3),
			"received_on": add_days(nowdate(), -1) if received else None,
			"contents": [{"content_type": "Invoice", "invoice": invoice.name}],
		}
	).insert()


def make_registered(rng: random.Random, project: str) -> None:
	"""What salespeople say was paid and finance has not looked at."""
	claims = frappe.get_all(
		"Meeting Claim",
		filters={"project": project, "phase": "Negotiating", "protected_until": (">", add_days(nowdate(), 1))},
		fields=["name", "holder", "enterprise_name"],
		order_by="protected_until, name",
		limit=4,
	)
	for claim in claims:
		frappe.set_user(claim.holder)
		payments.register(
			claim.name,
			rng.choice((2000, 5000, 9800)),
			nowdate(),
			method="Bank Transfer",
			payer_name=claim.enterprise_name,
		)


def make_targets(contracts: list) -> None:
	frappe.set_user("Administrator")
	for holder in sorted({contract.holder for contract in contracts}):
		for back in range(4):
			frappe.get_doc(
				{
					"doctype": "Meeting Sales Target",
					"user": holder,
					"month": get_first_day(add_months(nowdate(), -back)),
					"measure": "Signed",
					"amount": 150000,
				}
			).insert()


def make_policy(contracts: list) -> None:
	credit.recompute(sorted({contract.enterprise for contract in contracts}))
	policy = frappe.get_doc(
		{
			"doctype": "Meeting Preferential Policy",
			"policy_name": "老客户九折",
			"percentage": 10,
			"participation": 1,
			"publicity": 1,
			"extras": [{"item_name": "赠送参会名额", "quantity": 1, "unit": "人"}],
		}
	).insert()
	best = frappe.get_all("Meeting Credit Score", fields=["enterprise", "score"], order_by="score desc", limit=2)
	for row in best:
		frappe.get_doc(
			{
				"doctype": "Meeting Policy Grant",
				"enterprise": row.enterprise,
				"policy": policy.name,
				"until": add_months(nowdate(), 12),
				"score_at_grant": row.score,
			}
		).insert()

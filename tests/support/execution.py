"""Contracts, executions and people of departments, for the tests of what follows a signature."""

import frappe
from frappe.utils import add_days, nowdate

from meeting_crm.contracts.execution import service
from meeting_crm.tests import factories
from support.sales import make_contract, make_held

AMOUNT = 12000
ATTENDEES = (
	{"person_name": "欧阳明", "gender": "Male", "mobile": "13811112222", "position": "总经理", "housing": "Sharing"},
	{"person_name": "买买提·艾力", "gender": "Male", "mobile": "13811112223", "diet": "Halal", "housing": "Sharing"},
	{"person_name": "赵敏", "gender": "Female", "mobile": "13811112224", "housing": "No Room"},
)


def make_signed(held=None, **values):
	"""A submitted contract of a salesperson, who is the session's user afterwards: (user, contract)."""
	user, _project, claim = held or make_held(start_date=add_days(nowdate(), -5), end_date=add_days(nowdate(), 40))
	frappe.set_user(user)
	contract = make_contract(claim, **{"amount": AMOUNT, **values}).insert()
	contract.submit()
	return user, contract


def get_stay(row: dict) -> dict:
	days = {"arrive_on": add_days(nowdate(), 10), "leave_on": add_days(nowdate(), 13)}
	return {**(days if row.get("housing") not in (None, "No Room") else {}), **row}


def make_execution(contract, attendees=ATTENDEES, **values):
	"""A complete draft, saved by the session's user."""
	execution = service.make_execution(contract.name)
	execution.update(
		{
			"unit_name": "北京华夏医疗器械股份有限公司",
			"address": "北京市朝阳区建国路88号",
			"handler": "李经办",
			"handler_mobile": "13900139000",
			"participation_fee": 8000,
			"publicity_fee": 2000,
			"accommodation_fee": 2000,
			"title": "北京华夏医疗器械股份有限公司",
			"tax_number": "91110000600037341L",
			"recipient": "李经办",
			"courier_address": "北京市朝阳区建国路88号",
			**values,
		}
	)
	execution.set("attendees", [get_stay(dict(row)) for row in attendees])
	banner = next(row for row in execution.deliverables if row.type == "Banner")
	banner.text = "热烈祝贺大会召开"
	return execution.insert()


def make_submitted(**values):
	"""(salesperson, execution that was submitted)."""
	user, contract = make_signed()
	execution = make_execution(contract, **values)
	service.submit(execution.name)
	return user, frappe.get_doc("Meeting Execution", execution.name)


def close_products(project: str, *products: str, last_day: str | None = None) -> None:
	"""As an administrator, who is the session's user afterwards. Without a day: yesterday was the last."""
	as_user("Administrator")
	doc = frappe.get_doc("Meeting Project", project)
	for product in products:
		doc.append("production_closings", {"product": product, "last_day": last_day or add_days(nowdate(), -1)})
	doc.save()


def get_task(execution, department: str) -> str:
	return frappe.db.get_value("Meeting Department Task", {"execution": execution.name, "department": department})


def make_finance() -> str:
	return factories.make_user(None, "Meeting Finance")


def make_logistics() -> str:
	return factories.make_user(None, "Meeting Logistics")


def make_hotel(name: str | None = None) -> str:
	return (
		frappe.get_doc({"doctype": "Meeting Hotel", "hotel_name": name or factories.unique("会议酒店")}).insert().name
	)


def as_user(user: str):
	"""Frappe keeps what it read of a user's rights in the request."""
	frappe.set_user(user)
	getattr(frappe.local, "request_cache", {}).clear()

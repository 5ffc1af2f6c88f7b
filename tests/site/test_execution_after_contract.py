"""What becomes of an execution when its contract is changed, terminated or made void, and when everything is over (D4)."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from meeting_crm.contracts import api as contracts
from meeting_crm.contracts import endings, standing
from meeting_crm.contracts.execution import board, jobs, rooming, service, tasks
from meeting_crm.contracts.execution.errors import ExecutionError
from support.execution import AMOUNT, as_user, get_task, make_finance, make_hotel, make_logistics, make_submitted
from support.sales import upload

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def people():
	return {"Finance": make_finance(), "Logistics": make_logistics()}


def confirm(execution, people, *departments):
	for department in departments or ("Finance", "Logistics"):
		as_user(people[department])
		tasks.confirm(get_task(execution, department), read(execution, "revision"))


def read(execution, field):
	return frappe.db.get_value("Meeting Execution", execution.name, field)


def change(execution, change_type="Amendment", **values):
	"""By an administrator, who may also let an amount fall."""
	as_user("Administrator")
	doc = contracts.make_change(execution.contract, change_type)
	doc.update({"reason": "客户增减", "plan": [], **values})
	doc.insert().submit()
	return doc


def see(execution, people, department):
	"""{heading: (before, after)} of what the department has to confirm."""
	as_user(people[department])
	task = tasks.get_task(get_task(execution, department))
	return {row["what"]: (row["old"], row["new"]) for row in task["changes"]}


def test_a_larger_amount_goes_to_both_and_money_to_finance_alone(people):
	user, execution = make_submitted()
	confirm(execution, people)
	made = change(execution, amount=AMOUNT + 500, supplement=upload())
	assert (read(execution, "status"), read(execution, "contract_amount")) == ("Changed", AMOUNT + 500)
	finance, logistics = see(execution, people, "Finance"), see(execution, people, "Logistics")
	assert finance["Contract Change"] == ("", made.name)
	assert "12,500" in finance["Amount"][1]
	assert set(logistics) == {"Contract Change"}, "logistics sees no amount"
	assert frappe.db.exists("Notification Log", {"for_user": user, "document_name": execution.name})
	confirm(execution, people)
	assert read(execution, "status") == "Confirmed"


def test_a_change_that_is_taken_back_leaves_nothing_to_confirm(people):
	_user, execution = make_submitted()
	confirm(execution, people)
	first = change(execution, terms="甲方提供两个展位")
	second = change(execution, terms="甲方提供三个展位")
	second.cancel()
	assert see(execution, people, "Finance")["Contract Change"] == ("", first.name)
	frappe.set_user("Administrator")
	first.reload()
	first.cancel()
	assert see(execution, people, "Finance") == {}
	assert read(execution, "status") == "Confirmed"


def test_a_termination_is_confirmed_then_the_execution_is_withdrawn(people):
	_user, execution = make_submitted()
	as_user(people["Logistics"])
	hotel = make_hotel()
	rooming.apply(execution.project, hotel, [[execution.attendees[0].name, execution.attendees[1].name]])
	confirm(execution, people)
	ended = change(execution, "Termination", settled_amount=0)
	assert read(execution, "status") == "Changed"
	flags = frappe.get_all("Meeting Room Guest", {"execution": execution.name}, pluck="flag")
	assert flags == ["Removed", "Removed"], "nobody is taken out of a room by itself"
	logistics = see(execution, people, "Logistics")
	assert logistics["Status"] == ("In Force", "Terminated") and "Settled Amount" not in logistics
	confirm(execution, people)
	assert read(execution, "status") == "Withdrawn"
	columns = board.get_board("Logistics", project=execution.project)["columns"]
	assert [column["step"] for column in columns if column["cards"]] == [tasks.FINISHED_STEP]
	assert not rooming.get_attendees(execution.project)
	as_user(execution.holder)
	doc = frappe.get_doc("Meeting Execution", execution.name)
	doc.notes = "再加一桌"
	with pytest.raises(ExecutionError, match="stays as it is"):
		doc.save()
	frappe.set_user("Administrator")
	ended.reload()
	ended.cancel()
	assert read(execution, "status") == "Changed"
	assert frappe.db.get_value("Meeting Department Task", get_task(execution, "Logistics"), "current_step") == "Rooms"


def test_a_void_contract_is_told_to_both(people):
	_user, execution = make_submitted()
	confirm(execution, people)
	as_user("Administrator")
	frappe.get_doc("Meeting Contract", execution.contract).cancel()
	assert see(execution, people, "Finance")["Status"] == ("In Force", "Void")
	confirm(execution, people)
	assert read(execution, "status") == "Withdrawn"


def test_who_has_not_confirmed_yet_is_told_that_the_contract_has_ended(people):
	_user, execution = make_submitted()
	confirm(execution, people, "Finance")
	as_user(people["Logistics"])
	logistics = get_task(execution, "Logistics")
	tasks.tick(logistics, frappe.get_doc("Meeting Department Task", logistics).steps[0].name, True)
	ended = change(execution, "Termination", settled_amount=0)
	assert read(execution, "status") == "Changed"
	assert see(execution, people, "Logistics")["Status"] == ("In Force", "Terminated")
	told = frappe.get_all(
		"Notification Log", {"for_user": people["Logistics"], "document_name": logistics}, pluck="subject"
	)
	assert [subject for subject in told if "has ended" in subject]
	frappe.set_user("Administrator")
	ended.reload()
	ended.cancel()
	assert tasks.get_task(logistics)["status"] == "In Work"
	assert read(execution, "status") == "Submitted"
	ended = change(execution, "Termination", settled_amount=0)
	confirm(execution, people)
	assert read(execution, "status") == "Withdrawn"


def test_a_draft_hears_nothing(people):
	_user, execution = make_submitted()
	as_user(execution.holder)
	service.withdraw(execution.name)
	change(execution, terms="新条款")
	assert (read(execution, "status"), read(execution, "revision")) == ("Draft", 0)


def let_meeting_be_over(execution):
	frappe.db.set_value(
		"Meeting Project",
		execution.project,
		{"start_date": add_days(nowdate(), -5), "end_date": add_days(nowdate(), -1)},
	)


def pay(execution, people, amount):
	as_user(execution.holder)
	claim = frappe.db.get_value("Meeting Contract", execution.contract, "claim")
	name = contracts.register_payment(claim, amount, nowdate(), execution.contract)["payment"]
	as_user(people["Finance"])
	contracts.confirm_payment(name)
	return name


def do_every_step(execution, people):
	for department, user in people.items():
		as_user(user)
		task = get_task(execution, department)
		for row in frappe.get_doc("Meeting Department Task", task).steps:
			tasks.tick(task, row.name, True)


def test_what_is_done_is_closed_after_the_meeting_and_the_paid_contract_is_completed(people):
	_user, execution = make_submitted()
	payment = pay(execution, people, AMOUNT)
	confirm(execution, people)
	let_meeting_be_over(execution)
	jobs.close_finished()
	endings.complete_fulfilled()
	assert read(execution, "status") == "Confirmed", "steps are open"
	do_every_step(execution, people)
	jobs.close_finished()
	assert read(execution, "status") == "Closed"
	endings.complete_fulfilled()
	assert frappe.db.get_value("Meeting Contract", execution.contract, "status") == "Completed"
	as_user(people["Finance"])
	contracts.refund(payment, 100, "多收")
	assert frappe.db.get_value("Meeting Contract", execution.contract, "status") == "In Force"


def test_before_the_meeting_is_over_or_paid_nothing_is_completed(people):
	_user, execution = make_submitted()
	confirm(execution, people)
	do_every_step(execution, people)
	jobs.close_finished()
	assert read(execution, "status") == "Confirmed"
	let_meeting_be_over(execution)
	jobs.close_finished()
	endings.complete_fulfilled()
	assert read(execution, "status") == "Closed"
	assert frappe.db.get_value("Meeting Contract", execution.contract, "status") == "In Force"
	standing.refresh([execution.contract])
	assert frappe.db.get_value("Meeting Contract", execution.contract, "outstanding") == AMOUNT

"""What is changed in an execution after the last day of its product waits for logistics (D4)."""

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from meeting_crm.administration import personal_data
from meeting_crm.contracts.execution import late_changes, tasks
from meeting_crm.contracts.execution.errors import ExecutionError, LateChangeAnsweredError
from support.execution import as_user, close_products, get_task, make_finance, make_logistics, make_submitted

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def logistics():
	make_finance()
	return make_logistics()


@pytest.fixture
def execution(logistics):
	return make_submitted()[1]


def change(execution, by):
	as_user(execution.holder)
	doc = frappe.get_doc("Meeting Execution", execution.name)
	by(doc)
	return doc.save()


def get_waiting(execution) -> list[dict]:
	return [row for row in late_changes.get_open(execution.name) if row["state"] == "Waiting"]


def leave_a_day_later(doc) -> None:
	doc.attendees[0].leave_on = add_days(doc.attendees[0].leave_on, 1)
	doc.attendees[0].mobile = "13900001111"


def test_what_is_being_made_stays_and_the_wish_waits(execution, logistics):
	before = execution.attendees[0].leave_on
	close_products(execution.project, "Rooms")
	saved = change(execution, leave_a_day_later)
	assert getdate(saved.attendees[0].leave_on) == getdate(before)
	assert saved.attendees[0].mobile == "13900001111"
	(wish,) = get_waiting(execution)
	assert (wish["product"], wish["about"]) == ("Rooms", saved.attendees[0].person_name)
	as_user(logistics)
	assert [row["name"] for row in tasks.get_task(get_task(execution, "Logistics"))["late_changes"]] == [wish["name"]]
	late_changes.answer(wish["name"], True, None)
	execution.reload()
	assert getdate(execution.attendees[0].leave_on) == getdate(add_days(before, 1))
	assert not get_waiting(execution)
	with pytest.raises(LateChangeAnsweredError):
		late_changes.answer(wish["name"], True, None)


def test_the_last_day_itself_is_in_time(execution):
	close_products(execution.project, "Rooms", last_day=nowdate())
	before = execution.attendees[0].leave_on
	saved = change(execution, leave_a_day_later)
	assert getdate(saved.attendees[0].leave_on) == getdate(add_days(before, 1))


def test_who_comes_late_and_who_stays_away_wait_too(execution, logistics):
	close_products(execution.project, "Badges")
	number = len(execution.attendees)
	gone = execution.attendees[0].name
	change(execution, lambda doc: doc.remove(doc.attendees[0]))
	change(execution, lambda doc: doc.append("attendees", {"person_name": "钱七", "mobile": "13900002222"}))
	change(execution, lambda doc: doc.append("attendees", {"person_name": "钱七", "mobile": "13900002222"}))
	execution.reload()
	assert [row.idx for row in execution.attendees] == list(range(1, number + 1))
	assert execution.attendees[0].name == gone
	assert {row["kind"] for row in get_waiting(execution)} == {"Added", "Removed"}
	assert len(get_waiting(execution)) == 2
	as_user(logistics)
	for wish in get_waiting(execution):
		late_changes.answer(wish["name"], True, None)
	execution.reload()
	assert gone not in [row.name for row in execution.attendees]
	assert "钱七" in [row.person_name for row in execution.attendees]


def test_a_refusal_says_why_and_only_logistics_answers(execution, logistics):
	close_products(execution.project, "Badges")
	change(execution, lambda doc: doc.attendees[0].set("position", "董事会秘书"))
	(wish,) = get_waiting(execution)
	with pytest.raises(frappe.PermissionError):
		late_changes.answer(wish["name"], True, None)
	as_user(logistics)
	with pytest.raises(ExecutionError, match="Write why not"):
		late_changes.answer(wish["name"], False, " ")
	late_changes.answer(wish["name"], False, "已印")
	(answered,) = late_changes.get_open(execution.name)
	assert (answered["state"], answered["reason"]) == ("Refused", "已印")
	assert frappe.db.exists("Notification Log", {"for_user": execution.holder, "subject": ["like", "%已印%"]})


def test_the_salesperson_takes_a_wish_back(execution):
	close_products(execution.project, "Badges")
	change(execution, lambda doc: doc.attendees[0].set("position", "董事会秘书"))
	(wish,) = get_waiting(execution)
	late_changes.take_back(wish["name"])
	assert late_changes.get_open(execution.name) == []


def test_logistics_that_confirmed_has_seen_what_it_takes_over(execution, logistics):
	close_products(execution.project, "Badges")
	as_user(logistics)
	task = get_task(execution, "Logistics")
	tasks.confirm(task, 1)
	change(execution, lambda doc: doc.attendees[0].set("position", "董事会秘书"))
	as_user(logistics)
	late_changes.answer(get_waiting(execution)[0]["name"], True, None)
	assert frappe.db.get_value("Meeting Department Task", task, ["status", "confirmed_revision"]) == ("Confirmed", 2)


def test_a_person_who_waits_to_be_added_is_found_among_their_data(execution):
	close_products(execution.project, "Badges")
	change(execution, lambda doc: doc.append("attendees", {"person_name": "钱七", "mobile": "13900002222"}))
	as_user("Administrator")
	found = [row for row in personal_data.find("钱七") if row["doctype"] == "Meeting Late Change"]
	assert found and all(row["kept_because"] for row in found)

"""An execution from draft to confirmation, and what a save afterwards means for whom (D3, D4)."""

import json

import frappe
import pytest
from frappe.utils import add_days, nowdate

from meeting_crm.contracts import api as contracts_api
from meeting_crm.contracts.execution import api, permissions, service, tasks
from meeting_crm.contracts.execution.errors import (
	AttendeeError,
	ChangedMeanwhileError,
	ExecutionError,
	FeesDifferError,
	NotSubmittableError,
	StayError,
)
from meeting_crm.tests import factories
from support.execution import (
	AMOUNT,
	ATTENDEES,
	as_user,
	get_task,
	make_execution,
	make_finance,
	make_hotel,
	make_logistics,
	make_signed,
	make_submitted,
)
from support.sales import upload

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def people():
	return make_finance(), make_logistics()


def change(execution, **values):
	"""A save by the salesperson: fields, or a function that changes the document."""
	as_user(execution.holder)
	doc = frappe.get_doc("Meeting Execution", execution.name)
	doc.update({key: value for key, value in values.items() if key != "by"})
	if "by" in values:
		values["by"](doc)
	return doc.save()


def confirm(execution, department: str, user: str, revision: int | None = None):
	as_user(user)
	current = frappe.db.get_value("Meeting Execution", execution.name, "revision")
	return tasks.confirm(get_task(execution, department), revision or current)


def status_of(execution, department: str | None = None):
	if department:
		return frappe.db.get_value(
			"Meeting Department Task", get_task(execution, department), ["status", "confirmed_revision"]
		)
	return frappe.db.get_value("Meeting Execution", execution.name, "status")


def test_a_new_execution_knows_what_the_customer_file_knows():
	_user, contract = make_signed()
	execution = service.make_execution(contract.name)
	assert execution.unit_name == contract.enterprise_name
	assert execution.handler == "王经理"
	assert execution.contract_amount == AMOUNT
	assert "Banner" in {row.type for row in execution.deliverables}
	assert all(row.deadline for row in execution.deliverables)


def test_submission_gives_each_department_a_task(people):
	user, execution = make_submitted()
	assert (execution.status, execution.revision) == ("Submitted", 1)
	rows = {row.department: row for row in tasks.get_summary(execution.name)}
	assert set(rows) == {"Finance", "Logistics"}
	assert rows["Finance"].current_step == "Check Fees" and rows["Logistics"].current_step == "Rooms"
	assert all(row.due_on for row in rows.values())
	for person in people:
		assert frappe.db.exists(
			"Notification Log", {"for_user": person, "document_name": ["in", [row.name for row in rows.values()]]}
		)
	log = frappe.get_all("Meeting Operation Log", {"reference_name": execution.name}, pluck="operation")
	assert "Submitted" in log


def test_submitting_twice_is_submitting_once(people):
	_user, execution = make_submitted()
	service.submit(execution.name)
	assert frappe.db.count("Meeting Department Task", {"execution": execution.name}) == 2


def test_a_draft_contract_is_not_executed():
	user, contract = make_signed()
	execution = make_execution(contract)
	contract.db_set("docstatus", 0)
	with pytest.raises(NotSubmittableError, match="not in force"):
		service.submit(execution.name)


def test_submission_needs_the_signed_file():
	_user, contract = make_signed()
	execution = make_execution(contract)
	contract.db_set("attachment", None)
	frappe.db.delete("Meeting Contract File", {"parent": contract.name})
	with pytest.raises(NotSubmittableError, match="no signed file"):
		service.submit(execution.name)


def test_somebody_attends_or_it_is_said_that_nobody_does():
	_user, contract = make_signed()
	execution = make_execution(contract, attendees=())
	with pytest.raises(NotSubmittableError, match="Nobody is on the list"):
		service.submit(execution.name)
	execution.reload()
	execution.no_attendees = 1
	execution.save()
	assert service.submit(execution.name)["status"] == "Submitted"


def test_fees_are_the_contracts_amount_or_it_is_written_why():
	_user, contract = make_signed()
	execution = make_execution(contract, publicity_fee=1999.99)
	with pytest.raises(FeesDifferError, match="0.01"):
		service.submit(execution.name)
	execution.reload()
	execution.difference_reason = "老客户抹零"
	execution.save()
	assert service.submit(execution.name)["revision"] == 1


def test_fees_that_add_up_only_in_decimals_agree():
	_user, contract = make_signed(amount=0.3)
	execution = make_execution(contract, participation_fee=0.1, publicity_fee=0.2, accommodation_fee=0)
	assert service.submit(execution.name)["status"] == "Submitted"


def test_a_wish_for_a_room_needs_dates():
	_user, contract = make_signed()
	execution = make_execution(contract)
	execution.attendees[0].arrive_on = None
	execution.save()
	with pytest.raises(StayError, match="Row 1"):
		service.submit(execution.name)


def test_case_58_leaving_on_the_day_of_arrival_is_refused():
	_user, contract = make_signed()
	day = nowdate()
	with pytest.raises(StayError, match="at least one night"):
		make_execution(contract, attendees=[{**ATTENDEES[0], "arrive_on": day, "leave_on": day}])


def test_a_number_that_a_spreadsheet_cut_off_is_refused():
	_user, contract = make_signed()
	with pytest.raises(AttendeeError, match="spreadsheet"):
		make_execution(contract, attendees=[{"person_name": "张三", "id_number": "110105194912310000"}])


def test_words_from_a_paste_are_understood():
	_user, contract = make_signed()
	row = {
		"person_name": " 张　三 ",
		"gender": "男",
		"ethnicity": "维吾尔族",
		"housing": "标间",
		"diet": "清真",
		"mobile": "１３８００１３８０００",
	}
	execution = make_execution(contract, attendees=[row])
	stored = execution.attendees[0]
	assert (stored.person_name, stored.gender, stored.ethnicity, stored.housing, stored.diet, stored.mobile) == (
		"张 三",
		"Male",
		"Uyghur",
		"Sharing",
		"Halal",
		"13800138000",
	)


def test_one_contract_one_execution():
	_user, contract = make_signed()
	make_execution(contract)
	with pytest.raises(frappe.DuplicateEntryError):
		make_execution(contract)


def test_nobody_sets_status_or_revision_by_hand(people):
	_user, execution = make_submitted()
	doc = change(execution, status="Confirmed", revision=99)
	assert (doc.status, doc.revision) == ("Submitted", 1)


def test_a_change_of_a_title_is_for_finance_alone(people):
	finance, logistics = people
	_user, execution = make_submitted()
	confirm(execution, "Finance", finance)
	confirm(execution, "Logistics", logistics)
	assert status_of(execution) == "Confirmed"
	doc = change(execution, title="北京华夏医疗有限公司")
	assert doc.revision == 2
	assert status_of(execution, "Finance") == ("Changed", 1)
	assert status_of(execution, "Logistics") == ("Confirmed", 2), "case 68: unchanged for logistics, so it goes along"
	assert status_of(execution) == "Changed"
	as_user(finance)
	(seen,) = contracts_api.get_task(get_task(execution, "Finance"))["changes"]
	assert (seen["what"], seen["old"], seen["new"]) == (
		"Invoice Title",
		"北京华夏医疗器械股份有限公司",
		"北京华夏医疗有限公司",
	)
	confirm(execution, "Finance", finance)
	assert status_of(execution) == "Confirmed"
	row = frappe.get_last_doc("Meeting Execution Change", {"execution": execution.name})
	assert row.finance_confirmed_by == finance and not row.logistics_confirmed_by


def test_case_67_changed_back_is_confirmed_again_by_itself(people):
	finance, logistics = people
	_user, execution = make_submitted()
	confirm(execution, "Logistics", logistics)
	change(execution, by=lambda doc: doc.attendees[0].update({"position": "董事长"}))
	assert status_of(execution, "Logistics") == ("Changed", 1)
	change(execution, by=lambda doc: doc.attendees[0].update({"position": "总经理"}))
	assert status_of(execution, "Logistics") == ("Confirmed", 3)


def test_case_69_confirming_what_is_no_longer_there(people):
	finance, _logistics = people
	_user, execution = make_submitted()
	confirm(execution, "Finance", finance)
	change(execution, title="甲")
	change(execution, title="乙")
	with pytest.raises(ChangedMeanwhileError) as error:
		confirm(execution, "Finance", finance, revision=2)
	assert error.value.http_status_code == 409
	assert frappe.local.response["revision"] == 3
	assert [(row["old"], row["new"]) for row in frappe.local.response["changes"]] == [("甲", "乙")]
	assert status_of(execution, "Finance") == ("Changed", 1)


def test_case_66_a_longer_stay_tells_finance_what_it_costs(people):
	finance, logistics = people
	_user, execution = make_submitted()
	as_user(logistics)
	frappe.get_doc(
		{
			"doctype": "Meeting Room Block",
			"project": execution.project,
			"hotel": make_hotel(),
			"room_type": "Twin",
			"date": add_days(nowdate(), 10),
			"rooms": 5,
			"price_shared": 190,
			"price_sole": 360,
		}
	).insert()
	confirm(execution, "Finance", finance)
	confirm(execution, "Logistics", logistics)
	change(execution, by=lambda doc: doc.attendees[0].update({"leave_on": add_days(nowdate(), 14)}))
	as_user(finance)
	seen = {
		row["what"]: (row["old"], row["new"])
		for row in contracts_api.get_task(get_task(execution, "Finance"))["changes"]
	}
	assert set(seen) == {"Departure", "Accommodation by Nights"}
	assert "570.00" in seen["Accommodation by Nights"][0] and "760.00" in seen["Accommodation by Nights"][1]
	as_user(logistics)
	seen = [row["what"] for row in contracts_api.get_task(get_task(execution, "Logistics"))["changes"]]
	assert seen == ["Departure"]


def test_people_who_are_pasted_again_keep_their_rows(people):
	_user, execution = make_submitted()
	names = {row.person_name: row.name for row in execution.attendees}

	def paste(doc):
		rows = [
			{
				key: row.get(key)
				for key in ("person_name", "gender", "mobile", "housing", "arrive_on", "leave_on", "diet", "position")
			}
			for row in doc.attendees
		]
		doc.set("attendees", [])
		for row in reversed(rows):
			doc.append("attendees", row)

	doc = change(execution, by=paste)
	assert {row.person_name: row.name for row in doc.attendees} == names
	assert doc.revision == 1, "the order alone is no change"
	stored = frappe.get_all("Meeting Attendee", {"parent": execution.name}, pluck="name")
	assert sorted(stored) == sorted(names.values())


def test_withdrawing_before_anybody_confirmed(people):
	finance, _logistics = people
	user, execution = make_submitted()
	assert service.withdraw(execution.name)["status"] == "Draft"
	assert not frappe.db.exists("Meeting Department Task", {"execution": execution.name})
	service.submit(execution.name)
	confirm(execution, "Finance", finance)
	as_user(user)
	with pytest.raises(NotSubmittableError, match="nobody has confirmed"):
		service.withdraw(execution.name)


def test_after_submission_it_stays_complete(people):
	_user, execution = make_submitted()
	with pytest.raises(FeesDifferError):
		change(execution, participation_fee=1)
	with pytest.raises(NotSubmittableError):
		change(execution, address=" ")


def test_what_was_approved_and_changed_is_in_work_again(people):
	_finance, logistics = people
	_user, execution = make_submitted()
	banner = next(row for row in execution.deliverables if row.type == "Banner")
	as_user(logistics)
	work = frappe.get_doc("Meeting Deliverable Work", {"deliverable": banner.name})
	assert work.state == "In Work", "its text is there"
	work.state = "Approved"
	work.save()
	assert work.approved_revision == 1
	as_user(execution.holder)

	def rewrite(doc):
		next(row for row in doc.deliverables if row.type == "Banner").text = "祝大会圆满成功"

	change(execution, by=rewrite)
	assert frappe.db.get_value("Meeting Deliverable Work", work.name, "state") == "In Work"
	waiting = frappe.get_all("Meeting Deliverable Work", {"execution": execution.name, "state": "Waiting"})
	assert waiting, "services without content wait for it"


def test_a_text_that_is_too_long_is_refused():
	_user, contract = make_signed()
	execution = make_execution(contract)
	next(row for row in execution.deliverables if row.type == "Banner").text = "热" * 41
	with pytest.raises(ExecutionError, match="41 characters, 40 fit"):
		execution.save()


def test_steps_move_a_task_over_the_board(people):
	finance, _logistics = people
	_user, execution = make_submitted()
	as_user(finance)
	task = get_task(execution, "Finance")
	steps = contracts_api.get_task(task)["steps"]
	assert api.tick_step(task, steps[0]["name"], True)["current_step"] == "Issue Invoice"
	assert status_of(execution, "Finance")[0] == "In Work"
	confirm(execution, "Finance", finance)
	for step in steps[1:]:
		answer = api.tick_step(task, step["name"], True)
	assert (answer["status"], answer["current_step"]) == ("Done", tasks.FINISHED_STEP)
	board = api.get_board("Finance", execution.project)
	assert [column["number"] for column in board["columns"]] == [0, 0, 0, 0, 1]
	assert api.tick_step(task, steps[0]["name"], False)["current_step"] == "Check Fees"


def test_a_department_does_its_own_work_only(people):
	finance, logistics = people
	user, execution = make_submitted()
	as_user(logistics)
	with pytest.raises(frappe.PermissionError):
		contracts_api.confirm_task(get_task(execution, "Finance"), 1)
	with pytest.raises(frappe.PermissionError):
		contracts_api.get_task(get_task(execution, "Finance"))
	with pytest.raises(frappe.PermissionError):
		api.get_board("Finance")
	as_user(user)
	assert contracts_api.get_task(get_task(execution, "Finance"))["may_work"] is False
	with pytest.raises(frappe.PermissionError):
		contracts_api.confirm_task(get_task(execution, "Finance"), 1)


def test_assigning_to_somebody_of_the_department(people):
	finance, logistics = people
	_user, execution = make_submitted()
	as_user(finance)
	task = get_task(execution, "Finance")
	other = make_finance()
	assert api.assign_task(task, other)["assigned_to"] == other
	with pytest.raises(ExecutionError, match="does not work in"):
		api.assign_task(task, logistics)
	assert finance in {person["user"] for person in api.get_department_people("Finance")}


SECRETS = ("11010519491231002X", "13811112222", "Halal", "清真", "Uyghur")


def test_what_finance_and_logistics_read(people):
	finance, logistics = people
	rows = [{**ATTENDEES[0], "id_number": "11010519491231002X", "ethnicity": "Uyghur", "diet": "Halal"}]
	_user, execution = make_submitted(attendees=rows)
	as_user(finance)
	text = json.dumps(contracts_api.get_task(get_task(execution, "Finance")), ensure_ascii=False, default=str)
	assert "8000" in text and "91110000600037341L" in text
	assert not [secret for secret in SECRETS if secret in text]
	as_user(logistics)
	text = json.dumps(contracts_api.get_task(get_task(execution, "Logistics")), ensure_ascii=False, default=str)
	assert "欧阳明" in text and "13811112222" in text and "1101**********002X" in text
	assert not [secret for secret in ("11010519491231002X", "8000.0", "12000", "91110000600037341L") if secret in text]
	for department in (finance, logistics):
		as_user(department)
		for doctype in ("Meeting Execution", "Meeting Attendee", "Meeting Deliverable"):
			with pytest.raises(frappe.PermissionError):
				frappe.get_list(doctype, parent_doctype="Meeting Execution")


def test_changes_are_read_by_whom_they_concern(people):
	finance, logistics = people
	_user, execution = make_submitted(attendees=[{**ATTENDEES[0], "id_number": "11010519491231002X"}])
	change(
		execution,
		title="甲",
		by=lambda doc: doc.attendees[0].update({"id_number": "11010519900307002X", "mobile": "13700137000"}),
	)
	as_user(finance)
	seen = frappe.get_list("Meeting Execution Change", {"execution": execution.name}, pluck="fieldname")
	assert seen == ["title"]
	as_user(logistics)
	rows = frappe.get_list("Meeting Execution Change", {"execution": execution.name}, ["fieldname", "old", "new"])
	assert {row.fieldname for row in rows} == {"mobile", "id_number"}
	assert "11010519900307002X" not in json.dumps(rows)
	as_user(factories.make_user())
	assert frappe.get_list("Meeting Execution Change", {"execution": execution.name}) == []


def test_the_trail_of_the_salesperson(people):
	user, execution = make_submitted()
	change(execution, title="甲")
	as_user(user)
	progress = api.get_progress(execution.name)
	assert progress["changes"][0]["new"] == "甲"
	assert {row.department for row in progress["tasks"]} == {"Finance", "Logistics"}


def test_reading_a_paste(people):
	user, contract = make_signed()
	answer = api.read_attendees(contract.project, "姓名\t性别\t住房时间\n张三\t男\t3.10-3.13\n李四\t女\t某天")
	assert [row["person_name"] for row in answer["attendees"]] == ["张三", "李四"]
	(problem,) = answer["problems"]
	assert problem["row"] == 2 and "某天" in problem["message"]


def test_the_holder_alone_reads_and_writes_the_execution(people):
	_user, execution = make_submitted()
	as_user(factories.make_user())
	doc = frappe.get_doc("Meeting Execution", execution.name)
	assert not doc.has_permission("read") and not doc.has_permission("write")
	assert frappe.get_list("Meeting Execution", {"name": execution.name}) == []


def test_deleting_what_departments_work_on_is_refused(people):
	_user, execution = make_submitted()
	frappe.set_user("Administrator")
	with pytest.raises(NotSubmittableError):
		frappe.delete_doc("Meeting Execution", execution.name)


def test_an_attached_design_must_be_ones_own():
	_user, contract = make_signed()
	frappe.set_user(factories.make_user())
	foreign = upload()
	as_user(_user)
	execution = make_execution(contract)
	execution.deliverables[1].file = foreign
	with pytest.raises(frappe.ValidationError, match="cannot be read"):
		execution.save()


def test_the_departments_of_a_person():
	assert permissions.get_departments(make_finance()) == ["Finance"]
	assert permissions.get_departments(factories.make_user()) == []

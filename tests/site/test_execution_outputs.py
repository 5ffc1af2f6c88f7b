"""The lists of a project, opened again: what stands in them, who may print them, what changed since the last print (D5)."""

import json
import subprocess
import zipfile
from io import BytesIO

import frappe
import openpyxl
import pytest
from frappe.utils import add_days, getdate, nowdate

from meeting_crm.contracts import api as contracts_api
from meeting_crm.contracts.execution import api, rooming
from meeting_crm.contracts.execution.errors import OutputError
from meeting_crm.contracts.execution.outputs import service as outputs
from meeting_crm.tests import factories
from support.execution import ATTENDEES, as_user, make_finance, make_hotel, make_logistics, make_submitted
from support.sales import upload

pytestmark = pytest.mark.usefixtures("site")

ID_NUMBER = "11010519491231002X"
PEOPLE = [
	{**ATTENDEES[0], "id_number": ID_NUMBER},
	ATTENDEES[1],
	ATTENDEES[2],
	{"person_name": "=1+1", "mobile": "13811112225", "position": "@总监", "gender": "Male", "housing": "Single"},
]


@pytest.fixture
def execution():
	_user, execution = make_submitted(attendees=PEOPLE)
	as_user(make_logistics())
	return execution


def take(execution, kind: str, file_format: str = "xlsx", **values) -> bytes:
	contracts_api.get_output(execution.project, kind, file_format, **values)
	assert frappe.response["filename"].endswith(f".{file_format}")
	return frappe.response["filecontent"]


def rows_of(content: bytes, sheet: int = 0) -> list[dict]:
	"""The rows below the heads, by head."""
	values = list(openpyxl.load_workbook(BytesIO(content)).worksheets[sheet].iter_rows(min_row=3, values_only=True))
	return [dict(zip(values[0], row, strict=True)) for row in values[1:]]


def text_of(content: bytes) -> str:
	return subprocess.run(
		["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
	).stdout.decode()


def place_everybody(execution) -> str:
	hotel = make_hotel("国际会议酒店" + factories.unique())
	proposal = rooming.propose(execution.project)
	rooming.apply(execution.project, hotel, [[guest["attendee"] for guest in room] for room in proposal["rooms"]])
	return frappe.db.get_value("Meeting Hotel", hotel, "hotel_name")


def test_rooming_list_by_guest_and_by_room(execution):
	hotel = place_everybody(execution)
	content = take(execution, "rooming")
	guests = rows_of(content)
	assert [row["Person Name"] for row in guests] == ["=1+1", "欧阳明", "买买提·艾力"]
	assert guests[1]["Hotel"] == hotel and guests[1]["Shares With"] == "买买提·艾力"
	assert guests[1]["Nights"] == 3 and guests[1]["Arrival"].date() == getdate(add_days(nowdate(), 10))
	assert guests[1]["Mobile"] == "13811112222", "a number that is a name stays a text"
	assert "Identity Number" not in guests[0]
	rooms = rows_of(content, 1)
	assert rooms[1]["Guest 1"] == "欧阳明" and rooms[1]["Guest 2"] == "买买提·艾力" and rooms[1]["Room Nights"] == 3
	assert not {"Mobile", "Salesperson"} & set(rooms[0]), "the hotel gets neither"


def test_a_text_like_a_formula_stays_a_text(execution):
	book = openpyxl.load_workbook(BytesIO(take(execution, "badges")))
	kinds = {
		cell.value: cell.data_type for row in book.active.iter_rows() for cell in row if cell.value in ("=1+1", "@总监")
	}
	assert kinds == {"=1+1": "s", "@总监": "s"}


def test_who_has_no_room_yet_is_listed_too(execution):
	rows = rows_of(take(execution, "rooming"))
	assert {row["Person Name"] for row in rows} == {"=1+1", "欧阳明", "买买提·艾力"} and not rows[0]["Hotel"]


def test_night_matrix_with_persons_and_meals(execution):
	content = take(execution, "nights")
	rooms = {row["Kind"]: row for row in rows_of(content)}
	assert rooms["Shared by Men"]["Grand Total"] == 3 and rooms["Single"]["Grand Total"] == 3
	persons = rows_of(content, 1)
	assert persons[-1]["Grand Total"] == 9
	meals = {row["Diet"]: row["Grand Total"] for row in rows_of(content, 2)}
	assert meals == {"Standard": 6, "Halal": 3, "Vegetarian": 0, "Other": 0, "Grand Total": 9}


def test_the_matrix_compares_with_the_rooms_agreed(execution):
	hotel = place_everybody(execution)
	name = frappe.db.get_value("Meeting Hotel", {"hotel_name": hotel})
	for number in range(3):
		frappe.get_doc(
			{
				"doctype": "Meeting Room Block",
				"project": execution.project,
				"hotel": name,
				"room_type": "Twin",
				"date": add_days(nowdate(), 10 + number),
				"rooms": 2,
			}
		).insert()
	rows = [row for row in rows_of(take(execution, "nights")) if row["Room Type"] == "Twin"]
	assert {row["Kind"]: row["Grand Total"] for row in rows} == {"Shared by Men": 3, "Rooms Agreed": 6, "Rooms Left": 3}


def test_badges_are_printed_once_and_again_when_they_change(execution):
	first = rows_of(take(execution, "badges"))
	assert [row["Version"] for row in first] == [1, 1, 1, 1] and not first[0]["Printed On"]
	assert rows_of(take(execution, "badges", only_changed=True)) == []
	me = frappe.session.user
	as_user(execution.holder)
	doc = frappe.get_doc("Meeting Execution", execution.name)
	doc.attendees[1].position = "董事长"
	doc.attendees[1].mobile = "13711112222"
	doc.save()
	as_user(me)
	(again,) = rows_of(take(execution, "badges", only_changed=True))
	assert (again["Person Name"], again["Position"], again["Version"], again["Print Again"]) == (
		"买买提·艾力",
		"董事长",
		2,
		"Yes",
	)
	everybody = rows_of(take(execution, "badges"))
	assert [row["Version"] for row in everybody] == [1, 2, 1, 1], "a mobile is not on the badge"


def test_badges_as_sheets(execution):
	for size in ("90x54", "A6", "single"):
		text = text_of(take(execution, "badges", "pdf", badge_size=size))
		assert "欧阳明" in text and execution.unit_name[:6] in text
	with pytest.raises(OutputError, match="sizes"):
		take(execution, "badges", "pdf", badge_size="A0")


def test_lists_as_pdf(execution):
	place_everybody(execution)
	text = text_of(take(execution, "rooming", "pdf"))
	assert "买买提·艾力" in text and "By Room" in text
	text = text_of(take(execution, "banners", "pdf"))
	assert "热烈祝贺大会召开" in text


def test_banners_count_their_characters(execution):
	(row,) = rows_of(take(execution, "banners"))
	assert (row["Service Item"], row["Content"], row["Characters"]) == ("Banner", "热烈祝贺大会召开", 8)


def test_booths_with_the_free_ones(execution):
	booth = api.make_booth_row(execution.project, "1", "A", 2)
	first = frappe.db.get_value("Meeting Booth", {"project": execution.project, "number": "A01"})
	api.book_booth(first, execution.name)
	rows = rows_of(take(execution, "booths"))
	assert booth["booths"] == len(rows) == 2
	assert (rows[0]["Name of the Company"], rows[1]["Name of the Company"]) == (execution.unit_name, "(Free)")
	assert "pdf" in outputs.KINDS["booths"][2] and text_of(take(execution, "booths", "pdf"))


def test_journal_with_its_files():
	_user, execution = make_submitted()
	as_user(execution.holder)
	doc = frappe.get_doc("Meeting Execution", execution.name)
	row = next(row for row in doc.deliverables if row.type == "Journal Advertisement")
	row.update({"text": "冷链专家", "place": "封二", "file": upload("page.pdf")})
	doc.save()
	as_user(make_logistics())
	content = take(execution, "journal")
	(advertisement,) = rows_of(content)
	assert advertisement["Place"] == "封二" and execution.unit_name in advertisement["File"]
	(company,) = rows_of(content, 1)
	assert company["Profile"] == "冷链专家"
	package = zipfile.ZipFile(BytesIO(take(execution, "journal", "zip")))
	assert package.namelist() == [advertisement["File"]]
	api.download_deliverable(row.name)
	assert frappe.response["filecontent"] == package.read(advertisement["File"])
	as_user(factories.make_user())
	with pytest.raises(frappe.PermissionError):
		api.download_deliverable(row.name)


def test_invoices_and_couriers_are_for_finance(execution):
	with pytest.raises(frappe.PermissionError):
		take(execution, "invoices")
	as_user(make_finance())
	content = take(execution, "invoices")
	(row,) = rows_of(content)
	assert row["Tax Number"] == "91110000600037341L" and row["Gross"] is None and row["Status"] == "Not Asked For"
	(label,) = rows_of(content, 1)
	assert label["Recipient"] == "李经办"
	assert "李经办" in text_of(take(execution, "invoices", "pdf"))
	for kind in ("rooming", "nights", "badges"):
		with pytest.raises(frappe.PermissionError):
			take(execution, kind)


def test_an_invoice_stands_with_its_number_and_its_parcel(execution):
	shipment = frappe.get_doc(
		{
			"doctype": "Meeting Shipment",
			"recipient": "李经办",
			"courier": "顺丰",
			"tracking_number": "SF1",
			"sent_on": nowdate(),
		}
	)
	shipment.flags.ignore_links = shipment.flags.ignore_permissions = shipment.flags.ignore_mandatory = True
	shipment.name = factories.unique("SH")
	shipment.db_insert()
	invoice = frappe.get_doc(
		{
			"doctype": "Meeting Invoice",
			"name": factories.unique("FP"),
			"contract": execution.contract,
			"project": execution.project,
			"status": "Sent",
			"title_name": "开票时的抬头",
			"gross": 10600,
			"tax": 600,
			"invoice_number": "24112000000012345678",
			"issued_on": nowdate(),
			"shipment": shipment.name,
		}
	)
	invoice.db_insert()
	as_user(make_finance())
	(row,) = rows_of(take(execution, "invoices"))
	assert (row["Invoice Title"], row["Gross"], row["Tax"], row["Status"]) == ("开票时的抬头", 10600, 600, "Sent")
	assert (row["Invoice Number"], row["Courier"], row["Tracking Number"]) == ("24112000000012345678", "顺丰", "SF1")
	assert row["Sent On"].date() == getdate()


def test_lists_of_colleagues_are_not_for_salespeople(execution):
	as_user(execution.holder)
	for kind in outputs.KINDS:
		with pytest.raises(frappe.PermissionError):
			take(execution, kind)
		with pytest.raises(frappe.PermissionError):
			api.preview_output(execution.project, kind)
	assert api.get_outputs()["kinds"] == []


def test_identity_numbers_need_a_right_and_a_reason(execution):
	with pytest.raises(frappe.PermissionError, match="right of their own"):
		take(execution, "rooming", with_id_numbers=True, reason="酒店登记")
	trusted = factories.make_user(None, "Meeting Logistics", "Meeting Identity Numbers")
	as_user(trusted)
	with pytest.raises(OutputError, match="what the identity numbers are needed for"):
		take(execution, "rooming", with_id_numbers=True)
	rows = rows_of(take(execution, "rooming", with_id_numbers=True, reason="酒店登记"))
	assert ID_NUMBER in {row["Identity Number"] for row in rows}
	entry = frappe.get_last_doc("Meeting Operation Log", {"reference_name": execution.project, "operation": "Exported"})
	assert entry.user == trusted and "酒店登记" in entry.after and ID_NUMBER not in entry.after


def test_every_print_leaves_a_line(execution):
	take(execution, "badges")
	run = frappe.get_last_doc("Meeting Output Run", {"project": execution.project})
	assert (run.kind, run.file_format, run.number_of_rows, run.run_by) == ("badges", "xlsx", 4, frappe.session.user)
	assert frappe.db.exists("Meeting Operation Log", {"reference_name": execution.project, "operation": "Exported"})


def test_a_preview_leaves_none(execution):
	answer = api.preview_output(execution.project, "badges")
	assert answer["sheets"][0]["number"] == 4 and answer["last_run"] is None
	assert not frappe.db.exists("Meeting Output Run", {"project": execution.project})
	assert ID_NUMBER not in json.dumps(api.preview_output(execution.project, "rooming"), default=str)


@pytest.mark.parametrize(("kind", "file_format"), [("nothing", "xlsx"), ("badges", "docx"), ("nights", "pdf")])
def test_what_there_is_not_is_said(execution, kind, file_format):
	with pytest.raises(OutputError):
		take(execution, kind, file_format)


@pytest.mark.parametrize("kind", ["rooming", "nights", "badges", "banners", "booths", "journal"])
def test_empty_lists_are_files_too(kind):
	project = factories.make_project()
	as_user(make_logistics())
	contracts_api.get_output(project, kind)
	assert openpyxl.load_workbook(BytesIO(frappe.response["filecontent"])).worksheets


def test_drafts_are_in_no_list(execution):
	frappe.db.set_value("Meeting Execution", execution.name, "status", "Draft")
	assert rows_of(take(execution, "badges")) == []


def test_only_confirmed_ones(execution):
	assert rows_of(take(execution, "badges", only_confirmed=True)) == []
	task = frappe.db.get_value("Meeting Department Task", {"execution": execution.name, "department": "Logistics"})
	contracts_api.confirm_task(task, 1)
	assert len(rows_of(take(execution, "badges", only_confirmed=True))) == 4


def test_the_log_tells_of_the_change_and_not_the_number(execution):
	as_user(execution.holder)
	doc = frappe.get_doc("Meeting Execution", execution.name)
	doc.attendees[0].id_number = "11010519900307002X"
	doc.save()
	entries = frappe.get_all("Meeting Operation Log", {"reference_name": execution.name}, ["before", "after"])
	text = json.dumps(entries, ensure_ascii=False)
	assert "_personal" in text and ID_NUMBER not in text and "11010519900307002X" not in text


def test_numbers_are_erased_after_the_meeting(execution):
	from meeting_crm.contracts.execution.jobs import erase_id_numbers

	erase_id_numbers()
	assert frappe.db.get_value("Meeting Attendee", {"parent": execution.name, "idx": 1}, "id_number") == ID_NUMBER
	frappe.db.set_value("Meeting Project", execution.project, "end_date", add_days(nowdate(), -31))
	erase_id_numbers()
	assert not frappe.db.get_value("Meeting Attendee", {"parent": execution.name, "idx": 1}, "id_number")

"""Lists as files: Chinese that Excel reads, texts that stay texts, a first column with a name."""

from io import BytesIO

import frappe
import pytest
from openpyxl import load_workbook

from meeting_crm.tests import factories
from support.rest import set_language

EXPORT = "frappe.desk.reportview.export_query"
TRICK = '=HYPERLINK("http://evil.example","点")'


@pytest.fixture(scope="module")
def exporter(site):
	user = factories.make_user(None, "Meeting Administrator")
	for title in (TRICK, "-12.5", "普通客户"):
		frappe.get_doc(
			{
				"doctype": "Meeting Customer",
				"customer_name": factories.unique("导出"),
				"category": "Supplier",
				"profile": title,
			}
		).insert()
	frappe.db.commit()
	set_language(user, "zh")
	return user


def ask(client, file_format: str):
	return client.call(
		EXPORT, verb="GET", doctype="Meeting Customer", title="客户", file_format_type=file_format,
		fields=["`tabMeeting Customer`.`customer_name`", "`tabMeeting Customer`.`profile`"],
		filters=[["Meeting Customer", "customer_name", "like", "导出%"]],
	)  # fmt: skip


def test_a_csv_file_opens_in_excel_and_holds_no_formula(rest, exporter):
	content = ask(rest(exporter), "CSV").content
	assert content.startswith(b"\xef\xbb\xbf")
	text = content.decode("utf-8-sig")
	assert text.startswith('"序号"')
	assert "\"'=HYPERLINK" in text and '"-12.5"' in text and "普通客户" in text


def test_a_workbook_holds_no_formula(rest, exporter):
	answer = ask(rest(exporter), "Excel")
	assert answer.status_code == 200
	cells = [cell for row in load_workbook(BytesIO(answer.content)).active.iter_rows() for cell in row]
	assert [cell.value for cell in cells if cell.data_type == "f"] == []
	assert TRICK in [cell.value for cell in cells]

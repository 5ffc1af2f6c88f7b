"""Lists and reports as files: what a person typed stays text in a spreadsheet, and Excel reads the characters of a CSV file."""

import csv
from codecs import BOM_UTF8
from io import BytesIO, StringIO
from zipfile import ZipFile

import frappe
from frappe.desk.query_report import export_query as framework_export_report
from frappe.desk.reportview import export_query as framework_export_list
from frappe.desk.utils import pop_csv_params
from openpyxl import load_workbook

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@frappe.whitelist()
def export_list() -> None:
	params = pop_csv_params(frappe._dict(frappe.form_dict))
	framework_export_list()
	_make_harmless(params)


@frappe.whitelist()
def export_report() -> None:
	params = pop_csv_params(frappe._dict(frappe.form_dict))
	framework_export_report()
	_make_harmless(params)


def _make_harmless(csv_params: dict) -> None:
	response = frappe.response
	if response.get("type") != "binary":
		return
	if response.filename.endswith(".csv"):
		response.filecontent = BOM_UTF8 + keep_texts_of_csv(response.filecontent.decode(), csv_params).encode()
	elif response.filename.endswith(".xlsx"):
		response.filecontent = keep_texts_of_xlsx(response.filecontent)


def keep_texts_of_csv(text: str, csv_params: dict) -> str:
	"""With an apostrophe before each cell that a spreadsheet would take for a formula. Numbers stay numbers."""
	rows = csv.reader(StringIO(text), delimiter=csv_params["delimiter"])
	output = StringIO()
	writer = csv.writer(output, delimiter=csv_params["delimiter"], quoting=csv.QUOTE_ALL)
	writer.writerows([f"'{cell}" if is_formula(cell) else cell for cell in row] for row in rows)
	return output.getvalue()


def is_formula(cell: str) -> bool:
	return (
		cell.startswith(FORMULA_SIGNS) and not cell[1:].replace("-", "").replace(" ", "").replace(".", "", 1).isdigit()
	)


def keep_texts_of_xlsx(content: bytes) -> bytes:
	"""As texts: no export of the framework has a formula of its own."""
	with ZipFile(BytesIO(content)) as archive:
		if not any(b"<f>" in archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")):
			return content
	book = load_workbook(BytesIO(content))
	for sheet in book:
		for row in sheet.iter_rows():
			for cell in row:
				if cell.data_type == "f":
					cell.data_type = "s"
	output = BytesIO()
	book.save(output)
	return output.getvalue()

"""The rows that were not imported, as a CSV to correct and upload again."""

import csv
import json
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import get_files_path

from meeting_crm.entry.importing.writing import INVALID, NOT_IMPORTED

ROWS_A_READ = 5000


def write(doc, titles: list[str]) -> str:
	"""Writes the file without holding it in memory and attaches it; answers its address."""
	purpose = _("to correct")
	file_name = f"import-{doc.name}-{purpose}.csv".replace(" ", "-")
	url = f"/private/files/{file_name}"
	path = Path(get_files_path(file_name, is_private=1))
	with path.open("w", encoding="utf-8-sig", newline="") as file:
		writer = csv.writer(file)
		writer.writerow([*titles, _("Problem")])
		for cells, message in read_rows(doc.name):
			cells = [*cells, *[""] * (len(titles) - len(cells))]
			writer.writerow([harmless(cell) for cell in cells[: len(titles)]] + [message])
	existing = frappe.db.get_value("File", {"file_url": url, "attached_to_name": doc.name})
	if existing:
		return url
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": file_name,
			"file_url": url,
			"is_private": 1,
			"attached_to_doctype": doc.doctype,
			"attached_to_name": doc.name,
			"attached_to_field": "error_file",
		}
	).insert(ignore_permissions=True)  # why: the run made it for the import's owner
	if file.file_url != url:
		# Frappe keeps a copy of its own where a file of that name lies already
		path.unlink()
	return file.file_url


def read_rows(name: str):
	last = 0
	while rows := frappe.get_all(
		"Meeting Enterprise Import Row",
		filters={"enterprise_import": name, "result": ("in", (INVALID, NOT_IMPORTED)), "file_row": (">", last)},
		fields=["file_row", "row_values", "message"],
		order_by="file_row",
		limit=ROWS_A_READ,
	):
		for row in rows:
			yield json.loads(row.row_values or "[]"), row.message
		last = rows[-1].file_row


def harmless(cell: str) -> str:
	"""A cell that a spreadsheet would run as a formula is kept as text."""
	return (
		f"'{cell}"
		if cell.startswith(("=", "+", "-", "@", "\t")) and not cell[1:].replace("-", "").replace(" ", "").isdigit()
		else cell
	)

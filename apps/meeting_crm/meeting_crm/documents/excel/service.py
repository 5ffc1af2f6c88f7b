"""Opening a workbook in the browser and saving the cells that were changed there."""

import math

import frappe
from frappe import _
from frappe.utils import escape_html

from meeting_crm.documents import drafts, files, service
from meeting_crm.documents.editing import get_base, refuse, require_editable, require_rows

MAX_CHANGES = 50_000
MAX_TEXT = 32_767
"""What a cell of Excel holds."""
MAX_ROW, MAX_COLUMN = 1_048_576, 16_384


def open_workbook(document: str, from_draft: bool) -> dict:
	"""{workbook: a snapshot for the editor, version}. The caller has checked the right to write."""
	from meeting_crm.documents.excel import reading

	content, version = get_base(document, None, from_draft)
	require_editable(content, files.XLSX)
	try:
		return {"workbook": reading.read(content), "version": version}
	except reading.TooManyCellsError:
		refuse(
			_("The workbook has more than {0} cells. Download it and edit it in a spreadsheet program.").format(
				reading.MAX_CELLS
			)
		)
	except Exception:  # why: a damaged file fails in any place of its reader
		frappe.log_error(title="Opening a workbook", reference_doctype="Meeting Document", reference_name=document)
		refuse(_("This workbook is damaged. Download it, save it again in a spreadsheet program, and upload that."))


def save_workbook(
	document: str,
	base_version: int,
	changes: list[dict],
	on_draft: bool,
	as_draft: bool,
	token: str | None,
	reason: str | None,
) -> dict:
	"""Writes the changed cells into the content of `base_version`, or into the person's own draft of it. Answers what `service.write`
	does, of a draft what `drafts.keep` does. A cell that must not change is refused; a draft keeps the others."""
	from meeting_crm.documents.excel import patching

	cells = [_read_change(row, patching.CellChange) for row in _require_changes(changes)]
	content, _version = get_base(document, base_version, on_draft)
	require_editable(content, files.XLSX)
	try:
		content = patching.patch(content, cells, leaves_out=as_draft)
	except patching.RefusedCellError as error:
		_refuse_cell(error)
	if as_draft:
		return drafts.keep(document, base_version, content)
	return service.write(document, base_version, content, reason, token)


def _require_changes(changes: object) -> list[dict]:
	rows = require_rows(changes, _("Send the changed cells as a list of objects."))
	if len(rows) > MAX_CHANGES:
		refuse(_("{0} cells were changed at once. Save after at most {1}.").format(len(rows), MAX_CHANGES))
	return rows


def _read_change(row: dict, make):
	place = (row.get("row"), row.get("column"))
	limits = (MAX_ROW, MAX_COLUMN)
	if not all(isinstance(at, int) and 1 <= at <= limit for at, limit in zip(place, limits, strict=True)):
		refuse(_("A changed cell says no row and column that there are."))
	value, formula, pattern = row.get("value"), row.get("formula") or None, row.get("pattern") or None
	texts = [text for text in (value, formula, pattern, row.get("sheet")) if isinstance(text, str)]
	is_number = isinstance(value, int | float) and math.isfinite(value)
	if not (value is None or isinstance(value, str) or is_number) or not all(
		text is None or isinstance(text, str) for text in (formula, pattern, row.get("sheet"))
	):
		refuse(_("A changed cell holds neither text nor a number."))
	if any(len(text) > MAX_TEXT for text in texts):
		refuse(_("A cell holds at most {0} characters.").format(MAX_TEXT))
	return make(
		sheet=row.get("sheet") or "",
		row=row["row"],
		column=row["column"],
		value=value,
		formula=formula,
		only_result=bool(row.get("only_result")),
		pattern=pattern,
	)


def _refuse_cell(error) -> None:
	from meeting_crm.documents.excel import patching

	sentences = {
		patching.PROTECTED: _("{0}: the sheet is protected. Take the protection off in a spreadsheet program first."),
		patching.ARRAY: _("{0} belongs to a formula over several cells, which is not changed here."),
		patching.HEAD: _("{0} is the head of a table, which is not changed here."),
		patching.UNKNOWN_SHEET: _("{0}: there is no such sheet in the version that this rests on."),
	}
	cell = frappe.bold(escape_html(f"{error.change.sheet}!{error.change.cell}"))
	refuse(f"{sentences[error.reason].format(cell)} {_('Undo it there, then save again.')}")

"""The lists of a project (D5): who may print which, what changed since the last print, and the record of each run."""

import json
import zipfile
from io import BytesIO

import frappe
from frappe import _
from frappe.utils import cint, now_datetime, nowdate

from meeting_crm.contracts.execution import deliverables
from meeting_crm.contracts.execution.errors import OutputError
from meeting_crm.contracts.execution.outputs import lists, pages, sheets, spreadsheets
from meeting_crm.contracts.execution.outputs.lists import Wanted
from meeting_crm.contracts.execution.outputs.sheets import DAY, NUMBER, Column, Print, Sheet
from meeting_crm.contracts.execution.permissions import get_departments, may_export_id_numbers
from meeting_crm.contracts.execution.rules import FINANCE, LOGISTICS
from meeting_crm.core.log import log
from meeting_crm.core.wording import format_instant

RUN = "Meeting Output Run"
KINDS = {
	"rooming": (LOGISTICS, lists.get_rooming, ("xlsx", "pdf")),
	"nights": (LOGISTICS, lists.get_nights_matrix, ("xlsx",)),
	"badges": (LOGISTICS, lists.get_badges, ("xlsx", "pdf")),
	"banners": (LOGISTICS, lists.get_banners, ("xlsx", "pdf")),
	"booths": (LOGISTICS, lists.get_booths, ("xlsx", "pdf")),
	"journal": (LOGISTICS, lists.get_journal, ("xlsx", "zip")),
	"invoices": (FINANCE, lists.get_invoices, ("xlsx", "pdf")),
}
TYPES = {
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"pdf": "application/pdf",
	"zip": "application/zip",
}
PREVIEW_ROWS = 30
IN_LAST_PRINT = {"badges"}
"""Lists that show version and printing day beside each row."""


def get_title(kind: str) -> str:
	return {
		"rooming": _("Rooming List"),
		"nights": _("Night Matrix"),
		"badges": _("Badges"),
		"banners": _("Banners"),
		"booths": _("Booths"),
		"journal": _("Journal"),
		"invoices": _("Invoices and Couriers"),
	}[kind]


def get_kinds() -> list[dict]:
	"""The lists that the session's user may print."""
	departments = get_departments()
	return [
		{"kind": kind, "title": get_title(kind), "formats": list(formats)}
		for kind, (department, _rows, formats) in KINDS.items()
		if department in departments
	]


def require_kind(kind: str, file_format: str | None = None) -> None:
	if kind not in KINDS:
		frappe.throw(
			_("There is no list {0}. Choose one of: {1}.").format(
				frappe.utils.escape_html(str(kind)[:40]), ", ".join(KINDS)
			),
			exc=OutputError,
		)
	department, _rows, formats = KINDS[kind]
	if department not in get_departments():
		frappe.throw(_("The list {0} is for {1}.").format(get_title(kind), _(department)), frappe.PermissionError)
	if file_format and file_format not in formats:
		frappe.throw(
			_("The list {0} is made as {1}.").format(get_title(kind), ", ".join(formats).upper()), exc=OutputError
		)


def make_list(kind: str, wanted: Wanted, only_changed: bool) -> tuple[list[Sheet], dict[str, Print]]:
	"""The sheets as they are shown, and what is printed with them."""
	require_project(wanted.project)
	made = KINDS[kind][1](wanted)
	before = read_prints(wanted.project, kind)
	prints = {}
	for place, sheet in enumerate(made):
		if not sheet.keys:
			continue
		now = sheets.find_prints(sheet, before, nowdate())
		prints |= now
		changed = sheets.find_changed(sheet, before)
		shown = sheets.keep(sheet, changed) if only_changed else sheet
		made[place] = _add_prints(shown, before, now) if kind in IN_LAST_PRINT else shown
	return [sheet for sheet in made if sheet.rows or not only_changed] or made[:1], prints


def _add_prints(sheet: Sheet, before: dict[str, Print], now: dict[str, Print]) -> Sheet:
	columns = [
		*sheet.columns,
		Column(_("Version"), 6, NUMBER),
		Column(_("Printed On"), 11, DAY),
		Column(_("Print Again"), 8),
	]
	rows = []
	for key, row in zip(sheet.keys, sheet.rows, strict=True):
		old = before.get(key)
		again = _("Yes") if old and old.fingerprint != now[key].fingerprint else ""
		rows.append((*row, now[key].version, old.printed_on if old else None, again))
	return Sheet(sheet.title, columns, rows, sheet.keys, sheet.numbered)


def require_project(project: str) -> None:
	if not frappe.db.exists("Meeting Project", project):
		frappe.throw(_("There is no such project. Choose one from the list."), exc=frappe.DoesNotExistError)


def preview(kind: str, wanted: Wanted, only_changed: bool) -> dict:
	require_kind(kind)
	made, _prints = make_list(kind, wanted, only_changed)
	return {
		"title": get_title(kind),
		"sheets": [
			{
				"title": sheet.title,
				"columns": [{"label": column.label, "kind": column.kind} for column in sheet.columns],
				"rows": [list(row) for row in sheet.rows[:PREVIEW_ROWS]],
				"number": len(sheet.rows),
			}
			for sheet in made
		],
		"last_run": get_last_run(wanted.project, kind),
	}


def print_list(
	kind: str, file_format: str, wanted: Wanted, only_changed: bool, reason: str | None, badge_size: str
) -> tuple[str, bytes]:
	"""The file's name and its bytes. The run is recorded, so that the next one can ask what changed."""
	require_kind(kind, file_format)
	_require_id_numbers(wanted, reason)
	made, prints = make_list(kind, wanted, only_changed)
	project_name = frappe.db.get_value("Meeting Project", wanted.project, "project_name")
	content = _write(kind, file_format, made, project_name, wanted, badge_size, only_changed)
	_record(kind, file_format, wanted, only_changed, reason, made, read_prints(wanted.project, kind) | prints)
	suffix = f" {_('Changes')}" if only_changed else ""
	return f"{project_name} {get_title(kind)}{suffix} {nowdate()}.{file_format}", content


def _require_id_numbers(wanted: Wanted, reason: str | None) -> None:
	if not wanted.with_id_numbers:
		return
	if not may_export_id_numbers():
		frappe.throw(
			_(
				"Lists with identity numbers need a right of their own. Ask an administrator for it, or print the list without them."
			),
			frappe.PermissionError,
		)
	if not (reason or "").strip():
		frappe.throw(
			_("Write what the identity numbers are needed for. The reason is kept in the log."), exc=OutputError
		)


def _write(kind, file_format, made, project_name, wanted, badge_size, only_changed) -> bytes:
	title = f"{project_name} {get_title(kind)}"
	note = _("Printed {0} by {1}").format(format_instant(now_datetime()), frappe.utils.get_fullname())
	if file_format == "xlsx":
		return spreadsheets.write_xlsx(made, title, note)
	if file_format == "zip":
		return _write_zip(wanted, made, only_changed)
	if kind == "badges":
		return _write_badges(made[0], project_name, badge_size)
	return pages.write_pdf(made, title, note)


def _write_badges(sheet: Sheet, project_name: str, badge_size: str) -> bytes:
	if badge_size not in pages.BADGE_SIZES:
		frappe.throw(_("Badges are made in the sizes {0}.").format(", ".join(pages.BADGE_SIZES)), exc=OutputError)
	badges = [
		pages.Badge(name or "", unit or "", position or "", kind or "", code)
		for _number, code, name, unit, position, kind, *_prints in sheet.rows
	]
	return pages.write_badges(badges, project_name, badge_size, _get_background())


def _get_background() -> bytes | None:
	address = frappe.get_cached_doc("Meeting Execution Settings").get("badge_background")
	return deliverables.read_file(address) if address else None


def _write_zip(wanted: Wanted, made: list[Sheet], only_changed: bool) -> bytes:
	chosen = {key for sheet in made for key in sheet.keys}
	content = BytesIO()
	with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as package:
		for key, name, address in lists.get_journal_files(wanted):
			if (not only_changed or key in chosen) and (data := deliverables.read_file(address)) is not None:
				package.writestr(name, data)
	return content.getvalue()


def _record(kind, file_format, wanted, only_changed, reason, made, prints) -> None:
	number = sum(len(sheet.rows) for sheet in made)
	run = frappe.get_doc(
		{
			"doctype": RUN,
			"project": wanted.project,
			"kind": kind,
			"file_format": file_format,
			"only_changed": cint(only_changed),
			"number_of_rows": number,
			"run_by": frappe.session.user,
			"run_on": now_datetime(),
			"with_id_numbers": cint(wanted.with_id_numbers),
			"reason": reason,
			"printed": json.dumps({key: [row.fingerprint, row.version, row.printed_on] for key, row in prints.items()}),
		}
	)
	run.insert(ignore_permissions=True)  # why: the record of a run is the product's own
	details = {"list": kind, "format": file_format, "rows": number}
	if wanted.with_id_numbers:
		details |= {"with_identity_numbers": True, "reason": reason}
	log("Exported", "Meeting Project", wanted.project, after=details)


def read_prints(project: str, kind: str) -> dict[str, Print]:
	"""What was printed last of each row. Each run carries on what the one before it knew, so that a print of one hotel or one
	day leaves the other rows as they were."""
	printed = frappe.get_all(
		RUN, {"project": project, "kind": kind}, pluck="printed", order_by="creation desc", limit=1
	)
	return {key: Print(*values) for key, values in json.loads(printed[0] or "{}").items()} if printed else {}


def get_last_run(project: str, kind: str) -> dict | None:
	rows = frappe.get_all(
		RUN,
		{"project": project, "kind": kind},
		["run_on", "run_by", "number_of_rows"],
		order_by="creation desc",
		limit=1,
	)
	return {**rows[0], "run_by": frappe.utils.get_fullname(rows[0].run_by)} if rows else None

"""Imports: what a file holds, starting, running, cancelling and resuming (A8).

An import advances by batches. Each batch, its result rows and the new position are one transaction under a lock
on the import's row, so that a killed run leaves whole batches, a second runner of the same import stops at its
first batch, and going on means reading from the position.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import add_to_date, cint, cstr, now_datetime
from frappe.utils.xlsxutils import make_xlsx

from meeting_crm.core.people import is_administrator
from meeting_crm.core.transactions import attempts
from meeting_crm.enterprises import errors
from meeting_crm.entry.importing import columns, headers, one_by_one, tables, undoing, writing
from meeting_crm.entry.importing.error_file import write
from meeting_crm.entry.importing.read_ahead import ReadAhead

DOCTYPE = "Meeting Enterprise Import"
# A batch is one transaction: large ones cost the index less, small ones show progress. It is entered step by step, while
# the rows of the next steps are read.
ROWS_A_BATCH = 20_000
ROWS_A_STEP = 2000
ROWS_IN_PREVIEW = 200
SHOWN_ROWS = 5
SHOWN_PROBLEMS = 20
# A run reports after every batch; one that was silent for so long was killed.
SILENT_SECONDS = 90
WAITING_SECONDS = 900
UNDOING = "Undoing"
RUNNING = ("Queued", "Running", "Cancelling", UNDOING)
SHEETS_TO_SEARCH = 6
FIRST_ROWS = 12
COUNTERS = {
	writing.CREATED: "created_rows",
	writing.DUPLICATE: "duplicate_rows",
	writing.INVALID: "invalid_rows",
	writing.NOT_IMPORTED: "invalid_rows",
}


def prepare(doc) -> None:
	"""What a Meeting Enterprise Import checks when it is saved."""
	if not is_administrator() and not doc.project:
		frappe.throw(
			_(
				"Choose the project in which the companies are to be protected for you. Only administrators import into the pool."
			),
			title=_("Project missing"),
			exc=errors.ImportFileError,
		)
	before = doc.get_doc_before_save()
	if before and before.status in RUNNING and (before.import_file, before.mapping) != (doc.import_file, doc.mapping):
		frappe.throw(
			_("This import is running. Cancel it before changing its file or columns."), exc=errors.ImportFileError
		)
	if not doc.import_file:
		return
	if not before or before.import_file != doc.import_file:
		doc.update({"sheet": None, "header_row": 0})
	place = ("import_file", "sheet", "header_row")
	if not before or any(cstr(before.get(field)) != cstr(doc.get(field)) for field in place):
		find_titles(doc)
		doc.update({"done_rows": 0, "total_rows": 0, "status": "Draft"})


def find_titles(doc) -> None:
	"""The sheet and the row of the titles, where nobody chose them, and which column holds what."""
	remembered = remember(doc.owner or frappe.session.user)
	head = read_head(doc, remembered)
	if not doc.sheet and not head.is_certain:
		others = (read_head(doc, remembered, sheet) for sheet in head.table.sheets[1:SHEETS_TO_SEARCH])
		head = next((other for other in others if other.is_certain), head)
	doc.update({"sheet": head.table.sheet, "header_row": head.header.row, "file_name": Path(doc.import_file).name})
	doc.mapping = json.dumps(columns.guess_mapping(head.header.titles, remembered), ensure_ascii=False)


@dataclass
class Head:
	"""The beginning of a file: its sheets, first rows, and the row of titles among them."""

	table: tables.Table
	rows: list[tables.Row]
	header: headers.Header

	@property
	def is_certain(self) -> bool:
		return "full_name" in columns.find_fields(self.header.titles, {})


def read_head(doc, remembered: dict[str, str] | None = None, sheet: str | None = None) -> Head:
	try:
		table, rows = tables.read_first_rows(get_path(doc.import_file), sheet or doc.sheet, headers.ROWS_TO_SEARCH)
		if not rows:
			raise tables.UnreadableFileError("empty")
	except tables.UnreadableFileError as error:
		throw_unreadable(error)
	if doc.header_row and not sheet:
		header = headers.make_header(rows, doc.header_row, table.merged)
	else:
		header = headers.find_header(rows, table.merged, remembered)
	return Head(table, rows, header)


def get_path(file_url: str) -> Path:
	name = frappe.db.get_value("File", {"file_url": file_url}, order_by="creation desc")
	file = frappe.get_doc("File", name) if name else None
	if file:
		file.check_permission("read")
	if not file or not Path(file.get_full_path()).exists():
		frappe.throw(_("The file is gone. Attach it again."), exc=errors.ImportFileError)
	return Path(file.get_full_path())


def throw_unreadable(error: tables.UnreadableFileError) -> None:
	frappe.throw(describe_unreadable(error), title=_("File cannot be read"), exc=errors.ImportFileError)


def describe_unreadable(error: tables.UnreadableFileError) -> str:
	return {
		"empty": _("The sheet has no rows. One of the first rows must hold the titles of the columns."),
		"encoding": _(
			"The text of the file is neither UTF-8 nor GB18030. Save it as CSV UTF-8 or as XLSX and attach it again."
		),
		"csv": _(
			"The file is no valid CSV: a cell is longer than any text or quotes do not close. Save it as XLSX and attach it again."
		),
		"kind": _(
			"Only workbooks (XLSX, XLS, ODS) and CSV files can be imported. Save the list as one of them and attach it again."
		),
		"encrypted": _(
			"The workbook is protected by a password. Open it in a spreadsheet program, take the password off, save it and attach it again."
		),
		"foreign": _(
			"The file is called a workbook but is none. Open it in a spreadsheet program, save it as XLSX and attach it again."
		),
		"broken": _(
			"The workbook is damaged or incomplete, perhaps by a broken download. Open it in a spreadsheet program, save it as a new XLSX and attach that."
		),
	}[error.code]


def remember(user: str) -> dict[str, str]:
	"""{folded title: field} as this person mapped them in earlier imports, the latest winning."""
	known: dict[str, str] = {}
	for row in frappe.get_all(
		DOCTYPE,
		filters={"owner": user, "status": ("!=", "Draft")},
		fields=["mapping", "titles"],
		order_by="creation desc",
		limit=10,
	):
		for title, field in zip(json.loads(row.titles or "[]"), json.loads(row.mapping or "[]"), strict=False):
			if field:
				known.setdefault(columns.fold_title(title), field)
	return known


def set_table(doc, sheet: str | None, header_row: int) -> None:
	"""Another sheet or row of titles than the one that was found."""
	before = doc.sheet
	doc.sheet = sheet or doc.sheet
	doc.header_row = 0 if doc.sheet != before else header_row
	doc.save()


def set_mapping(doc, mapping: list[str | None]) -> None:
	if not columns.is_valid_mapping(mapping):
		frappe.throw(
			_("Choose the column with the full name of the company, and each other field for one column at most."),
			title=_("Columns not clear"),
			exc=errors.ImportFileError,
		)
	doc.mapping = json.dumps(mapping, ensure_ascii=False)
	doc.save()


def preview(doc) -> dict:
	"""Titles, mapping, first rows, and the problems among the first rows; nothing is written."""
	head = read_head(doc)
	mapping = json.loads(doc.mapping or "[]")
	rows = list(islice(read_import_rows(doc, 0), ROWS_IN_PREVIEW))
	known = writing.find_known([row.name_key for row in rows if row.name_key])
	problems = []
	for row in rows:
		if doc.project:
			row.problems = one_by_one.find_problems(row)
		if row.problems:
			problems.append({"row": row.number, "name": row.full_name, "message": writing.describe_problems(row)})
		elif row.name_key in known:
			problems.append(
				{
					"row": row.number,
					"name": row.full_name,
					"message": writing.duplicate_of(row, *known[row.name_key]).message,
				}
			)
	return {
		"titles": head.header.titles,
		"untitled": find_untitled(head.header.titles, rows),
		"sheets": head.table.sheets,
		"sheet": doc.sheet,
		"header_row": head.header.row,
		"first_rows": head.rows[:FIRST_ROWS],
		"mapping": mapping,
		"fields": list(columns.FIELDS),
		"rows": [row.cells for row in rows[:SHOWN_ROWS]],
		"checked": len(rows),
		"problem_count": len(problems),
		"problems": problems[:SHOWN_PROBLEMS],
	}


def find_untitled(titles: list[str], rows: list[columns.ImportRow]) -> list[int]:
	"""Places of columns that hold something and say not what."""
	width = max([len(titles), *(len(row.cells) for row in rows)])
	return [
		place
		for place in range(width)
		if not (titles[place] if place < len(titles) else "")
		and any(place < len(row.cells) and row.cells[place] for row in rows)
	]


def start(doc) -> None:
	"""Queues the import, or lets it go on where it stopped."""
	if doc.status in ("Queued", "Running") and not is_silent(doc):
		frappe.throw(_("This import is running already."), exc=errors.ImportFileError)
	if doc.status in ("Finished", UNDOING, "Undone"):
		frappe.throw(
			_("This import is finished. Attach the corrected file to a new import."), exc=errors.ImportFileError
		)
	mapping = json.loads(doc.mapping or "[]")
	if not columns.is_valid_mapping(mapping):
		set_mapping(doc, mapping)
	doc.titles = json.dumps(read_head(doc).header.titles, ensure_ascii=False)
	doc.update({"status": "Queued", "started_on": doc.started_on or now_datetime(), "message": None})
	doc.save()
	enqueue(doc.name, doc.owner)


def enqueue(name: str, user: str) -> None:
	frappe.enqueue(
		"meeting_crm.entry.jobs.run_import",
		queue="long",
		timeout=24 * 3600,
		enqueue_after_commit=True,
		name=name,
		user=user,
	)


def cancel(doc) -> None:
	"""What is entered stays; the rest is not. A run notices at its next batch."""
	if doc.status not in RUNNING or doc.status == UNDOING:
		frappe.throw(_("Only a running import can be cancelled."), exc=errors.ImportFileError)
	doc.db_set("status", "Cancelled" if doc.status == "Queued" else "Cancelling")


def undo(doc) -> None:
	"""Takes back what the import created and nobody has touched since, in the background."""
	if doc.status in RUNNING or not doc.created_rows:
		frappe.throw(
			_("Only an import that has ended and created companies can be taken back."), exc=errors.ImportFileError
		)
	doc.db_set({"status": UNDOING, "message": None})
	enqueue(doc.name, doc.owner)


def run_undo(name: str) -> None:
	"""May be killed and run again at any time."""
	row, taken = 0, 0
	while row is not None:
		for attempt in attempts():
			with attempt:
				frappe.db.begin()
				if frappe.db.get_value(DOCTYPE, name, "status", for_update=True) != UNDOING:
					frappe.db.rollback()
					return
				last = undoing.take_back_chunk(name, row)
				frappe.db.set_value(DOCTYPE, name, "status", UNDOING)  # tells that the run lives
				frappe.db.commit()  # nosemgrep  why: a chunk stands by itself; what follows may be killed
		row = last
	count = {"enterprise_import": name}
	taken = frappe.db.count(undoing.ROW, {**count, "result": undoing.TAKEN_BACK})
	left = frappe.db.count(undoing.ROW, {**count, "result": writing.CREATED})
	message = _("{0} companies were taken back.").format(taken)
	if left:
		message += " " + _("{0} stay, because somebody has worked with them since: see the rows.").format(left)
	values = {"created_rows": left, "taken_back_rows": taken, "status": "Undone", "message": message}
	frappe.db.set_value(DOCTYPE, name, values)
	frappe.db.commit()  # nosemgrep  why: the job's last word
	tell(name, {"status": "Undone"})


def is_silent(doc) -> bool:
	limit = WAITING_SECONDS if doc.status == "Queued" else SILENT_SECONDS
	return doc.modified < add_to_date(now_datetime(), seconds=-limit)


def find_silent() -> list[frappe._dict]:
	"""Imports whose run was killed."""
	rows = frappe.get_all(
		DOCTYPE,
		filters={"status": ("in", RUNNING)},
		fields=["name", "owner", "status", "modified"],
		order_by="creation",
	)
	return [row for row in rows if is_silent(row)]


def run(name: str) -> None:
	"""In the background, as the import's owner. Commits after every batch; may be killed and run again at any time."""
	doc = frappe.get_doc(DOCTYPE, name)
	if doc.status == UNDOING:
		return run_undo(name)
	try:
		if not doc.total_rows:
			doc.db_set("total_rows", sum(1 for _row in read_lines(doc)))
			frappe.db.commit()  # nosemgrep  why: progress needs the total before the first batch
		run_batches(doc)
	except tables.UnreadableFileError as error:
		frappe.db.rollback()
		finish(name, "Failed", describe_unreadable(error))
	except errors.ImportFileError as error:
		frappe.db.rollback()
		finish(name, "Failed", str(error))
	except Exception:
		frappe.db.rollback()
		finish(
			name,
			"Failed",
			_("An error stopped the import; it is in the error log. Start again: it goes on where it stopped."),
		)
		frappe.log_error(title=f"Import {name}")
		frappe.db.commit()  # nosemgrep  why: the job ends with the exception
		raise


def run_batches(doc) -> None:
	"""Batch after batch from the last one that stands. One that lost a deadlock is taken again."""
	done, rows = doc.done_rows, read_ahead(doc, doc.done_rows)
	while True:
		for attempt in attempts():
			with attempt:
				if attempt.retry_state.attempt_number > 1:
					rows = read_ahead(doc, done)
				taken = advance(doc, done, rows)
		if not taken:
			return
		done += taken


def read_import_rows(doc, skip: int) -> Iterator[columns.ImportRow]:
	mapping = json.loads(doc.mapping or "[]")
	return (columns.read_row(number, cells, mapping) for number, cells in islice(read_lines(doc), skip, None))


def read_lines(doc) -> Iterator[tables.Row]:
	"""The rows below the titles."""
	table = tables.open_table(get_path(doc.import_file), doc.sheet)
	return ((number, cells) for number, cells in table.rows if number > doc.header_row)


def read_ahead(doc, done: int) -> ReadAhead:
	return ReadAhead(read_import_rows(doc, done), 1 if doc.project else min(ROWS_A_STEP, ROWS_A_BATCH))


def advance(doc, done: int, rows: ReadAhead) -> int:
	"""The next batch of `rows` in one transaction; how many they were. 0 when this run is not to go on: finished,
	cancelled, or another run is ahead."""
	frappe.db.begin()
	now = frappe.db.get_value(
		DOCTYPE, doc.name, ("status", "done_rows", *sorted(set(COUNTERS.values()))), as_dict=True, for_update=True
	)
	if now.status == "Cancelling":
		finish(doc.name, "Cancelled")
		return 0
	if now.done_rows != done or now.status not in ("Queued", "Running"):
		frappe.db.rollback()
		return 0
	counts, taken = {field: cint(now[field]) for field in COUNTERS.values()}, 0
	for results in enter_batch(doc, rows):
		writing.record_results(doc.name, results)
		taken += len(results)
		for result in results:
			counts[COUNTERS[result.result]] += 1
	if not taken:
		finish(doc.name, "Finished")
		return 0
	values = {"status": "Running", "done_rows": done + taken, **counts}
	frappe.db.set_value(DOCTYPE, doc.name, values)
	frappe.db.commit()  # nosemgrep  why: a batch stands by itself; what follows may be killed
	tell(doc.name, values)
	return taken


def enter_batch(doc, rows: ReadAhead) -> Iterator[list[writing.Result]]:
	return (
		one_by_one.enter_batch(rows, doc.project) if doc.project else writing.enter_batch(rows, ROWS_A_BATCH, doc.name)
	)


def tell(name: str, values: dict) -> None:
	frappe.publish_realtime("meeting_import_progress", {"name": name, **values}, doctype=DOCTYPE, docname=name)


def finish(name: str, status: str, message: str | None = None) -> None:
	values = {"status": status, "finished_on": now_datetime(), "message": message}
	if error_file := write_error_file(name):
		values["error_file"] = error_file
	frappe.db.set_value(DOCTYPE, name, values)
	frappe.db.commit()  # nosemgrep  why: the job's last word
	tell(name, {"status": status})


def write_error_file(name: str) -> str | None:
	"""The rows to correct with their problem in a last column, as a file that can be uploaded again."""
	doc = frappe.get_doc(DOCTYPE, name)
	return write(doc, read_titles_or_none(doc)) if doc.invalid_rows else None


def read_titles_or_none(doc) -> list[str]:
	return json.loads(doc.titles or "[]")


def delete_rows(doc) -> None:
	if doc.status in RUNNING:
		frappe.throw(_("This import is running. Cancel it before deleting it."), exc=errors.ImportFileError)
	frappe.db.delete("Meeting Enterprise Import Row", {"enterprise_import": doc.name})


def get_results(doc, result: str | None = None, start: int = 0, page_length: int = 50) -> list[dict]:
	filters = {"enterprise_import": doc.name}
	if result:
		filters["result"] = ("in", (writing.INVALID, result)) if result == writing.NOT_IMPORTED else result
	fields = ["file_row", "result", "enterprise_name", "message"]
	return frappe.get_all(  # why: the caller may read the import these rows belong to
		"Meeting Enterprise Import Row",
		filters=filters,
		fields=fields,
		order_by="file_row",
		start=cint(start),
		page_length=min(cint(page_length) or 50, 500),
	)


def make_template() -> bytes:
	"""An empty list whose titles are found again, whatever the language."""
	language = "zh" if (frappe.local.lang or "").startswith("zh") else "en"
	return make_xlsx([columns.get_template_titles(language)], _("Companies")).getvalue()

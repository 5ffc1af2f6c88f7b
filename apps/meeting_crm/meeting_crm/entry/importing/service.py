"""Imports: what a file holds, starting, running, cancelling and resuming (A8).

An import advances by batches. Each batch, its result rows and the new position are one transaction under a lock
on the import's row, so that a killed run leaves whole batches, a second runner of the same import stops at its
first batch, and going on means reading from the position.
"""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import add_to_date, cint, now_datetime

from meeting_crm.core.people import is_administrator
from meeting_crm.core.transactions import attempts
from meeting_crm.enterprises import errors
from meeting_crm.entry.importing import columns, one_by_one, tables, writing
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
RUNNING = ("Queued", "Running", "Cancelling")
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
				"Choose the project in which the enterprises are to be protected for you. Only administrators import into the pool."
			),
			title=_("Project Missing"),
			exc=errors.ImportFileError,
		)
	before = doc.get_doc_before_save()
	if before and before.status in RUNNING and (before.import_file, before.mapping) != (doc.import_file, doc.mapping):
		frappe.throw(
			_("This import is running. Cancel it before changing its file or columns."), exc=errors.ImportFileError
		)
	if doc.import_file and (not before or before.import_file != doc.import_file):
		titles = read_titles(doc.import_file)
		doc.file_name = Path(doc.import_file).name
		doc.mapping = json.dumps(
			columns.guess_mapping(titles, remember(doc.owner or frappe.session.user)), ensure_ascii=False
		)
		doc.update({"done_rows": 0, "total_rows": 0, "status": "Draft"})


def get_path(file_url: str) -> Path:
	name = frappe.db.get_value("File", {"file_url": file_url}, order_by="creation desc")
	file = frappe.get_doc("File", name) if name else None
	if file:
		file.check_permission("read")
	if not file or not Path(file.get_full_path()).exists():
		frappe.throw(_("The file is gone. Attach it again."), exc=errors.ImportFileError)
	return Path(file.get_full_path())


def read_titles(file_url: str) -> list[str]:
	try:
		return tables.read_titles(get_path(file_url))
	except tables.UnreadableFileError as error:
		throw_unreadable(error)


def throw_unreadable(error: tables.UnreadableFileError) -> None:
	frappe.throw(describe_unreadable(error), title=_("File Cannot Be Read"), exc=errors.ImportFileError)


def describe_unreadable(error: tables.UnreadableFileError) -> str:
	return {
		"empty": _("The file has no rows. The first row must hold the titles of the columns."),
		"encoding": _(
			"The text of the file is neither UTF-8 nor GB18030. Save it as CSV UTF-8 or as XLSX and attach it again."
		),
		"csv": _(
			"The file is no valid CSV: a cell is longer than any text or quotes do not close. Save it as XLSX and attach it again."
		),
		"kind": _("Only CSV and XLSX files can be imported. Save the list as one of them and attach it again."),
		"old": _(
			"The file is a workbook of the old kind (XLS), whatever it is called. Open it in a spreadsheet program, save it as XLSX and attach it again."
		),
		"encrypted": _(
			"The workbook is protected by a password. Open it in a spreadsheet program, take the password off, save it and attach it again."
		),
		"foreign": _(
			"The file is called XLSX but is no workbook. Open it in a spreadsheet program, save it as XLSX and attach it again."
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


def set_mapping(doc, mapping: list[str | None]) -> None:
	if not columns.is_valid_mapping(mapping):
		frappe.throw(
			_("Choose the column with the full name of the company, and each other field for one column at most."),
			title=_("Columns Not Clear"),
			exc=errors.ImportFileError,
		)
	doc.mapping = json.dumps(mapping, ensure_ascii=False)
	doc.save()


def preview(doc) -> dict:
	"""Titles, mapping, first rows, and the problems among the first rows; nothing is written."""
	titles = read_titles(doc.import_file)
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
		"titles": titles,
		"mapping": mapping,
		"fields": list(columns.FIELDS),
		"rows": [row.cells for row in rows[:SHOWN_ROWS]],
		"checked": len(rows),
		"problem_count": len(problems),
		"problems": problems[:SHOWN_PROBLEMS],
	}


def start(doc) -> None:
	"""Queues the import, or lets it go on where it stopped."""
	if doc.status in ("Queued", "Running") and not is_silent(doc):
		frappe.throw(_("This import is running already."), exc=errors.ImportFileError)
	if doc.status == "Finished":
		frappe.throw(
			_("This import is finished. Attach the corrected file to a new import."), exc=errors.ImportFileError
		)
	mapping = json.loads(doc.mapping or "[]")
	if not columns.is_valid_mapping(mapping):
		set_mapping(doc, mapping)
	doc.titles = json.dumps(read_titles(doc.import_file), ensure_ascii=False)
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
	if doc.status not in RUNNING:
		frappe.throw(_("Only a running import can be cancelled."), exc=errors.ImportFileError)
	doc.db_set("status", "Cancelled" if doc.status == "Queued" else "Cancelling")


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
	try:
		if not doc.total_rows:
			doc.db_set("total_rows", tables.count_rows(get_path(doc.import_file)))
			frappe.db.commit()  # why: progress needs the total before the first batch
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
		frappe.db.commit()  # why: the job ends with the exception
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
	lines = islice(tables.read_rows(get_path(doc.import_file)), 1 + skip, None)
	return (columns.read_row(number, cells, mapping) for number, cells in lines)


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
	frappe.db.commit()  # why: a batch stands by itself; what follows may be killed
	tell(doc.name, values)
	return taken


def enter_batch(doc, rows: ReadAhead) -> Iterator[list[writing.Result]]:
	return one_by_one.enter_batch(rows, doc.project) if doc.project else writing.enter_batch(rows, ROWS_A_BATCH)


def tell(name: str, values: dict) -> None:
	frappe.publish_realtime("meeting_import_progress", {"name": name, **values}, doctype=DOCTYPE, docname=name)


def finish(name: str, status: str, message: str | None = None) -> None:
	values = {"status": status, "finished_on": now_datetime(), "message": message}
	if error_file := write_error_file(name):
		values["error_file"] = error_file
	frappe.db.set_value(DOCTYPE, name, values)
	frappe.db.commit()  # why: the job's last word
	tell(name, {"status": status})


def write_error_file(name: str) -> str | None:
	"""The rows to correct with their problem in a last column, as a file that can be uploaded again."""
	doc = frappe.get_doc(DOCTYPE, name)
	return write(doc, read_titles_or_none(doc)) if doc.invalid_rows else None


def read_titles_or_none(doc) -> list[str]:
	return json.loads(doc.titles or "[]")


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

"""Entering a batch of checked rows in one transaction, set-based, with index, log and result of each row.

The same guarantees as a single entry: the unique key decides, also against somebody who enters the same name at
the same instant; the index is written with the rows; nothing of a batch stands when it is interrupted.
"""

from collections.abc import Iterator, Sequence
from html import unescape
from operator import attrgetter, itemgetter

import frappe
import numpy as np
from frappe import _
from frappe.utils import now_datetime, strip_html

from meeting_crm.core.database import insert_rows
from meeting_crm.core.log import log_many
from meeting_crm.core.names import make_name
from meeting_crm.core.problems import describe, take_back_message
from meeting_crm.enterprises import index, rules
from meeting_crm.enterprises.aliases import add_alias
from meeting_crm.enterprises.errors import AliasError
from meeting_crm.entry.importing.columns import CONTACT_COLUMNS, ENTERPRISE_COLUMNS, PERSON, ImportRow
from meeting_crm.entry.importing.read_ahead import ReadAhead

CREATED, DUPLICATE, INVALID, NOT_IMPORTED = "Created", "Already There", "Invalid", "Not Imported"
RESULT_FIELDS = ("name", "file_row", "result", "enterprise_name", "message", "enterprise", "row_values")
ROWS_PER_STATEMENT = 1000


class Result:
	"""What became of a row."""

	__slots__ = ("enterprise", "message", "result", "row")

	def __init__(self, row: ImportRow, result: str, message: str = "", enterprise: str | None = None) -> None:
		self.row, self.result, self.message, self.enterprise = row, result, message, enterprise


def enter_batch(rows: ReadAhead, size: int, name: str) -> Iterator[list[Result]]:
	"""Enters the next rows, `size` at most; answers the results step by step, so that memory does not grow with the
	batch. The index is told at the end, of all at once."""
	entries: list[np.ndarray] = []
	seen: dict[str, int] = {}
	left = size
	while left > 0 and (step := rows.take()):
		left -= len(step)
		yield enter_rows(step, entries, seen, name)
	index.add_entries(entries)


def enter_rows(rows: Sequence[ImportRow], entries: list[np.ndarray], seen: dict[str, int], name: str) -> list[Result]:
	"""Results in the order of `rows` of the import `name`. What the index must still be told is added to `entries`; `seen`
	has the first row of each company of the batch. A later row of a company brings another person."""
	results: dict[int, Result] = {}
	fresh: dict[str, ImportRow] = {}
	known = find_known([row.name_key for row in rows if not row.problems])
	for row in rows:
		if row.problems:
			results[row.number] = Result(row, INVALID, describe_problems(row))
		elif row.name_key in fresh:
			is_new = fresh[row.name_key].add_people(row.contacts)
			results[row.number] = repetition_of(row, seen[row.name_key], is_new)
		elif row.name_key in known and (first := find_first_row(name, known[row.name_key][0])):
			is_new = add_people(known[row.name_key][0], row)
			results[row.number] = repetition_of(row, first, is_new)
		elif row.name_key in known:
			results[row.number] = duplicate_of(row, *known[row.name_key])
		else:
			fresh[row.name_key], seen[row.name_key] = row, row.number
	similar = find_similar(list(fresh.values()))
	for row, enterprise in insert_enterprises(list(fresh.values()), entries):
		if enterprise is None:
			results[row.number] = duplicate_of(
				row, *find_known([row.name_key]).get(row.name_key, (None, row.full_name))
			)
		else:
			results[row.number] = Result(row, CREATED, similar.get(row.name_key, ""), enterprise)
	return [results[row.number] for row in rows]


def describe_problems(row: ImportRow) -> str:
	return as_plain(" ".join(describe(problem) for problem in row.problems))


def as_plain(message: str) -> str:
	"""Messages are written for dialogs, in HTML; results are read in tables and in the error file."""
	return unescape(strip_html(message.replace("<br>", " ")))


def duplicate_of(row: ImportRow, enterprise: str | None, name: str) -> Result:
	return Result(row, DUPLICATE, _("Already in the database as {0}.").format(name), enterprise)


def repetition_of(row: ImportRow, first: int, brings_people: bool) -> Result:
	message = _("Same company as row {0} of the file.").format(first)
	if brings_people:
		message += " " + _("Its contact was added there.")
	return Result(row, DUPLICATE, message)


def find_first_row(name: str, enterprise: str) -> int | None:
	"""The row of this import that created the company."""
	filters = {"enterprise_import": name, "enterprise": enterprise, "result": CREATED}
	return frappe.db.get_value("Meeting Enterprise Import Row", filters, "file_row")


def add_people(enterprise: str, row: ImportRow) -> bool:
	"""People of a later row, below a company that an earlier one created. Whether there were any new ones."""
	parent = {"parent": enterprise, "parenttype": "Meeting Enterprise"}
	known = frappe.get_all("Meeting Enterprise Contact", filters=parent, fields=[*PERSON], order_by="idx")
	fresh = [values for values in row.contact_values if not any(is_same_person(values, person) for person in known)]
	if not fresh:
		return False
	insert_filled(
		"tabMeeting Enterprise Contact",
		("name", "parent", "idx", *CONTACT_COLUMNS),
		[
			(name, enterprise, len(known) + place, *values)
			for place, (name, values) in enumerate(zip(make_names(len(fresh)), fresh, strict=True), 1)
		],
		same={**make_standard_values(), "parenttype": "Meeting Enterprise", "parentfield": "contacts"},
	)
	log_many(
		("Changed", "Meeting Enterprise", enterprise, None, {"contacts": [values[0] for values in fresh]})
		for _once in range(1)
	)
	return True


def is_same_person(values: Sequence, person: dict) -> bool:
	return [value or "" for value in values[: len(PERSON)]] == [person[field] or "" for field in PERSON]


def find_known(name_keys: list[str]) -> dict[str, tuple[str, str]]:
	"""{key: (enterprise, name)} of names in the database now, those of merged enterprises too."""
	known: dict[str, tuple[str, str]] = {}
	for start in range(0, len(name_keys), ROWS_PER_STATEMENT):
		part = name_keys[start : start + ROWS_PER_STATEMENT]
		for key, enterprise, name in frappe.db.sql(
			"select name_key, name, enterprise_name from `tabMeeting Enterprise` where name_key in %s", (part,)
		):
			known[key] = (enterprise, name)
		for key, enterprise, name in frappe.db.sql(
			"select alias_key, enterprise, alias from `tabMeeting Enterprise Alias` where source = 'Merged' and alias_key in %s",
			(part,),
		):
			known.setdefault(key, (enterprise, name))
	return known


def find_similar(rows: list[ImportRow]) -> dict[str, str]:
	"""{key: remark} for names whose own part equals that of a company in the database: same brand and trade, other
	place or legal form."""
	cores = {row.name_key: core for row in rows if len(core := row.prepared.core) >= rules.TELLING_CORE}
	found = index.find_cores(cores.values())
	return {key: _("Similar to {0}.").format(", ".join(found[core])) for key, core in cores.items() if core in found}


def make_names(count: int) -> Iterator[str]:
	"""Names that begin alike: the rows of a step stand together in the table and in every index that leads to it,
	where random names would touch a page of the disk for each."""
	stem = make_name(12)
	return (f"{stem}{number:04x}" for number in range(count))


def insert_enterprises(rows: list[ImportRow], entries: list[np.ndarray]) -> list[tuple[ImportRow, str | None]]:
	"""(row, its new enterprise; None where somebody else was faster)."""
	if not rows:
		return []
	# by their key: what is unique finds its place in the index page by page
	rows = sorted(rows, key=attrgetter("name_key"))
	names = dict(zip((row.number for row in rows), make_names(len(rows)), strict=True))
	standard = make_standard_values()
	insert_filled(
		"tabMeeting Enterprise",
		("name", *ENTERPRISE_COLUMNS),
		[(names[row.number], *row.enterprise_values) for row in rows],
		ignore_duplicates=True,
		same={**standard, "entered_by": standard["owner"], "entered_on": standard["creation"]},
	)
	((count,),) = frappe.db.sql("select row_count()")
	entered = rows if count == len(rows) else find_entered(rows, names)
	insert_contacts(entered, names, standard)
	entries.append(index.add_names((names[row.number], row.name_key, row.prepared) for row in entered))
	log_many(
		("Created", "Meeting Enterprise", names[row.number], None, {"enterprise_name": row.full_name, **row.base})
		for row in entered
	)
	add_aliases(entered, names)
	stands = {row.number for row in entered}
	return [(row, names[row.number] if row.number in stands else None) for row in rows]


def find_entered(rows: list[ImportRow], names: dict[int, str]) -> list[ImportRow]:
	"""Those that nobody else entered meanwhile."""
	written = set(
		frappe.db.sql_list("select name from `tabMeeting Enterprise` where name in %s", (list(names.values()),))
	)
	return [row for row in rows if names[row.number] in written]


def insert_filled(table: str, columns: Sequence[str], rows: Sequence[Sequence], **options) -> None:
	"""Leaves out the columns that none of the rows fills: each costs its text a row."""
	filled = [place for place in range(len(columns)) if any(row[place] is not None for row in rows)]
	if filled:
		insert_rows(table, [columns[place] for place in filled], map(itemgetter(*filled), rows), **options)


def make_standard_values() -> dict:
	now, user = now_datetime(), frappe.session.user
	return {"creation": now, "modified": now, "modified_by": user, "owner": user}


def insert_contacts(rows: list[ImportRow], names: dict[int, str], standard: dict) -> None:
	people = [(names[row.number], place, *values) for row in rows for place, values in enumerate(row.contact_values, 1)]
	insert_filled(
		"tabMeeting Enterprise Contact",
		("name", "parent", "idx", *CONTACT_COLUMNS),
		[(name, *values) for name, values in zip(make_names(len(people)), people, strict=True)],
		same={**standard, "parenttype": "Meeting Enterprise", "parentfield": "contacts"},
	)


def add_aliases(rows: list[ImportRow], names: dict[int, str]) -> None:
	for row in rows:
		if row.alias and rules.normalise_name(row.alias) != row.name_key:
			try:
				add_alias(names[row.number], row.alias)
			except AliasError:
				take_back_message()


def record_results(name: str, results: Sequence[Result]) -> None:
	insert_filled(
		"tabMeeting Enterprise Import Row",
		RESULT_FIELDS,
		[
			(f"{name}-{result.row.number}", result.row.number, result.result)
			+ (result.row.full_name[:140], result.message[:1000], result.enterprise)
			+ ((frappe.as_json(result.row.cells, indent=None) if result.result in (INVALID, NOT_IMPORTED) else None),)
			for result in results
		],
		same={**make_standard_values(), "enterprise_import": name},
	)

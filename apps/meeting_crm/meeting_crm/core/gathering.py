"""What the rooms tell Frappe's hooks. Each room has a module `wiring` of dotted paths and nothing else:

LOGGED: DocTypes whose every change is in the operation log (E7).
EVENTS: {DocType: {event: [handlers]}}, run after the log's and the one that keeps texts plain.
CONDITIONS and CHECKS: {DocType: handler}, who sees a record in lists and who may do what with one.
RUNS: {DocType: settings}, records of work in the background: see `core/runs.py`.
KEPT: DocTypes whose tables a restore of the whole database leaves as they are.
TIDYING: functions (cursor, table) that take out of a backup what must not happen again; `table` names a DocType's table there.
JOBS: {"every minute" | "hourly" | "daily": [jobs]}.
"""

from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

LOG_EVENTS = {
	"after_insert": "meeting_crm.core.log.log_insert",
	"on_update": "meeting_crm.core.log.log_update",
	"on_update_after_submit": "meeting_crm.core.log.log_update",
	"on_submit": "meeting_crm.core.log.log_submit",
	"on_cancel": "meeting_crm.core.log.log_cancel",
	"on_trash": "meeting_crm.core.log.log_delete",
	"after_rename": "meeting_crm.core.log.log_rename",
}


APP = Path(__file__).parents[1]


def find_doctypes() -> list[str]:
	"""All of ours, by their folders."""
	return sorted(path.name.replace("_", " ").title() for path in APP.glob("*/doctype/meeting_*"))


COMMON_EVENTS = {**LOG_EVENTS, "validate": "meeting_crm.core.texts.keep_texts_plain"}


def gather_logged(rooms: Iterable[ModuleType]) -> tuple[str, ...]:
	return tuple(doctype for room in rooms for doctype in getattr(room, "LOGGED", ()))


def gather_names(rooms: Iterable[ModuleType], table: str) -> list[str]:
	"""What all rooms name in this table."""
	return [name for room in rooms for name in getattr(room, table, ())]


def gather_events(rooms: Iterable[ModuleType]) -> dict[str, dict[str, list[str]]]:
	"""{DocType: {event: handlers}}: the name, the reader of values, the head of prints and the log first, then room by room in the order given."""
	events = {
		doctype: {
			"autoname": ["meeting_crm.core.names.set_name"],
			"before_validate": ["meeting_crm.core.values.read_values"],
			"before_update_after_submit": ["meeting_crm.core.values.read_values"],
			"before_print": ["meeting_crm.core.titles.head_with_title"],
		}
		for doctype in find_doctypes()
	}
	for doctype in gather_logged(rooms):
		events[doctype] |= {event: [path] for event, path in COMMON_EVENTS.items()}
	for room in rooms:
		for doctype, handlers in getattr(room, "EVENTS", {}).items():
			for event, paths in handlers.items():
				events.setdefault(doctype, {}).setdefault(event, []).extend(paths)
	return events


def gather_by_doctype(rooms: Iterable[ModuleType], table: str) -> dict[str, Any]:
	"""CONDITIONS, CHECKS or RUNS of all rooms. Raises ValueError where two rooms answer for the same DocType."""
	gathered: dict[str, Any] = {}
	for room in rooms:
		for doctype, path in getattr(room, table, {}).items():
			if doctype in gathered:
				raise ValueError(f"{table}: {doctype} is answered for by {gathered[doctype]} and by {path}")
			gathered[doctype] = path
	return gathered


def gather_jobs(rooms: Iterable[ModuleType], rhythm: str) -> list[str]:
	return [path for room in rooms for path in getattr(room, "JOBS", {}).get(rhythm, ())]

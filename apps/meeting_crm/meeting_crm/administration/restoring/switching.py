"""The moment in which both databases change places, and what makes it whole again when it was interrupted.

The journal `private/meeting_restore/switching.json` is there only while the switch runs; its runner holds a lock that
the kernel drops when it dies. Whoever meets the journal with a free lock finishes the work: forward when the marker
table lies in the live database, for the RENAME that brought it there is the point of commitment, else back.
"""

import fcntl
import json
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import frappe
import pymysql
from frappe.utils.background_jobs import get_queue, get_queue_list, get_redis_conn
from pymysql.constants import ER

from meeting_crm.administration.restoring import stage
from meeting_crm.administration.restoring.exchange import exchange, write_json

RESTORE = "Meeting Restore"
FOLDERS = (Path("public", "files"), Path("private", "files"))
QUIET_SECONDS = 15
RENAME_ATTEMPTS = 10
LOCK_WAIT = 2
CLOSING = {"maintenance_mode": 1, "allow_reads_during_maintenance": 0}


class SwitchError(Exception):
	"""The exchange did not happen; everything is as it was."""


def get_folder(restore: str = "") -> Path:
	return Path(frappe.get_site_path("private", "meeting_restore", restore))


def get_journal() -> Path:
	return get_folder() / "switching.json"


def get_settings_file() -> Path:
	return Path(frappe.get_site_path("site_config.json"))


@contextmanager
def holding_lock() -> Iterator[bool]:
	"""Whether this process has the lock of the switch; it is dropped when the process ends, however it ends."""
	get_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
	with (get_folder() / "switching.lock").open("w") as lock:
		try:
			fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except OSError:
			yield False
			return
		yield True


def switch(restore: str, purpose: str, encryption_key: str | None, step=lambda name: None) -> None:
	"""The live tables and files go to the second place, those of the second place become the live ones."""
	with holding_lock() as is_held:
		if not is_held:
			raise SwitchError("another switch is running")
		settings = json.loads(get_settings_file().read_text())
		journal = {
			"restore": restore,
			"purpose": purpose,
			"marker": make_marker(restore, purpose),
			"closed_before": {key: settings.get(key) for key in CLOSING},
			"folders": [str(folder) for folder in FOLDERS if _has_mark(restore, purpose, folder)],
			"encryption_key": encryption_key,
			"encryption_key_before": settings.get("encryption_key"),
		}
		with closing(stage.connect()) as connection, connection.cursor() as cursor:
			cursor.execute(f"create table if not exists {_in_stage(journal['marker'])} (x int)")
			write_json(get_journal(), journal)
			step("journal")
			write_json(get_settings_file(), settings | CLOSING)
			step("closed")
			try:
				_wait_for_quiet(cursor)
				_exchange_folders(journal, step)
				step("folders")
				_rename(cursor, step)
			except (pymysql.MySQLError, OSError) as error:
				_go_back(cursor, journal)
				raise SwitchError(str(error)) from error
			step("renamed")
			_go_forward(cursor, journal, step)


def _in_stage(table: str) -> str:
	return f"{stage.quote(stage.get_name())}.{stage.quote(table)}"


def _wait_for_quiet(cursor) -> None:
	"""Requests and jobs that are at work may end; new ones are refused. Then every other connection is closed: one that
	merely holds a snapshot would keep the rename, and everybody behind it, waiting."""
	deadline = time.monotonic() + QUIET_SECONDS
	while time.monotonic() < deadline and (_count_busy(cursor) or _count_running_jobs()):
		time.sleep(0.1)
	_close_others(cursor)


def _count_busy(cursor) -> int:
	cursor.execute(
		"""select count(*) from information_schema.processlist
		where id != connection_id() and db = %s and command not in ('Sleep', 'Daemon')""",
		(frappe.conf.db_name,),
	)
	return cursor.fetchone()[0]


def _count_running_jobs() -> int:
	"""Of this site; a queue that is away has none."""
	from rq.registry import StartedJobRegistry

	with suppress(Exception):
		connection = get_redis_conn()
		names = {
			job_id
			for queue in get_queue_list(build_queue_name=True)
			for job_id in StartedJobRegistry(queue, connection=connection).get_job_ids()
		}
		return sum(name.startswith(f"{frappe.local.site}::") for name in names)
	return 0


def _close_others(cursor) -> None:
	cursor.execute(
		"""select id from information_schema.processlist
		where id != connection_id() and user = substring_index(current_user(), '@', 1)"""
	)
	for (number,) in cursor.fetchall():
		with suppress(pymysql.MySQLError):
			cursor.execute(f"kill {int(number)}")


def _rename(cursor, step) -> None:
	renames = plan_renames(
		_read_tables(cursor, frappe.conf.db_name), _read_tables(cursor, stage.get_name()), get_kept_tables()
	)
	cursor.execute(f"set session lock_wait_timeout = {LOCK_WAIT}")
	statement = "rename table " + ", ".join(f"{old} to {new}" for old, new in renames)
	step("renaming")
	for attempt in range(RENAME_ATTEMPTS):
		try:
			cursor.execute(statement)
			return
		except pymysql.MySQLError as error:
			if error.args[0] != ER.LOCK_WAIT_TIMEOUT or attempt == RENAME_ATTEMPTS - 1:
				raise
			_close_others(cursor)


def _read_tables(cursor, database: str) -> set[str]:
	cursor.execute("select table_name from information_schema.tables where table_schema = %s", (database,))
	return {table for (table,) in cursor.fetchall()}


def get_kept_tables() -> set[str]:
	"""What a restore never touches: the log, its seals, backups and restores; each room names its own."""
	return {f"tab{doctype}" for doctype in frappe.get_hooks("meeting_kept_doctypes")}


def plan_renames(live: set[str], staged: set[str], kept: set[str]) -> list[tuple[str, str]]:
	"""The steps of the one statement. A name that is on both sides goes by a third one, short whatever the table is called."""
	here, there = stage.quote(frappe.conf.db_name), stage.quote(stage.get_name())
	steps = []
	for place, table in enumerate(sorted((live | staged) - kept)):
		name = stage.quote(table)
		mine, theirs, between = f"{here}.{name}", f"{there}.{name}", f"{there}.`~{place}`"
		if table in live and table in staged:
			steps += [(mine, between), (theirs, mine), (between, theirs)]
		elif table in live:
			steps.append((mine, theirs))
		else:
			steps.append((theirs, mine))
	return steps


def _exchange_folders(journal: dict, step=lambda name: None) -> None:
	for folder in FOLDERS:
		if _get_mark(get_folder(journal["restore"]) / folder, journal).exists():
			exchange(Path(frappe.get_site_path(folder)), get_folder(journal["restore"]) / folder)
			step(f"exchanged {folder}")


def make_marker(restore: str, purpose: str) -> str:
	return f"meeting_restore_{restore}_{purpose}".lower()


def _get_mark(folder: Path, journal: dict) -> Path:
	return folder / f".{journal['marker']}"


def _has_mark(restore: str, purpose: str, folder: Path) -> bool:
	return (get_folder(restore) / folder / f".{make_marker(restore, purpose)}").exists()


def mark_folders(restore: str, purpose: str, folders: Iterable[Path] = FOLDERS) -> None:
	"""Says which side a folder belongs to, so that a switch that was interrupted knows which ones have changed places."""
	for folder in folders:
		(get_folder(restore) / folder / f".{make_marker(restore, purpose)}").touch()


def read_kept(restore: str) -> dict:
	"""What is to come back with the old tables: the key and the folders that changed places."""
	with suppress(OSError, ValueError):
		return json.loads((get_folder(restore) / "kept.json").read_text())
	return {"encryption_key": None, "folders": []}


def _go_back(cursor, journal: dict) -> None:
	for folder in FOLDERS:
		if _get_mark(Path(frappe.get_site_path(folder)), journal).exists():
			exchange(Path(frappe.get_site_path(folder)), get_folder(journal["restore"]) / folder)
	cursor.execute(f"drop table if exists {_in_stage(journal['marker'])}")
	_open(journal, None)


def _go_forward(cursor, journal: dict, step=lambda name: None) -> None:
	_forget_in_redis()
	step("forgotten")
	_record_done(cursor, journal)
	for folder in FOLDERS:
		_get_mark(Path(frappe.get_site_path(folder)), journal).unlink(missing_ok=True)
	step("recorded")
	_open(journal, journal["encryption_key"], step)
	cursor.execute(f"drop table if exists {stage.quote(journal['marker'])}")


def _record_done(cursor, journal: dict) -> None:
	"""In the one transaction of a statement: the record is a kept one and says the same on both sides."""
	if journal["purpose"] == "Undo":
		cursor.execute(
			"""update `tabMeeting Restore` set status = 'Undone', undone_on = %s, undone_by = started_by, finished_on = %s
			where name = %s""",
			(frappe.utils.now_datetime(), frappe.utils.now_datetime(), journal["restore"]),
		)
	else:
		cursor.execute(
			"""update `tabMeeting Restore` set status = 'Done', finished_on = %s, undo_until = %s where name = %s""",
			(
				frappe.utils.now_datetime(),
				frappe.utils.add_to_date(frappe.utils.now_datetime(), days=7),
				journal["restore"],
			),
		)
	kept = {"encryption_key": journal["encryption_key_before"], "folders": journal["folders"]}
	write_json(get_folder(journal["restore"]) / "kept.json", kept)


def _open(journal: dict, encryption_key: str | None, step=lambda name: None) -> None:
	"""The site is open again as it was before: an operator's own maintenance stays."""
	settings = json.loads(get_settings_file().read_text())
	for key, value in journal["closed_before"].items():
		if value is None:
			settings.pop(key, None)
		else:
			settings[key] = value
	if encryption_key:
		settings["encryption_key"] = encryption_key
	write_json(get_settings_file(), settings)
	step("open")
	get_journal().unlink(missing_ok=True)


def _forget_in_redis() -> None:
	"""Caches and sessions of the old tables, and jobs that meant records of theirs. After the barrier, not before: until
	then a request could fill them again."""
	with suppress(Exception):
		keys = list(frappe.cache.scan_iter(match=f"{frappe.conf.db_name}|*", count=5000))
		for first in range(0, len(keys), 1000):
			frappe.cache.delete(*keys[first : first + 1000])
	with suppress(Exception):
		for name in get_queue_list():
			for job in get_queue(name).jobs:
				if job.kwargs.get("site") == frappe.local.site:
					job.delete()


# --- after an interruption -------------------------------------------------------------------------------------------


def recover_if_interrupted(*_arguments, **_more) -> None:
	"""After each request, before each job and when the keeper looks; costs one look at a file that is not there."""
	if not get_journal().exists():
		return
	with holding_lock() as is_held:
		if is_held and get_journal().exists():
			recover()


def recover() -> str:
	"""`forward` or `back`."""
	journal = json.loads(get_journal().read_text())
	with closing(stage.connect()) as connection, connection.cursor() as cursor:
		_wait_for_rename(cursor)
		if journal["marker"] in _read_tables(cursor, frappe.conf.db_name):
			_go_forward(cursor, journal)
			return "forward"
		_go_back(cursor, journal)
		cursor.execute(
			"""update `tabMeeting Restore` set status = if(status in ('Queued', 'Running', 'Cancelling'), 'Failed', status),
			finished_on = %s where name = %s""",
			(frappe.utils.now_datetime(), journal["restore"]),
		)
		return "back"


def _wait_for_rename(cursor) -> None:
	"""A killed runner's statement goes on in the server."""
	while True:
		cursor.execute(
			"""select count(*) from information_schema.processlist
			where id != connection_id() and info like 'rename table%%'"""
		)
		if not cursor.fetchone()[0]:
			return
		time.sleep(0.1)

"""Backups (E5): starting, making, verifying, handing out and removing them. What starts programs stands beside the app
(script/keeper) and gives `make` the stream of the database's dump."""

import json
import os
import shutil
import tarfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import frappe
from frappe import _
from frappe.installer import update_site_config
from frappe.utils import add_days, add_to_date, cint, get_datetime, getdate, now_datetime
from frappe.utils.password import get_encryption_key
from frappe.utils.synchronization import filelock

from meeting_crm.administration import bundle, rotation
from meeting_crm.core import runs
from meeting_crm.core.log import log
from meeting_crm.core.notifications import get_language, notify
from meeting_crm.core.people import get_administrators

DOCTYPE, RESTORE, SETTINGS = "Meeting Backup", "Meeting Restore", "Meeting Backup Settings"
OURS, UNKNOWN = "This Site", "Unknown"
FOLDERS = {bundle.PUBLIC_FILES: ("public", "files"), bundle.PRIVATE_FILES: ("private", "files")}
MIGRATION_WAIT = 600
LOOK_EVERY = 2.0
KEEPER_SILENT = 60
Dump = Callable[[], AbstractContextManager[BinaryIO]]


class BackupError(frappe.ValidationError):
	"""The backup cannot be made or used as it stands."""


# --- starting --------------------------------------------------------------------------------------------------------


def start(kind: str = rotation.BY_HAND) -> str:
	"""Queues a backup; returns its name. One is made at a time."""
	require_nothing_running()
	doc = frappe.new_doc(DOCTYPE)
	doc.update({"status": runs.DRAFT, "kind": kind, "origin": OURS, "site_name": frappe.local.site})
	insert(doc, "b")
	runs.start(doc)
	return doc.name


def require_nothing_running() -> None:
	for doctype in (DOCTYPE, RESTORE):
		for name in frappe.get_all(doctype, filters={"status": ("in", runs.ACTIVE)}, pluck="name"):
			if runs.is_alive(frappe.get_doc(doctype, name)):
				frappe.throw(
					_("A backup or restore is running. Wait until it is done; its page shows the result."),
					title=_("Running"),
					exc=runs.RunError,
				)


def insert(doc, letter: str) -> None:
	doc.flags.by_service = True
	doc.insert(ignore_permissions=True, set_name=letter + frappe.generate_hash(length=12))  # why: asked before


def start_scheduled() -> None:
	"""Each hour: the day's backup, once its hour has come."""
	settings = frappe.get_cached_doc(SETTINGS)
	now = now_datetime()
	if not settings.is_scheduled or now.hour < cint(settings.hour):
		return
	today = {"kind": rotation.SCHEDULED, "creation": (">=", getdate(now)), "status": ("!=", runs.FAILED)}
	if not frappe.db.exists(DOCTYPE, today):
		with suppress(runs.RunError):  # one by hand is being made; the next hour looks again
			start(rotation.SCHEDULED)


# --- making, in the keeper -------------------------------------------------------------------------------------------


def make(runner: runs.Runner, dump: Dump) -> None:
	"""Writes, rereads and only then names the bundle. Nothing is left of one that fails."""
	taken_on = now_datetime()
	path = get_folder() / f"{frappe.local.site}-{taken_on:%Y%m%d-%H%M%S}-{runner.name}.tar"
	part, farm = path.with_suffix(".part"), get_folder() / f".farm-{runner.name}"
	try:
		with filelock("bench_migrate", timeout=MIGRATION_WAIT):  # why: a dump across a migration fits no version
			manifest = _write(part, farm, dump, taken_on, Progress(runner))
		_verify(part, Progress(runner, 85, 100, _("Reading it again")))
		digest = hash_file(part)
		os.rename(part, path)
	finally:
		part.unlink(missing_ok=True)
		shutil.rmtree(farm, ignore_errors=True)
	runner.finish(
		taken_on=taken_on,
		file_name=path.name,
		size=path.stat().st_size,
		sha256=digest,
		manifest=json.dumps(manifest, ensure_ascii=False, indent=1),
		verified_on=now_datetime(),
	)
	remove_old()
	frappe.db.commit()  # nosemgrep  why: the backup is good whatever becomes of the old ones


class Progress:
	"""Tells the runner how far a span of the work is, and ends it when somebody cancelled."""

	def __init__(self, runner: runs.Runner, first: int = 0, last: int = 100, step: str = ""):
		self.runner, self.first, self.last, self.step, self.looked = runner, first, last, step, time.monotonic()

	def span(self, first: int, last: int, step: str) -> "Progress":
		return Progress(self.runner, first, last, step)

	def __call__(self, done: int, total: int) -> None:
		share = min(1.0, done / total) if total else 1.0
		self.runner.report(self.first + (self.last - self.first) * share, self.step)
		if time.monotonic() - self.looked > LOOK_EVERY:
			self.looked = time.monotonic()
			self.runner.stop_if_cancelled()


def _write(part: Path, farm: Path, dump: Dump, taken_on, progress: Progress) -> dict:
	part.unlink(missing_ok=True)
	shutil.rmtree(farm, ignore_errors=True)
	link_files(farm)
	writer = bundle.Writer(part)
	_write_database(writer, dump, progress.span(0, 60, _("Copying the database")))
	link_files(farm)  # why: files that came since the first time belong to rows of the snapshot
	for name, folder in FOLDERS.items():
		_write_files(writer, name, farm.joinpath(*folder), progress.span(60, 85, _("Copying the files")))
	writer.add(bundle.KEYS, json.dumps({"encryption_key": get_encryption_key()}).encode())
	return writer.close(get_facts(taken_on), get_key())


def _write_database(writer: bundle.Writer, dump: Dump, progress: Progress) -> None:
	expected = cint(
		frappe.db.sql("select sum(data_length) from information_schema.tables where table_schema = database()")[0][0]
	)
	done, tail = 0, b""
	with writer.compressed_part(bundle.DATABASE) as target, dump() as stream:
		while chunk := stream.read(bundle.CHUNK):
			target.write(chunk)
			done, tail = done + len(chunk), (tail + chunk)[-200:]
			progress(done, expected)
	if b"\n-- Dump completed" not in tail:
		raise BackupError(
			_("The copy of the database is not complete: the program that copies it was interrupted. Start again.")
		)


def link_files(farm: Path) -> None:
	"""A second name for every file that is there now: whoever deletes one while the backup is written takes nothing from it."""
	for folder in FOLDERS.values():
		source, target = Path(frappe.get_site_path(*folder)), farm.joinpath(*folder)
		target.mkdir(parents=True, exist_ok=True)
		for where, _folders, files in os.walk(source):
			into = target / Path(where).relative_to(source)
			into.mkdir(exist_ok=True)
			for file in files:
				with suppress(FileNotFoundError, FileExistsError):
					os.link(os.path.join(where, file), into / file, follow_symlinks=False)


def _write_files(writer: bundle.Writer, name: str, folder: Path, progress: Progress) -> None:
	paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
	total, done = sum(path.stat().st_size for path in paths), 0
	with writer.compressed_part(name) as stream, tarfile.open(fileobj=stream, mode="w|") as archive:
		for path in paths:
			archive.add(path, arcname=str(path.relative_to(folder)), recursive=False)
			done += path.stat().st_size
			progress(done, total)


def get_facts(taken_on) -> dict:
	"""What a restore asks before it touches anything."""
	return {
		"site": frappe.local.site,
		"site_id": get_site_id(),
		"taken_on": str(taken_on),
		"apps": get_app_versions(),
		"tables": frappe.db.sql("select count(*) from information_schema.tables where table_schema = database()")[0][0],
	}


def get_app_versions() -> dict[str, str]:
	return {app: str(frappe.get_attr(f"{app}.__version__")) for app in frappe.get_installed_apps()}


def get_key() -> str:
	"""The key that signs this site's backups; it never leaves the site's settings."""
	if key := frappe.conf.get("meeting_backup_key"):
		return key
	with filelock("meeting_backup_key"):
		settings = json.loads(Path(frappe.get_site_path("site_config.json")).read_text())
		key = settings.get("meeting_backup_key")
		if not key:
			key = frappe.generate_hash(length=64)
			update_site_config("meeting_backup_key", key, validate=False)
	frappe.local.conf["meeting_backup_key"] = key
	return key


def get_site_id() -> str:
	return sha256(f"site {get_key()}".encode()).hexdigest()[:16]


def get_folder() -> Path:
	folder = Path(frappe.get_site_path("private", "meeting_backups"))
	folder.mkdir(parents=True, exist_ok=True, mode=0o700)
	return folder


def get_path(doc) -> Path:
	path = get_folder() / Path(doc.file_name or "-").name
	if doc.is_file_gone or not path.exists():
		frappe.throw(
			_(
				"The file of this backup is no longer on the server. Choose a newer one, or upload the file you downloaded."
			),
			title=_("File gone"),
			exc=BackupError,
		)
	return path


def hash_file(path: Path) -> str:
	digest = bundle.Digest()
	with path.open("rb") as file:
		while chunk := file.read(bundle.CHUNK):
			digest.write(chunk)
	return digest.sha256


def clean_up(name: str) -> None:
	"""What a killed keeper left of this backup."""
	for path in get_folder().glob(f"*-{name}.part"):
		path.unlink(missing_ok=True)
	shutil.rmtree(get_folder() / f".farm-{name}", ignore_errors=True)


# --- verifying and removing ------------------------------------------------------------------------------------------


def verify(doc) -> None:
	"""Reads the file again. A damaged one is no good backup any more, and administrators are told."""
	try:
		path = get_path(doc)
		if hash_file(path) != doc.sha256:
			raise bundle.BadBundleError("damaged", doc.file_name)
		_verify(path)
	except (bundle.BadBundleError, BackupError) as error:
		message = describe_bad(error) if isinstance(error, bundle.BadBundleError) else str(error)
		save(doc, status=runs.FAILED, failure=message, verified_on=None)
		tell_administrators(lambda language: _("A backup is damaged: {0}", language).format(message), doc.name)
		return
	save(doc, verified_on=now_datetime())


def _verify(path: Path, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
	reader = bundle.Reader(path)
	reader.verify(progress)


def describe_bad(error: bundle.BadBundleError) -> str:
	return {
		"incomplete": _("The file is incomplete: its end is missing. Download or upload it again."),
		"damaged": _("The file is damaged: a part does not have the checksum that was written down ({0})."),
		"strange": _("The file holds something that no backup of Meeting CRM holds: {0}."),
		"format": _("The file was written by a newer Meeting CRM (format {0}). Update the app first."),
	}[error.code].format(error.detail)


def save(doc, **values) -> None:
	doc.update(values)
	doc.flags.by_service = True
	doc.save(ignore_permissions=True)  # why: the use case has decided already


def get_good(**filters) -> list[frappe._dict]:
	return frappe.get_all(  # why: read by jobs and by people who may see the list
		DOCTYPE,
		filters={"status": runs.DONE, "is_file_gone": 0, **filters},
		fields=["name", "taken_on", "kind", "file_name", "origin"],
		order_by="taken_on desc",
	)


def remove_old() -> list[str]:
	"""What the rotation no longer keeps. The record stays and says that the file is gone."""
	settings = frappe.get_cached_doc(SETTINGS)
	policy = rotation.Policy(
		cint(settings.keep_daily),
		cint(settings.keep_weekly),
		cint(settings.keep_monthly),
		cint(settings.keep_safety_days),
	)
	good = [rotation.Backup(row.name, row.taken_on, row.kind) for row in get_good()]
	removable = rotation.choose_removable(good, getdate(now_datetime()), policy)
	for name in removable:
		doc = frappe.get_doc(DOCTYPE, name, for_update=True)
		(get_folder() / Path(doc.file_name).name).unlink(missing_ok=True)
		save(doc, is_file_gone=1)
		log("Removed by Rotation", DOCTYPE, name, {"file_name": doc.file_name}, None)
	return removable


def remove_with_record(doc) -> None:
	"""Somebody deletes a backup. The last good one stays."""
	if doc.status in runs.ACTIVE:
		frappe.throw(_("This backup is being made. Cancel it first."), exc=BackupError)
	if doc.status != runs.DONE or doc.is_file_gone:
		return
	if not [row for row in get_good(origin=OURS) if row.name != doc.name]:
		frappe.throw(
			_("This is the only good backup. Make another one before you delete it."),
			title=_("Last good backup"),
			exc=BackupError,
		)
	path = get_folder() / Path(doc.file_name or "-").name
	frappe.db.after_commit.add(lambda: path.unlink(missing_ok=True))


# --- watching --------------------------------------------------------------------------------------------------------


def check_age() -> None:
	"""Each hour: administrators are told, once a day, when the last good backup is too old."""
	hours = get_age_in_hours()
	limit = cint(frappe.get_cached_doc(SETTINGS).alarm_hours) or 26
	if hours <= limit or frappe.db.get_global("meeting_backup_alarm") == str(getdate()):
		return
	frappe.db.set_global("meeting_backup_alarm", str(getdate()))
	tell_administrators(
		lambda language: _(
			"The last good backup is {0} hours old. Open the list of backups and start one; it shows why the last one failed.",
			language,
		).format(int(hours))
	)


def get_age_in_hours() -> float:
	"""Since the last good backup made here; before the first one, since the site began."""
	good = get_good(origin=OURS)
	since = good[0].taken_on if good else frappe.db.get_value("User", "Administrator", "creation")
	return (now_datetime() - get_datetime(since)).total_seconds() / 3600


def tell_administrators(write: Callable[[str], str], name: str | None = None, but: str | None = None) -> None:
	"""`write` says the sentence in a language."""
	for user in get_administrators():
		if user != but:
			notify(user, write(get_language(user)), DOCTYPE, name or "")


def describe_state() -> dict:
	"""What the list's head says: the last good one, its age, the next one, and whether somebody makes them at all."""
	settings = frappe.get_cached_doc(SETTINGS)
	good = get_good(origin=OURS)
	now = now_datetime()
	next_on = now.replace(hour=cint(settings.hour), minute=0, second=0, microsecond=0)
	if frappe.db.exists(DOCTYPE, {"kind": rotation.SCHEDULED, "creation": (">=", getdate(now))}):
		next_on = add_days(next_on, 1)
	if next_on < now:  # its hour has passed; the next full hour makes up for it
		next_on = add_to_date(now, hours=1).replace(minute=0, second=0, microsecond=0)
	return {
		"last_good": good[0].taken_on if good else None,
		"is_too_old": get_age_in_hours() > (cint(settings.alarm_hours) or 26),
		"next_on": next_on if settings.is_scheduled else None,
		"keeper_runs": keeper_runs(),
	}


def get_keeper_file() -> Path:
	return get_folder() / ".keeper"


def keeper_runs() -> bool:
	with suppress(OSError):
		return time.time() - get_keeper_file().stat().st_mtime < KEEPER_SILENT
	return False


# --- handing out -----------------------------------------------------------------------------------------------------

TICKET_SECONDS = 300


def make_ticket(doc) -> str:
	"""Lets this person fetch the file for five minutes, also in pieces. Everybody of the highest level is told."""
	get_path(doc)
	ticket = frappe.generate_hash(length=40)
	frappe.cache.set_value(
		f"meeting_backup_ticket:{ticket}",
		{"backup": doc.name, "user": frappe.session.user},
		expires_in_sec=TICKET_SECONDS,
	)
	log("Downloaded", DOCTYPE, doc.name, None, {"file_name": doc.file_name})
	name = frappe.utils.get_fullname(frappe.session.user)
	tell_administrators(
		lambda language: _("{0} downloaded a backup: all data of the company.", language).format(name),
		doc.name,
		but=frappe.session.user,
	)
	return ticket


def get_ticket(ticket: str) -> Path:
	known = frappe.cache.get_value(f"meeting_backup_ticket:{ticket}", expires=True)
	if not known or known["user"] != frappe.session.user:
		frappe.throw(_("This download link has expired. Ask for the download again."), frappe.PermissionError)
	return get_path(frappe.get_doc(DOCTYPE, known["backup"]))

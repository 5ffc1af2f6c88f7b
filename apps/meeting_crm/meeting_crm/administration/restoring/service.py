"""A restore from its request to its undoing. The steps that touch nothing live come first; the one that does is switching.py."""

import gzip
import io
import json
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import frappe
from frappe import _
from frappe.utils import cint, get_datetime, get_fullname, now_datetime
from frappe.utils.synchronization import filelock

from meeting_crm.administration import backups, bundle, rotation
from meeting_crm.administration.restoring import exchange, stage, switching, tidying, unpacking
from meeting_crm.administration.restoring.statements import RefusedError
from meeting_crm.core import runs
from meeting_crm.core.log import log

DOCTYPE = switching.RESTORE
DISK_FACTOR = 2.5
GROWTH = 8
"""How much larger a compressed dump is when it is unpacked, where nothing says it."""
RESTORE, UNDO = "Restore", "Undo"
Migrate = Callable[[Path, str], None]


class RestoreError(frappe.ValidationError):
	"""The restore cannot be started or undone as things stand."""


# --- what a backup is, before anything is done with it ---------------------------------------------------------------


def inspect(doc) -> dict:
	"""The screen's second step: where the backup comes from, what it needs, what stands in the way."""
	problems = []
	facts = {"origin": backups.UNKNOWN, "site": None, "taken_on": None, "apps": {}, "has_files": False}
	try:
		path = backups.get_path(doc)
		if is_bundle(path):
			reader = bundle.Reader(path)
			facts |= _read_facts(reader)
			problems += find_obstacles(facts["apps"])
		else:
			check_kind(path)
	except bundle.BadBundleError as error:
		problems.append(backups.describe_bad(error))
	except RefusedError as error:
		problems.append(describe_refusal(error))
	except backups.BackupError as error:
		problems.append(str(error))
	with suppress(OSError):
		problems += find_lack_of_space(doc)
	return facts | {"problems": problems}


def _read_facts(reader: bundle.Reader) -> dict:
	manifest = reader.manifest
	is_ours = reader.is_signed_with(backups.get_key()) and manifest.get("site_id") == backups.get_site_id()
	return {
		"origin": backups.OURS if is_ours else backups.UNKNOWN,
		"site": str(manifest.get("site") or "")[:140],
		"taken_on": manifest.get("taken_on"),
		"apps": {str(app): str(version) for app, version in dict(manifest.get("apps") or {}).items()},
		"has_files": bundle.PUBLIC_FILES in reader.parts,
	}


def find_obstacles(theirs: dict[str, str]) -> list[str]:
	"""A backup may be older than the program, never newer, and needs no app that is not here."""
	ours, problems = backups.get_app_versions(), []
	if missing := sorted(set(theirs) - set(ours)):
		problems.append(
			_("The backup was made with apps that are not installed here: {0}. Install them first.").format(
				", ".join(missing)
			)
		)
	newer = [app for app, version in theirs.items() if app in ours and read_version(version) > read_version(ours[app])]
	if newer:
		problems.append(
			_("The backup was made with newer versions: {0}. Update the apps first.").format(
				", ".join(f"{app} {theirs[app]}" for app in newer)
			)
		)
	return problems


def read_version(text: str) -> tuple[int, ...]:
	numbers = []
	for part in text.split(".")[:3]:
		digits = "".join(letter for letter in part if letter.isdigit())
		numbers.append(int(digits or 0))
	return tuple(numbers)


def find_lack_of_space(doc) -> list[str]:
	needed = int(cint(doc.size) * GROWTH * DISK_FACTOR)
	free = shutil.disk_usage(frappe.get_site_path()).free
	if free > needed:
		return []
	return [
		_("The disk has {0} MB left and the restore may need {1} MB. Make room first.").format(free >> 20, needed >> 20)
	]


def is_bundle(path: Path) -> bool:
	with path.open("rb") as file:
		head = file.read(512)
	return head[257:262] == b"ustar"


def check_kind(path: Path) -> str:
	"""By its first bytes: gzip, zstd or plain SQL. Anything else is refused."""
	with path.open("rb") as file:
		head = file.read(6)
	if not head:
		raise RefusedError("empty")
	if head[:2] == b"\x1f\x8b":
		return "gzip"
	if head[:4] == b"\x28\xb5\x2f\xfd":
		return "zstd"
	if head[:2] in (b"\x8c\x0d", b"\x85\x02") or head[:1] in (b"\x84", b"\xc3", b"\xd2"):
		raise RefusedError("encrypted")
	if head[:2] in (b"--", b"/*"):
		return "plain"
	raise RefusedError("kind")


@contextmanager
def open_dump(path: Path, watch: Callable[[int, int], None]) -> Iterator[BinaryIO]:
	"""The SQL of a bundle or of a single dump; `watch` is told compressed bytes read and their total."""
	if is_bundle(path):
		reader = bundle.Reader(path)
		if bundle.DATABASE not in reader.parts:
			raise RefusedError("partial")
		total = reader.parts[bundle.DATABASE].size
		with reader.open_part(bundle.DATABASE, lambda done: watch(done, total)) as stream:
			yield stream
		return
	kind, total = check_kind(path), path.stat().st_size
	if kind == "zstd":
		with bundle.Decompressed(path, bundle.Part(0, total), lambda done: watch(done, total)) as stream:
			yield stream
		return
	try:
		with bundle.Limited(path, bundle.Part(0, total), lambda done: watch(done, total)) as source:
			if kind == "gzip":
				with gzip.GzipFile(fileobj=source) as stream:
					yield stream
			else:
				yield io.BufferedReader(source, bundle.CHUNK)
	except (EOFError, gzip.BadGzipFile, zlib.error):
		raise bundle.BadBundleError("damaged", path.name) from None


def describe_refusal(error: RefusedError) -> str:
	return {
		"empty": _("The file is empty. Upload it again."),
		"kind": _("The file is no backup: it is neither a bundle of Meeting CRM nor a dump of a database."),
		"encrypted": _("The file is encrypted. Decrypt it with the key of the backup and upload the result."),
		"partial": _("The backup holds no database. Choose a complete one."),
		"too long": _("A line of the dump is too long for any backup: {0}"),
		"cut": _("The dump ends in the middle of a statement: {0}. It was cut while it was written or copied."),
		"unfinished": _("The dump is incomplete: its last line is missing. It was cut while it was written or copied."),
		"statement": _(
			"The dump holds a statement that no backup holds: {0}. It was changed by hand or is meant to do harm."
		),
		"database": _("The database refused a statement of the dump: {0}"),
		"no site": _("The dump is no site of Frappe: it has no {0}."),
		"strange": _("The dump holds what no backup of ours holds: {0}."),
		"nobody": _(
			"Nobody could administer the restored site: no enabled account in the backup has the role System Manager."
		),
		"path": _("The archive of files holds something other than plain files in their folder: {0}."),
		"disk": _("The files of the backup are larger than the disk: it was full at {0}."),
	}[error.code].format(error.detail)


def count_losses(taken_on) -> list[dict]:
	"""What people wrote after the backup was taken, by kind and person; all of it goes."""
	return frappe.db.sql(
		"""select reference_doctype as doctype, user, count(distinct reference_name) as records
		from `tabMeeting Operation Log` where happened_on > %s and operation in ('Created', 'Changed', 'Submitted', 'Deleted')
		and reference_doctype not in %s
		group by reference_doctype, user order by records desc limit 200""",
		(get_datetime(taken_on), tuple(frappe.get_hooks("meeting_kept_doctypes"))),
		as_dict=True,
	)


# --- starting --------------------------------------------------------------------------------------------------------


def start(backup, site_name: str, accept_unknown: bool = False) -> str:
	"""Queues the restore. Everything that can be known now is said now."""
	if site_name.strip() != frappe.local.site:
		frappe.throw(
			_("Type the name of this site to confirm: {0}.").format(frappe.bold(frappe.local.site)),
			title=_("Not confirmed"),
			exc=RestoreError,
		)
	if backup.status != runs.DONE:
		frappe.throw(_("This backup is not good. Choose another one."), exc=RestoreError)
	backups.require_nothing_running()
	stage.require_ready()
	switching.get_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
	if not exchange.can_exchange(switching.get_folder()):
		frappe.throw(
			_("The file system of this site cannot exchange two folders in one step. Use the command line instead."),
			exc=RestoreError,
		)
	facts = inspect(backup)
	if facts["problems"]:
		frappe.throw("<br>".join(map(frappe.utils.escape_html, facts["problems"])), exc=RestoreError)
	if facts["origin"] != backups.OURS and not accept_unknown:
		frappe.throw(
			_(
				"This backup was not made by this site or was changed since. It brings programs and accounts of whoever made it. Confirm that you trust it."
			),
			title=_("Unknown origin"),
			exc=RestoreError,
		)
	doc = frappe.new_doc(DOCTYPE)
	doc.update({"backup": backup.name, "status": runs.DRAFT, "purpose": RESTORE, "data_as_of": backup.taken_on})
	backups.insert(doc, "s")
	runs.start(doc)
	return doc.name


def start_undo(doc) -> None:
	"""Queues the way back to how everything was before this restore."""
	require_undoable(doc)
	backups.require_nothing_running()
	runs.start(doc, purpose=UNDO)


def require_undoable(doc) -> None:
	if not can_be_undone(doc):
		frappe.throw(
			_(
				"This restore can no longer be undone: a week is over, or another restore came after it. Restore the safety backup instead."
			),
			title=_("Too late"),
			exc=RestoreError,
		)


def can_be_undone(doc) -> bool:
	"""The old tables lie in the second database until the next restore, for a week. An undo that failed may be tried again."""
	if not doc.undo_until or get_datetime(doc.undo_until) < now_datetime() or doc.status == "Undone":
		return False
	newer = frappe.db.exists(
		DOCTYPE, {"creation": (">", doc.creation), "status": ("not in", (runs.DRAFT, runs.CANCELLED))}
	)
	return not newer


# --- running, in the keeper ------------------------------------------------------------------------------------------


def run(
	runner: runs.Runner, migrate: Migrate, make_backup: Callable[[runs.Runner], None], step=lambda name: None
) -> None:
	"""`migrate(sites_folder, site)` brings the second database up to date, `make_backup(runner)` makes the safety backup."""
	doc = runner.lock()
	frappe.db.rollback()
	if doc.purpose == UNDO:
		undo(runner, step)
		return
	backup = frappe.get_doc(backups.DOCTYPE, doc.backup)
	path = backups.get_path(backup)
	safety = _make_safety_backup(runner, make_backup)
	step("safety")
	try:
		with filelock("bench_migrate", timeout=backups.MIGRATION_WAIT):
			_prepare(runner, path, migrate, step)
			differences = tidying.tidy(frappe.session.user)
			step("tidied")
			_remember(runner, safety, differences)
			_switch(runner, RESTORE, _read_key(path), step)
	except RefusedError as error:
		raise RestoreError(describe_refusal(error)) from error
	except bundle.BadBundleError as error:
		raise RestoreError(backups.describe_bad(error)) from error
	except switching.SwitchError as error:
		raise RestoreError(_("The exchange did not happen, nothing has changed: {0}").format(error)) from error
	_complete(runner, "Restored")


def _make_safety_backup(runner: runs.Runner, make_backup: Callable[[runs.Runner], None]) -> str:
	runner.report(1, _("Making a safety backup"))
	doc = frappe.new_doc(backups.DOCTYPE)
	doc.update({"status": runs.DRAFT, "kind": rotation.SAFETY, "origin": backups.OURS, "site_name": frappe.local.site})
	backups.insert(doc, "b")
	runs.start(doc)
	frappe.db.commit()  # nosemgrep  why: a run of its own
	with runs.take(doc.doctype, doc.name, doc.run) as safety:
		make_backup(safety)
	doc.reload()
	if doc.status != runs.DONE:
		raise RestoreError(
			_("The safety backup failed, so nothing was restored: {0}").format(doc.failure or doc.status)
		)
	return doc.name


def _prepare(runner: runs.Runner, path: Path, migrate: Migrate, step) -> None:
	"""Everything that happens beside the running site."""
	folder = switching.get_folder(runner.name)
	shutil.rmtree(folder, ignore_errors=True)
	folder.mkdir(parents=True, mode=0o700)
	if is_bundle(path):
		bundle.Reader(path).verify(backups.Progress(runner, 12, 18, _("Checking the file")))
	stage.clean()
	step("cleaned")
	with open_dump(path, backups.Progress(runner, 18, 60, _("Loading beside the running site"))) as stream:
		stage.load(stream, switching.get_kept_tables())
	step("loaded")
	stage.look_through()
	if problems := find_obstacles(stage.read_versions()):
		raise RestoreError("\n".join(problems))
	_unpack_files(runner, path, folder)
	step("unpacked")
	runner.report(65, _("Bringing it up to date"))
	runner.stop_if_cancelled()
	sites = make_sites_folder(folder, _read_key(path))
	migrate(sites, frappe.local.site)
	step("migrated")
	runner.report(92, _("Keeping out what must not come back"))
	runner.stop_if_cancelled()


def _unpack_files(runner: runs.Runner, path: Path, folder: Path) -> None:
	if not is_bundle(path):
		return
	reader = bundle.Reader(path)
	for part, where in backups.FOLDERS.items():
		if part in reader.parts:
			progress = backups.Progress(runner, 60, 65, _("Unpacking the files"))
			total = reader.parts[part].size
			unpacking.unpack(
				reader, part, folder.joinpath(*where), lambda done, total=total, p=progress: p(done, total)
			)
	switching.mark_folders(runner.name, RESTORE)


def _read_key(path: Path) -> str | None:
	"""The key with which passwords of mail accounts in the backup are encrypted."""
	if not is_bundle(path):
		return None
	with suppress(ValueError, KeyError, TypeError):
		key = json.loads(bundle.Reader(path).read(bundle.KEYS))["encryption_key"]
		return key if isinstance(key, str) and len(key) == 44 else None
	return None


def make_sites_folder(folder: Path, encryption_key: str | None) -> Path:
	"""A bench's `sites` with this site in it on the second database: its jobs and mails go nowhere."""
	sites = folder / "sites"
	site = sites / frappe.local.site
	for part in ("public", "private", "locks", "logs"):
		(site / part).mkdir(parents=True, exist_ok=True)
	for where in switching.FOLDERS:
		(folder / where).mkdir(parents=True, exist_ok=True)
		link = site / where
		link.unlink(missing_ok=True)
		link.symlink_to((folder / where).resolve())
	bench_sites = Path(frappe.local.sites_path).resolve()
	for name in ("apps.txt", "assets"):
		(sites / name).symlink_to(bench_sites / name)
	(folder / "logs").mkdir(exist_ok=True)
	(folder / "apps").symlink_to(bench_sites.parent / "apps")
	common = json.loads((bench_sites / "common_site_config.json").read_text())
	common = {key: value for key, value in common.items() if not key.startswith("root_")}
	nowhere = {"redis_queue": "redis://127.0.0.1:1", "redis_socketio": "redis://127.0.0.1:1"}
	closed = {"mute_emails": 1, "pause_scheduler": 1}
	exchange.write_json(sites / "common_site_config.json", common | nowhere)
	settings = json.loads(switching.get_settings_file().read_text())
	settings |= {"db_name": stage.get_name(), "db_user": stage.get_name(), **nowhere, **closed}
	settings["encryption_key"] = encryption_key or settings.get("encryption_key")
	exchange.write_json(site / "site_config.json", settings)
	return sites


def _remember(runner: runs.Runner, safety: str, differences: dict) -> None:
	doc = runner.lock()
	backups.save(doc, safety_backup=safety, differences=json.dumps(differences, ensure_ascii=False))
	frappe.db.commit()  # nosemgrep  why: known before the switch, also to whoever finishes it


def _switch(runner: runs.Runner, purpose: str, key: str | None, step) -> None:
	runner.report(96, _("Switching, about five seconds"))
	runner.stop_if_cancelled()
	frappe.db.rollback()
	switching.switch(runner.name, purpose, key, step)
	frappe.db.close()
	frappe.connect(set_admin_as_user=False)
	frappe.clear_cache()


def _complete(runner: runs.Runner, operation: str) -> None:
	"""Tells the log, and everybody who looks."""
	doc = frappe.get_doc(DOCTYPE, runner.name)
	log(operation, DOCTYPE, doc.name, None, {"backup": doc.backup, "differences": doc.differences})
	for path in frappe.get_hooks("meeting_after_restore"):
		frappe.get_attr(path)()
	frappe.db.commit()  # nosemgrep  why: the restore's last word
	runs.tell(DOCTYPE, doc.name, {"status": doc.status, "percent": 100})


def undo(runner: runs.Runner, step=lambda name: None) -> None:
	"""The old tables, files and key come back; what was written since the restore goes to the second place."""
	kept = switching.read_kept(runner.name)
	switching.mark_folders(runner.name, UNDO, map(Path, kept["folders"]))
	with closing(stage.connect()) as connection, connection.cursor() as cursor:
		tidying.keep_sessions_of(cursor, frappe.session.user)
	try:
		_switch(runner, UNDO, kept["encryption_key"], step)
	except switching.SwitchError as error:
		raise RestoreError(_("The exchange did not happen, nothing has changed: {0}").format(error)) from error
	_complete(runner, "Restore Undone")


# --- afterwards ------------------------------------------------------------------------------------------------------


def clean_up(name: str) -> None:
	"""What a killed keeper left; a restore that had come through stays done."""
	switching.recover_if_interrupted()


def drop_what_is_too_old() -> None:
	"""Each hour: the tables and files of before a restore go when it can no longer be undone."""
	for row in frappe.get_all(
		DOCTYPE,
		filters={"status": ("in", (runs.DONE, "Undone", runs.FAILED)), "undo_until": ("<", now_datetime())},
		fields=["name"],
	):
		folder = switching.get_folder(row.name)
		if not folder.exists():
			continue
		active = frappe.db.exists(DOCTYPE, {"status": ("in", runs.ACTIVE)})
		newer = frappe.get_all(DOCTYPE, {"status": "Done"}, pluck="name", order_by="creation desc", limit=1)
		if not active and newer in ([], [row.name]):
			stage.clean()
		shutil.rmtree(folder, ignore_errors=True)


def describe(doc) -> dict:
	differences = json.loads(doc.differences or "{}")
	return {
		"can_be_undone": doc.status in (runs.DONE, runs.FAILED) and can_be_undone(doc),
		"differences": differences,
		"started_by": get_fullname(doc.started_by),
	}

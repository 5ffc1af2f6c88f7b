"""Backups made for tests, and a restore run by hand in this process."""

import io
import shutil
import tarfile
from pathlib import Path

import frappe
from frappe.utils import now_datetime

from keeper import programs
from meeting_crm.administration import backups, bundle, rotation
from meeting_crm.administration.restoring import service, stage, switching
from meeting_crm.core import runs
from meeting_crm.tests.factories import unique

HEAD = b"-- MariaDB dump 10.19\n/*!40101 SET NAMES utf8mb4 */;\n"
TAIL = b"-- Dump completed on 2026-11-26 12:00:00\n"
WATCHED = ("tabUser", "tabDocType", "tabSingles", "tabDefaultValue", "__Auth", "tabHas Role", "tabToDo", "tabFile")


def dump() -> bytes:
	"""The test site's own database as SQL."""
	with programs.dump_database() as stream:
		return stream.read()


def fingerprint() -> dict:
	"""Checksums of what a restore would exchange, files, and settings."""
	frappe.db.rollback()
	tables = {table: frappe.db.sql(f"checksum table `{table}`")[0][1] for table in WATCHED}
	count = frappe.db.sql("select count(*) from information_schema.tables where table_schema = database()")[0][0]
	files = sorted(
		str(path) for folder in backups.FOLDERS.values() for path in Path(frappe.get_site_path(*folder)).rglob("*")
	)
	return {**tables, "tables": count, "files": files, "settings": switching.get_settings_file().read_text()}


def store(content: bytes, ending: str = ".sql", **values):
	"""A backup record with this file, as an upload leaves it."""
	doc = frappe.new_doc(backups.DOCTYPE)
	doc.update(
		{
			"status": runs.DONE,
			"kind": rotation.UPLOADED,
			"origin": backups.UNKNOWN,
			"taken_on": now_datetime(),
			**values,
		}
	)
	doc.file_name = f"{unique()}{ending}"
	path = backups.get_folder() / doc.file_name
	path.write_bytes(content)
	doc.size = path.stat().st_size
	backups.insert(doc, "b")
	frappe.db.commit()
	return doc


def make_bundle(sql: bytes | None = None, files: bytes | None = None, key: str | None = None, **facts):
	"""A bundle of our kind with any content, signed with our key or another one."""
	path = backups.get_folder() / f"{unique()}.tar"
	writer = bundle.Writer(path)
	if sql is not None:
		with writer.compressed_part(bundle.DATABASE) as stream:
			stream.write(sql)
	for part in (bundle.PUBLIC_FILES, bundle.PRIVATE_FILES) if files is not None else ():
		with writer.compressed_part(part) as stream:
			stream.write(files)
	writer.add(bundle.KEYS, b'{"encryption_key": null}')
	writer.close({**backups.get_facts(now_datetime()), **facts}, key or backups.get_key())
	content = path.read_bytes()
	path.unlink()
	return store(content, ".tar")


def make_tar(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
	target = io.BytesIO()
	with tarfile.open(fileobj=target, mode="w") as archive:
		for entry, content in entries:
			entry.size = len(content)
			archive.addfile(entry, io.BytesIO(content))
	return target.getvalue()


def no_safety(runner) -> None:
	"""In place of the safety backup, where the test is about what comes after it."""
	runner.finish()


def no_migration(_sites, _site) -> None:
	"""The dump was made a second ago by the same program."""


def restore(backup, make_safety=no_safety, migrate=no_migration, step=lambda name: None, accept_unknown: bool = True):
	"""Runs a restore of `backup` in this process. Returns its record as it stands afterwards."""
	name = service.start(backup, frappe.local.site, accept_unknown)
	frappe.db.commit()
	return go_on(name, make_safety, migrate, step)


def go_on(name: str, make_safety=no_safety, migrate=no_migration, step=lambda name: None):
	doc = frappe.get_doc(service.DOCTYPE, name)
	try:
		with runs.take(doc.doctype, doc.name, doc.run) as runner:
			service.run(runner, migrate, make_safety, step)
	except frappe.ValidationError:
		raise
	except Exception:
		pass  # an unexpected one is in the record's reason
	frappe.set_user("Administrator")
	frappe.db.rollback()
	return frappe.get_doc(service.DOCTYPE, name)


def clean_up() -> None:
	frappe.db.rollback()
	switching.get_journal().unlink(missing_ok=True)
	for doctype in (service.DOCTYPE, backups.DOCTYPE, "Meeting Run"):
		frappe.db.delete(doctype)
	frappe.db.commit()
	for folder in (backups.get_folder(), switching.get_folder()):
		if folder.exists():
			shutil.rmtree(folder)
	stage.clean()

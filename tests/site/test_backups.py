"""Backups made by the real keeper with the real programs: what is in them, what breaks them, who gets them."""

import json
import os
import signal
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import frappe
import pytest
from frappe.utils import now_datetime
from moto.server import ThreadedMotoServer

from keeper import programs
from meeting_crm.administration import backups, bundle, copies, rotation
from meeting_crm.core import runs
from meeting_crm.tests.factories import make_user, unique
from support.keeper import children_of_this_process, run_keeper
from support.rest import PASSWORD
from support.restoring import clean_up


@pytest.fixture(autouse=True)
def clean(site):
	clean_up()
	yield
	clean_up()


def make_backup() -> "frappe.model.document.Document":
	name = backups.start()
	frappe.db.commit()
	run_keeper()
	frappe.db.rollback()
	return frappe.get_doc(backups.DOCTYPE, name)


def take(dump):
	"""Makes a backup in this process, with a dump that the test has its hands on."""
	doc = frappe.get_doc(backups.DOCTYPE, backups.start())
	frappe.db.commit()
	try:
		with runs.take(doc.doctype, doc.name, doc.run) as runner:
			backups.make(runner, dump)
	except programs.ProgramError:
		pass
	doc.reload()
	return doc


def make_file(folder: str, content: str) -> Path:
	path = Path(frappe.get_site_path(folder, "files", f"{unique()}.txt"))
	path.write_text(content)
	return path


def read_part(doc, part: str) -> bytes:
	with bundle.Reader(backups.get_path(doc)).open_part(part) as stream:
		return stream.read()


def leftovers() -> list[str]:
	return [path.name for path in backups.get_folder().iterdir() if not path.name.startswith(".keeper")]


def test_the_keeper_makes_a_bundle_with_everything_and_says_what_it_is():
	word = unique("备份")
	frappe.get_doc({"doctype": "ToDo", "description": word}).insert()
	public, private = make_file("public", word + "公"), make_file("private", word + "私")
	frappe.db.commit()
	doc = make_backup()
	assert (doc.status, doc.failure, doc.kind, doc.origin) == ("Done", None, "By Hand", "This Site")
	assert word.encode() in read_part(doc, bundle.DATABASE)
	assert read_part(doc, bundle.DATABASE).rstrip().splitlines()[-1].startswith(b"-- Dump completed")
	assert (word + "公").encode() in read_part(doc, bundle.PUBLIC_FILES)
	assert (word + "私").encode() in read_part(doc, bundle.PRIVATE_FILES)
	manifest = json.loads(doc.manifest)
	assert manifest["apps"] == backups.get_app_versions()
	assert manifest["site"] == frappe.local.site
	assert doc.size == backups.get_path(doc).stat().st_size
	assert frappe.conf.db_password.encode() not in backups.get_path(doc).read_bytes()
	assert leftovers() == [doc.file_name]
	reader = bundle.Reader(backups.get_path(doc))
	assert reader.is_signed_with(backups.get_key())
	for path in (public, private):
		path.unlink()


def test_a_file_deleted_while_the_backup_is_written_is_in_it():
	early = make_file("private", "early bird")
	late = Path(frappe.get_site_path("private", "files", f"{unique()}.txt"))

	@contextmanager
	def dump():
		with programs.dump_database() as stream:
			early.unlink()
			late.write_text("late bird")
			yield stream

	doc = take(dump)
	assert doc.status == "Done"
	files = read_part(doc, bundle.PRIVATE_FILES)
	assert b"early bird" in files
	assert b"late bird" in files, "rows of the snapshot may refer to files that came after the first look"
	late.unlink()


def test_a_killed_dump_leaves_a_reason_and_no_file():
	@contextmanager
	def dump():
		with programs.dump_database() as stream:
			yield Killing(stream)

	doc = take(dump)
	assert doc.status == "Failed"
	assert doc.failure
	assert leftovers() == []


class Killing:
	"""The stream of a program that is killed after its first bytes."""

	def __init__(self, stream):
		self.stream, self.killed = stream, False

	def read(self, size: int) -> bytes:
		chunk = self.stream.read(50_000)
		if not self.killed:
			self.killed = True
			for pid in children_of_this_process():
				if "dump" in Path(f"/proc/{pid}/cmdline").read_text():
					os.kill(pid, signal.SIGKILL)
		return chunk


def test_a_password_stands_on_no_command_line_and_in_no_readable_file():
	password = frappe.conf.db_password
	with programs.dump_database() as stream:
		stream.read(10)
		(pid,) = [pid for pid in children_of_this_process() if "dump" in Path(f"/proc/{pid}/cmdline").read_text()]
		words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
		assert not any(password in word for word in words)
		options = Path(next(word.split("=", 1)[1] for word in words if word.startswith("--defaults-extra-file")))
		assert options.stat().st_mode & 0o077 == 0
		while stream.read(1 << 20):
			pass
	assert not options.exists()


def test_a_keeper_killed_in_the_middle_leaves_nothing_and_says_so(monkeypatch):
	doc = frappe.get_doc(backups.DOCTYPE, backups.start())
	frappe.db.commit()
	(backups.get_folder() / f"site-20260101-000000-{doc.name}.part").write_text("half")
	backups.link_files(backups.get_folder() / f".farm-{doc.name}")
	frappe.db.set_value(doc.doctype, doc.name, "status", "Running")
	frappe.db.sql("update `tabMeeting Run` set heartbeat = '2020-01-01' where name = %s", (doc.run,))
	frappe.db.commit()
	runs.look_after()
	doc.reload()
	assert (doc.status, leftovers()) == ("Failed", [])


def test_a_damaged_file_is_found_and_is_no_good_backup_any_more():
	make_backup()
	doc = make_backup()
	path = backups.get_path(doc)
	backups.verify(doc)
	assert doc.status == "Done"
	content = bytearray(path.read_bytes())
	content[len(content) // 2] ^= 1
	path.write_bytes(content)
	backups.verify(doc)
	assert doc.status == "Failed"
	assert "damaged" in doc.failure
	assert doc.name not in [row.name for row in backups.get_good()]


def test_rotation_removes_files_keeps_records_and_never_the_last_good_one():
	now = now_datetime()
	for days in range(12):
		made_up(now - timedelta(days=days * 40 + 1))
	frappe.db.set_single_value(backups.SETTINGS, {"keep_daily": 1, "keep_weekly": 0, "keep_monthly": 3})
	frappe.clear_document_cache(backups.SETTINGS, backups.SETTINGS)
	removed = backups.remove_old()
	assert len(removed) == 9
	assert len(leftovers()) == 3
	assert frappe.db.get_value(backups.DOCTYPE, removed[0], "is_file_gone")
	for row in backups.get_good():
		try:
			frappe.delete_doc(backups.DOCTYPE, row.name)
		except backups.BackupError as error:
			assert "only good backup" in str(error)
			break
	assert len(backups.get_good()) == 1


def made_up(taken_on) -> str:
	doc = frappe.new_doc(backups.DOCTYPE)
	doc.update({"status": runs.DONE, "kind": rotation.SCHEDULED, "origin": backups.OURS, "taken_on": taken_on})
	doc.file_name = f"{unique()}.tar"
	(backups.get_folder() / doc.file_name).write_text("x")
	backups.insert(doc, "b")
	return doc.name


def test_the_schedule_makes_one_a_day_and_an_old_one_raises_the_alarm(monkeypatch):
	monkeypatch.setattr(backups, "now_datetime", lambda: now_datetime().replace(hour=1))
	backups.start_scheduled()
	assert not frappe.db.exists(backups.DOCTYPE, {"kind": "Scheduled"})
	monkeypatch.setattr(backups, "now_datetime", lambda: now_datetime().replace(hour=3))
	backups.start_scheduled()
	backups.start_scheduled()
	assert frappe.db.count(backups.DOCTYPE, {"kind": "Scheduled"}) == 1
	monkeypatch.undo()
	administrator = make_user(None, "Meeting Administrator")
	made_up(now_datetime() - timedelta(hours=30))
	frappe.db.set_global("meeting_backup_alarm", "")
	backups.check_age()
	backups.check_age()
	told = frappe.get_all("Notification Log", {"for_user": administrator}, pluck="subject")
	assert len(told) == 1
	assert "30" in told[0]


def test_only_a_system_administrator_with_the_password_downloads_and_everybody_is_told(rest):
	doc = make_backup()
	first, second = make_user(None, "System Manager"), make_user(None, "System Manager")
	manager, seller = make_user(None, "Meeting Administrator"), make_user()
	ask = "meeting_crm.administration.api.request_download"
	for user in (manager, seller):
		assert rest(user).call(ask, backup=doc.name, password=PASSWORD).status_code == 403
	wrong = rest(first).call(ask, backup=doc.name, password="wrong")
	assert (wrong.status_code, "not your password" in wrong.text) == (403, True)
	ticket = rest(first).result(ask, backup=doc.name, password=PASSWORD)
	answer = get(rest(first), params={"ticket": ticket})
	assert answer.content == backups.get_path(doc).read_bytes()
	rest_of_it = get(rest(first), params={"ticket": ticket}, headers={"Range": "bytes=100-199"})
	assert (rest_of_it.status_code, rest_of_it.content) == (206, answer.content[100:200])
	stolen = get(rest(second), params={"ticket": ticket})
	assert stolen.status_code == 403
	frappe.db.rollback()
	assert frappe.db.exists("Notification Log", {"for_user": second, "document_name": doc.name})
	assert frappe.db.exists(
		"Meeting Operation Log", {"operation": "Downloaded", "reference_name": doc.name, "user": first}
	)


def get(client, **arguments):
	return client.get(
		f"{client.url}/api/method/meeting_crm.administration.api.download_backup", timeout=60, **arguments
	)


@pytest.fixture
def store():
	"""A store that speaks S3 over HTTP, with an empty bucket."""
	server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
	server.start()
	host, port = server.get_host_and_port()
	settings = frappe.get_doc(backups.SETTINGS)
	settings.update({"copies": 1, "endpoint": f"http://127.0.0.1:{port}", "bucket": "crm", "prefix": "/daily/"})
	settings.update({"access_key": "key", "secret_key": "secret"})
	settings.save()
	frappe.db.commit()
	client = copies.connect(frappe.get_doc(backups.SETTINGS))
	client.create_bucket(Bucket="crm")
	yield client
	server.stop()
	frappe.db.set_single_value(backups.SETTINGS, "copies", 0)
	frappe.clear_document_cache(backups.SETTINGS, backups.SETTINGS)
	frappe.db.commit()


def test_a_good_backup_is_copied_to_the_other_store_and_a_failed_copy_is_told(store):
	doc = make_backup()
	assert (doc.status, doc.copy_problem, bool(doc.copied_on)) == ("Done", None, True)
	copied = store.get_object(Bucket="crm", Key=f"daily/{doc.file_name}")["Body"].read()
	assert copied == backups.get_path(doc).read_bytes()
	frappe.db.set_single_value(backups.SETTINGS, "bucket", "gone")
	frappe.clear_document_cache(backups.SETTINGS, backups.SETTINGS)
	administrator = make_user(None, "Meeting Administrator")
	copies.copy_if_wanted(doc.name)
	doc.reload()
	assert (doc.status, "NoSuchBucket" in doc.copy_problem) == ("Done", True), doc.copy_problem
	assert frappe.db.exists("Notification Log", {"for_user": administrator, "document_name": doc.name})


def test_a_backup_travels_encrypted_alone():
	settings = frappe.get_doc(backups.SETTINGS)
	settings.update({"copies": 1, "endpoint": "http://store.example.com", "bucket": "crm"})
	with pytest.raises(frappe.ValidationError):
		settings.save()

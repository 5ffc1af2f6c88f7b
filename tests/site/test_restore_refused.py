"""Restores that must not happen: damaged, foreign and malicious backups, with real files and the real database. Whatever is
tried, the live site stays as it was."""

import gzip
import io
import tarfile
import zipfile

import frappe
import pytest
import zstandard

from meeting_crm.administration import backups, bundle, uploads
from meeting_crm.administration.restoring import service, stage, switching
from meeting_crm.core import runs
from meeting_crm.tests.factories import make_user
from support.restoring import HEAD, TAIL, clean_up, dump, fingerprint, make_bundle, make_tar, restore, store

OTHER_KEY = "f" * 64


@pytest.fixture(autouse=True)
def cleaned(site):
	clean_up()
	speak("en")
	yield
	clean_up()
	speak(None)


def speak(language: str | None) -> None:
	"""Reasons are written in the language of whoever restores."""
	frappe.db.set_value("User", "Administrator", "language", language)
	frappe.db.commit()
	frappe.clear_cache(user="Administrator")


@pytest.fixture(scope="module")
def sql(site) -> bytes:
	return dump()


def refused_at_the_start(backup) -> str:
	before = fingerprint()
	with pytest.raises(frappe.ValidationError) as refusal:
		service.start(backup, frappe.local.site, accept_unknown=True)
	assert fingerprint() == before
	return str(refusal.value)


def refused_while_loading(backup) -> str:
	before = fingerprint()
	doc = restore(backup)
	assert fingerprint() == before
	assert doc.status == "Failed"
	assert not switching.get_journal().exists()
	return doc.failure


@pytest.mark.parametrize(
	("content", "ending", "words"),
	[
		(b"", ".sql.gz", "empty"),
		(b"hello, I am a text", ".sql.gz", "no backup"),
		(b"PK\x03\x04", ".sql.gz", "no backup"),
		(b"\x8c\x0d\x04\x09\x03\x02", ".sql.gz", "encrypted"),
		(b"\x85\x02\x0c\x03", ".tar", "encrypted"),
	],
	ids=["empty", "text", "zip", "gpg with a password", "gpg with a key"],
)
def test_what_is_no_backup_is_refused_at_once(content, ending, words):
	if content.startswith(b"PK"):
		file = io.BytesIO()
		with zipfile.ZipFile(file, "w") as archive:
			archive.writestr("database.sql", "x")
		content = file.getvalue()
	doc = store(content, ending)
	name = doc.file_name
	assert words in refused_at_the_start(doc)
	assert (backups.get_folder() / name).exists(), "the file keeps its name"


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_compressed_dump_that_was_cut_is_refused(sql, share):
	for content in (gzip.compress(sql, 1), zstandard.compress(sql)):
		assert "damaged" in refused_while_loading(store(content[: int(len(content) * share)], ".sql.gz"))


def test_a_dump_that_was_cut_is_refused(sql):
	inside = sql[: sql.index(b"INSERT INTO `tabDocField`") + 5000]
	assert "middle of a statement" in refused_while_loading(store(inside))
	between = sql[: sql.index(b"DROP TABLE IF EXISTS `tabDocField`")]
	assert "last line is missing" in refused_while_loading(store(between))


def test_a_bundle_without_a_database_is_refused():
	assert "no database" in refused_while_loading(make_bundle())


def test_a_dump_of_something_else_is_refused():
	other = HEAD + b"CREATE TABLE `orders` (\n  `id` int\n) ENGINE=InnoDB;\n" + TAIL
	assert "no site of Frappe" in refused_while_loading(store(other))


def test_newer_versions_and_foreign_apps_are_refused_before_anything_is_read(sql):
	ours = backups.get_app_versions()
	newer = make_bundle(sql, apps=ours | {"frappe": "99.0.0"})
	assert "newer versions: frappe 99.0.0" in refused_at_the_start(newer)
	foreign = make_bundle(sql, apps=ours | {"erpnext": "15.0.0"})
	assert "erpnext" in refused_at_the_start(foreign)


def test_a_plain_dump_that_says_newer_versions_is_refused_too(sql):
	row = b"UNLOCK TABLES;\n"
	place = sql.index(row, sql.index(b"LOCK TABLES `tabInstalled Application`"))
	columns = sql.split(b"CREATE TABLE `tabInstalled Application` (\n", 1)[1].split(b"PRIMARY KEY", 1)[0]
	names = [line.split(b"`")[1] for line in columns.splitlines() if line.strip().startswith(b"`")]
	values = {b"name": b"'x1'", b"app_name": b"'frappe'", b"app_version": b"'99.0.0'", b"idx": b"0", b"docstatus": b"0"}
	insert = (
		b"INSERT INTO `tabInstalled Application` VALUES (" + b",".join(values.get(n, b"NULL") for n in names) + b");\n"
	)
	assert "newer versions" in refused_while_loading(store(sql[:place] + insert + sql[place:]))


def test_a_backup_in_which_nobody_could_administer_is_refused(sql):
	begin = sql.index(b"INSERT INTO `tabHas Role`")
	end = sql.index(b";\n", begin)
	powerless = sql[:begin] + sql[begin:end].replace(b"'System Manager'", b"'Blogger'") + sql[end:]
	assert "Nobody could administer" in refused_while_loading(store(powerless))


def test_a_backup_of_another_site_or_one_that_was_changed_needs_a_second_word(sql):
	for backup in (make_bundle(sql, key=OTHER_KEY), make_bundle(sql, site_id="0123456789abcdef"), store(sql)):
		with pytest.raises(service.RestoreError) as refusal:
			service.start(backup, frappe.local.site)
		assert "not made by this site" in str(refusal.value)


def test_one_flipped_byte_is_noticed_before_anything_is_loaded(sql):
	doc = make_bundle(sql)
	path = backups.get_path(doc)
	content = bytearray(path.read_bytes())
	content[len(content) // 2] ^= 1
	path.write_bytes(content)
	loaded = []
	before = fingerprint()
	record = restore(doc, step=loaded.append)
	assert fingerprint() == before
	assert (record.status, "damaged" in record.failure, "loaded" in loaded) == ("Failed", True, False)


@pytest.mark.parametrize(
	("statement", "words"),
	[
		("INSERT INTO `t` VALUES ((select password from `{live}`.`__Auth` limit 1));", "denied"),
		("INSERT INTO `t` VALUES ((select user from mysql.global_priv limit 1));", "denied"),
		("INSERT INTO `t` VALUES (LOAD_FILE('/etc/passwd'));", "no site of Frappe"),
		("GRANT ALL ON *.* TO 'x'@'%';", "no backup holds"),
		("\\! touch /tmp/owned", "middle of a statement"),
		("DROP TABLE IF EXISTS `{live}`.`tabUser`;", "no backup holds"),
		("CREATE TABLE `v` (\n  `a` int\n) ENGINE=InnoDB UNION=(`{live}`.`tabUser`);", "no backup holds"),
	],
)
def test_a_dump_that_means_harm_reaches_nothing(statement, words):
	table = b"CREATE TABLE `t` (\n  `a` text\n) ENGINE=InnoDB;\n"
	text = statement.format(live=frappe.conf.db_name).encode() + b"\n"
	failure = refused_while_loading(store(HEAD + table + text + TAIL))
	assert words in failure
	assert frappe.db.sql(f"select count(*) from `{stage.get_name()}`.`t` where a is not null")[0][0] == 0


def entry(name: str, **values) -> tarfile.TarInfo:
	info = tarfile.TarInfo(name)
	for field, value in values.items():
		setattr(info, field, value)
	return info


@pytest.mark.parametrize(
	"member",
	[
		entry("../../site_config.json"),
		entry("/tmp/owned"),
		entry("link", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
		entry("hard", type=tarfile.LNKTYPE, linkname="../../../site_config.json"),
		entry("device", type=tarfile.CHRTYPE),
	],
	ids=["above", "absolute", "symlink", "hard link", "device"],
)
def test_an_archive_of_files_that_leads_elsewhere_is_refused(tmp_path, member):
	from meeting_crm.administration.restoring import unpacking
	from meeting_crm.administration.restoring.statements import RefusedError

	doc = make_bundle(files=make_tar((member, b"x" if member.isreg() else b"")))
	reader = bundle.Reader(backups.get_path(doc))
	with pytest.raises(RefusedError) as refusal:
		unpacking.unpack(reader, bundle.PRIVATE_FILES, tmp_path / "files")
	assert refusal.value.code == "path"
	assert list((tmp_path / "files").iterdir()) == []


def test_files_larger_than_the_disk_are_refused(tmp_path, monkeypatch):
	from meeting_crm.administration.restoring import unpacking
	from meeting_crm.administration.restoring.statements import RefusedError

	monkeypatch.setattr(unpacking.shutil, "disk_usage", lambda path: frappe._dict(free=1000))
	doc = make_bundle(files=make_tar((entry("zeros"), b"\0" * 2000)))
	with pytest.raises(RefusedError) as refusal:
		unpacking.unpack(bundle.Reader(backups.get_path(doc)), bundle.PRIVATE_FILES, tmp_path / "files")
	assert refusal.value.code == "disk"


def test_a_full_disk_of_the_database_ends_the_load_and_nothing_else(sql, monkeypatch):
	"""The server's own words for a full disk, raised where it raises them."""
	import pymysql

	connect = stage.connect_as_loader

	def full():
		connection = connect()
		query, count = connection.query, iter(range(10**9))

		def run(statement, *more):
			if next(count) > 200:
				raise pymysql.OperationalError(1114, "The table 'tabDocField' is full")
			return query(statement, *more)

		connection.query = run
		return connection

	monkeypatch.setattr(stage, "connect_as_loader", full)
	assert "is full" in refused_while_loading(store(sql))


def test_too_little_disk_is_said_before(sql, monkeypatch):
	monkeypatch.setattr(service.shutil, "disk_usage", lambda path: frappe._dict(free=1 << 20))
	assert "Make room" in refused_at_the_start(make_bundle(sql))


def test_two_at_once_and_a_backup_during_a_restore_are_refused(sql):
	backup = make_bundle(sql)
	service.start(backup, frappe.local.site)
	frappe.db.commit()
	with pytest.raises(runs.RunError):
		service.start(backup, frappe.local.site)
	with pytest.raises(runs.RunError):
		backups.start()


def test_only_a_system_administrator_with_name_and_password_restores(rest, sql):
	backup = make_bundle(sql)
	first, manager = make_user(None, "System Manager"), make_user(None, "Meeting Administrator")
	ask, site = "meeting_crm.administration.api.start_restore", frappe.local.site
	wrong = [
		(manager, {"site_name": site, "password": "demo"}, 403, "system administrator"),
		(first, {"site_name": site, "password": "guess"}, 403, "not your password"),
		(first, {"site_name": "other.localhost", "password": "demo"}, 417, "name of this site"),
	]
	for user, values, status, words in wrong:
		answer = rest(user).call(ask, backup=backup.name, **values)
		assert (answer.status_code, words in answer.text) == (status, True), answer.text
	frappe.db.rollback()
	assert not frappe.get_all(service.DOCTYPE)


def test_an_upload_that_broke_off_goes_on_where_it_stopped(rest, sql):
	import base64
	import hashlib

	user = make_user(None, "System Manager")
	content = backups.get_path(make_bundle(sql)).read_bytes()
	room = "meeting_crm.administration.api."

	def send(client, name, offset, piece):
		return client.result(
			room + "upload_piece", backup=name, offset=offset,
			content=base64.b64encode(piece).decode(), sha256=hashlib.sha256(piece).hexdigest(),
		)  # fmt: skip

	client = rest(user)
	begun = client.result(room + "start_upload", file_name="邮件.tar", size=len(content))
	cut = len(content) * 6 // 10
	assert send(client, begun["backup"], 0, content[:cut]) == cut
	assert client.call(room + "finish_upload", backup=begun["backup"]).status_code == 417
	again = rest(user).result(room + "start_upload", file_name="邮件.tar", size=len(content))
	assert (again["backup"], again["received"]) == (begun["backup"], cut)
	assert send(client, begun["backup"], 0, content[:cut]) == cut, "the same piece twice changes nothing"
	assert send(client, begun["backup"], cut, content[cut:]) == len(content)
	assert client.result(room + "finish_upload", backup=begun["backup"])["status"] == "Done"
	frappe.db.rollback()
	doc = frappe.get_doc(backups.DOCTYPE, begun["backup"])
	assert (doc.origin, backups.get_path(doc).read_bytes() == content) == ("This Site", True)
	rubbish = client.result(room + "start_upload", file_name="x.tar", size=4)
	send(client, rubbish["backup"], 0, b"abcd")
	assert client.result(room + "finish_upload", backup=rubbish["backup"])["status"] == "Failed"
	assert rest(make_user()).call(room + "start_upload", file_name="x.tar", size=4).status_code == 403
	assert uploads.PIECE < 10 << 20

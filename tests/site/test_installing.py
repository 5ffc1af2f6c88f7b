"""The app comes onto a bench by its own branch, onto a site and off it again, and leaves no trace."""

import csv
import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from groundwork import release_branch
from support.other_sites import FRAPPE_ALONE, OtherSite
from support.site import BENCH, ROOT

SITE = "bare.localhost"
TOOLS = ROOT / ".tools" / "bin"

# What Frappe writes down about every installation and removal of an app.
LOGS = {
	"tabDeleted Document",
	"tabError Log",
	"tabPatch Log",
	"tabScheduled Job Log",
	"tabInstalled Application",
	"tabSeries",
}

# A little of what people and the framework leave on records of the app.
USE = """
import frappe
from meeting_crm.tests import factories
frappe.init(site="bare.localhost")
frappe.connect()
frappe.flags.mute_emails = True
seller = factories.make_user("seller")
claim = factories.make_claim(factories.make_project(seller), seller)
file = frappe.get_doc("Meeting Customer", claim.customer)
file.add_comment("Comment", "打过电话")
file.add_tag("重点")
file.profile = "展览"
file.save()
frappe.share.add(file.doctype, file.name, "Administrator", write=1)
attached = dict(attached_to_doctype=file.doctype, attached_to_name=file.name)
frappe.get_doc(dict(doctype="File", file_name="a.txt", content="a", is_private=1, **attached)).insert()
frappe.get_doc(dict(doctype="ToDo", reference_type=file.doctype, reference_name=file.name, description="x")).insert()
frappe.db.commit()
"""
NOTES = ("@test.meeting", "'Shared', 'User'", "('User',)", "'Installed Applications'")
PEOPLE = {
	"__Auth",
	"tabUser",
	"tabUser Social Login",
	"tabContact",
	"tabContact Email",
	"tabNotification Settings",
	"tabTag",
}

pytestmark = [
	pytest.mark.timeout(600),
	pytest.mark.skipif(
		not FRAPPE_ALONE.exists(), reason="script/test keeps a database of Frappe alone; a site of one's own has none"
	),
	pytest.mark.skipif(not (ROOT / ".git").exists(), reason="the app's branch is split from the history"),
]


def git(folder: Path, *arguments: str) -> str:
	return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
	"""A clone with the branch: the branches of the checkout stay as they are. Git splits a long history for some seconds."""
	folder = tmp_path_factory.mktemp("repository") / "meeting-crm"
	git(ROOT, "clone", "--quiet", "--single-branch", "--depth", "1", f"file://{ROOT}", str(folder))
	git(folder, "config", "user.name", "Test")
	git(folder, "config", "user.email", "test@test.meeting")
	with pytest.MonkeyPatch.context() as patch:
		patch.setattr(release_branch, "ROOT", folder)
		release_branch.make_branch("")
		yield folder


def test_the_branch_has_what_benches_and_the_marketplace_look_for(repository):
	files = git(repository, "ls-tree", "-r", "--name-only", release_branch.BRANCH).splitlines()
	wanted = {"pyproject.toml", "LICENSE", "CHANGELOG.md", "README.md", "README.zh-CN.md"}
	wanted |= {
		f"meeting_crm/{name}" for name in ("hooks.py", "patches.txt", "modules.txt", "locale/main.pot", "locale/zh.po")
	}
	assert wanted <= set(files), sorted(wanted - set(files))
	links = [
		line
		for line in git(repository, "ls-tree", "-r", release_branch.BRANCH).splitlines()
		if line.startswith("120000")
	]
	assert not links, "a symbolic link stops a release on Frappe Cloud"


def test_both_kinds_of_translations_say_the_same(repository):
	def show(path: str) -> str:
		return git(repository, "show", f"{release_branch.BRANCH}:meeting_crm/{path}")

	rows = [row for row in csv.reader(io.StringIO(show("translations/zh.csv"))) if row]
	wanted = {(row[0], row[2] if len(row) > 2 and row[2] else None): row[1] for row in rows}
	chinese = read_po(io.StringIO(show("locale/zh.po")))
	assert {(message.id, message.context): message.string for message in chinese if message.id} == wanted
	template = read_po(io.StringIO(show("locale/main.pot")))
	assert {(message.id, message.context) for message in template if message.id} == set(wanted)
	assert not [key for key, _context in wanted if "\n" in key], "a catalogue's reader may break such a key"


def test_the_branch_goes_on_from_the_one_before(repository):
	first = git(repository, "rev-parse", release_branch.BRANCH)
	assert release_branch.make_branch(first) == first, "nothing changed, so nothing is committed"
	(repository / release_branch.PREFIX / "NEW.md").write_text("new")
	git(repository, "add", "-A")
	git(repository, "commit", "--quiet", "-m", "docs(setup): add a page")
	second = release_branch.make_branch(first)
	git(repository, "merge-base", "--is-ancestor", first, second)
	assert git(repository, "show", f"{second}:NEW.md") == "new"
	git(repository, "reset", "--quiet", "--hard", "HEAD~1")
	git(repository, "update-ref", f"refs/heads/{release_branch.BRANCH}", first)


class OtherBench:
	"""A bench with Frappe and a site without the app, as an administrator has who is about to install it."""

	def __init__(self, folder: Path):
		self.folder = folder
		for name in ("apps", "sites", "logs", "config/pids"):
			(folder / name).mkdir(parents=True)
		(folder / "apps" / "frappe").symlink_to(ROOT / "apps" / "frappe")
		(folder / "sites" / "apps.txt").write_text("frappe\n")
		(folder / "sites" / "assets").symlink_to(ROOT / "sites" / "assets")
		shutil.copy(BENCH / "sites" / "common_site_config.json", folder / "sites")
		(folder / "Procfile").touch()
		self.run([ROOT / "env" / "bin" / "python", "-m", "venv", "--without-pip", "env"])
		packages = next((folder / "env" / "lib").glob("python*/site-packages"))
		# Frappe and its needs are those of the checkout; the app comes by itself and goes before the checkout's.
		ours = next((ROOT / "env" / "lib").glob("python*/site-packages"))
		(packages / "zz_checkout.pth").write_text(f"import site; site.addsitedir({str(ours)!r})\n")
		self.site = OtherSite(SITE, FRAPPE_ALONE, folder / "sites")

	def run(self, command: list, **values) -> str:
		environment = {**os.environ, "FRAPPE_BENCH_ROOT": str(self.folder), "PATH": f"{TOOLS}:{os.environ['PATH']}"}
		environment.pop("PYTHONPATH", None)
		# the versions of the checkout, which the app's needs meet half of
		environment["UV_CONSTRAINT"] = str(ROOT / "config" / "frappe-snapshot" / "requirements.txt")
		answer = subprocess.run(
			command, cwd=values.get("cwd", self.folder), env=environment, stdin=subprocess.DEVNULL,
			stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
		)  # fmt: skip
		assert answer.returncode == 0, answer.stdout[-3000:]
		return answer.stdout

	def frappe(self, *arguments: str) -> str:
		command = [self.folder / "env" / "bin" / "python", "-m", "frappe.utils.bench_helper", "frappe", *arguments]
		return self.run(command, cwd=self.folder / "sites")

	def read_everything(self) -> dict[str, set]:
		"""Columns of all tables, and names of all records but the logs'."""
		columns = self.site.read(
			f"select table_name, column_name from information_schema.columns where table_schema = '{self.site.database}'"
		)
		found = {"columns": set(columns)}
		for table in sorted({table for table, column in columns if column == "name"} - LOGS - PEOPLE):
			found[table] = {name for (name,) in self.site.read(f"select name from `{table}`")}
		found["tabComment"] = set(self.site.read("select comment_type, reference_doctype from tabComment"))
		found["tabVersion"] = set(self.site.read("select ref_doctype, data from tabVersion"))
		found["tabDocShare"] = set(self.site.read("select share_doctype from tabDocShare"))
		found["tabLogs To Clear"] = set(
			self.site.read("select ref_doctype from `tabLogs To Clear` where ref_doctype like 'Meeting %'")
		)
		found["tabSingles"] = set(self.site.read("select doctype, field from tabSingles"))
		found["tabHas Role"] = set(self.site.read("select parenttype, parent, role from `tabHas Role`"))
		found["tabDefaultValue"] = set(self.site.read("select parent, defkey from tabDefaultValue"))
		return found


@pytest.fixture(scope="module")
def bench(site, tmp_path_factory):
	made = OtherBench(tmp_path_factory.mktemp("other") / "bench")
	yield made
	made.site.drop()


def find_new(before: dict[str, set], after: dict[str, set]) -> list[str]:
	"""Without the people of the test, who stay, and what Frappe notes about them and about its list of apps."""
	found = ((table, str(record)) for table in after for record in after[table] - before.get(table, set()))
	return sorted(f"{table}: {record}" for table, record in found if not any(words in record for words in NOTES))


def test_installed_removed_and_installed_again(bench, repository):
	git(repository, "remote", "remove", "origin")  # bench names an app by where its repository came from
	bench.run([TOOLS / "bench", "get-app", "--branch", release_branch.BRANCH, "--skip-assets", repository])
	imported = bench.run(
		[bench.folder / "env" / "bin" / "python", "-c", "import meeting_crm; print(meeting_crm.__file__)"]
	)
	assert imported.startswith(str(bench.folder / "apps" / "meeting_crm"))
	before = bench.read_everything()

	bench.frappe("--site", SITE, "install-app", "meeting_crm")
	assert len(bench.site.read("select name from tabDocType where name like 'Meeting %'")) > 30
	bench.run([bench.folder / "env" / "bin" / "python", "-c", USE], cwd=bench.folder / "sites")
	bench.frappe("--site", SITE, "uninstall-app", "meeting_crm", "--yes", "--no-backup")
	after = bench.read_everything()

	left = find_new(before, after)
	assert not left, "left behind:\n" + "\n".join(left)
	lost = find_new(after, before)
	assert not lost, "taken along:\n" + "\n".join(lost)

	bench.frappe("--site", SITE, "install-app", "meeting_crm")
	assert bench.site.read("select count(*) from `tabWorkflow` where name = 'Meeting Claim'") == [(1,)]

"""script/release-branch: a branch whose root is the app, as `bench get-app`, `bench update` and Frappe Cloud expect it.

Its files are those of apps/meeting_crm, and the catalogues that later versions of Frappe read instead of zh.csv. Each commit
follows the one before, so that a bench which took the branch can pull.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import bench_setup
from .output import fail, say
from .settings import ROOT, Settings

BRANCH = "version-15"
PREFIX = "apps/meeting_crm"
PACKAGE = "meeting_crm"
CATALOGUES = Path(__file__).with_name("catalogues.py")


def git(*arguments: str, index: Path | None = None) -> str:
	environment = {**os.environ, **({"GIT_INDEX_FILE": str(index)} if index else {})}
	answer = subprocess.run(["git", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)
	if answer.returncode:
		fail(f"git {arguments[0]} failed: {answer.stderr.strip()}")
	return answer.stdout.strip()


def find(revision: str) -> str:
	answer = subprocess.run(
		["git", "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"], cwd=ROOT, capture_output=True, text=True
	)
	return answer.stdout.strip()


def make_tree(split: str) -> str:
	"""The tree of `split` with the catalogues of its translations."""
	folder = Path(tempfile.mkdtemp(prefix="meeting-release-"))
	try:
		index = folder / "index"
		git("read-tree", split, index=index)
		translations = git("show", f"{split}:{PACKAGE}/translations/zh.csv")
		(folder / "zh.csv").write_text(translations + "\n", "utf-8")
		command = [bench_setup.ENV / "bin" / "python", CATALOGUES, folder / "zh.csv", folder]
		subprocess.run(command, check=True)
		for name in ("main.pot", "zh.po"):
			blob = git("hash-object", "-w", str(folder / name))
			git("update-index", "--add", "--cacheinfo", f"100644,{blob},{PACKAGE}/locale/{name}", index=index)
		return git("write-tree", index=index)
	finally:
		shutil.rmtree(folder)


def make_branch(previous: str) -> str:
	"""The commit that `BRANCH` stands at afterwards; `previous` when nothing changed."""
	split = git("subtree", "split", "-q", "--prefix", PREFIX)
	tree = make_tree(split)
	if previous and git("rev-parse", f"{previous}^{{tree}}") == tree:
		return previous
	parents = [part for parent in filter(None, (previous, split)) for part in ("-p", parent)]
	message = git("show", "-s", "--format=%B", "HEAD")
	commit = git("commit-tree", tree, *parents, "-m", message)
	git("update-ref", f"refs/heads/{BRANCH}", commit)
	return commit


def main(settings: Settings, arguments: list[str]) -> None:
	remote = arguments[1] if len(arguments) == 2 and arguments[0] == "--push" else ""
	if arguments and not remote:
		fail("Usage: script/release-branch [--push <remote>]")
	bench_setup.set_up_python(settings)
	if remote and git("ls-remote", "--heads", remote, BRANCH):
		git("fetch", "--quiet", remote, f"+refs/heads/{BRANCH}:refs/remotes/{remote}/{BRANCH}")
	previous = find(f"refs/remotes/{remote}/{BRANCH}" if remote else f"refs/heads/{BRANCH}")
	commit = make_branch(previous)
	say(f"{BRANCH} is at {commit[:10]}" + (", as before" if commit == previous else ""))
	if remote:
		git("push", "--quiet", remote, f"{commit}:refs/heads/{BRANCH}")
		say(f"Pushed to {remote}")

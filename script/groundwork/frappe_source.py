"""Frappe itself: upstream's branch where it answers, else the snapshot from the Python package registry."""

import os
import shutil
import subprocess

from . import stamps
from .commands import run
from .output import fail, say
from .settings import ROOT, Settings

TARGET = ROOT / "apps" / "frappe"
SNAPSHOT = ROOT / "config" / "frappe-snapshot"
STAMP = "frappe"
UPSTREAM_URL = "https://github.com/frappe/frappe"
BRANCH = "version-15"
PATIENCE = 15
CHOICES = ("auto", "upstream", "snapshot")


def snapshot_value() -> str:
	files = (*SNAPSHOT.iterdir(), *sorted((SNAPSHOT / "corrections").iterdir()))
	parts = [path for path in files if path.is_file() and path.suffix != ".md"]
	return f"snapshot {stamps.digest(parts)}"


def answers(url: str) -> bool:
	"""Whether upstream can be reached within a few seconds, without asking anybody for a password."""
	environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": "ssh -oBatchMode=yes"}
	try:
		probe = subprocess.run(
			["git", "ls-remote", "--exit-code", url, f"refs/heads/{BRANCH}"],
			env=environment,
			stdin=subprocess.DEVNULL,
			capture_output=True,
			timeout=PATIENCE,
		)
	except subprocess.TimeoutExpired:
		return False
	return probe.returncode == 0


def is_upstream() -> bool:
	return stamps.read(STAMP).startswith("upstream")


def read_choice(settings: Settings) -> str:
	choice = settings.get("FRAPPE", "auto")
	if choice not in CHOICES:
		fail(f"MEETING_FRAPPE is {choice!r}. It can be {', '.join(CHOICES)}.")
	return choice


def ensure(settings: Settings) -> None:
	choice = read_choice(settings)
	url = settings.get("FRAPPE_URL", UPSTREAM_URL)
	done = stamps.read(STAMP) if TARGET.exists() else ""
	if done.startswith("upstream") and choice in ("auto", "upstream"):
		return
	if done == snapshot_value() and choice in ("auto", "snapshot"):
		return
	if choice == "upstream" or (choice == "auto" and not done and answers(url)):
		clone(url)
	else:
		take_snapshot(asked=choice == "snapshot", url=url)


def clone(url: str) -> None:
	say(f"Frappe: upstream {BRANCH} from {url}")
	part = TARGET.with_name(".frappe-part")
	shutil.rmtree(part, ignore_errors=True)
	run(["git", "clone", "--quiet", "--depth", "1", "--branch", BRANCH, url, part], "Fetching Frappe from upstream")
	replace_target(part)
	stamps.write(STAMP, f"upstream {url}")


def replace_target(new) -> None:
	old = TARGET.with_name(".frappe-old")
	shutil.rmtree(old, ignore_errors=True)
	if TARGET.exists():
		TARGET.rename(old)
	new.rename(TARGET)
	shutil.rmtree(old, ignore_errors=True)


def take_snapshot(asked: bool, url: str) -> None:
	reason = "as MEETING_FRAPPE asks" if asked else f"because {url} does not answer"
	say(f"Frappe: snapshot of August 2023 from the package registry, {reason}")
	run([ROOT / ".tools" / "bin" / "python", SNAPSHOT / "assemble.py", TARGET], "Assembling the snapshot of Frappe")
	stamps.write(STAMP, snapshot_value())

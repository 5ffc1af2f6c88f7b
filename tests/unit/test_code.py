"""The code keeps its own rules: layers and rooms, lint, and a light touch at the edges. Needs no site."""

import subprocess
from collections import Counter
from pathlib import Path

import pytest

from script.checks.pure_modules import find_pure_modules

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "env" / "bin"
MAX_CONTROLLER_LENGTH = 200


@pytest.mark.parametrize("command", [["lint-imports"], ["ruff", "check", "."]], ids=["layers and rooms", "lint"])
def test_check_passes(command):
	answer = subprocess.run([PROGRAMS / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True)
	assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.slow
def test_types_of_the_half_without_frappe():
	modules = find_pure_modules()
	assert len(modules) > 40
	answer = subprocess.run([PROGRAMS / "mypy", *modules], cwd=ROOT, capture_output=True, text=True)
	assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.slow
def test_a_scanner_finds_no_weakness():
	"""Bandit from medium severity on. Left out: B608, which sees any query put together from parts (ours are quoted or constant,
	and the injections in tests/rest and tests/matrix try them), and B314, XML: the parser of the supported Pythons refuses
	entities that blow up, and foreign ones are attacked in the tests of the import."""
	command = [
		PROGRAMS / "bandit",
		"-q",
		"-ll",
		"-s",
		"B608,B314",
		"-x",
		"*/tests/*,*/test_*.py,*/node_modules/*",
		"-r",
	]
	answer = subprocess.run([*command, "apps/meeting_crm/meeting_crm"], cwd=ROOT, capture_output=True, text=True)
	assert answer.returncode == 0, answer.stdout[-3000:] + answer.stderr[-500:]


def test_controllers_are_short():
	long = {
		path.name: lines
		for path in (ROOT / "apps" / "meeting_crm").rglob("doctype/*/*.py")
		if not path.name.startswith("test_") and (lines := len(path.read_text().splitlines())) >= MAX_CONTROLLER_LENGTH
	}
	assert not long, f"Move logic of these controllers into the room's service: {long}"


def test_every_commit_says_why():
	"""The marketplace's audit asks about each commit: the answer is on its line, behind `nosemgrep`."""
	silent = [
		f"{path.relative_to(ROOT)}:{number}"
		for path in (ROOT / "apps" / "meeting_crm").rglob("*.py")
		if not {"tests", "patches"} & set(path.relative_to(ROOT / "apps").parts) and not path.name.startswith("demo")
		for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
		if "db.commit()" in line and "why: " not in line
	]
	assert not silent, f"add `# nosemgrep  why: …`: {silent}"


def test_names_of_test_files_are_unique():
	"""pytest imports them by their names alone."""
	names = Counter(
		path.name for folder in ("tests", "apps/meeting_crm") for path in (ROOT / folder).rglob("test_*.py")
	)
	assert [name for name, number in names.items() if number > 1] == []

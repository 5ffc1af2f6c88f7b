"""The code keeps its own rules: layers and rooms, lint, and a light touch at the edges. Needs no site."""

import subprocess
from pathlib import Path

import pytest

from script.checks.pure_modules import find_pure_modules

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "env" / "bin"
LONGEST_CONTROLLER = 200


@pytest.mark.parametrize("command", [["lint-imports"], ["ruff", "check", "."]], ids=["layers and rooms", "lint"])
def test_check_passes(command):
	answer = subprocess.run([PROGRAMS / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True)
	assert answer.returncode == 0, answer.stdout + answer.stderr


def test_types_of_the_half_without_frappe():
	modules = find_pure_modules()
	assert len(modules) > 40
	answer = subprocess.run([PROGRAMS / "mypy", *modules], cwd=ROOT, capture_output=True, text=True)
	assert answer.returncode == 0, answer.stdout + answer.stderr


def test_controllers_are_short():
	long = {
		path.name: lines
		for path in (ROOT / "apps" / "meeting_crm").rglob("doctype/*/*.py")
		if not path.name.startswith("test_") and (lines := len(path.read_text().splitlines())) >= LONGEST_CONTROLLER
	}
	assert not long, f"Move logic of these controllers into the room's service: {long}"

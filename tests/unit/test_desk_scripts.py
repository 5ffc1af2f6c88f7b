"""The desk's pure scripts under Node's own test runner: how things read, how the clock counts, what a long list holds."""

import shutil
import subprocess
from pathlib import Path

import pytest

from support.site import ROOT

FOLDER = Path(__file__).parent / "desk"
LIBRARIES = ROOT / "apps" / "frappe" / "node_modules" / "moment-timezone"


def node_command() -> list[str]:
	"""Before version 22, Node takes a script without a package file for one of the old kind."""
	version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
	major = int(version.strip().lstrip("v").split(".")[0])
	return ["node", *(["--experimental-default-type=module"] if major < 22 else []), "--test"]


@pytest.mark.skipif(not shutil.which("node"), reason="there is no Node.js here")
@pytest.mark.skipif(not LIBRARIES.exists(), reason="script/setup has not installed the browser libraries yet")
@pytest.mark.parametrize("script", sorted(FOLDER.glob("*.test.mjs")), ids=lambda path: path.name.split(".")[0])
def test_script(script):
	answer = subprocess.run([*node_command(), script], cwd=ROOT, capture_output=True, text=True)
	assert answer.returncode == 0, answer.stdout + answer.stderr

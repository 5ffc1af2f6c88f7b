"""The keeper as a real process, and its parts in this one."""

import os
import subprocess
import sys
from pathlib import Path

from support.site import BENCH, ROOT

SCRIPT = ROOT / "script"


def keeper_environment() -> dict[str, str]:
	return {**os.environ, "FRAPPE_BENCH_ROOT": str(BENCH), "PYTHONPATH": str(SCRIPT)}


def run_keeper(timeout: float = 600) -> str:
	"""Does what waits on the test site. Returns what it printed."""
	import frappe

	answer = subprocess.run(
		[sys.executable, "-m", "keeper", "--site", frappe.local.site, "--once"],
		cwd=BENCH / "sites", env=keeper_environment(), capture_output=True, text=True, timeout=timeout,
	)  # fmt: skip
	assert answer.returncode == 0, answer.stderr
	return answer.stdout + answer.stderr


def children_of_this_process() -> list[int]:
	pid = os.getpid()
	words = [Path(f"/proc/{pid}/task/{task}/children").read_text().split() for task in os.listdir(f"/proc/{pid}/task")]
	return [int(child) for line in words for child in line]

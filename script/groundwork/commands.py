"""Runs a program of set-up: quiet when it succeeds, with its last words when it does not."""

import ctypes
import os
import signal
import subprocess
from pathlib import Path

from .output import fail
from .settings import ROOT

LOG = ROOT / "logs" / "setup.log"
SHOWN_CHARACTERS = 3000
PR_SET_PDEATHSIG = 1


held_locks: list[int] = []
"""Files whose locks the programs of set-up hold along: a lock stays until the last of them has ended, even after a kill."""


def die_with_parent() -> None:
	"""For a new child: the kernel ends it when its parent dies, even when the parent had no chance to clean up."""
	ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def run(
	command: list, what: str, *, folder: Path = ROOT, environment: dict[str, str] | None = None, hint: str = ""
) -> None:
	LOG.parent.mkdir(parents=True, exist_ok=True)
	words = [str(word) for word in command]
	with LOG.open("ab") as log:
		log.write(f"\n$ {' '.join(words)}\n".encode())
		log.flush()
		start = log.tell()
		result = subprocess.run(
			words, cwd=folder, env=environment or dict(os.environ),
			stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
			preexec_fn=die_with_parent, pass_fds=held_locks,
		)  # fmt: skip
	if result.returncode:
		with LOG.open("rb") as log:
			log.seek(start)
			said = log.read().decode(errors="replace").replace("\r", "\n")[-SHOWN_CHARACTERS:]
		fail(f"{what} failed with code {result.returncode}.\n{said}\nThe whole output is in {LOG}. {hint}".rstrip())

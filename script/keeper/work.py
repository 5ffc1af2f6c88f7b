"""What waits on a site, taken up and done."""

import fcntl
import subprocess
import sys
from pathlib import Path

import frappe

from keeper import programs
from meeting_crm.administration import backups, copies
from meeting_crm.administration.restoring import service as restores
from meeting_crm.administration.restoring import switching
from meeting_crm.core import runs


def work_for(site: str, step=lambda name: None) -> None:
	"""One keeper works for a site at a time; another one that looks meanwhile goes on to the next site."""
	with (backups.get_folder() / ".keeper.lock").open("w") as lock:
		try:
			fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except OSError:
			return
		backups.get_keeper_file().touch()
		switching.recover_if_interrupted()
		_work(step)


def _work(step) -> None:
	for name, run in find_queued(backups.DOCTYPE):
		with runs.take(backups.DOCTYPE, name, run) as runner:
			if runner:
				make_backup(runner)
				copies.copy_if_wanted(name)
	for name, run in find_queued(restores.DOCTYPE):
		with runs.take(restores.DOCTYPE, name, run) as runner:
			if runner:
				restores.run(runner, migrate, make_backup, step)


def make_backup(runner: runs.Runner) -> None:
	backups.make(runner, programs.dump_database)


def migrate(sites: Path, site: str) -> None:
	"""Brings the second database up to the version of the apps that are here."""
	answer = subprocess.run(
		[sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", site, "migrate", "--skip-search-index"],
		cwd=sites, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
	)  # fmt: skip
	(sites / "migrate.log").write_text(answer.stdout)
	if answer.returncode:
		raise programs.ProgramError(
			f"the backup could not be brought up to date: {answer.stdout.strip().splitlines()[-1:]}"
		)


def find_queued(doctype: str) -> list[tuple[str, str]]:
	rows = frappe.get_all(doctype, filters={"status": runs.QUEUED}, fields=["name", "run"], order_by="creation")
	return [(row.name, row.run) for row in rows]

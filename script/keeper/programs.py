"""Programs of the database and of the bench, as streams and processes. No password stands on a command line."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import frappe

LAST_WORDS = 300


class ProgramError(Exception):
	"""A program ended badly; its last words."""


@contextmanager
def dump_database() -> Iterator[BinaryIO]:
	"""The site's database as it was at one instant, as SQL."""
	with options_file() as options, tempfile.TemporaryFile() as errors:
		process = subprocess.Popen(
			[
				find("mariadb-dump", "mysqldump"),
				f"--defaults-extra-file={options}",
				"--single-transaction",
				"--quick",
				"--skip-lock-tables",
				"--skip-triggers",
				"--default-character-set=utf8mb4",
				frappe.conf.db_name,
			],
			stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
		)  # fmt: skip
		try:
			yield process.stdout
			code = process.wait()
		finally:
			process.kill()
			process.wait()
			process.stdout.close()
		if code:
			errors.seek(0)
			words = errors.read().decode(errors="replace").strip()[-LAST_WORDS:]
			raise ProgramError(f"{Path(process.args[0]).name} ended with {code}: {words}")


@contextmanager
def options_file() -> Iterator[Path]:
	"""Account and address for a program of the database, readable for this user alone and gone afterwards."""
	conf = frappe.conf
	lines = ["[client]", f"user={quote(conf.get('db_user') or conf.db_name)}", f"password={quote(conf.db_password)}"]
	if conf.get("db_socket"):
		lines.append(f"socket={quote(conf.db_socket)}")
	else:
		lines += [f"host={quote(conf.db_host or '127.0.0.1')}", f"port={int(conf.db_port or 3306)}"]
	handle, name = tempfile.mkstemp(prefix="keeper-", suffix=".cnf")
	try:
		with os.fdopen(handle, "w") as file:
			file.write("\n".join(lines) + "\n")
		yield Path(name)
	finally:
		os.unlink(name)


def quote(value: str) -> str:
	return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def find(*names: str) -> str:
	for name in names:
		if path := shutil.which(name):
			return path
	raise ProgramError(f"none of {', '.join(names)} is installed; install the client programs of MariaDB")

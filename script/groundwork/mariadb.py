"""The private MariaDB: a data directory inside the bench, reachable from this machine only."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from .output import fail, say
from .settings import ROOT, Settings

GIB = 1024**3
SMALLEST_POOL = GIB // 4
MAX_POOL = 8 * GIB
SMALLEST_LOG = GIB // 4
MAX_LOG = 2 * GIB


def find_program(*names: str) -> str:
	places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
	for name in names:
		if found := shutil.which(name, path=places):
			return found
	fail(f"{names[0]} is missing. Run script/setup, which installs it or names the command that does.")


def server_version() -> str:
	command = [find_program("mariadbd", "mysqld"), "--no-defaults", "--version"]
	return subprocess.run(command, capture_output=True, text=True).stdout


def data_directory(settings: Settings) -> Path:
	return settings.data / "mariadb"


def temporary_directory(settings: Settings) -> Path:
	"""Each server's own: a starting server removes the temporary tables that it finds, also those of another one."""
	path = settings.data / "mariadb-tmp"
	path.mkdir(parents=True, exist_ok=True)
	return path


def buffer_pool(settings: Settings) -> int:
	"""A quarter of the memory, between 256 MiB and 8 GiB: the rest is for workers and the file cache."""
	if chosen := settings.get("MARIADB_BUFFER_MB"):
		return int(chosen) * 1024**2
	memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
	return max(SMALLEST_POOL, min(MAX_POOL, memory // 4))


def redo_log(pool: int) -> int:
	"""A quarter of the pool: a night's sweep then changes pages in memory and does not wait until each was written to the disk."""
	return max(SMALLEST_LOG, min(MAX_LOG, pool // 4))


def server_command(settings: Settings) -> list[str]:
	command = [
		find_program("mariadbd", "mysqld"),
		f"--defaults-file={ROOT / 'config' / 'mariadb.cnf'}",
		f"--datadir={data_directory(settings)}",
		f"--tmpdir={temporary_directory(settings)}",
		f"--innodb-buffer-pool-size={buffer_pool(settings)}",
		f"--innodb-log-file-size={redo_log(buffer_pool(settings))}",
		f"--port={settings.db_port}",
		f"--socket={settings.mariadb_socket}",
		f"--pid-file={settings.pids / 'mariadb-server.pid'}",
	]
	if settings.get("MARIADB_FAST"):
		# A test's data may be lost with the machine: waiting for the disk at each commit buys nothing.
		command += ["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--sync-binlog=0"]
	if os.geteuid() == 0:
		command.append("--user=root")
	return command


def root_password_file(settings: Settings) -> Path:
	return settings.data / "mariadb-root-password"


def root_password(settings: Settings) -> str:
	if not settings.has_own_mariadb:
		return settings.get("DB_ROOT_PASSWORD")
	return root_password_file(settings).read_text().strip()


def write_private(path: Path, text: str) -> None:
	path.parent.mkdir(parents=True, exist_ok=True)
	part = path.with_name(f"{path.name}.part")
	with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
		handle.write(text)
	part.rename(path)


def set_up(settings: Settings) -> None:
	"""Make the data directory beside its place and move it there when it is complete."""
	target = data_directory(settings)
	if target.exists():
		return
	say("Creating the private database server")
	password = secrets.token_urlsafe(18)
	write_private(root_password_file(settings), password)
	work = target.with_name("mariadb.part")
	shutil.rmtree(work, ignore_errors=True)
	work.mkdir(parents=True)
	temporary = f"--tmpdir={temporary_directory(settings)}"
	log = settings.logs / "mariadb-install.log"
	log.parent.mkdir(parents=True, exist_ok=True)
	user = ["--user=root"] if os.geteuid() == 0 else []
	with log.open("w") as output:
		subprocess.run(
			[find_program("mariadb-install-db", "mysql_install_db"), "--no-defaults", f"--datadir={work}", temporary, "--skip-test-db", "--auth-root-authentication-method=normal", *user],
			stdout=output, stderr=subprocess.STDOUT, check=True,
		)  # fmt: skip
		subprocess.run(
			[find_program("mariadbd", "mysqld"), "--no-defaults", "--bootstrap", f"--datadir={work}", temporary, *user],
			input=account_statements(password), text=True, stdout=output, stderr=subprocess.STDOUT, check=True,
		)  # fmt: skip
	work.rename(target)


def account_statements(password: str) -> str:
	"""One root for socket and loopback. An anonymous user would catch every site's login from localhost."""
	return "\n".join(
		[
			"FLUSH PRIVILEGES;",
			f"ALTER USER 'root'@'localhost' IDENTIFIED BY '{password}';",
			f"CREATE OR REPLACE USER 'root'@'127.0.0.1' IDENTIFIED BY '{password}';",
			"GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;",
			"DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host NOT IN ('localhost', '127.0.0.1'));",
			"FLUSH PRIVILEGES;",
			"",
		]
	)


def dump(settings: Settings, database: str, target: Path) -> None:
	command = [
		find_program("mariadb-dump", "mysqldump"),
		f"--host={settings.db_host}", f"--port={settings.db_port}", f"--user={settings.db_root_user}",
		"--single-transaction", database,
	]  # fmt: skip
	environment = {**os.environ, "MYSQL_PWD": root_password(settings)}
	with target.open("wb") as file:
		subprocess.run(command, env=environment, stdout=file, check=True)

"""script/test: runs every test on a bench of its own, beside whatever else runs on this machine."""

import fcntl
import shutil
import signal
import subprocess
import sys
from dataclasses import replace

from . import bench_setup, mariadb, ports, processes, site, supervisor
from .commands import die_with_parent
from .output import fail, say
from .settings import DEFAULT_PORTS, ROOT, Settings

TEST_BENCH = ROOT / ".test"
TEST_SITE = "test.localhost"
ADMIN_PASSWORD = "admin"
BUFFER_POOL_MB = "512"


def lock_test_bench():
	handle = (ROOT / "config" / "test.lock").open("w")
	try:
		fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
	except BlockingIOError:
		fail("Another script/test is running in this checkout. Wait for it, or use another clone.")
	return handle


def free_ports() -> dict[str, int]:
	return dict(zip(DEFAULT_PORTS, ports.pick_free(len(DEFAULT_PORTS)), strict=True))


def test_settings(settings: Settings) -> Settings:
	"""Private servers and free ports, whatever the environment gives the demo."""
	given = ("DB_HOST", "DB_PORT", "REDIS_CACHE", "REDIS_QUEUE", "BIND")
	values = {key: value for key, value in settings.values.items() if key.removeprefix("MEETING_") not in given}
	values |= {"MEETING_SITE": TEST_SITE, "MEETING_MARIADB_BUFFER_MB": BUFFER_POOL_MB, "MEETING_MARIADB_FAST": "1"}
	return replace(settings, bench=TEST_BENCH, ports=free_ports(), values=values)


def lay_out(settings: Settings) -> None:
	"""An own bench folder with own sites, data and logs; apps, environment and built assets are the checkout's."""
	for name in ("sites", "data", "config"):
		shutil.rmtree(TEST_BENCH / name, ignore_errors=True)
	settings.sites.mkdir(parents=True)
	settings.pids.mkdir(parents=True)
	settings.logs.mkdir(exist_ok=True)
	for name in ("apps", "env", "sites/apps.txt", "sites/assets"):
		link = TEST_BENCH / name
		link.unlink(missing_ok=True)
		link.symlink_to(ROOT / name)


def start(settings: Settings, name: str, started: dict[str, subprocess.Popen]) -> None:
	with (settings.logs / f"{name}.log").open("w") as log:
		process = subprocess.Popen(
			processes.command_of(settings, name),
			cwd=settings.bench, env=settings.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
			start_new_session=True, preexec_fn=die_with_parent,
		)  # fmt: skip
	started[name] = process
	processes.wait_for(settings, name, process)


def run_pytest(settings: Settings, arguments: list[str]) -> int:
	environment = {
		**settings.environment,
		"MEETING_TEST_SITE": TEST_SITE,
		"PYTHONDONTWRITEBYTECODE": "1",
	}
	process = subprocess.Popen(
		[bench_setup.ENV / "bin" / "python", "-m", "pytest", *arguments],
		cwd=ROOT, env=environment, start_new_session=True, preexec_fn=die_with_parent,
	)  # fmt: skip
	try:
		return process.wait()
	except KeyboardInterrupt:
		# pytest alone: it then ends what its fixtures started, in order, and prints what it found so far.
		process.send_signal(signal.SIGINT)
		process.wait()
		raise


def main(settings: Settings, arguments: list[str]) -> None:
	lock = lock_test_bench()
	bench_setup.set_up(settings, for_tests=True)
	current = test_settings(settings)
	started: dict[str, subprocess.Popen] = {}
	code = 130
	supervisor.stop_on_signals()
	try:
		lay_out(current)
		mariadb.set_up(current)
		bench_setup.write_site_config(current)
		for name in processes.DATA_SERVICES:
			start(current, name, started)
		say("Creating the test site")
		site.make(current, TEST_SITE, ADMIN_PASSWORD)
		say("Running the tests")
		code = run_pytest(current, arguments)
	except KeyboardInterrupt:
		say("Stopping")
	finally:
		for name in reversed(list(started)):
			supervisor.end(started[name], supervisor.DEFAULT_PATIENCE)
		lock.close()
	sys.exit(code)

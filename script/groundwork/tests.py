"""script/test: runs tests on a bench of its own, beside whatever else runs on this machine. Every test runs on a site that
is made for it, in two parts at once, each on its own bench; a part, named by arguments, starts from a copy of a new site
that is kept as long as it would be made alike. script/unit: the tests that need no site."""

import fcntl
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from . import bench_setup, mariadb, ports, processes, site, stamps, supervisor
from .commands import die_with_parent
from .output import fail, say
from .settings import DEFAULT_PORTS, ROOT, Settings

TEST_BENCH = ROOT / ".test"
TEST_SITE = "test.localhost"
ADMIN_PASSWORD = "admin"
BUFFER_POOL_MB = "512"
KEPT = TEST_BENCH / "kept"
SECOND_BENCH = TEST_BENCH / "second"
PARTS = {
	TEST_BENCH: ("tests/unit", "tests/site", "apps/meeting_crm", "tests/browser", "tests/bench"),
	SECOND_BENCH: ("tests/race", "tests/rest", "tests/matrix"),
}
"""What a complete run does at the same time, and where: each part keeps about one processor busy."""
BARE, INSTALLED = "data/frappe-alone.sql", "data/installed.sql"
KEPT_PARTS = ("data/mariadb", "data/mariadb-root-password", BARE, INSTALLED, f"sites/{TEST_SITE}")
NEW_SITE = "--new-site"
COVERAGE = "--coverage"
PYTHON = bench_setup.ENV / "bin" / "python"


def lock_test_bench():
	handle = (ROOT / "config" / "test.lock").open("w")
	try:
		fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
	except BlockingIOError:
		fail("Another script/test is running in this checkout. Wait for it, or use another clone.")
	return handle


def free_ports() -> dict[str, int]:
	return dict(zip(DEFAULT_PORTS, ports.pick_free(len(DEFAULT_PORTS)), strict=True))


def test_settings(settings: Settings, bench: Path = TEST_BENCH) -> Settings:
	"""Private servers and free ports, whatever the environment gives the demo."""
	given = ("DB_HOST", "DB_PORT", "REDIS_CACHE", "REDIS_QUEUE", "BIND")
	values = {key: value for key, value in settings.values.items() if key.removeprefix("MEETING_") not in given}
	values |= {"MEETING_SITE": TEST_SITE, "MEETING_MARIADB_BUFFER_MB": BUFFER_POOL_MB, "MEETING_MARIADB_FAST": "1"}
	return replace(settings, bench=bench, ports=free_ports(), values=values)


def lay_out(settings: Settings) -> None:
	"""An own bench folder with own sites, data and logs; apps, environment and built assets are the checkout's."""
	for name in ("sites", "data", "config"):
		shutil.rmtree(settings.bench / name, ignore_errors=True)
	settings.sites.mkdir(parents=True)
	settings.pids.mkdir(parents=True)
	settings.logs.mkdir(exist_ok=True)
	for name in ("apps", "env", "sites/apps.txt", "sites/assets"):
		link = settings.bench / name
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


def stop(started: dict[str, subprocess.Popen]) -> None:
	for name in reversed(list(started)):
		supervisor.end(started.pop(name), supervisor.PATIENCE.get(name, supervisor.DEFAULT_PATIENCE))


def start_data_services(settings: Settings, started: dict[str, subprocess.Popen]) -> None:
	for name in processes.DATA_SERVICES:
		start(settings, name, started)


def make_site(settings: Settings, started: dict[str, subprocess.Popen]) -> None:
	mariadb.set_up(settings)
	bench_setup.write_site_config(settings)
	start_data_services(settings, started)
	say("Creating the test site")
	site.make_bare(settings, TEST_SITE, ADMIN_PASSWORD)
	mariadb.dump(settings, site.database_name(TEST_SITE), TEST_BENCH / BARE)
	site.install(settings, TEST_SITE)
	mariadb.dump(settings, site.database_name(TEST_SITE), TEST_BENCH / INSTALLED)


def kept_value() -> str:
	"""What a new site depends on: where this is the same, the kept one is as good as new."""
	return stamps.digest(site.install_value(), stamps.read("packages"), mariadb.server_version())


def copy_site(source: Path, target: Path) -> None:
	for part in KEPT_PARTS:
		(target / part).parent.mkdir(parents=True, exist_ok=True)
		subprocess.run(["cp", "-a", "--reflink=auto", "--sparse=always", source / part, target / part], check=True)


def keep_site(value: str) -> None:
	"""Called while no server writes. The stamp is written last."""
	shutil.rmtree(KEPT, ignore_errors=True)
	copy_site(TEST_BENCH, KEPT)
	(KEPT / "stamp").write_text(value)


def take_site(settings: Settings, started: dict[str, subprocess.Popen]) -> None:
	value = kept_value()
	stamp = KEPT / "stamp"
	if stamp.exists() and stamp.read_text() == value:
		say("Taking the kept test site")
		copy_site(KEPT, TEST_BENCH)
	else:
		make_site(settings, started)
		stop(started)
		keep_site(value)
	bench_setup.write_site_config(settings)
	start_data_services(settings, started)


def run_pytest(settings: Settings, arguments: list[str]) -> int:
	environment = pytest_environment(settings)
	with measured(environment, arguments) as command:
		process = subprocess.Popen(
			command, cwd=ROOT, env=environment, start_new_session=True, preexec_fn=die_with_parent
		)
		return wait_for(process)


def pytest_environment(settings: Settings) -> dict[str, str]:
	return {**settings.environment, "MEETING_TEST_SITE": TEST_SITE, "PYTHONDONTWRITEBYTECODE": "1"}


@contextmanager
def second_part(settings: Settings):
	"""The second part of a complete run beside the first, on a copy of its site. What it prints comes when it has ended.
	Gives a function that waits for its exit code."""
	second = test_settings(settings, SECOND_BENCH)
	started: dict[str, subprocess.Popen] = {}
	try:
		lay_out(second)
		copy_site(KEPT, SECOND_BENCH)
		bench_setup.write_site_config(second)
		start_data_services(second, started)
		printed = second.logs / "pytest.log"
		with printed.open("w") as output:
			process = subprocess.Popen(
				[PYTHON, "-m", "pytest", "-p", "no:cacheprovider", *PARTS[SECOND_BENCH]],
				cwd=ROOT, env=pytest_environment(second), stdout=output, stderr=subprocess.STDOUT,
				start_new_session=True, preexec_fn=die_with_parent,
			)  # fmt: skip

		def finish() -> int:
			code = wait_for(process)
			say(f"The second part, {', '.join(PARTS[SECOND_BENCH])}:")
			print(printed.read_text(errors="replace"), flush=True)
			return code

		yield finish
	finally:
		stop(started)


def run_everything(settings: Settings, started: dict[str, subprocess.Popen]) -> int:
	make_site(settings, started)
	stop(started)
	keep_site(kept_value())
	start_data_services(settings, started)
	say("Running the tests")
	with second_part(settings) as finish:
		codes = [run_pytest(settings, [*PARTS[TEST_BENCH]]), finish()]
	return max(codes)


@contextmanager
def measured(environment: dict[str, str], arguments: list[str]):
	"""The command that runs pytest. With --coverage it measures which lines ran, in servers and workers too, and says so
	at the end."""
	words = [argument for argument in arguments if argument != COVERAGE]
	if len(words) == len(arguments):
		yield [PYTHON, "-m", "pytest", *words]
		return
	data = TEST_BENCH / "coverage"
	shutil.rmtree(data, ignore_errors=True)
	data.mkdir(parents=True)
	environment["COVERAGE_FILE"] = str(data / "data")
	coverage = [PYTHON, "-m", "coverage"]
	settings = f"--rcfile={ROOT / 'pyproject.toml'}"
	yield [*coverage, "run", settings, "-m", "pytest", *words]
	for command in (["combine", "--quiet"], ["html", "--quiet", f"--directory={data / 'html'}"], ["report"]):
		subprocess.run([*coverage, command[0], settings, *command[1:]], cwd=ROOT, env=environment)
	say(f"Line by line: {data / 'html' / 'index.html'}")


def wait_for(process: subprocess.Popen) -> int:
	try:
		return process.wait()
	except KeyboardInterrupt:
		# pytest alone: it then ends what its fixtures started, in order, and prints what it found so far.
		process.send_signal(signal.SIGINT)
		process.wait()
		raise


def main(settings: Settings, arguments: list[str]) -> None:
	is_new = not {*arguments} - {COVERAGE} or NEW_SITE in arguments
	arguments = [argument for argument in arguments if argument != NEW_SITE]
	lock = lock_test_bench()
	bench_setup.set_up(settings, for_tests=True)
	current = test_settings(settings)
	started: dict[str, subprocess.Popen] = {}
	code = 130
	supervisor.stop_on_signals()
	try:
		lay_out(current)
		if arguments:
			(make_site if is_new else take_site)(current, started)
			say("Running the tests")
			code = run_pytest(current, arguments)
		else:
			code = run_everything(current, started)
	except KeyboardInterrupt:
		say("Stopping")
	finally:
		stop(started)
		lock.close()
	sys.exit(code)


def run_unit_tests(settings: Settings, arguments: list[str]) -> None:
	"""Without a site, a server or a browser; what is installed already is not looked at again."""
	bench_setup.set_up_python(settings)
	environment = settings.environment
	with measured(environment, ["tests/unit", "-m", "not slow", *arguments]) as command:
		code = subprocess.run(command, cwd=ROOT, env=environment).returncode
	sys.exit(code)

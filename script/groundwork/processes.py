"""What each line of the Procfile runs, and servers that stay up in the background."""

import os
import signal
import subprocess
import time
from pathlib import Path

from . import mariadb, ports, redis_servers
from .output import fail, say
from .settings import ROOT, Settings

DATA_SERVICES = ("mariadb", *redis_servers.NAMES)

KEEP_ALIVE_SECONDS = "75"
"""A program that asks every few seconds must not meet the moment at which the connection is closed: its request would be lost."""


def web_command(settings: Settings) -> list[str]:
	workers = settings.get("WEB_WORKERS", "2")
	return [
		str(ROOT / "env" / "bin" / "gunicorn"),
		"--chdir", str(settings.sites),
		"--pythonpath", str(ROOT / "config" / "web"),
		"--bind", f"{settings.bind}:{settings.ports['WEB']}",
		"--workers", workers, "--threads", "4", "--timeout", "120", "--keep-alive", KEEP_ALIVE_SECONDS, "--preload",
		"web:application",
	]  # fmt: skip


def bench_command(*arguments: str) -> list[str]:
	return [str(ROOT / "env" / "bin" / "python"), "-m", "frappe.utils.bench_helper", "frappe", *arguments]


def command_of(settings: Settings, name: str) -> list[str]:
	if name == "mariadb":
		return mariadb.server_command(settings)
	if name in redis_servers.NAMES:
		return redis_servers.server_command(settings, name)
	if name == "web":
		return web_command(settings)
	if name == "socketio":
		return ["node", str(ROOT / "apps" / "frappe" / "socketio.js")]
	if name == "schedule":
		return bench_command("schedule")
	if name == "worker":
		return bench_command("worker", "--queue", "short,default,long")
	if name == "keeper":
		return [str(ROOT / "env" / "bin" / "python"), "-m", "keeper"]
	fail(f"No process is called {name}. The Procfile lists them.")


def environment_of(settings: Settings, name: str) -> dict[str, str]:
	return settings.environment | ({"PYTHONPATH": str(ROOT / "script")} if name == "keeper" else {})


def working_folder(settings: Settings, name: str) -> Path:
	return settings.bench if name in DATA_SERVICES else settings.sites


def is_provided(settings: Settings, name: str) -> bool:
	"""A data service given by the environment, or already up in the background by script/services."""
	if name not in DATA_SERVICES:
		return False
	if name not in own_data_services(settings):
		return True
	return bool(running_pid(settings, name)) and is_ready(settings, name)


def replace_by(settings: Settings, name: str) -> None:
	"""Become the named process. A data service that is provided already gets a quiet placeholder."""
	if is_provided(settings, name):
		print(f"{name} is running already; nothing to start.", flush=True)
		signal.pause()
	settings.pids.mkdir(parents=True, exist_ok=True)
	settings.logs.mkdir(parents=True, exist_ok=True)
	os.chdir(working_folder(settings, name))
	command = command_of(settings, name)
	os.execvpe(command[0], command, environment_of(settings, name))


def is_ready(settings: Settings, name: str) -> bool:
	if name == "mariadb":
		return ports.is_open(settings.db_host, settings.db_port)
	if name in redis_servers.NAMES:
		return redis_servers.is_ready(settings, name)
	if name == "web":
		return ports.is_open(settings.bind, settings.ports["WEB"])
	if name == "socketio":
		return ports.is_open("127.0.0.1", settings.ports["SOCKETIO"])
	return True


def own_data_services(settings: Settings) -> list[str]:
	own = ["mariadb"] if settings.has_own_mariadb else []
	return own + [name for name in redis_servers.NAMES if settings.has_own_redis(name)]


def port_of(settings: Settings, name: str) -> int | None:
	return settings.ports.get(name.upper())


# Background servers: a pid file each, with the start time of the process so that a reused pid fools nobody.


def pid_file(settings: Settings, name: str) -> Path:
	return settings.pids / f"{name}.pid"


def start_time(pid: int) -> str | None:
	try:
		stat = Path(f"/proc/{pid}/stat").read_text()
	except OSError:
		return None
	fields = stat.rpartition(")")[2].split()
	return None if fields[0] == "Z" else fields[19]


def running_pid(settings: Settings, name: str) -> int | None:
	try:
		pid, started = pid_file(settings, name).read_text().split()
	except (OSError, ValueError):
		return None
	return int(pid) if start_time(int(pid)) == started else None


def start_in_background(settings: Settings, name: str) -> None:
	check_port(settings, name)
	settings.pids.mkdir(parents=True, exist_ok=True)
	settings.logs.mkdir(parents=True, exist_ok=True)
	with (settings.logs / f"{name}.log").open("a") as log:
		process = subprocess.Popen(
			command_of(settings, name),
			cwd=working_folder(settings, name), env=settings.environment,
			stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
		)  # fmt: skip
	mariadb.write_private(pid_file(settings, name), f"{process.pid} {start_time(process.pid)}\n")
	wait_for(settings, name, process)


def wait_for(settings: Settings, name: str, process: subprocess.Popen, timeout: float = 90) -> None:
	deadline = time.monotonic() + timeout
	while time.monotonic() < deadline:
		if process.poll() is not None:
			fail(
				f"{name} ended with code {process.returncode} before it was ready. Its last words are in {settings.logs / f'{name}.log'}."
			)
		if is_ready(settings, name):
			return
		time.sleep(0.05)
	fail(f"{name} was not ready after {timeout:.0f} s. See {settings.logs / f'{name}.log'}.")


def check_port(settings: Settings, name: str) -> None:
	port = port_of(settings, name)
	if port and not ports.is_free(port):
		fail(
			f"Port {port} for {name} is taken by {ports.find_listener(port)}.\n"
			f"Stop it, or use other ports: MEETING_{name.upper()}_PORT=… for this one, MEETING_PORT_OFFSET=100 for all."
		)


def stop_in_background(settings: Settings, name: str, timeout: float = 60) -> bool:
	pid = running_pid(settings, name)
	if pid is None:
		return False
	os.kill(pid, signal.SIGTERM)
	deadline = time.monotonic() + timeout
	while running_pid(settings, name) and time.monotonic() < deadline:
		time.sleep(0.1)
	if running_pid(settings, name):
		fail(f"{name} (process {pid}) did not end within {timeout:.0f} s.")
	pid_file(settings, name).unlink(missing_ok=True)
	return True


def start_data_services(settings: Settings) -> list[str]:
	"""Start what is not up yet; tell what was started, so that the caller stops just that."""
	started = []
	for name in own_data_services(settings):
		if running_pid(settings, name) and is_ready(settings, name):
			continue
		start_in_background(settings, name)
		started.append(name)
	return started


def services_main(settings: Settings, arguments: list[str]) -> None:
	action = arguments[0] if arguments else "status"
	if action == "start":
		if settings.has_own_mariadb:
			mariadb.set_up(settings)
		for name in start_data_services(settings):
			say(f"{name} is up")
	elif action == "stop":
		for name in reversed(DATA_SERVICES):
			if stop_in_background(settings, name):
				say(f"{name} is down")
	elif action != "status":
		fail("Usage: script/services start | stop | status")
	for name in DATA_SERVICES:
		pid = running_pid(settings, name)
		state = (
			f"running, process {pid}, log {settings.logs / f'{name}.log'}" if pid else "not running in the background"
		)
		print(f"{name:12} port {port_of(settings, name)}: {state}")

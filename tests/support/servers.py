"""Real processes on free ports: web, background worker, and Redis for the queue. Each ends with the test run."""

import atexit
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from groundwork import processes
from support.site import BENCH, ROOT

WEB_PROCESSES = 4
WEB_THREADS = 8
LOGS = BENCH / "logs"


def free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return probe.getsockname()[1]


def wait_for_port(port: int, process: subprocess.Popen, log, timeout: float = 60) -> None:
	deadline = time.monotonic() + timeout
	while time.monotonic() < deadline:
		if process.poll() is not None:
			raise RuntimeError(f"{process.args[0]} ended with {process.returncode}:\n{log.read_text()[-2000:]}")
		try:
			socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
			return
		except OSError:
			time.sleep(0.05)
	raise RuntimeError(f"{process.args[0]} was not ready after {timeout:.0f} s; see {log}")


@contextmanager
def running(name: str, command: list[str], port: int | None = None, **environment: str):
	"""A process with its log, from start to its end. The whole process group is ended."""
	LOGS.mkdir(parents=True, exist_ok=True)
	log = LOGS / f"test-{name}.log"
	with log.open("w") as output:
		process = subprocess.Popen(
			command,
			cwd=BENCH / "sites",
			env={**os.environ, "FRAPPE_BENCH_ROOT": str(BENCH), **environment},
			stdin=subprocess.DEVNULL,
			stdout=output,
			stderr=subprocess.STDOUT,
			start_new_session=True,
		)
	try:
		if port:
			wait_for_port(port, process, log)
		yield process
	finally:
		end_group(process)


def end_group(process: subprocess.Popen) -> None:
	for signal_number in (signal.SIGTERM, signal.SIGKILL):
		try:
			os.killpg(process.pid, signal_number)
			process.wait(timeout=10)
			return
		except ProcessLookupError:
			return
		except subprocess.TimeoutExpired:
			continue


class OwnMariaDB:
	"""The database server of the test bench, for tests that kill it. Started again, it waits for the disk at each commit, as
	in production: what it answered for is there after the next kill."""

	CARELESS = ("--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--sync-binlog=0")

	def __init__(self) -> None:
		pid = int((BENCH / "config" / "pids" / "mariadb-server.pid").read_text())
		words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
		self.command = [word for word in words if word and word not in self.CARELESS]
		self.port = next(int(word.split("=")[1]) for word in words if word.startswith("--port="))
		self.end(pid, signal.SIGTERM)
		self.start()

	def start(self) -> None:
		log = LOGS / "test-mariadb.log"
		with log.open("a") as output:
			self.process = subprocess.Popen(
				self.command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
			)
		wait_for_port(self.port, self.process, log)
		atexit.register(self.process.terminate)

	def kill_and_restart(self) -> None:
		self.end(self.process.pid, signal.SIGKILL)
		self.process.wait()
		self.start()

	@staticmethod
	def end(pid: int, signal_number: int) -> None:
		os.kill(pid, signal_number)
		while is_alive(pid):
			time.sleep(0.05)


def is_alive(pid: int) -> bool:
	try:
		return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
	except FileNotFoundError:
		return False


@pytest.fixture(scope="session")
def redis_queue():
	"""A queue of this test run alone: no other worker takes its jobs. It stands before the site is connected, because
	Frappe keeps the first connection that a process makes to its queue. The URL."""
	port = free_port()
	url = f"redis://127.0.0.1:{port}"
	command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
	with running("redis", command, port):
		os.environ["FRAPPE_REDIS_QUEUE"] = url
		yield url
	del os.environ["FRAPPE_REDIS_QUEUE"]


def web_command(port: int, workers: int, threads: int = 4) -> list[str]:
	return [
		str(ROOT / "env" / "bin" / "gunicorn"), "--pythonpath", str(ROOT / "config" / "web"),
		"--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--threads", str(threads), "--timeout", "120",
		"--keep-alive", processes.KEEP_ALIVE_SECONDS, "--preload", "web:application",
	]  # fmt: skip


@pytest.fixture(scope="session")
def web_url(site, redis_queue):
	"""Address of the test site, served by several processes so that races are real."""
	port = free_port()
	with running("web", web_command(port, WEB_PROCESSES, WEB_THREADS), port, FRAPPE_SITE=site):
		yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def worker(site, redis_queue):
	"""A background worker of this test run, on all queues."""
	command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "worker", "--queue", "short,default,long"]
	with running("worker", command) as process:
		yield process


@pytest.fixture
def wait_until():
	"""`wait_until(lambda: …)` polls a condition on fresh data, for background work to finish."""
	import frappe

	def wait(condition, timeout: float = 30, message: str = "the condition did not come true"):
		deadline = time.monotonic() + timeout
		while time.monotonic() < deadline:
			frappe.db.rollback()
			if result := condition():
				return result
			time.sleep(0.1)
		raise AssertionError(f"After {timeout:.0f} s {message}")

	return wait


@pytest.fixture(scope="session")
def realtime(site, web_url, redis_queue):
	"""The realtime server, at the port that the pages of the test site look for."""
	import frappe

	port = int(frappe.conf.socketio_port)
	with running(
		"realtime",
		["node", str(ROOT / "apps" / "frappe" / "socketio.js")],
		port,
		FRAPPE_SOCKETIO_PORT=str(port),
		FRAPPE_WEB_PORT=web_url.rsplit(":", 1)[1],
	) as process:
		yield process

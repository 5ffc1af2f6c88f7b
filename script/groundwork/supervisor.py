"""Starts the processes of the Procfile, watches them, and ends them all: nothing it started outlives it."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import processes
from .commands import die_with_parent
from .output import fail, say
from .settings import ROOT, Settings

PATIENCE = {"mariadb": 60, "worker": 20}
DEFAULT_PATIENCE = 10
SHOWN_LINES = 15


def read_procfile() -> dict[str, str]:
	lines = (line.strip() for line in (ROOT / "Procfile").read_text().splitlines())
	return dict(map(str.strip, line.split(":", 1)) for line in lines if line and not line.startswith("#"))


class Supervisor:
	def __init__(self, settings: Settings):
		self.settings = settings
		self.lines = read_procfile()
		self.running: dict[str, subprocess.Popen] = {}

	def log(self, name: str) -> Path:
		return self.settings.logs / f"{name}.log"

	def check_ports(self) -> None:
		for name in self.lines:
			if not processes.is_provided(self.settings, name):
				processes.check_port(self.settings, name)

	def start(self, names: list[str]) -> None:
		"""Start several at once, then wait until each is ready."""
		started = [name for name in names if not processes.is_provided(self.settings, name)]
		for name in started:
			self.launch(name)
		for name in started:
			processes.wait_for(self.settings, name, self.running[name])

	def launch(self, name: str) -> None:
		self.log(name).parent.mkdir(parents=True, exist_ok=True)
		with self.log(name).open("a") as log:
			process = subprocess.Popen(
				["/bin/sh", "-c", f"exec {self.lines[name]}"],
				cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
				start_new_session=True, preexec_fn=die_with_parent,
			)  # fmt: skip
		self.running[name] = process

	def start_data_services(self) -> None:
		self.start([name for name in self.lines if name in processes.DATA_SERVICES])

	def start_rest(self) -> None:
		self.start([name for name in self.lines if name not in processes.DATA_SERVICES])

	def watch(self) -> None:
		"""Returns never by itself: it ends with a signal, or with an error when a process ends."""
		while True:
			for name, process in self.running.items():
				if process.poll() is not None:
					last = self.log(name).read_text(errors="replace").splitlines()[-SHOWN_LINES:]
					fail(
						f"{name} ended with code {process.returncode}; everything is being stopped.\n"
						+ "\n".join(last)
						+ f"\nMore in {self.log(name)}."
					)
			time.sleep(0.5)

	def stop(self) -> None:
		for name in reversed(list(self.running)):
			end(self.running.pop(name), PATIENCE.get(name, DEFAULT_PATIENCE))


def end(process: subprocess.Popen, patience: float) -> None:
	for signal_number in (signal.SIGTERM, signal.SIGKILL):
		try:
			os.killpg(process.pid, signal_number)
			process.wait(timeout=patience)
		except ProcessLookupError:
			return
		except subprocess.TimeoutExpired:
			continue
		return


def wait_for_site(settings: Settings, site: str, timeout: float = 60) -> None:
	request = urllib.request.Request(
		f"http://127.0.0.1:{settings.ports['WEB']}/api/method/ping",
		headers={"Host": site, "Accept": "application/json"},
	)
	deadline = time.monotonic() + timeout
	problem = ""
	while time.monotonic() < deadline:
		try:
			with urllib.request.urlopen(request, timeout=10) as answer:
				if answer.status == 200:
					return
		except (urllib.error.URLError, OSError) as error:
			problem = str(error)
		time.sleep(0.2)
	fail(
		f"The site {site} does not answer on port {settings.ports['WEB']}: {problem}. See {settings.logs / 'web.log'}."
	)


def stop_on_signals() -> None:
	"""SIGTERM ends like Ctrl-C: through the same clean-up. A second signal does not cut it short."""

	def interrupt(*_):
		for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
			signal.signal(number, signal.SIG_IGN)
		raise KeyboardInterrupt

	for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
		signal.signal(number, interrupt)


def say_where(settings: Settings) -> None:
	port = settings.ports["WEB"]
	say("Everything is up")
	print(
		f"""
  Meeting CRM   http://{settings.site}:{port}   (or http://127.0.0.1:{port})

  Accounts, all with the password demo:
    zhangsan@demo.meeting   salesperson 张三
    lisi@demo.meeting       salesperson 李四
    wangwu@demo.meeting     their manager 王五
    caiwu@demo.meeting      finance 财务
    houqin@demo.meeting     logistics 后勤
    admin@demo.meeting      administrator 业务管理员
    system@demo.meeting     system manager 系统管理员
    Administrator           system manager of Frappe

  Logs are in {settings.logs}. Ctrl-C stops everything.
""",
		flush=True,
	)

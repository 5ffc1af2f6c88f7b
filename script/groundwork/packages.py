"""System packages: what the bench needs from Debian or Ubuntu, and nothing when it is there already."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .commands import run
from .output import fail, say

OFFICE_FOLDERS = (Path("/usr/lib/libreoffice/program"), Path("/opt/libreoffice/program"))
SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])


@dataclass(frozen=True)
class Need:
	"""Something the bench uses, and the packages that bring it: the first that this release knows is taken."""

	purpose: str
	is_there: Callable[[], bool]
	packages: tuple[str, ...]


def has_program(*names: str) -> Callable[[], bool]:
	return lambda: any(shutil.which(name, path=SEARCH_PATH) for name in names)


def has_venv() -> bool:
	probe = subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True)
	return probe.returncode == 0


def has_chinese_font() -> bool:
	if not shutil.which("fc-list"):
		return False
	return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True).stdout)


PYTHON_NEEDS = (
	Need("Python environments", has_venv, ("python3-venv",)),
	Need("Frappe by git", has_program("git"), ("git",)),
)


def has_office_part(library: str) -> Callable[[], bool]:
	"""LibreOffice's programs are one; what it can read depends on the libraries beside them."""
	return lambda: any((folder / library).exists() for folder in OFFICE_FOLDERS)


SERVER_NEEDS = (
	Need(
		"the database server",
		has_program("mariadbd", "mysqld"),
		("mariadb-server-core", "mariadb-server-core-10.6", "mariadb-server"),
	),
	Need("the database client", has_program("mysql"), ("mariadb-client", "default-mysql-client")),
	Need("the database dump for backups", has_program("mysqldump"), ("mariadb-client", "default-mysql-client")),
	Need("Redis for caches and jobs", has_program("redis-server"), ("redis-server",)),
	*PYTHON_NEEDS,
	Need("PDF of print formats", has_program("wkhtmltopdf"), ("wkhtmltopdf",)),
	Need("Chinese letters in PDF and pictures", has_chinese_font, ("fonts-noto-cjk",)),
	Need("Word files as PDF", has_office_part("libswlo.so"), ("libreoffice-writer-nogui", "libreoffice-writer")),
	Need("Excel files as PDF", has_office_part("libsclo.so"), ("libreoffice-calc-nogui", "libreoffice-calc")),
	Need("equations in Word files", has_office_part("libsmlo.so"), ("libreoffice-math-nogui", "libreoffice-math")),
	Need("pages and words of PDF", has_program("pdftoppm"), ("poppler-utils",)),
	Need("the list of fonts", has_program("fc-list"), ("fontconfig",)),
)
BROWSER = Need("browser tests", has_program("chromium", "google-chrome"), ("chromium",))


def is_known(package: str) -> bool:
	answer = subprocess.run(["apt-cache", "policy", package], capture_output=True, text=True).stdout
	return "Candidate:" in answer and "Candidate: (none)" not in answer


def choose_package(need: Need) -> str:
	known = (package for package in need.packages if shutil.which("apt-cache") and is_known(package))
	return next(known, need.packages[0])


def choose_packages(needs: list[Need]) -> list[str]:
	return list(dict.fromkeys(map(choose_package, needs)))


def root_prefix() -> list[str] | None:
	"""How to become root here; None when there is no way."""
	if os.geteuid() == 0:
		return []
	if not shutil.which("sudo"):
		return None
	if sys.stdin.isatty() or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
		return ["sudo"]
	return None


def describe(missing: list[Need]) -> str:
	return "\n".join(f"  {choose_package(need):24} {need.purpose}" for need in missing)


def install(missing: list[Need]) -> None:
	if not shutil.which("apt-get"):
		fail(
			f"These are missing, and this system has no apt-get to install them:\n{describe(missing)}\n"
			"Install them with the system's own package manager (the names above are Debian's) and run the same command again."
		)
	prefix = root_prefix()
	if prefix is None:
		fail(
			f"These are missing, and installing them needs root or sudo:\n{describe(missing)}\n"
			f"Ask an administrator to run:\n  apt-get update && apt-get install -y {' '.join(choose_packages(missing))}\nThen run the same command again."
		)
	sudo = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
	# Finishes what a killed installation left half done.
	run([*sudo, "dpkg", "--configure", "-a"], "Completing an earlier installation")
	run([*sudo, "apt-get", "update"], "Reading the package lists")
	chosen = choose_packages(missing)
	say(f"Installing system packages: {', '.join(chosen)}")
	run([*sudo, "apt-get", "install", "-y", "--no-install-recommends", *chosen], "Installing system packages")


def has_no_browser_package() -> bool:
	"""Ubuntu has Chromium as a snap only, which servers and containers often cannot run."""
	return bool(shutil.which("apt-cache")) and not BROWSER.is_there() and not is_known(BROWSER.packages[0])


def ensure(needs: tuple[Need, ...]) -> None:
	missing = [need for need in needs if not need.is_there()]
	if missing:
		install(missing)
	if still_missing := [need for need in missing if not need.is_there()]:
		fail(f"These are still missing after the installation:\n{describe(still_missing)}")

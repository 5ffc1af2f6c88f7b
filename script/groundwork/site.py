"""A site of the bench: made once, completed for China, brought up to date when the app changed."""

import json
import re
from pathlib import Path

from . import bench_setup, stamps
from .commands import run
from .output import say
from .settings import ROOT, Settings

PACKAGE = bench_setup.APP / "meeting_crm"
SCHEMA_FILES = ("*.json", "patches.txt", "hooks.py", "wiring.py", "modules.txt")
INDEX_FUNCTION = re.compile(r"^def on_doctype_update\b.*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def bench(settings: Settings, *arguments: str, what: str) -> None:
	command = [bench_setup.ENV / "bin" / "python", "-m", "frappe.utils.bench_helper", "frappe", *arguments]
	run(command, what, folder=settings.sites, environment=settings.environment)


def complete(settings: Settings, site: str, *options: str) -> None:
	environment = {**settings.environment, "PYTHONPATH": str(ROOT / "script")}
	command = [bench_setup.ENV / "bin" / "python", "-m", "groundwork.prepare_site", site, *options]
	run(command, f"Completing the site {site}", folder=settings.sites, environment=environment)


def allow_restore(settings: Settings, site: str) -> None:
	environment = {**settings.environment, "PYTHONPATH": str(ROOT / "script")}
	command = [bench_setup.ENV / "bin" / "python", "-m", "groundwork.allow_restore", site]
	run(command, f"Making the second database of {site}", folder=settings.sites, environment=environment)


def make_bare(settings: Settings, site: str, admin_password: str) -> None:
	"""A new site with Frappe alone. What a killed run left of it is replaced."""
	bench(
		settings, "new-site", site, "--force", "--admin-password", admin_password, "--db-name", database_name(site),
		what=f"Creating the site {site}",
	)  # fmt: skip


def install(settings: Settings, site: str, *options: str) -> None:
	bench(settings, "--site", site, "install-app", "meeting_crm", what=f"Installing the app on {site}")
	complete(settings, site, *options)


def make(settings: Settings, site: str, admin_password: str, *options: str) -> None:
	make_bare(settings, site, admin_password)
	install(settings, site, *options)


def database_name(site: str) -> str:
	"""Always the same for a site, so that a second try finds and replaces the first one's database."""
	return "_" + stamps.digest(site)[:16]


def sources(*patterns: str) -> list[Path]:
	found = (path for pattern in patterns for path in PACKAGE.rglob(pattern))
	return [path for path in found if not {"dist", "node_modules"} & set(path.parts)]


def schema_value() -> str:
	return stamps.digest(stamps.read("frappe"), sources(*SCHEMA_FILES))


def install_value() -> str:
	"""All that a new site is made from: beside the schema the indexes, what installing writes, and the completion for China."""
	indexes = (found.rstrip() for path in sorted(sources("*.py")) for found in INDEX_FUNCTION.findall(path.read_text()))
	written = [*(PACKAGE / "setup").rglob("*.py"), *(PACKAGE / "patches").rglob("*.py")]
	scripts = [
		ROOT / "script" / "groundwork" / name for name in ("tests.py", "site.py", "prepare_site.py", "allow_restore.py")
	]
	return stamps.digest(schema_value(), *indexes, written, scripts)


def stamp_file(settings: Settings, site: str) -> Path:
	return settings.sites / site / "locks" / "ready"


def write_address(settings: Settings, site: str) -> None:
	"""Links in mails are made from the address that the site has been told, not from the name that a visitor used."""
	path = settings.sites / site / "site_config.json"
	config = json.loads(path.read_text())
	address = f"http://{site}:{settings.ports['WEB']}"
	if config.get("host_name") != address:
		path.write_text(json.dumps(config | {"host_name": address}, indent=1, sort_keys=True))


def ensure_demo(settings: Settings) -> None:
	make_or_update_demo(settings)
	write_address(settings, settings.site)


def make_or_update_demo(settings: Settings) -> None:
	site = settings.site
	stamp = stamp_file(settings, site)
	value = schema_value()
	if not stamp.exists():
		say(f"Creating the site {site} with demo data; this takes about a minute")
		make(settings, site, "demo", "--demo")
	elif stamp.read_text() != value:
		say(f"The app changed; bringing the site {site} up to date")
		bench(settings, "--site", site, "migrate", what=f"Migrating the site {site}")
		allow_restore(settings, site)
	else:
		return
	part = stamp.with_suffix(".part")
	part.parent.mkdir(parents=True, exist_ok=True)
	part.write_text(value)
	part.rename(stamp)

"""Is a site fit to meet the internet? What is looked at, and what to do about it: docs/production.md."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import frappe
import requests
from frappe.utils.password import check_password

from meeting_crm.gate import rules

KNOWN_PASSWORDS = ("demo", "admin", "password", "frappe", "123456")
DEMO_ACCOUNTS = "%@demo.meeting"
SNAPSHOT = "15.0.0-dev"
HEADERS = ("X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Content-Security-Policy")
TIMEOUT = 10

Check = Callable[[], Iterator[str]]


def find_problems() -> list[tuple[str, str]]:
	"""(What was looked at, what is wrong and what to do), of everything that is not as it should be."""
	return [(check.__doc__.rstrip("."), problem) for check in CHECKS for problem in check()]


def check_framework() -> Iterator[str]:
	"""Framework."""
	if frappe.__version__.startswith(SNAPSHOT):
		yield f"Frappe {frappe.__version__} is the snapshot of August 2023. Install upstream's version-15."


def check_configuration() -> Iterator[str]:
	"""Site configuration."""
	for key in ("developer_mode", "allow_tests", "ignore_csrf", "server_script_enabled", "logging"):
		if frappe.conf.get(key):
			yield f"{key} is on. Run: bench --site {frappe.local.site} set-config {key} 0"
	if frappe.conf.get("allow_cors") == "*":
		yield "allow_cors lets every website act for people who are signed in. Name the addresses that need it."
	mode = stat.S_IMODE(Path(frappe.get_site_path("site_config.json")).stat().st_mode)
	if mode & 0o007:
		yield "site_config.json can be read by everybody on this machine. Run: chmod o-rwx on it."


def check_address() -> Iterator[str]:
	"""Address."""
	address = frappe.conf.get("host_name") or ""
	if not address:
		yield "host_name is not set: links in mails take the name that a visitor chose. Set it to https://…"
	elif not address.startswith("https://"):
		yield f"{address} is not encrypted. Get a certificate and set host_name to https://…"


def check_settings() -> Iterator[str]:
	"""System Settings."""
	settings = frappe.get_single("System Settings")
	if not 0 < (settings.allow_consecutive_login_attempts or 0) <= 10:
		yield "Sign-in is not locked after failed attempts. Set Allow Consecutive Login Attempts to 5."
	if settings.allow_error_traceback:
		yield "Errors show the inside of the program to whoever causes them. Switch off Show Full Error."
	if not settings.enable_password_policy:
		yield "Any password will do. Switch on Enable Password Policy."
	if settings.allow_guests_to_upload_files:
		yield "Strangers may upload files. Switch that off."
	if not settings.enable_two_factor_auth:
		yield "No second factor. Switch on Two Factor Authentication: it asks administrators and finance, see their roles."
	if not frappe.db.get_single_value("Website Settings", "disable_signup"):
		yield "Strangers may make accounts. Switch on Disable Signup in Website Settings."


def check_accounts() -> Iterator[str]:
	"""Accounts."""
	for user in frappe.get_all("User", {"name": ("like", DEMO_ACCOUNTS), "enabled": 1}, pluck="name"):
		yield f"{user} belongs to the demo, whose passwords everybody knows. Delete or disable it."
	for password in KNOWN_PASSWORDS:
		if _is_password_of_administrator(password):
			yield f"The password of Administrator is {password}. Choose a long one."


def _is_password_of_administrator(password: str) -> bool:
	try:
		return bool(check_password("Administrator", password, delete_tracker_cache=False))
	except frappe.AuthenticationError:
		return False


def check_public_files() -> Iterator[str]:
	"""Public files."""
	for name, address in frappe.get_all("File", {"is_private": 0, "is_folder": 0}, ["name", "file_url"], as_list=True):
		if address and rules.can_run(address.rsplit("/", 1)[-1]):
			yield f"{address} (File {name}) could run as a page of this site. Make it private or delete it."


def check_commands() -> Iterator[str]:
	"""Open commands."""
	for row in frappe.get_single("Meeting Gate Settings").commands:
		if row.who in ("Guest", "People"):
			yield f"{row.command} was opened to {row.who}: {row.reason}. Make sure that it is still needed."


def check_answers() -> Iterator[str]:
	"""Answers over the network."""
	address = frappe.conf.get("host_name") or ""
	if not address:
		return
	try:
		page = requests.get(f"{address}/login", timeout=TIMEOUT)
		yield from (
			f"The answers lack the header {header}. See the nginx template."
			for header in HEADERS
			if header not in page.headers
		)
		stranger = requests.get(f"{address}/api/method/ping", headers={"Host": "stranger.example"}, timeout=TIMEOUT)
		if stranger.ok:
			yield "The site answers under a foreign name. Name it in nginx's server_name, with a default server that refuses."
		if requests.get(f"{address}/api/method/ping", params={"sid": "x"}, timeout=TIMEOUT).ok:
			yield "A session in the address is accepted: the gate is not in force. Run bench migrate and restart."
		if requests.get(f"{address}/api/method/frappe.client.get_list", params={"doctype": "User"}, timeout=TIMEOUT).ok:
			yield "A stranger may ask for records: the gate is not in force. Run bench migrate and restart."
	except requests.RequestException as error:
		yield f"{address} does not answer: {error}"


CHECKS: tuple[Check, ...] = (
	check_framework,
	check_configuration,
	check_address,
	check_settings,
	check_accounts,
	check_public_files,
	check_commands,
	check_answers,
)


def print_problems() -> bool:
	"""Whether the site is fit."""
	problems = find_problems()
	for topic, problem in problems:
		print(f"{topic}: {problem}")
	print(f"{len(problems)} things to do." if problems else "Nothing to do: this site may meet the internet.")
	return not problems

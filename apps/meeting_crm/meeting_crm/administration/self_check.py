"""等保自查: what the law and 等保 level 2 ask of such a system, and how this site stands. Reads only."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import frappe
from frappe import _
from frappe.sessions import get_expiry_in_seconds
from frappe.utils import add_to_date, cint, get_datetime, now_datetime

from meeting_crm.administration import levels, log_seals, rules
from meeting_crm.administration.log_removal import KEEP_DAYS

MAX_IDLE_SECONDS = 12 * 3600
MAX_ATTEMPTS = 10
LEAST_SCORE = 2
SEALED_WITHIN_MINUTES = 5
BACKUP_WITHIN_HOURS = 26


@dataclass
class Duty:
	duty: str
	is_met: bool
	state: str
	how: str
	route: str = ""


def check_all() -> list[dict]:
	return [asdict(check()) for check in CHECKS]


def _setting(field: str) -> int:
	return cint(frappe.db.get_single_value("System Settings", field))


def check_password_policy() -> Duty:
	score = _setting("minimum_password_score") if _setting("enable_password_policy") else 0
	return Duty(
		_("Passwords are hard to guess"),
		score >= LEAST_SCORE,
		_("Strength asked for: {0} of 4.").format(score),
		_("Switch the password policy on in System Settings, with a score of at least {0}.").format(LEAST_SCORE),
		"system-settings",
	)


def check_attempts() -> Duty:
	attempts = _setting("allow_consecutive_login_attempts")
	return Duty(
		_("Guessing of passwords is slowed down"),
		0 < attempts <= MAX_ATTEMPTS,
		_("Wrong passwords in a row before a pause: {0}.").format(attempts or _("no limit")),
		_("Set allowed consecutive attempts in System Settings to {0} or fewer.").format(MAX_ATTEMPTS),
		"system-settings",
	)


def check_idle() -> Duty:
	seconds = get_expiry_in_seconds()
	return Duty(
		_("Sessions end when nobody uses them"),
		seconds <= MAX_IDLE_SECONDS,
		_("Idle sessions end after {0} hours.").format(round(seconds / 3600, 1)),
		_("Set the session expiry in System Settings to {0} hours or less.").format(MAX_IDLE_SECONDS // 3600),
		"system-settings",
	)


def check_second_factor() -> Duty:
	return Duty(
		_("Administrators sign in with a second factor"),
		bool(_setting("enable_two_factor_auth")),
		_("Two-factor authentication is on.")
		if _setting("enable_two_factor_auth")
		else _("Two-factor authentication is off."),
		_("Switch it on in System Settings and choose the roles of administrators and finance."),
		"system-settings",
	)


def check_administrators() -> Duty:
	names = frappe.get_all(  # why: the reader of this page may see who administers
		"Has Role",
		{"role": rules.ROLE_OF_LEVEL[rules.SYSTEM_ADMINISTRATOR], "parenttype": "User", "parent": ["!=", rules.ROOT]},
		pluck="parent",
	)
	people = frappe.get_all("User", {"name": ["in", names or [""]], "enabled": 1}, pluck="full_name")
	return Duty(
		_("Two people, and few, are system administrators"),
		2 <= len(people) <= 4,
		_("System administrators: {0}.").format(", ".join(people) or _("nobody")),
		_("Give the group of system administrators to two or three people, so that one can act for the other."),
		"people",
	)


def check_root() -> Duty:
	used = frappe.db.get_value("User", rules.ROOT, "last_active")
	recent = bool(used) and get_datetime(used) > add_to_date(now_datetime(), days=-7)
	return Duty(
		_("Nobody works with the shared account Administrator"),
		not recent,
		_("Last used: {0}.").format(frappe.format(used, "Datetime") if used else _("never")),
		_("Sign in with an account of your own and keep the password of Administrator in a safe."),
		"online-users",
	)


def check_auditor() -> Duty:
	people = frappe.get_all("Has Role", {"role": "Meeting Auditor", "parenttype": "User"}, pluck="parent")
	apart = [user for user in people if levels.get_level(user) == rules.STAFF]
	return Duty(
		_("Somebody who administers nothing reads the log"),
		bool(apart),
		_("Auditors: {0}.").format(", ".join(map(frappe.utils.get_fullname, apart)) or _("nobody")),
		_("Give the role Auditor to somebody who is no administrator."),
		"people",
	)


def check_seals() -> Duty:
	waiting = frappe.db.count(
		log_seals.LOG, {"seal": 0, "happened_on": ["<", add_to_date(now_datetime(), minutes=-SEALED_WITHIN_MINUTES)]}
	)
	return Duty(
		_("The operation log is sealed each minute"),
		not waiting,
		_("Lines waiting for a seal: {0}.").format(waiting),
		_("The scheduler is not running. Ask the person who runs the server to start it."),
		"operation-log",
	)


def check_logs_kept() -> Duty:
	kept = {
		row.ref_doctype: cint(row.days)
		for row in frappe.get_all("Logs To Clear", {"parent": "Log Settings"}, ["ref_doctype", "days"])
	}
	short = {name: days for name, days in kept.items() if name in ("Activity Log", "Access Log") and days < KEEP_DAYS}
	return Duty(
		_("Logs are kept for six months"),
		not short,
		", ".join(_("{0}: {1} days").format(_(name), days) for name, days in sorted(kept.items())) or _("for ever"),
		_("Set at least {0} days in Log Settings.").format(KEEP_DAYS),
		"log-settings",
	)


def check_backup() -> Duty:
	newest = (
		frappe.db.get_value("Meeting Backup", {"status": "Done"}, "creation", order_by="creation desc")
		if frappe.db.exists("DocType", "Meeting Backup")
		else None
	)
	recent = bool(newest) and get_datetime(newest) > add_to_date(now_datetime(), hours=-BACKUP_WITHIN_HOURS)
	return Duty(
		_("There is a backup of the last day"),
		recent,
		_("Last good backup: {0}.").format(frappe.format(newest, "Datetime") if newest else _("none")),
		_("Make one now, and switch the schedule on."),
		"meeting-backup",
	)


def check_programs() -> Duty:
	runs = bool(cint(frappe.conf.get("server_script_enabled")))
	return Duty(
		_("Nobody runs programs of their own on the server"),
		not runs,
		_("Server scripts are switched on.") if runs else _("Server scripts are switched off."),
		_("Switch server_script_enabled off in the configuration of the site."),
	)


def check_host() -> Duty:
	host = frappe.conf.get("host_name") or ""
	return Duty(
		_("Traffic is encrypted"),
		host.startswith("https://"),
		_("Address of the site: {0}.").format(host or _("not set")),
		_("Set up HTTPS at the web server and write the address into host_name."),
	)


CHECKS: tuple[Callable[[], Duty], ...] = (
	check_password_policy,
	check_attempts,
	check_idle,
	check_second_factor,
	check_administrators,
	check_root,
	check_auditor,
	check_seals,
	check_logs_kept,
	check_backup,
	check_programs,
	check_host,
)

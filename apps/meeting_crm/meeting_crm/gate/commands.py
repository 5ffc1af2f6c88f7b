"""Which commands of the framework are open, and to whom. What is not listed is refused: a list of what is forbidden would
be complete for as long as the framework gets no new function."""

import csv
from functools import lru_cache
from pathlib import Path

import frappe
from frappe import _

from meeting_crm.core.people import is_administrator, is_manager
from meeting_crm.core.problems import take_back_message
from meeting_crm.gate import refusals
from meeting_crm.gate.request import GATE, LOGIN

LISTED = Path(__file__).with_name("allowed_commands.tsv")
LEVELS = ("Guest", "People", "Manager", "Administrator", "System")
READING_VERBS = frozenset({"GET", "HEAD"})
SETTINGS = "Meeting Gate Settings"


class ClosedCommandError(frappe.PermissionError):
	"""A command of the framework that is not open to this person."""


class WritingByLinkError(frappe.PermissionError):
	"""A command that writes, called as a link is."""


def get_level(user: str) -> str:
	if user == "Guest":
		return "Guest"
	if user == "Administrator" or "System Manager" in frappe.get_roles(user):
		return "System"
	if is_administrator(user):
		return "Administrator"
	return "Manager" if is_manager(user) else "People"


def check_commands(functions: list[str]) -> None:
	"""Commands of other apps are theirs to guard. What the gate puts in the place of a command is open to whom that is."""
	if len(functions) > 1 and not _is_listed_kind(functions[1]) and not functions[1].startswith(GATE):
		functions = functions[1:]
	for function in filter(_is_listed_kind, functions):
		if not is_open(function, frappe.session.user):
			refuse(function)
		if frappe.request.method in READING_VERBS and not is_reading(function):
			refuse_verb(function)


def _is_listed_kind(function: str) -> bool:
	return function == LOGIN or function.startswith("frappe.")


def is_open(function: str, user: str) -> bool:
	level = LEVELS.index(get_level(user))
	listed = read_list().get(function)
	if listed and level >= LEVELS.index(listed["who"]):
		return True
	return any(level >= LEVELS.index(row.who) for row in get_added(function))


def is_reading(function: str) -> bool:
	"""Marked with GET in the list. What an administrator added answers to the verbs that the framework allows."""
	listed = read_list().get(function)
	return listed is None or listed["verb"] == "GET"


@lru_cache(maxsize=1)
def read_list() -> dict[str, dict[str, str]]:
	with LISTED.open(encoding="utf-8", newline="") as lines:
		return {row["command"]: row for row in csv.DictReader(lines, delimiter="\t")}


def get_added(function: str) -> list:
	"""What an administrator opened on this site."""
	try:
		rows = frappe.get_cached_doc(SETTINGS).commands
	except frappe.DoesNotExistError:  # this version's migration is still to come
		take_back_message()
		return []
	return [row for row in rows if row.command == function and row.who in LEVELS]


def refuse(function: str) -> None:
	refusals.note(frappe.session.user, function)
	frappe.throw(
		_("{0} is not open to your account. If your work needs it, ask a system manager to add it in {1}.").format(
			frappe.bold(frappe.utils.escape_html(function)), frappe.bold(_(SETTINGS))
		),
		title=_("Command not open"),
		exc=ClosedCommandError,
	)


def refuse_verb(function: str) -> None:
	"""A link on a foreign page makes a browser send GET, with the session and without the token."""
	frappe.throw(
		_("{0} changes something and must be sent with POST.").format(frappe.bold(frappe.utils.escape_html(function))),
		title=_("Not with GET"),
		exc=WritingByLinkError,
	)

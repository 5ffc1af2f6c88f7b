"""Guessing passwords and names of accounts."""

import inspect
from contextlib import suppress

import frappe
from frappe import _
from frappe.auth import get_login_attempt_tracker
from frappe.core.doctype.user.user import reset_password as framework_reset
from frappe.rate_limiter import rate_limit
from frappe.utils.password import passlibctx

from meeting_crm.core.counters import count_up, forget, is_marked, keep, mark

MAX_FAILURES_PER_ADDRESS = 20
FIRST_BLOCK = 60
MAX_BLOCK_LENGTH = 3600
FORGOTTEN_AFTER = 24 * 3600
RESETS_PER_HOUR = 10
send_reset_mail = inspect.unwrap(framework_reset)
"""Frappe's own limit, of three a day for a whole office behind one address, is left out: ours is below."""


def note_failure(doc, method: str | None = None) -> None:
	"""Frappe writes each failed sign-in into its Activity Log, and locks accounts that exist. One that does not exist is locked
	in the same way after as many attempts, and takes as long: else the answers would tell which names are accounts."""
	if doc.operation != "Login" or doc.status != "Failed":
		return
	_count_address()
	if doc.user and not frappe.db.exists("User", doc.user):
		passlibctx.dummy_verify()
		said = frappe.local.response.pop("message", None)  # whoever is locked out is told that alone
		get_login_attempt_tracker(doc.user).add_failure_attempt()
		frappe.local.response["message"] = said


def _count_address() -> None:
	failures = count_up(_key(), FORGOTTEN_AFTER)
	keep(_key(), FORGOTTEN_AFTER)
	if failures >= MAX_FAILURES_PER_ADDRESS:
		rounds = failures // MAX_FAILURES_PER_ADDRESS
		mark(_key("blocked"), min(FIRST_BLOCK * 2 ** (rounds - 1), MAX_BLOCK_LENGTH))


def _key(kind: str = "failures") -> str:
	return f"meeting_gate_{kind}|{frappe.local.request_ip}"


def check_address(login_manager=None) -> None:
	"""Between the right password and the session. An address that has guessed too often waits, also with a right one, and is
	told the same as before."""
	if is_marked(_key("blocked")):
		frappe.local.response["message"] = "Invalid login credentials"
		raise frappe.AuthenticationError
	forget(_key())


@frappe.whitelist(allow_guest=True, methods=["POST"])
@rate_limit(limit=RESETS_PER_HOUR, seconds=3600)
def reset_password(user: str) -> None:
	"""The same answer whether there is such an account or not."""
	with suppress(frappe.ValidationError, frappe.OutgoingEmailError):
		send_reset_mail(user)
	frappe.clear_messages()
	frappe.local.response.pop("http_status_code", None)
	frappe.msgprint(
		_("If this account exists, a mail with the next step is on its way to it."),
		title=_("Password"),
		indicator="green",
	)

"""Who comes from where: names of this site, real addresses, sessions, and where one is led to after signing in."""

import ipaddress
from urllib.parse import urlsplit

import frappe
from frappe import _

REDIRECTS = ("redirect-to", "redirect_to")
DEFAULT_PROXIES = ("127.0.0.1", "::1")
SESSION_ARGUMENT = "sid"


class UnknownHostError(frappe.PermissionError):
	"""A name under which this site is not known."""


class ForeignAddressError(frappe.PermissionError):
	"""An address that leads away from the site."""


class SessionArgumentError(frappe.PermissionError):
	"""A session that stands in an address or a form instead of the cookie."""


def check_request() -> None:
	set_real_address()
	check_host()
	check_session_argument()
	check_redirects()


def set_real_address(login_manager=None) -> None:
	"""`X-Forwarded-For` is believed when a proxy of ours sent it: everybody else could write anything there. Frappe calls this
	also between the password and the session, before it compares addresses and writes them down."""
	sender = frappe.request.remote_addr
	if sender and sender not in (frappe.conf.trusted_proxies or DEFAULT_PROXIES):
		frappe.local.request_ip = sender


def check_host() -> None:
	"""Links are made from the name of the site; under a name that somebody else chose they would lead to that person."""
	own = urlsplit(frappe.conf.host_name or "").hostname
	if not own:
		return
	asked = (urlsplit(f"//{frappe.request.host}").hostname or "").lower()
	if asked not in {own.lower(), frappe.local.site, *_get_domains()} and not _is_this_machine(asked):
		frappe.throw(
			_("This site is not known as {0}. Open it by its own address.").format(
				frappe.bold(frappe.utils.escape_html(asked[:140]))
			),
			title=_("Unknown name"),
			exc=UnknownHostError,
		)


def _get_domains() -> list[str]:
	domains = frappe.conf.domains or []
	return [(domain.get("domain") if isinstance(domain, dict) else domain).lower() for domain in domains]


def _is_this_machine(host: str) -> bool:
	"""A bare address or a name that only this machine resolves: nobody can own those."""
	if host == "localhost" or host.endswith(".localhost"):
		return True
	try:
		ipaddress.ip_address(host)
	except ValueError:
		return False
	return True


def check_session_argument() -> None:
	if SESSION_ARGUMENT not in frappe.form_dict:
		return
	manager = getattr(frappe.local, "cookie_manager", None)
	if manager:  # Frappe would hand the session on to whoever sent it
		manager.cookies.clear()
	frappe.throw(
		_("A session is taken from the cookie alone. Sign in, or use an API key."),
		title=_("Not accepted"),
		exc=SessionArgumentError,
	)


def check_redirects() -> None:
	for argument in REDIRECTS:
		target = frappe.request.args.get(argument) or frappe.form_dict.get(argument)
		if target and not is_own_address(target):
			frappe.throw(
				_("{0} leads away from this site. Open the page from the desk.").format(
					frappe.bold(frappe.utils.escape_html(str(target)[:140]))
				),
				title=_("Foreign address"),
				exc=ForeignAddressError,
			)


def is_own_address(target: object) -> bool:
	"""A path of this site. Browsers take a backslash for a slash, and two slashes for the beginning of a host."""
	if not isinstance(target, str) or "\\" in target or any(ord(letter) < 32 for letter in target):
		return False
	parts = urlsplit(target)
	return not parts.scheme and not parts.netloc and not target.strip().startswith("//")

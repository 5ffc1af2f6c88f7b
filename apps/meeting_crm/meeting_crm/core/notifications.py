"""Telling one person something: the desk's bell, and e-mail where the site sends mail."""

from contextlib import contextmanager

import frappe
from frappe.desk.doctype.notification_settings.notification_settings import (
	is_email_notifications_enabled,
	is_notifications_enabled,
)
from frappe.utils import escape_html, get_url, get_url_to_form
from frappe.utils.caching import request_cache


def get_language(user: str) -> str:
	"""What `user` is told is written in: `_(text, get_language(user))`."""
	return frappe.get_cached_value("User", user, "language") or get_company_language()


def get_company_language() -> str:
	"""What is written into records for good is written in, whoever's click wrote it."""
	return frappe.db.get_single_value("System Settings", "language") or "en"


def notify(
	user: str, subject: str, doctype: str, name: str, message: str | None = None, screen: str | None = None
) -> None:
	"""Puts `subject` (plain text, in the language of `user`) on the bell of `user` in the caller's transaction: rolled back with it,
	told once with it. `message` (HTML) is shown below the subject in the e-mail. Both lead to the record or, where they tell of
	several, to a `screen` of the desk (its address below /app/). People who switched notifications off are left alone; so are
	disabled users."""
	if not frappe.get_cached_value("User", user, "enabled") or not is_notifications_enabled(user):
		return
	frappe.get_doc(
		{
			"doctype": "Notification Log",
			"type": "Alert",
			"for_user": user,
			"from_user": frappe.session.user,
			"subject": escape_html(subject),
			"email_content": message,
			"document_type": doctype,
			"document_name": name,
			"meeting_screen": screen,
		}
	).insert(ignore_permissions=True)  # why: people may not write on one another's bell, the product may
	link = get_url(f"/app/{screen}") if screen else get_url_to_form(doctype, name)
	with speaking_to(user):
		_send_mail(user, subject, doctype, name, message, link)


@contextmanager
def speaking_to(user: str):
	"""What Frappe itself writes around a message is in the language of `user` too."""
	spoken = frappe.local.lang
	frappe.local.lang = get_language(user)
	try:
		yield
	finally:
		frappe.local.lang = spoken


def _send_mail(user: str, subject: str, doctype: str, name: str, message: str | None, link: str) -> None:
	if not has_outgoing_mail() or not is_email_notifications_enabled(user):
		return
	email = frappe.get_cached_value("User", user, "email")
	if not email:
		return
	frappe.sendmail(
		recipients=[email],
		subject=subject,
		template="new_notification",
		args={
			"body_content": escape_html(subject),
			"description": message,
			"document_type": doctype,
			"document_name": name,
			"doc_link": link,
		},
		reference_doctype=doctype,
		reference_name=name,
	)


@request_cache
def has_outgoing_mail() -> bool:
	return bool(frappe.db.exists("Email Account", {"enable_outgoing": 1, "default_outgoing": 1}))

"""Whitelisted functions of the administration room."""

import frappe
from werkzeug.utils import send_file

from meeting_crm.administration import backups
from meeting_crm.administration.passwords import require_own_password, require_system_administrator
from meeting_crm.core import runs


@frappe.whitelist(methods=["POST"])
def start_backup() -> str:
	"""E5: queues a backup of database and files; returns the name of its Meeting Backup."""
	frappe.has_permission(backups.DOCTYPE, "read", throw=True)
	return backups.start()


@frappe.whitelist(methods=["POST"])
def cancel_backup(backup: str) -> None:
	"""E5: stops a backup that is being made."""
	doc = frappe.get_doc(backups.DOCTYPE, backup)
	doc.check_permission("read")
	runs.cancel(doc)


@frappe.whitelist()
def get_backup_state() -> dict:
	"""E5: when the last good backup was made, when the next one comes, and whether the keeper runs."""
	frappe.has_permission(backups.DOCTYPE, "read", throw=True)
	return backups.describe_state()


@frappe.whitelist(methods=["POST"])
def verify_backup(backup: str) -> dict:
	"""E5: reads the file of a backup again and compares every checksum."""
	doc = frappe.get_doc(backups.DOCTYPE, backup)
	doc.check_permission("read")
	backups.verify(doc)
	return {"status": doc.status, "verified_on": doc.verified_on, "failure": doc.failure}


@frappe.whitelist(methods=["POST"])
def request_download(backup: str, password: str) -> str:
	"""E5: a ticket with which the session's user fetches the file within five minutes. Asks for the own password again."""
	doc = frappe.get_doc(backups.DOCTYPE, backup)
	doc.check_permission("read")
	require_system_administrator()
	require_own_password(password)
	return backups.make_ticket(doc)


@frappe.whitelist(methods=["GET"])
def download_backup(ticket: str):
	"""E5: the file itself, also in pieces (Range), so that a broken download goes on."""
	require_system_administrator()
	path = backups.get_ticket(ticket)
	return send_file(
		path,
		frappe.request.environ,
		mimetype="application/x-tar",
		as_attachment=True,
		download_name=path.name,
		conditional=True,
	)

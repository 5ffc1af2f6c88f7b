"""Whitelisted functions of the administration room."""

import frappe
from werkzeug.utils import send_file

from meeting_crm.administration import backups, uploads
from meeting_crm.administration.passwords import require_own_password, require_system_administrator
from meeting_crm.administration.restoring import service as restores
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


@frappe.whitelist()
def inspect_backup(backup: str) -> dict:
	"""E6: where a backup comes from, what stands in the way of restoring it, and what would be lost."""
	require_system_administrator()
	doc = frappe.get_doc(backups.DOCTYPE, backup)
	doc.check_permission("read")
	facts = restores.inspect(doc)
	return facts | {"losses": restores.count_losses(facts["taken_on"] or doc.taken_on or doc.creation)}


@frappe.whitelist(methods=["POST"])
def start_restore(backup: str, site_name: str, password: str, accept_unknown: bool = False) -> str:
	"""E6: queues the restore of a backup; returns the name of its Meeting Restore. Confirmed by the site's name and the own
	password; `accept_unknown` for a backup that this site did not sign."""
	require_system_administrator()
	doc = frappe.get_doc(backups.DOCTYPE, backup)
	doc.check_permission("read")
	require_own_password(password)
	return restores.start(doc, site_name, accept_unknown)


@frappe.whitelist(methods=["POST"])
def cancel_restore(restore: str) -> None:
	"""E6: stops a restore before its switch; nothing has changed then."""
	require_system_administrator()
	doc = frappe.get_doc(restores.DOCTYPE, restore)
	doc.check_permission("read")
	runs.cancel(doc)


@frappe.whitelist(methods=["POST"])
def undo_restore(restore: str) -> None:
	"""E6: queues the way back to how everything was before the restore; possible for a week."""
	require_system_administrator()
	doc = frappe.get_doc(restores.DOCTYPE, restore)
	doc.check_permission("read")
	restores.start_undo(doc)


@frappe.whitelist()
def get_restore(restore: str) -> dict:
	"""E6: what changed with a restore and whether it can be undone."""
	doc = frappe.get_doc(restores.DOCTYPE, restore)
	doc.check_permission("read")
	return restores.describe(doc)


@frappe.whitelist(methods=["POST"])
def start_upload(file_name: str, size: int) -> dict:
	"""E6: begins or goes on with the upload of a backup: its record, how much is there, and how large a piece may be."""
	require_system_administrator()
	return uploads.start(file_name, size)


@frappe.whitelist(methods=["POST"])
def upload_piece(backup: str, offset: int, content: str, sha256: str) -> int:
	"""E6: the next piece of an upload in base64, with its checksum; returns how much is there."""
	require_system_administrator()
	return uploads.add_piece(frappe.get_doc(backups.DOCTYPE, backup), offset, content, sha256)


@frappe.whitelist(methods=["POST"])
def finish_upload(backup: str) -> dict:
	"""E6: completes an upload and says whether it is a backup that can be restored."""
	require_system_administrator()
	return uploads.finish(frappe.get_doc(backups.DOCTYPE, backup))

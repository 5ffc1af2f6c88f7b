"""Whitelisted functions of system management. Types, permission, one call into the room."""

from datetime import date

import frappe
from frappe import _
from frappe.rate_limiter import rate_limit
from werkzeug.utils import send_file

from meeting_crm.administration import (
	backups,
	departments,
	levels,
	log_removal,
	log_seals,
	log_search,
	online,
	people,
	personal_data,
	rights,
	rules,
	self_check,
	uploads,
)
from meeting_crm.administration.passwords import require_own_password, require_system_administrator
from meeting_crm.administration.restoring import service as restores
from meeting_crm.core import runs
from meeting_crm.core.transactions import retried_on_conflict


def require_administrator() -> None:
	if levels.get_level() > rules.ADMINISTRATOR:
		frappe.throw(_("Only administrators may do this."), frappe.PermissionError)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def make_person(
	full_name: str,
	email: str | None = None,
	department: str | None = None,
	roles: list[str] | str | None = None,
	projects: list[str] | str | None = None,
	mobile: str | None = None,
) -> dict:
	"""E1: an account that can start at once; the answer holds the first password, which is kept nowhere else."""
	frappe.has_permission("User", "create", throw=True)
	return people.make_person(
		full_name, email, department, frappe.parse_json(roles) or [], frappe.parse_json(projects) or [], mobile
	)


@frappe.whitelist()
def get_people(
	text: str | None = None,
	department: str | None = None,
	group: str | None = None,
	status: str | None = None,
	start: int = 0,
) -> dict:
	"""E1: people with department, group, roles, whether they are here and when they last were."""
	require_administrator()
	return people.get_people(text, department, group, status, start)


@frappe.whitelist()
def get_choices() -> dict:
	"""What the dialogs about people offer: roles, groups, projects."""
	require_administrator()
	return people.get_choices()


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def change_person(
	user: str, department: str | None = None, group: str | None = None, roles: list[str] | str | None = None
) -> dict:
	"""E2 to E4: department, group and further roles of one person."""
	levels.require_management(user, rules.ROLES)
	return people.change_person(user, department, group, frappe.parse_json(roles))


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def set_enabled(user: str, enabled: bool) -> dict:
	"""E1: lets an account in, or shuts it out and ends its sessions."""
	levels.require_management(user, rules.ENABLE if enabled else rules.DISABLE)
	return people.set_enabled(user, enabled)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def delete_person(user: str) -> None:
	"""E1: deletes an account that nothing refers to."""
	levels.require_management(user, rules.DELETE)
	people.delete_person(user)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def reset_password(user: str) -> str:
	"""E1: a new password, which is in the answer and nowhere else. The person's sessions end."""
	levels.require_management(user, rules.PASSWORD)
	return people.reset_password(user)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def import_people(rows: str) -> list[dict]:
	"""E1: people from a spreadsheet: name, e-mail, mobile number, department, role. A row that is refused says why; the
	others are made."""
	frappe.has_permission("User", "create", throw=True)
	return people.import_people(rows)


@frappe.whitelist()
def get_departments() -> list[dict]:
	"""E2: the tree with managers and head counts."""
	frappe.has_permission("Meeting Department", "read", throw=True)
	return departments.get_tree()


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def save_department(
	department: str | None = None,
	department_name: str | None = None,
	parent: str | None = None,
	manager: str | None = None,
) -> str:
	"""E2: makes a department, or moves it or gives it another manager. Returns its name."""
	frappe.has_permission("Meeting Department", "write", throw=True)
	return departments.save_department(department, department_name, parent, manager)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def end_department(department: str, ended: bool = True) -> dict:
	"""E2: a department that is over. Its people have moved before."""
	frappe.has_permission("Meeting Department", "write", throw=True)
	return departments.set_ended(department, ended)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def set_right(
	user: str, document_type: str, right: str, effect: str, reason: str = "", valid_until: str | date | None = None
) -> dict:
	"""E4: adds a right to one person (`Add`), takes one (`Remove`), or lets group and roles count again (`Group`)."""
	levels.require_management(user, rules.RIGHTS)
	return rights.set_right(user, document_type, right, effect, reason, valid_until)


@frappe.whitelist()
def get_rights(user: str) -> dict:
	"""E4: the matrix of modules and rights of one person."""
	levels.require_management(user, rules.READ)
	return rights.get_matrix(user)


@frappe.whitelist()
def look_as(user: str) -> dict:
	"""E4: what this person may do and how many records of each kind they see."""
	require_administrator()
	return rights.look_as(user)


@frappe.whitelist()
def get_online_users() -> list[dict]:
	"""E1: everybody who is signed in: device, address, last action."""
	require_administrator()
	return online.get_online_users()


@frappe.whitelist(methods=["POST"])
def end_session(session: str) -> dict:
	"""E1: signs one device out; its page and its socket are dead within a second."""
	require_administrator()
	return online.end_session(session)


@frappe.whitelist(methods=["GET"])
def is_signed_in() -> bool:
	"""For the realtime server: whether a socket's session still lives. Being asked is no activity of the person."""
	answer = frappe.session.user != "Guest"
	frappe.local.session_obj = None  # why: the framework would note the question as the session's last activity
	return answer


# the operation log


def require_reader_of_log() -> None:
	frappe.has_permission("Meeting Operation Log", "read", throw=True)


@frappe.whitelist()
def search_log(
	company: str | None = None,
	person: str | None = None,
	first_day: str | date | None = None,
	last_day: str | date | None = None,
	kind: str | None = None,
	start: int = 0,
) -> dict:
	"""E7: what happened, in sentences, newest first. `company` is a record's name or part of a company's name."""
	require_reader_of_log()
	return log_search.search(company, person, first_day, last_day, kind, start)


@frappe.whitelist(methods=["POST"])
def note_log_search(
	company: str | None = None,
	person: str | None = None,
	first_day: str | date | None = None,
	last_day: str | date | None = None,
	kind: str | None = None,
) -> None:
	"""E7: whoever looks into the log leaves a line in it."""
	require_reader_of_log()
	log_search.note_search(
		{"company": company, "person": person, "first_day": first_day, "last_day": last_day, "kind": kind}
	)


@frappe.whitelist(methods=["POST"])
def export_log(
	company: str | None = None,
	person: str | None = None,
	first_day: str | date | None = None,
	last_day: str | date | None = None,
	kind: str | None = None,
) -> None:
	"""E7: the same search as a CSV file that ends with the newest seal."""
	frappe.has_permission("Meeting Operation Log", "export", throw=True)
	frappe.response.filename = "operation-log.csv"
	frappe.response.filecontent = log_search.export(
		company=company, person=person, first_day=first_day, last_day=last_day, kind=kind
	).encode()
	frappe.response.type = "download"


@frappe.whitelist()
def get_self_check() -> list[dict]:
	"""Duties and defaults after 等保 and the law on personal information, each met or not."""
	require_reader_of_log()
	return self_check.check_all()


@frappe.whitelist(methods=["POST"])
def verify_log() -> dict:
	"""E7: green when every row fits its seal and every seal the one before; else which row or seal does not."""
	require_reader_of_log()
	return log_seals.verify_and_note()


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=10, seconds=60)
def remove_log(before: str | date, reason: str, password: str) -> dict:
	"""E7: archives and removes what is older than `before`; level 1 only, with the own password."""
	require_system_administrator()
	return log_removal.remove_log(before, reason, password)


# one person's data


@frappe.whitelist(methods=["POST"])
def find_personal_data(text: str) -> list[dict]:
	"""G3: the records in which a person's whole name, number or address stands."""
	require_administrator()
	return personal_data.find(text)


@frappe.whitelist(methods=["POST"])
def hand_out_personal_data(text: str) -> dict:
	"""G3: the same, for the person who asked for it; that it was handed out is in the log."""
	require_administrator()
	return personal_data.hand_out(text)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def erase_personal_data(records: list | str, reason: str, password: str) -> dict:
	"""G3: empties the personal fields of these records for good, also in the log. Level 1, with the own password."""
	require_system_administrator()
	require_own_password(password)
	return personal_data.erase(frappe.parse_json(records), reason)


# backups


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

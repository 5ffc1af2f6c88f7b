"""A backup that comes from outside, in pieces: requests have a limit of size, and a line that breaks must not begin again."""

import base64
import binascii
import fcntl
import hashlib
import os
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import cint, get_datetime, now_datetime

from meeting_crm.administration import backups, rotation
from meeting_crm.administration.restoring import service as restores
from meeting_crm.core import runs
from meeting_crm.core.log import log

PIECE = 5 << 20
ENDINGS = (".tar", ".sql.gz", ".sql.zst", ".sql")


def start(file_name: str, size: int) -> dict:
	"""The record of the upload and from where to go on: the same person may continue a file of the same name and size."""
	file_name = Path(file_name.replace("\\", "/")).name
	if not file_name.endswith(ENDINGS):
		frappe.throw(
			_("Choose a bundle of Meeting CRM (.tar) or a dump of the database (.sql.gz)."), exc=backups.BackupError
		)
	known = {"kind": rotation.UPLOADED, "status": runs.DRAFT, "owner": frappe.session.user, "site_name": file_name}
	name = frappe.db.get_value(backups.DOCTYPE, known | {"size": cint(size)}, order_by="creation desc")
	if not name:
		doc = frappe.new_doc(backups.DOCTYPE)
		doc.update(known | {"size": cint(size), "origin": backups.UNKNOWN})
		backups.insert(doc, "b")
		doc.file_name = f"uploaded-{doc.name}{next(end for end in ENDINGS if file_name.endswith(end))}"
		backups.save(doc)
		name = doc.name
	return {"backup": name, "received": get_received(frappe.get_doc(backups.DOCTYPE, name)), "piece": PIECE}


def get_part(doc) -> Path:
	return backups.get_folder() / f"{Path(doc.file_name).name}.part"


def get_received(doc) -> int:
	path = get_part(doc)
	return path.stat().st_size if path.exists() else 0


def add_piece(doc, offset: int, content: str, sha256: str) -> int:
	"""Returns how much is there. A piece that is there already, or one that was damaged on the way, changes nothing. Browsers
	compute no checksum without https; the whole file is checked in any case."""
	require_open(doc)
	try:
		piece = base64.b64decode(content, validate=True)
	except binascii.Error:
		piece = b""
	if not piece or (sha256 and hashlib.sha256(piece).hexdigest() != sha256):
		frappe.throw(_("A piece of the file was damaged on its way. It is sent again."), exc=backups.BackupError)
	path = get_part(doc)
	with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
		fcntl.flock(file, fcntl.LOCK_EX)  # why: the same piece may come twice at once
		received = os.fstat(file.fileno()).st_size
		if offset == received and received + len(piece) <= cint(doc.size):
			file.seek(offset)
			file.write(piece)
			received += len(piece)
	return received


def require_open(doc) -> None:
	if doc.kind != rotation.UPLOADED or doc.status != runs.DRAFT or doc.owner != frappe.session.user:
		frappe.throw(
			_("This upload is finished or belongs to somebody else. Begin a new one."), exc=backups.BackupError
		)


def finish(doc) -> dict:
	"""Names the file, and says what it is. One that cannot be used is removed at once."""
	require_open(doc)
	received = get_received(doc)
	if received != cint(doc.size):
		frappe.throw(
			_(
				"The file is not complete: {0} of {1} bytes are here. Upload it again; it goes on where it stopped."
			).format(received, doc.size),
			exc=backups.BackupError,
		)
	path = backups.get_folder() / doc.file_name
	os.rename(get_part(doc), path)
	facts = restores.inspect(doc)
	values = {"origin": facts["origin"], "sha256": backups.hash_file(path), "site_name": facts["site"] or doc.site_name}
	values["taken_on"] = get_datetime(facts["taken_on"]) if facts["taken_on"] else now_datetime()
	if facts["problems"]:
		path.unlink()
		backups.save(doc, status=runs.FAILED, failure="\n".join(facts["problems"]), is_file_gone=1, **values)
	else:
		backups.save(doc, status=runs.DONE, **values)
	log("Uploaded", backups.DOCTYPE, doc.name, None, {"file_name": doc.file_name, "sha256": values["sha256"]})
	return {"status": doc.status, "failure": doc.failure}

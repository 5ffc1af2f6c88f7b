"""A copy of each good backup in a store that speaks S3, on another machine. Needs the optional package boto3:
`pip install "meeting_crm[s3]"`."""

from pathlib import Path

import frappe
from frappe import _
from frappe.utils import now_datetime

from meeting_crm.administration import backups

LONGEST = 1000


def copy_if_wanted(name: str) -> None:
	"""After a backup is done. A copy that fails takes nothing from the backup; administrators are told why."""
	settings = frappe.get_cached_doc(backups.SETTINGS)
	doc = frappe.get_doc(backups.DOCTYPE, name)
	if not settings.copies or doc.status != "Done" or doc.is_file_gone:
		return
	try:
		upload(settings, backups.get_path(doc))
	except Exception as error:
		problem = f"{type(error).__name__}: {error}"[:LONGEST]
		backups.save(doc, copy_problem=problem)
		backups.tell_administrators(
			lambda language: _("A backup could not be copied to the other store: {0}", language).format(problem), name
		)
	else:
		backups.save(doc, copied_on=now_datetime(), copy_problem=None)
	frappe.db.commit()  # why: the backup is good whatever became of its copy


def upload(settings, path: Path) -> None:
	"""In pieces, each with its checksum; the store says the size of what arrived."""
	client = connect(settings)
	key = "/".join(part for part in ((settings.prefix or "").strip("/"), path.name) if part)
	client.upload_file(str(path), settings.bucket, key)
	arrived = client.head_object(Bucket=settings.bucket, Key=key)["ContentLength"]
	if arrived != path.stat().st_size:
		raise OSError(f"{arrived} of {path.stat().st_size} bytes arrived")


def connect(settings):
	try:
		import boto3
	except ImportError:
		frappe.throw(_("The package boto3 is not installed on the server. Ask its administrator to install it."))
	return boto3.client(
		"s3",
		endpoint_url=settings.endpoint or None,
		region_name=settings.region or "us-east-1",
		aws_access_key_id=settings.access_key,
		aws_secret_access_key=settings.get_password("secret_key", raise_exception=False),
	)

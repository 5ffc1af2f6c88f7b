"""What the library needs once on a site."""

import frappe
from frappe.installer import update_site_config

from meeting_crm.documents import attachments, folders

# 50 MB as base64, with the rest of the request.
REQUEST_SIZE = 72 * 1024 * 1024


def allow_large_files() -> None:
	"""Frappe takes 10 MB a request unless the site says otherwise."""
	if not frappe.conf.get("max_file_size"):
		update_site_config("max_file_size", REQUEST_SIZE)


def adopt_what_is_there() -> None:
	"""Projects and contracts from before the library get their folders and documents."""
	folders.get_company_folder()
	for project in frappe.get_all("Meeting Project", pluck="name", order_by="creation"):  # why: migration
		folders.get_project_folder(project)
	attachments.keep_former_attachments()

"""Safe defaults of a new site: written once, at install, and the administrators' own from then on."""

import frappe
from frappe.utils import cint

from meeting_crm.administration.log_removal import KEEP_DAYS

SETTINGS = {
	"allow_consecutive_login_attempts": 5,
	"allow_login_after_fail": 60,
	"session_expiry": "08:00",
	"enable_password_policy": 1,
	"minimum_password_score": 2,
	"reset_password_link_expiry_duration": 3600,
	"password_reset_limit": 3,
	"logout_on_password_reset": 1,
	"allow_error_traceback": 0,
	"allow_guests_to_upload_files": 0,
	"strip_exif_metadata_from_uploaded_images": 1,
}
LOGS = ("Activity Log", "Access Log", "Error Log", "Scheduled Job Log", "Meeting Refused Command")
# Whoever can see or move most is asked for a second factor as soon as the site turns it on.
WITH_SECOND_FACTOR = ("Meeting Administrator", "Meeting Finance", "System Manager")


def set_safe_defaults() -> None:
	"""Of what a version of the framework has; a setting that it lacks is left out."""
	settings = frappe.get_meta("System Settings")
	for field, value in SETTINGS.items():
		if settings.has_field(field):
			frappe.db.set_single_value("System Settings", field, value)
	keep_logs()
	for role in WITH_SECOND_FACTOR:
		frappe.db.set_value("Role", role, "two_factor_auth", 1)
	frappe.clear_document_cache("System Settings", "System Settings")


def keep_logs() -> None:
	"""Six months at least: the framework clears sign-ins after 90 days and downloads after 30."""
	log_settings = frappe.get_doc("Log Settings")
	rows = {row.ref_doctype: row for row in log_settings.logs_to_clear}
	for doctype in LOGS:
		if not frappe.db.exists("DocType", doctype):
			continue
		row = rows.get(doctype) or log_settings.append("logs_to_clear", {"ref_doctype": doctype})
		row.days = max(cint(row.days), KEEP_DAYS)
	log_settings.save(ignore_permissions=True)  # why: set-up has no user

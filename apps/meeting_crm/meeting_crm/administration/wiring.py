"""What `administration` tells Frappe's hooks: see `core/gathering.py`. The HOOKS are its alone."""

HERE = "meeting_crm.administration."

LOGGED = (
	"Meeting Department",
	"Meeting User Group",
	"Meeting Personal Right",
	"Meeting Backup",
	"Meeting Backup Settings",
	"Meeting Restore",
)

# the framework's records that decide what people may do and see: their changes are in the operation log, too
WATCHED = (
	"User",
	"Role",
	"Role Profile",
	"Module Profile",
	"User Permission",
	"Workflow",
	"Workflow State",
	"Workflow Action Master",
	"Custom Field",
	"Property Setter",
	"Custom DocPerm",
	"Custom Role",
	"System Settings",
	"Website Settings",
	"Print Settings",
	"Print Format",
	"Letter Head",
	"Email Account",
	"Notification",
	"Assignment Rule",
	"Auto Email Report",
	"Report",
	"Server Script",
	"Client Script",
	"Webhook",
	"Data Import",
	"Translation",
	"Social Login Key",
	"OAuth Client",
	"DocType",
	"Log Settings",
)

RUNS = {
	"Meeting Backup": {"when_lost": HERE + "backups.clean_up"},
	"Meeting Restore": {"when_lost": HERE + "restoring.service.clean_up"},
}

_WATCHING = {
	"after_insert": [HERE + "log_coverage.log_insert"],
	"on_update": [HERE + "log_coverage.log_update"],
	"on_trash": [HERE + "log_coverage.log_delete"],
	"after_rename": [HERE + "log_coverage.log_rename"],
}
_RULES = {
	"User": {
		"before_validate": [HERE + "levels.note_password", HERE + "groups.apply_group"],
		"validate": [HERE + "levels.validate_user", HERE + "departments.validate_membership"],
		"on_update": [HERE + "people.end_sessions"],
		"on_trash": [HERE + "levels.validate_deletion"],
		"before_rename": [HERE + "levels.validate_renaming"],
	},
	"Has Role": {"validate": [HERE + "levels.refuse_loose_role"], "on_trash": [HERE + "levels.refuse_loose_role"]},
	"DocShare": {"validate": [HERE + "levels.validate_share"]},
	"Custom Field": {
		"validate": [HERE + "desk_powers.check_custom_field"],
		"on_trash": [HERE + "desk_powers.check_deletion"],
	},
	"Property Setter": {
		"validate": [HERE + "desk_powers.check_property_setter"],
		"on_trash": [HERE + "desk_powers.check_deletion"],
	},
	"Workflow": {"validate": [HERE + "desk_powers.check_workflow"], "on_trash": [HERE + "desk_powers.check_deletion"]},
	"Role": {"before_rename": [HERE + "service.refuse_renaming"]},
	"Activity Log": {"after_insert": [HERE + "log_coverage.log_authentication"]},
}

KEPT = (
	"Meeting Operation Log",
	"Meeting Log Seal",
	"Meeting Log Removal",
	"Meeting Personal Key",
	"Meeting Erasure",
	"Meeting Backup",
	"Meeting Restore",
	"Meeting Run",
)

EVENTS = {
	doctype: {
		event: [*_RULES.get(doctype, {}).get(event, ()), *(_WATCHING.get(event, ()) if doctype in WATCHED else ())]
		for event in {**_RULES.get(doctype, {}), **(_WATCHING if doctype in WATCHED else {})}
	}
	for doctype in dict.fromkeys((*WATCHED, *_RULES))
}

CHECKS = {"User": HERE + "levels.has_user_permission"}

JOBS = {
	"every minute": [HERE + "jobs.seal_log"],
	"hourly": [HERE + "jobs.look_after_backups", HERE + "jobs.repeat_erasures"],
}

AUTH_HOOKS = [
	HERE + "wrapped_permissions.install",
	HERE + "wrapped_permissions.refuse_print",
	HERE + "online.note_request",
]
SESSION_HOOKS = [HERE + "online.note_sign_in"]
BEFORE_JOB = [HERE + "wrapped_permissions.before_job"]
AFTER_REQUEST = [HERE + "log_coverage.log_request"]

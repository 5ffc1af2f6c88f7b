"""What `administration` tells Frappe's hooks: see `core/gathering.py`."""

LOGGED = (
	"Meeting Department",
	"Meeting Backup",
	"Meeting Backup Settings",
	"Meeting Restore",
)

RUNS = {
	"Meeting Backup": {"when_lost": "meeting_crm.administration.backups.clean_up"},
	"Meeting Restore": {"when_lost": "meeting_crm.administration.restoring.service.clean_up"},
}

KEPT = ("Meeting Operation Log", "Meeting Backup", "Meeting Restore", "Meeting Run")

EVENTS = {
	"Role": {
		"before_rename": ["meeting_crm.administration.service.refuse_renaming"],
	},
}

JOBS = {"hourly": ["meeting_crm.administration.jobs.look_after_backups"]}

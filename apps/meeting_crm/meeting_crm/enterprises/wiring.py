"""What `enterprises` tells Frappe's hooks: see `core/gathering.py`."""

LOGGED = (
	"Meeting Enterprise",
	"Meeting Enterprise Alias",
	"Meeting Enterprise Settings",
	"Meeting Affiliate Group",
)

JOBS = {
	"hourly": ["meeting_crm.enterprises.jobs.fold_delta"],
}

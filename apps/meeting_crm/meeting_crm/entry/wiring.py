"""What `entry` tells Frappe's hooks: see `core/gathering.py`."""

LOGGED = ("Meeting Enterprise Import",)

EVENTS = {
	"Meeting Claim": {
		"after_insert": ["meeting_crm.entry.learning.learn_from_claim"],
		"on_update": ["meeting_crm.entry.learning.forget_undone"],
	},
	"Meeting Customer": {
		"on_update": ["meeting_crm.entry.numbers.warn_of_repeated_numbers"],
	},
	"Meeting Contact": {
		"on_update": ["meeting_crm.entry.numbers.warn_of_repeated_numbers"],
	},
}

JOBS = {
	"every minute": ["meeting_crm.entry.jobs.resume_imports"],
}

"""What `claims` tells Frappe's hooks: see `core/gathering.py`."""

LOGGED = (
	"Meeting Leave",
	"Meeting Carry Over",
	"Meeting Claim",
	"Meeting Protection Extension",
)

EVENTS = {
	"Meeting Enterprise": {
		"on_update": ["meeting_crm.claims.upkeep.copies.follow_enterprise"],
	},
	"Meeting Project": {
		"on_update": [
			"meeting_crm.claims.upkeep.copies.follow_project",
			"meeting_crm.claims.upkeep.projects.follow_rules",
		],
		"on_trash": ["meeting_crm.claims.upkeep.projects.refuse_deletion"],
	},
	"Meeting Calendar": {
		"on_update": ["meeting_crm.claims.upkeep.projects.follow_calendar"],
	},
	"Meeting Claim": {
		"on_update": ["meeting_crm.customers.service.follow_claim"],
	},
	"Meeting Deletion Request": {
		"on_update": ["meeting_crm.claims.upkeep.deletions.follow_decision"],
	},
	"User": {
		"before_rename": ["meeting_crm.claims.upkeep.people.refuse_merge"],
		"after_rename": ["meeting_crm.claims.upkeep.people.follow_renamed_user"],
	},
	"Workflow": {
		"validate": ["meeting_crm.claims.upkeep.workflow.check_workflow"],
	},
}

CONDITIONS = {
	"Meeting Claim": "meeting_crm.claims.permissions.claim_condition",
	"Meeting Claim Event": "meeting_crm.claims.permissions.event_condition",
	"Meeting Protection Extension": "meeting_crm.claims.permissions.extension_condition",
	"Meeting Claim Account": "meeting_crm.claims.permissions.account_condition",
	"Meeting Daily Shortfall": "meeting_crm.claims.permissions.shortfall_condition",
	"Meeting Leave": "meeting_crm.claims.permissions.leave_condition",
}

CHECKS = {
	"Meeting Claim": "meeting_crm.claims.permissions.has_holder_permission",
	"Meeting Claim Event": "meeting_crm.claims.permissions.has_holder_permission",
	"Meeting Protection Extension": "meeting_crm.claims.permissions.has_holder_permission",
	"Meeting Claim Account": "meeting_crm.claims.permissions.has_holder_permission",
	"Meeting Daily Shortfall": "meeting_crm.claims.permissions.has_holder_permission",
	"Meeting Leave": "meeting_crm.claims.permissions.has_holder_permission",
}

RUNS = {"Meeting Carry Over": {"job": "meeting_crm.claims.jobs.carry_over", "timeout": 3600, "attempts": 3}}

TIDYING = ("meeting_crm.claims.clock.expiry.forget_untold",)

JOBS = {
	"every minute": ["meeting_crm.claims.jobs.sweep"],
	"hourly": [
		"meeting_crm.claims.jobs.send_reminders",
		"meeting_crm.claims.jobs.check_daily_volume",
		"meeting_crm.claims.jobs.prepare_carry_over",
	],
}

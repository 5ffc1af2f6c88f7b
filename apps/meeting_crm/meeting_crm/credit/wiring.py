"""What `credit` tells Frappe's hooks: see `core/gathering.py`."""

LOGGED = ("Meeting Credit Settings", "Meeting Credit Score")

FOLLOW = "meeting_crm.credit.jobs.follow"
EVENTS = {
	"Meeting Contract": {"on_submit": [FOLLOW], "on_cancel": [FOLLOW]},
	"Meeting Payment": {"on_submit": [FOLLOW], "on_cancel": [FOLLOW]},
	"Meeting Contract Change": {"on_submit": [FOLLOW], "on_cancel": [FOLLOW]},
	"Meeting Maintenance": {"on_update": [FOLLOW]},
}

CONDITIONS = {
	"Meeting Credit Score": "meeting_crm.sales.permissions.administrators_condition",
	"Meeting Credit Score Change": "meeting_crm.sales.permissions.administrators_condition",
}

CHECKS = {
	"Meeting Credit Score": "meeting_crm.sales.permissions.has_no_permission",
	"Meeting Credit Score Change": "meeting_crm.sales.permissions.has_no_permission",
}

JOBS = {"daily": ["meeting_crm.credit.jobs.recompute_all"]}

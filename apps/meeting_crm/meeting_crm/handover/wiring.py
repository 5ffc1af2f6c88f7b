"""What `handover` tells Frappe's hooks: see `core/gathering.py`."""

LOGGED = ("Meeting Handover",)

EVENTS = {
	"User": {
		"on_update": ["meeting_crm.handover.service.offer_handover"],
	},
}

RUNS = {"Meeting Handover": {"job": "meeting_crm.handover.jobs.run_handover", "timeout": 3600, "attempts": 3}}

CONDITIONS = {
	"Meeting Handover": "meeting_crm.handover.permissions.handover_condition",
	"Meeting Handover Receiver": "meeting_crm.handover.permissions.receiver_condition",
}

CHECKS = {"Meeting Handover": "meeting_crm.handover.permissions.has_handover_permission"}

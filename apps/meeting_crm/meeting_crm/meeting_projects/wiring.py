"""What `meeting_projects` tells Frappe's hooks: see `core/gathering.py`."""

LOGGED = ("Meeting Project", "Meeting Calendar")

CONDITIONS = {
	"Meeting Project": "meeting_crm.meeting_projects.permissions.project_condition",
	"Meeting Project Member": "meeting_crm.meeting_projects.permissions.member_condition",
	"Meeting Production Closing": "meeting_crm.meeting_projects.permissions.production_closing_condition",
	"Meeting Project Rules": "meeting_crm.meeting_projects.permissions.rules_condition",
}

CHECKS = {
	"Meeting Project": "meeting_crm.meeting_projects.permissions.has_project_permission",
	"Meeting Project Rules": "meeting_crm.meeting_projects.permissions.has_project_permission",
}

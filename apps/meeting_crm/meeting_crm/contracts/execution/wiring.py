"""What executions tell Frappe's hooks."""

HERE = "meeting_crm.contracts.execution"

LOGGED = (
	"Meeting Execution",
	"Meeting Execution Settings",
	"Meeting Deliverable Type",
	"Meeting Deliverable Work",
	"Meeting Department Task",
	"Meeting Booth",
	"Meeting Hotel",
	"Meeting Room Block",
	"Meeting Room",
	"Meeting Room Guest",
)

CONDITIONS = {
	"Meeting Execution": f"{HERE}.permissions.execution_condition",
	"Meeting Attendee": f"{HERE}.permissions.attendee_condition",
	"Meeting Deliverable": f"{HERE}.permissions.deliverable_condition",
	"Meeting Department Task": f"{HERE}.permissions.task_condition",
	"Meeting Task Step": f"{HERE}.permissions.task_step_condition",
	"Meeting Execution Change": f"{HERE}.permissions.change_condition",
	"Meeting Deliverable Work": f"{HERE}.permissions.work_condition",
	"Meeting Booth": f"{HERE}.permissions.booth_condition",
	"Meeting Hotel": f"{HERE}.permissions.logistics_condition",
	"Meeting Room Block": f"{HERE}.permissions.logistics_condition",
	"Meeting Room": f"{HERE}.permissions.room_condition",
	"Meeting Room Guest": f"{HERE}.permissions.guest_condition",
	"Meeting Output Run": f"{HERE}.permissions.administrators_condition",
	"Meeting Late Change": f"{HERE}.permissions.administrators_condition",
}

CHECKS = {
	"Meeting Execution": f"{HERE}.permissions.has_execution_permission",
	**dict.fromkeys(
		(
			"Meeting Department Task",
			"Meeting Execution Change",
			"Meeting Deliverable Work",
			"Meeting Booth",
			"Meeting Hotel",
			"Meeting Room Block",
			"Meeting Room",
			"Meeting Room Guest",
			"Meeting Output Run",
			"Meeting Late Change",
		),
		f"{HERE}.permissions.has_permission",
	),
}

EVENTS = {
	"Meeting Contract Change": {
		"on_submit": [f"{HERE}.contract.follow_change"],
		"on_cancel": [f"{HERE}.contract.follow_change"],
	},
	"Meeting Contract": {"on_cancel": [f"{HERE}.contract.follow_void"]},
}

DAILY_JOBS = [f"{HERE}.jobs.close_finished", f"{HERE}.jobs.erase_id_numbers"]

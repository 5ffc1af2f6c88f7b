"""What `sales` tells Frappe's hooks: see `core/gathering.py`."""

LOGGED = (
	"Meeting Activity",
	"Meeting Activity Outcome",
	"Meeting Opportunity",
	"Meeting Customer Project",
	"Meeting Maintenance",
	"Meeting Quotation",
	"Meeting Expense",
	"Meeting Preferential Policy",
	"Meeting Policy Grant",
)

EVENTS = {
	"Meeting Activity": {
		"on_update": ["meeting_crm.customers.service.follow_activity"],
		"after_delete": ["meeting_crm.customers.service.follow_deleted_activity"],
	},
	"User": {
		"after_rename": ["meeting_crm.sales.feed.follow_renamed_user"],
	},
}

CONDITIONS = {
	"Meeting Activity": "meeting_crm.sales.permissions.activity_condition",
	"Meeting Activity Series": "meeting_crm.sales.permissions.administrators_condition",
	"Meeting Calendar Feed": "meeting_crm.sales.permissions.administrators_condition",
	"Meeting Opportunity": "meeting_crm.sales.permissions.opportunity_condition",
	"Meeting Customer Project": "meeting_crm.sales.permissions.customer_project_condition",
	"Meeting Maintenance": "meeting_crm.sales.permissions.maintenance_condition",
	"Meeting Quotation": "meeting_crm.sales.permissions.quotation_condition",
	"Meeting Quotation Item": "meeting_crm.sales.permissions.quotation_item_condition",
	"Meeting Expense": "meeting_crm.sales.permissions.expense_condition",
	"Meeting Policy Grant": "meeting_crm.sales.permissions.administrators_condition",
}

CHECKS = {
	"Meeting Activity": "meeting_crm.sales.permissions.has_permission",
	"Meeting Activity Series": "meeting_crm.sales.permissions.has_no_permission",
	"Meeting Calendar Feed": "meeting_crm.sales.permissions.has_no_permission",
	"Meeting Opportunity": "meeting_crm.sales.permissions.has_permission",
	"Meeting Customer Project": "meeting_crm.sales.permissions.has_permission",
	"Meeting Maintenance": "meeting_crm.sales.permissions.has_permission",
	"Meeting Quotation": "meeting_crm.sales.permissions.has_permission",
	"Meeting Expense": "meeting_crm.sales.permissions.has_permission",
	"Meeting Policy Grant": "meeting_crm.sales.permissions.has_no_permission",
}

TIDYING = ("meeting_crm.sales.reminders.forget_those_due",)

JOBS = {
	"every minute": ["meeting_crm.sales.jobs.send_reminders"],
	"hourly": ["meeting_crm.sales.jobs.extend_series"],
}

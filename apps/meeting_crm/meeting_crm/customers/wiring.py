"""What `customers` tells Frappe's hooks: see `core/gathering.py`."""

LOGGED = (
	"Meeting Segment",
	"Meeting Customer",
	"Meeting Customer Settings",
	"Meeting Contact",
)

EVENTS = {
	"DocShare": {
		"after_insert": ["meeting_crm.customers.sharing.log_share"],
		"on_trash": ["meeting_crm.customers.sharing.log_revocation"],
	},
}

CONDITIONS = {
	"Meeting Customer": "meeting_crm.customers.permissions.visible_customers_condition",
	"Meeting Contact": "meeting_crm.customers.permissions.contact_condition",
	"Meeting Customer Remark": "meeting_crm.customers.permissions.remark_condition",
	"Meeting Deletion Request": "meeting_crm.customers.permissions.deletion_request_condition",
}

CHECKS = {
	"Meeting Customer": "meeting_crm.customers.permissions.has_customer_permission",
	"Meeting Contact": "meeting_crm.customers.permissions.has_linked_permission",
}

JOBS = {
	"hourly": ["meeting_crm.customers.jobs.end_expired_shares"],
}

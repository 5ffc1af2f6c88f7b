"""What `contracts` tells Frappe's hooks: see `core/gathering.py`."""

LOGGED = (
	"Meeting Contract",
	"Meeting Contract Kind",
	"Meeting Invoice Title",
	"Meeting Preferential Policy",
)

CONDITIONS = {
	"Meeting Contract Plan Row": "meeting_crm.contracts.permissions.plan_row_condition",
	"Meeting Contract File": "meeting_crm.contracts.permissions.contract_file_condition",
	"Meeting Invoice Title": "meeting_crm.contracts.permissions.invoice_title_condition",
	"Meeting Contract": "meeting_crm.contracts.permissions.contract_condition",
	"Meeting Contract Item": "meeting_crm.contracts.permissions.contract_item_condition",
}

CHECKS = {
	"Meeting Invoice Title": "meeting_crm.sales.permissions.has_permission",
	"Meeting Contract": "meeting_crm.contracts.permissions.has_permission",
}

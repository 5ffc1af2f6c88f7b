"""What `contracts` tells Frappe's hooks: see `core/gathering.py`."""

from meeting_crm.contracts.execution import wiring as execution

LOGGED = (
	"Meeting Contract",
	"Meeting Contract Kind",
	"Meeting Contract Change",
	"Meeting Contract Settings",
	"Meeting Payment",
	"Meeting Invoice",
	"Meeting Shipment",
	"Meeting Bank Import",
	"Meeting Invoice Title",
	"Meeting Sales Target",
	*execution.LOGGED,
)

EVENTS = execution.EVENTS

CONDITIONS = {
	"Meeting Sales Target": "meeting_crm.contracts.permissions.target_condition",
	**execution.CONDITIONS,
	"Meeting Contract Plan Row": "meeting_crm.contracts.permissions.plan_row_condition",
	"Meeting Contract File": "meeting_crm.contracts.permissions.contract_file_condition",
	"Meeting Invoice Title": "meeting_crm.contracts.permissions.invoice_title_condition",
	"Meeting Payment": "meeting_crm.contracts.permissions.payment_condition",
	"Meeting Invoice": "meeting_crm.contracts.permissions.invoice_condition",
	"Meeting Invoice Line": "meeting_crm.contracts.permissions.invoice_line_condition",
	"Meeting Shipment": "meeting_crm.contracts.permissions.shipment_condition",
	"Meeting Shipment Content": "meeting_crm.contracts.permissions.shipment_content_condition",
	"Meeting Payment Allocation": "meeting_crm.contracts.permissions.allocation_condition",
	"Meeting Contract Change": "meeting_crm.contracts.permissions.change_condition",
	"Meeting Bank Import": "meeting_crm.contracts.permissions.bank_condition",
	"Meeting Bank Row": "meeting_crm.contracts.permissions.bank_condition",
	"Meeting Contract": "meeting_crm.contracts.permissions.contract_condition",
	"Meeting Contract Item": "meeting_crm.contracts.permissions.contract_item_condition",
}

CHECKS = {
	"Meeting Sales Target": "meeting_crm.contracts.permissions.has_target_permission",
	**execution.CHECKS,
	"Meeting Invoice Title": "meeting_crm.contracts.permissions.has_title_permission",
	"Meeting Invoice": "meeting_crm.contracts.permissions.has_invoice_permission",
	"Meeting Shipment": "meeting_crm.contracts.permissions.has_shipment_permission",
	"Meeting Payment": "meeting_crm.contracts.permissions.has_payment_permission",
	"Meeting Contract Change": "meeting_crm.contracts.permissions.has_change_permission",
	"Meeting Bank Import": "meeting_crm.contracts.permissions.has_bank_permission",
	"Meeting Bank Row": "meeting_crm.contracts.permissions.has_bank_permission",
	"Meeting Contract": "meeting_crm.contracts.permissions.has_permission",
}

JOBS = {
	"daily": [
		*execution.DAILY_JOBS,
		"meeting_crm.contracts.jobs.complete_fulfilled",
		"meeting_crm.contracts.jobs.send_reminders",
	]
}

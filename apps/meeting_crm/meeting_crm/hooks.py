from meeting_crm.gate import wiring as gate

app_name = "meeting_crm"
app_title = "Meeting CRM"
app_publisher = "Meeting CRM contributors"
app_description = "CRM with a customer pool for companies that sell meetings and exhibitions"
app_email = "hello@meeting-crm.example"
app_license = "MIT"

after_install = "meeting_crm.setup.install.after_install"
after_migrate = "meeting_crm.setup.desk.name_records_in_english"

app_include_js = "meeting_crm.bundle.js"
app_include_css = "meeting_crm.bundle.css"

app_logo_url = "/assets/meeting_crm/images/meeting-crm-logo.svg"

add_to_apps_screen = [
	{
		"name": app_name,
		"logo": app_logo_url,
		"title": app_title,
		"route": "/app/meeting-today",
	}
]

extend_bootinfo = "meeting_crm.setup.boot.extend_bootinfo"

logged_doctypes = (
	"Meeting Enterprise",
	"Meeting Enterprise Alias",
	"Meeting Enterprise Settings",
	"Meeting Enterprise Import",
	"Meeting Affiliate Group",
	"Meeting Segment",
	"Meeting Customer",
	"Meeting Customer Settings",
	"Meeting Contact",
	"Meeting Handover",
	"Meeting Project",
	"Meeting Leave",
	"Meeting Carry Over",
	"Meeting Claim",
	"Meeting Protection Extension",
	"Meeting Contract",
	"Meeting Contract Kind",
	"Meeting Invoice Title",
	"Meeting Preferential Policy",
	"Meeting Activity",
	"Meeting Opportunity",
	"Meeting Customer Project",
	"Meeting Maintenance",
	"Meeting Quotation",
	"Meeting Expense",
	"Meeting Department",
	"Meeting Backup",
	"Meeting Backup Settings",
	"Meeting Restore",
)

meeting_runs = {
	"Meeting Backup": {"when_lost": "meeting_crm.administration.backups.clean_up"},
}

log_document_events = {
	"after_insert": "meeting_crm.administration.service.log_insert",
	"on_update": "meeting_crm.administration.service.log_update",
	"on_update_after_submit": "meeting_crm.administration.service.log_update",
	"on_submit": "meeting_crm.administration.service.log_submit",
	"on_cancel": "meeting_crm.administration.service.log_cancel",
	"on_trash": "meeting_crm.administration.service.log_delete",
	"after_rename": "meeting_crm.administration.service.log_rename",
}

doc_events = {doctype: dict(log_document_events) for doctype in logged_doctypes}
doc_events["Meeting Claim"]["on_update"] = [
	log_document_events["on_update"],
	"meeting_crm.customers.service.follow_claim",
]
doc_events["Meeting Activity"]["on_update"] = [
	log_document_events["on_update"],
	"meeting_crm.customers.service.follow_activity",
]
doc_events["Meeting Activity"]["after_delete"] = "meeting_crm.customers.service.follow_deleted_activity"
doc_events["Meeting Project"]["on_update"] = [
	log_document_events["on_update"],
	"meeting_crm.claims.copies.follow_project",
]
doc_events["Meeting Enterprise"]["on_update"] = [
	log_document_events["on_update"],
	"meeting_crm.claims.copies.follow_enterprise",
]
doc_events["User"] = {
	"on_update": "meeting_crm.customers.handover.offer_handover",
	"before_rename": "meeting_crm.claims.people.refuse_merge",
	"after_rename": [
		"meeting_crm.claims.people.follow_renamed_user",
		"meeting_crm.sales.feed.follow_renamed_user",
	],
}
doc_events["Workflow"] = {"validate": "meeting_crm.claims.workflow.check_workflow"}
doc_events["Role"] = {"before_rename": "meeting_crm.administration.service.refuse_renaming"}
doc_events["Meeting Claim"]["after_insert"] = [
	log_document_events["after_insert"],
	"meeting_crm.enterprises.aliases.learn_from_claim",
]
doc_events |= gate.EVENTS
doc_events["DocShare"] = {
	"after_insert": "meeting_crm.customers.sharing.log_share",
	"on_trash": "meeting_crm.customers.sharing.log_revocation",
}

permission_query_conditions = {
	**gate.CONDITIONS,
	"Meeting Customer": "meeting_crm.customers.permissions.visible_customers_condition",
	"Meeting Contact": "meeting_crm.customers.permissions.contact_condition",
	"Meeting Customer Remark": "meeting_crm.customers.permissions.remark_condition",
	"Meeting Deletion Request": "meeting_crm.customers.permissions.deletion_request_condition",
	"Meeting Handover": "meeting_crm.customers.permissions.handover_condition",
	"Meeting Handover Receiver": "meeting_crm.customers.permissions.receiver_condition",
	"Meeting Project": "meeting_crm.meeting_projects.permissions.project_condition",
	"Meeting Project Member": "meeting_crm.meeting_projects.permissions.member_condition",
	"Meeting Project Rules": "meeting_crm.meeting_projects.permissions.rules_condition",
	"Meeting Claim": "meeting_crm.claims.permissions.claim_condition",
	"Meeting Claim Event": "meeting_crm.claims.permissions.event_condition",
	"Meeting Protection Extension": "meeting_crm.claims.permissions.extension_condition",
	"Meeting Claim Account": "meeting_crm.claims.permissions.account_condition",
	"Meeting Daily Shortfall": "meeting_crm.claims.permissions.shortfall_condition",
	"Meeting Leave": "meeting_crm.claims.permissions.leave_condition",
	"Meeting Contract": "meeting_crm.contracts.permissions.contract_condition",
	"Meeting Contract Item": "meeting_crm.contracts.permissions.contract_item_condition",
	"Meeting Contract Plan Row": "meeting_crm.contracts.permissions.plan_row_condition",
	"Meeting Contract File": "meeting_crm.contracts.permissions.contract_file_condition",
	"Meeting Invoice Title": "meeting_crm.contracts.permissions.invoice_title_condition",
	"Meeting Activity": "meeting_crm.sales.permissions.activity_condition",
	"Meeting Activity Series": "meeting_crm.sales.permissions.administrators_condition",
	"Meeting Calendar Feed": "meeting_crm.sales.permissions.administrators_condition",
	"Meeting Opportunity": "meeting_crm.sales.permissions.opportunity_condition",
	"Meeting Customer Project": "meeting_crm.sales.permissions.customer_project_condition",
	"Meeting Maintenance": "meeting_crm.sales.permissions.maintenance_condition",
	"Meeting Quotation": "meeting_crm.sales.permissions.quotation_condition",
	"Meeting Quotation Item": "meeting_crm.sales.permissions.quotation_item_condition",
	"Meeting Expense": "meeting_crm.sales.permissions.expense_condition",
}

has_permission = {
	**gate.CHECKS,
	"Meeting Customer": "meeting_crm.customers.permissions.has_customer_permission",
	"Meeting Contact": "meeting_crm.customers.permissions.has_linked_permission",
	"Meeting Handover": "meeting_crm.customers.permissions.has_handover_permission",
	"Meeting Project": "meeting_crm.meeting_projects.permissions.has_project_permission",
	"Meeting Project Rules": "meeting_crm.meeting_projects.permissions.has_project_permission",
	"Meeting Claim": "meeting_crm.claims.permissions.has_holder_permission",
	"Meeting Claim Event": "meeting_crm.claims.permissions.has_holder_permission",
	"Meeting Protection Extension": "meeting_crm.claims.permissions.has_holder_permission",
	"Meeting Claim Account": "meeting_crm.claims.permissions.has_holder_permission",
	"Meeting Daily Shortfall": "meeting_crm.claims.permissions.has_holder_permission",
	"Meeting Leave": "meeting_crm.claims.permissions.has_holder_permission",
	"Meeting Contract": "meeting_crm.contracts.permissions.has_permission",
	"Meeting Invoice Title": "meeting_crm.sales.permissions.has_permission",
	"Meeting Activity": "meeting_crm.sales.permissions.has_permission",
	"Meeting Activity Series": "meeting_crm.sales.permissions.has_no_permission",
	"Meeting Calendar Feed": "meeting_crm.sales.permissions.has_no_permission",
	"Meeting Opportunity": "meeting_crm.sales.permissions.has_permission",
	"Meeting Customer Project": "meeting_crm.sales.permissions.has_permission",
	"Meeting Maintenance": "meeting_crm.sales.permissions.has_permission",
	"Meeting Quotation": "meeting_crm.sales.permissions.has_permission",
	"Meeting Expense": "meeting_crm.sales.permissions.has_permission",
}

standard_queries = {"Meeting Enterprise": "meeting_crm.enterprises.api.search_enterprises"}

scheduler_events = {
	"cron": {
		"* * * * *": [
			"meeting_crm.claims.jobs.sweep",
			"meeting_crm.sales.jobs.send_reminders",
			"meeting_crm.enterprises.jobs.resume_imports",
			"meeting_crm.core.runs.look_after",
		]
	},
	"hourly": [
		"meeting_crm.enterprises.jobs.fold_delta",
		"meeting_crm.customers.jobs.end_expired_shares",
		"meeting_crm.claims.jobs.send_reminders",
		"meeting_crm.claims.jobs.check_daily_volume",
		"meeting_crm.claims.jobs.prepare_carry_over",
		"meeting_crm.sales.jobs.extend_series",
		"meeting_crm.administration.jobs.look_after_backups",
	],
}

calendars = ["Meeting Activity"]

auth_hooks = gate.AUTH_HOOKS

override_doctype_class = gate.CLASSES

override_whitelisted_methods = {
	"frappe.desk.desktop.get_workspace_sidebar_items": "meeting_crm.setup.boot.get_workspace_sidebar_items",
	**gate.METHODS,
}

app_name = "meeting_crm"
app_title = "Meeting CRM"
app_publisher = "Meeting CRM contributors"
app_description = "CRM with a customer pool for companies that sell meetings and exhibitions"
app_email = "hello@meeting-crm.example"
app_license = "MIT"

after_install = "meeting_crm.setup.install.after_install"

logged_doctypes = (
	"Meeting Enterprise",
	"Meeting Affiliate Group",
	"Meeting Segment",
	"Meeting Customer",
	"Meeting Contact",
	"Meeting Project",
	"Meeting Claim",
	"Meeting Protection Extension",
	"Meeting Contract",
	"Meeting Activity",
	"Meeting Department",
)

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

permission_query_conditions = {
	"Meeting Customer": "meeting_crm.customers.permissions.visible_customers_condition",
	"Meeting Contact": "meeting_crm.customers.permissions.contact_condition",
	"Meeting Customer Remark": "meeting_crm.customers.permissions.remark_condition",
}

has_permission = {
	"Meeting Customer": "meeting_crm.customers.permissions.has_customer_permission",
	"Meeting Contact": "meeting_crm.customers.permissions.has_linked_permission",
}

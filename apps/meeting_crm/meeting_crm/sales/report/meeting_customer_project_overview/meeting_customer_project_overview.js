frappe.query_reports["Meeting Customer Project Overview"] = meeting_crm.overview([
	"Status",
	"Customer",
	"Project",
	"Month",
]);

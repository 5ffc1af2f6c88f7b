frappe.query_reports["Meeting Opportunity Pipeline"] = meeting_crm.overview([
	"Stage",
	"Salesperson",
	"Project",
	"Month",
]);

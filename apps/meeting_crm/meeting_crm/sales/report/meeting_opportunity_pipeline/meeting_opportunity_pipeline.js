frappe.query_reports["Meeting Opportunity Pipeline"] = {
	filters: meeting_crm.overview_filters(["Stage", "Salesperson", "Project", "Month"]),
};

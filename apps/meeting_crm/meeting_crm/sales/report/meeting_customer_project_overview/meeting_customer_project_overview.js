frappe.query_reports["Meeting Customer Project Overview"] = {
	filters: meeting_crm.overview_filters(["Status", "Customer", "Project", "Month"]),
};

frappe.query_reports["Meeting Maintenance Overview"] = {
	filters: meeting_crm.overview_filters(["Kind", "Assigned To", "Status", "Project", "Month"], {
		from_date: frappe.datetime.year_start(),
	}),
};

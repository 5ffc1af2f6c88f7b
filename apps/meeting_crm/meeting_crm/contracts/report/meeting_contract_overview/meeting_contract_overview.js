frappe.query_reports["Meeting Contract Overview"] = {
	filters: meeting_crm.overview_filters(["Salesperson", "Project", "Contract Kind", "Month"], {
		from_date: frappe.datetime.year_start(),
	}),
};

frappe.query_reports["Meeting Activity Overview"] = {
	filters: meeting_crm.overview_filters(["Salesperson", "Type", "Project", "Month"], {
		from_date: frappe.datetime.year_start(),
	}),
};

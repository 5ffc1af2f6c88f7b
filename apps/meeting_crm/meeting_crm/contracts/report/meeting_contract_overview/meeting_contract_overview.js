frappe.query_reports["Meeting Contract Overview"] = {
	filters: meeting_crm.overview_filters(["Salesperson", "Project", "Contract Type", "Month"], {
		from_date: frappe.datetime.year_start(),
	}),
};

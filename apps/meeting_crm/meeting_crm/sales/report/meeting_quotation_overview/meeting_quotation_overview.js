frappe.query_reports["Meeting Quotation Overview"] = {
	filters: meeting_crm.overview_filters(["Salesperson", "Status", "Project", "Month"], {
		from_date: frappe.datetime.year_start(),
	}),
};
